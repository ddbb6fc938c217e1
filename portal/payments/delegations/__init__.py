"""Signing in somebody's place: a right of the circuit lent for some days, up to a ceiling.

Who holds a signing role lends it to one other person, from a day to a day, up to an amount for each
payment; an administrator who is neither of the two approves it, and it can be revoked at any moment
(domain 6.3). A delegate gets no other right, lends nothing on, and stays a person of their own:
four different people still sign each payment, and nobody signs for somebody already on it.
"""
