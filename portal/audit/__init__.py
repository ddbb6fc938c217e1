"""The trail: who did what to which thing, when and why; written once, never changed.

One entry per action, written by whoever changed the row, in the same transaction. The entries of
one thing form a chain: each carries the hash of the one before. The lowest room of the house, it
knows people only as actors and things only by their public reference.
"""
