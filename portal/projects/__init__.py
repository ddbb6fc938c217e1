"""A grant agreement, its consortium and its budget.

A project is born when a proposal is awarded. It owns one ledger book with a budget line for every
beneficiary and category, and an envelope for each instrument that hands money to third parties:
exchanges and vouchers. Exchanges and vouchers stand above this room and spend out of its envelopes;
the ledger below keeps the figures. Whether a project is running follows from the clock.
"""
