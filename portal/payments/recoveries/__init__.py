"""Money that must come back: paid, and not due after all.

An officer drafts a recovery from an executed payment and tells the debtor why; the debtor has 30
days to comment; another person issues the debit note. It is closed by receipts, by set-off against
a later payment to the same organisation, or by a waiver that two people decide. What comes back
goes back to the budget line it was paid from; interest does not belong to any line.
"""
