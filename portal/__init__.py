"""The grant portal, laid out as a house: floors that stand on one another, imports only go down.

From the ground up: core, audit, accounts, programme, ledger, partners, payments, calls, projects,
vouchers and exchanges (neighbours), reports, desk. `web` is the plumbing of pages; `factory` builds
the application; `schema` gathers every table. Every room has the same files with the same names:
states, rules, models, queries, policy, documents, exports, notifications, effects, operations,
forms, views, templates. The README's "directory at the door" says where each question is answered.
"""
