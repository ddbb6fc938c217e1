"""ClusterXchange: a short stay of one organisation at another, and the lump sum it earns.

The visitor travels, the host receives; the visitor's partnership pays and counts the exchange, the
host's partnership signs too. An exchange is built, signed by all four, approved (money set aside),
agreed (money owed in law), reported and validated (payment asked for). That it is going on, over or
paid is told by the clock and by payments, and stored nowhere. Rooms inside: profiles/ (below this
one), matches/ (above it).
"""
