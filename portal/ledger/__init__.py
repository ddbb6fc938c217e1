"""Money by budget line: available, committed, bound, certified, paid.

A book belongs to a file of a floor above (a project) and holds budget lines; a posting moves an
amount from one bucket of a line to another, so that every posting balances by construction.
The database moves the balances kept on the line with each posting, and they can be recounted
from the postings at any time. The ledger knows euros and references, not grants: what a posting is
for is its subject.
"""
