"""Where money may be sent, and who vouched for it.

A member proposes an account with a document of the bank; somebody who neither proposed it nor
belongs to the organisation compares and validates it. At most one account of an organisation is
validated; the one before is retired, and every change is told to all members.
"""
