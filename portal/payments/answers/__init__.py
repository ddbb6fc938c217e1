"""What the bank answers: status reports, statements and notifications, and what follows from them.

A file is taken in once, whatever name it comes under; each of its entries is applied to the payment
it names, noted when it says nothing new, or waits for a person when it names none or contradicts
what we know. Whoever applies an entry uses the effects of `payments`: a settled payment is settled
in one way, by hand or by file.
"""
