"""Where money may be sent, from which day on, and who vouched for it.

A member proposes an account with a document of the bank; somebody who neither proposed it nor
belongs to the organisation compares and validates it. At most one account of an organisation is
validated; the one before is retired, and every change is told to all members. An account that
replaces another waits before payments go to it, unless a second person lifts the wait after calling
the organisation back; while a change is proposed, payments to the account used are held.
"""
