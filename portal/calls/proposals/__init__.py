"""An application to a call, from its first draft to award or refusal.

A consortium fills in tabs that save on their own; submission checks everything at once and keeps a
copy that nobody can change, under the fingerprint of what was sent. After the deadline an officer
checks admissibility and eligibility and places proposals on the lists; applicants learn the
outcome when the whole call is informed, not before. A project is born from an awarded proposal.
"""
