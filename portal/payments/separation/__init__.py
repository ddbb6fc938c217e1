"""Who could pay whom: whether the duties are apart among the people there are today.

Computed afresh from roles, delegations and memberships, by asking the circuit's own permissions
with a simulated payment. The room keeps nothing and changes nothing; it raises an alarm when fewer
than four people could bring a payment through, and when no four people can.
"""
