"""What a partnership looks at: its money, its visits in time and on the map, its deadlines.

A partnership is a project with an envelope for exchanges. This room changes nothing and keeps
nothing: it reads the ledger, exchanges, profiles, matches and payments of one partnership and
hands the same figures over as a page, a sheet of indicators (PDF) and a list of visits (CSV). Where
the quota stands is told by `exchanges`; the page only repeats its shares and leads there.
"""
