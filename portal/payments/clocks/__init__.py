"""How long the house has to pay: the legal limits, dated, and the times when a clock stands still.

Limits are rows that are added, never changed; a payment keeps the limit under which it began. A
suspension says why a payment waits for its payee. This room knows the numbers of payments and
nothing else of them: payments stand above it, and decide when a clock stops.
"""
