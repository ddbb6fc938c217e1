"""Who is told what: the payee when money came or went back, who asked when it was refused."""

from collections.abc import Iterable

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.partners import queries as partners
from portal.payments import rules
from portal.payments.models import Payment


def executed(payment: Payment) -> None:
    """Tell the people of the payee that the bank has paid."""
    _tell(partners.people_of((payment.payee_id,)), "executed", payment)


def refused(payment: Payment) -> None:
    """Tell who asked for the payment that it was refused, and why."""
    _tell([accounts.by_id(payment.requested_by_id)], "refused", payment)


def returned(payment: Payment) -> None:
    """Tell the people of the payee, and who asked, that the bank returned the payment."""
    asked = accounts.by_id(payment.requested_by_id)
    payees = partners.people_of((payment.payee_id,))
    _tell(payees, "returned", payment)
    if asked.id not in {person.id for person in payees}:
        _tell([asked], "returned_to_requester", payment)


def _tell(people: Iterable[User], what: str, payment: Payment) -> None:
    for person in people:
        mail.queue(
            accounts.recipient(person),
            f"payments/mail/{what}.txt",
            about=f"{payment.ref}:{what}",
            payment=payment,
            reason=rules.reason_in_words(payment.refused_reason),
            amount_cents=payment.net_cents,
        )
