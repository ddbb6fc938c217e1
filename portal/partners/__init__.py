"""Organisations that take part: registration, verification, members, links to clusters.

An organisation is registered by the person who becomes its first member, then verified by a
programme officer; a change of its identity sends it back to the officer. Members speak for it, from
a day and until a day. Rooms inside: `sme/` (is it an SME on this day), `bank_accounts/` (where
money may go).
"""
