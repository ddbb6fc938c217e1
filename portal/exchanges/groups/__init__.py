"""Group visits: several visitors at one host on overlapping days, with one shared programme.

Every visiting organisation keeps its own exchange, with its agreement, report, evidence, lump sum
and count (domain 2.9); the group only hands its programme down to the exchanges that belong to it,
where it is signed with everything else. What is signed stays: the programme changes for all or for
nobody.
"""
