"""Who is told what: the payee when money came or did not, who asked when it was refused."""

from collections.abc import Iterable, Iterator, Sequence

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.partners import queries as partners
from portal.payments import rules
from portal.payments.clocks.models import PaymentSuspension
from portal.payments.models import Payment


def executed(payments: Sequence[Payment]) -> None:
    """Tell the people of the payees that the bank has paid."""
    people = partners.people_by_organisation({payment.payee_id for payment in payments})
    mail.queue_all(
        letter
        for payment in payments
        for letter in _letters(people.get(payment.payee_id, ()), "executed", payment)
    )


def refused(payment: Payment) -> None:
    """Tell who asked for the payment that it was refused, and why."""
    _tell([accounts.by_id(payment.requested_by_id)], "refused", payment)


def rejected(payment: Payment) -> None:
    """Tell the people of the payee, and who asked, that the bank will not make the payment."""
    _tell_both(payment, "rejected")


def returned(payment: Payment) -> None:
    """Tell the people of the payee, and who asked, that the bank returned the payment."""
    _tell_both(payment, "returned")


def _tell_both(payment: Payment, what: str) -> None:
    asked = accounts.by_id(payment.requested_by_id)
    payees = partners.people_of((payment.payee_id,))
    _tell(payees, what, payment)
    if asked.id not in {person.id for person in payees}:
        _tell([asked], f"{what}_to_requester", payment)


def suspended(payment: Payment, suspension: PaymentSuspension) -> None:
    """Tell the people of the payee that the clock stands still, why, and what to do."""
    payees = partners.people_of((payment.payee_id,))
    _tell(payees, "suspended", payment, reason=suspension.reason, turn=suspension.id)


def resumed(payment: Payment, suspension: PaymentSuspension) -> None:
    """Tell the people of the payee by which day the money must now arrive."""
    _tell(partners.people_of((payment.payee_id,)), "resumed", payment, turn=suspension.id)


def _tell(
    people: Iterable[User],
    what: str,
    payment: Payment,
    *,
    reason: str = "",
    turn: int | None = None,
) -> None:
    """Queue the mail once for each person and thing told; `turn` tells repetitions apart."""
    mail.queue_all(_letters(people, what, payment, reason=reason, turn=turn))


def _letters(
    people: Iterable[User],
    what: str,
    payment: Payment,
    *,
    reason: str = "",
    turn: int | None = None,
) -> Iterator[mail.Letter]:
    about = f"{payment.ref}:{what}" if turn is None else f"{payment.ref}:{what}:{turn}"
    for person in people:
        yield mail.Letter(
            accounts.recipient(person),
            f"payments/mail/{what}.txt",
            about,
            {
                "payment": payment,
                "reason": reason or rules.reason_in_words(payment.refused_reason),
                "amount_cents": payment.net_cents,
            },
        )
