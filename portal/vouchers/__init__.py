"""Vouchers: money that a project hands to a small firm, under the cap of 60 000 EUR a project.

An instrument says what kinds of voucher a project gives. An award checks the firm, counts against
the firm's cap, sets the money aside on the project's envelope and plans the instalments. The room
inside, `milestones`, follows the proof of work that earns each instalment. Whether a voucher is
running follows from its signature and the clock; whether an instalment is paid, from its payment.
"""
