"""Where the money is, told to whoever waits for it: the steps, the legal date, what is to be done.

Stands above payments and their clocks, changes nothing, and is shown wherever somebody's money is
shown: on the payment, the exchange, the milestone and the desk.
"""
