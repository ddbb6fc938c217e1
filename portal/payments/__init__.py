"""Money leaving the house: whoever asks, one road to the bank.

A payment is asked for by a room above (a lump sum, an instalment), verified, authorised, released
in a batch and settled, by different people at each step. Its amount and its account never change:
what was wrong is refused or amended, and asked for again under a new reference. A payment knows
its payee, its budget line and the reference of what it pays for, not why; whether something is paid
is asked here and stored nowhere else.
"""
