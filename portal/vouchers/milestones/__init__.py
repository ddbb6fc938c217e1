"""Proof of work that earns an instalment of a voucher.

The instalments themselves (what, how much, until when) are planned by the voucher's agreement; a
milestone follows one of them from the proof its holder sends to the decision of a reviewer, who is
never the mentor. An instalment for which nothing was sent yet is due. Acceptance finds an amount
due and asks for its payment.
"""
