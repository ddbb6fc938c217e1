"""Money that must come back: one debtor just told, one late with a part paid, one set off."""

from datetime import date, timedelta

from portal.cli.story.cast import actor
from portal.cli.story.stage import scene
from portal.payments import queries as payments
from portal.payments.recoveries import operations, queries
from portal.payments.recoveries.states import Cause


def inform(subject: str, day: date, cause: Cause, cents: int, reason: str) -> str:
    """Draft a recovery of what was paid for a subject and tell the debtor; returns its reference."""
    with scene(day, 11):
        payment = payments.of_subject(subject)[0]
        recovery = operations.draft(
            payment, cause=cause, amount_cents=cents, reason=reason, actor=actor("officer")
        )
        return operations.inform(recovery, actor=actor("officer")).ref


def answer(ref: str, day: date, login: str, comment: str, reason: str, cents: int = 0) -> None:
    """The debtor comments; the officer upholds the amount, or reduces it to `cents`."""
    with scene(day, 11):
        operations.contest(queries.by_ref(ref), comment=comment, actor=actor(login))
    with scene(day + timedelta(days=4), 11):
        officer, recovery = actor("officer"), queries.by_ref(ref)
        if cents:
            operations.reduce(recovery, amount_cents=cents, reason=reason, actor=officer)
        else:
            operations.uphold(recovery, reason=reason, actor=officer)


def issue(ref: str, day: date) -> None:
    """The authorising officer issues the debit note."""
    with scene(day, 11):
        operations.issue(queries.by_ref(ref), actor=actor("authoriser"))


def receive(ref: str, day: date, cents: int, reference: str) -> None:
    """The accounting officer finds a receipt on the statement."""
    with scene(day, 11):
        operations.receive(
            queries.by_ref(ref),
            amount_cents=cents,
            received_on=day,
            bank_reference=reference,
            actor=actor("accountant"),
        )


def set_off(ref: str, subject: str, day: date) -> None:
    """The accounting officer keeps the whole debt back from a payment just requested."""
    with scene(day, 11):
        recovery = queries.by_ref(ref)
        operations.net(
            recovery,
            payment=payments.of_subject(subject)[0],
            amount_cents=recovery.open_cents,
            actor=actor("accountant"),
        )
