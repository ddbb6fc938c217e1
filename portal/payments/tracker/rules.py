"""What is said of a payment to whoever waits for the money, in plain words."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from portal.core import days, formats
from portal.core.i18n import Text, _, n_
from portal.core.states import Badge
from portal.payments import rules
from portal.payments.states import ENDED, LIFE, OPEN, State

_PAUSED = Badge(_("Suspended"), "wait")
#: Where the account of the payee may be the reason.
_FAILED_AT_BANK = (State.REJECTED_BY_BANK, State.RETURNED)


class Money(Protocol):
    """A payment, as far as its payee waits for it."""

    state: State
    due_on: date
    suspended_on: date | None
    requested_at: datetime
    verified_at: datetime | None
    authorised_at: datetime | None
    sent_at: datetime | None
    executed_on: date | None
    refused_at: datetime | None
    refused_reason: str


@dataclass(frozen=True)
class Stop:
    """One step on the way of the money: the day on which it was taken, or None."""

    label: Text
    on: date | None
    #: "done", "next", "later", or "ended" for the stop at which the way came to an end.
    how: str


@dataclass(frozen=True)
class Told:
    """Everything the payee is told about one payment."""

    stops: tuple[Stop, ...]
    badge: Badge
    #: Where the clock stands, in one sentence.
    standing: Text
    #: Whether something is wrong: late, returned, refused.
    is_bad: bool
    reason: Text
    to_do: Text
    #: Whether the way out leads over the organisation's bank account.
    about_account: bool


def told(
    money: Money,
    today: date,
    *,
    suspended_because: str = "",
    replaced_by: str = "",
    to_payee: bool,
) -> Told:
    """What is said of a payment on a day; advice is given to the payee alone.

    `suspended_because` is the reason for which its clock stands still, `replaced_by` the reference
    of the payment that took its place: what to do, and whether money is due, is said of that one.
    """
    paused = money.suspended_on is not None
    overdue = rules.is_overdue(money.state, money.due_on, today, money.suspended_on)
    late = money.state == State.EXECUTED and rules.was_late(money.due_on, money.executed_on)
    failed = money.state in ENDED and not replaced_by
    return Told(
        stops=_stops(money),
        badge=_PAUSED if paused else LIFE.badge(money.state),
        standing=_stood_in_for(replaced_by) if replaced_by else _standing(money, today),
        is_bad=overdue or late or (failed and money.state != State.CANCELLED),
        reason=suspended_because if paused else rules.reason_in_words(money.refused_reason),
        to_do=_to_do(money) if to_payee and not replaced_by else "",
        about_account=to_payee and not replaced_by and money.state in _FAILED_AT_BANK,
    )


def _stops(money: Money) -> tuple[Stop, ...]:
    ways = (
        (State.REQUESTED, _day(money.requested_at)),
        (State.VERIFIED, _day(money.verified_at)),
        (State.AUTHORISED, _day(money.authorised_at)),
        (State.SENT, _day(money.sent_at)),
        (State.EXECUTED, money.executed_on),
    )
    taken = [Stop(LIFE.badge(state).label, on, "done") for state, on in ways if on]
    if money.state in ENDED:
        return (*taken, Stop(LIFE.badge(money.state).label, _day(money.refused_at), "ended"))
    left = [LIFE.badge(state).label for state, on in ways if not on]
    coming = [Stop(label, None, "later" if place else "next") for place, label in enumerate(left)]
    return (*taken, *coming)


def _standing(money: Money, today: date) -> Text:
    if money.state == State.EXECUTED and money.executed_on is not None:
        return _arrived(money.due_on, money.executed_on)
    if money.suspended_on is not None:
        return _stands_still(money.due_on, money.suspended_on)
    if money.state in OPEN:
        return _runs(money.due_on, today)
    return {
        State.RETURNED: _("The bank returned the money. It is still due."),
        State.REJECTED_BY_BANK: _("The bank rejected the payment. The money is still due."),
        State.REFUSED: _("The payment was refused at a check, and has to be requested again."),
    }.get(money.state, _("The payment was withdrawn: nothing is on its way."))


def _stood_in_for(ref: str) -> Text:
    return _("This payment came to nothing: %(ref)s takes its place.", ref=ref)


def _arrived(due: date, executed_on: date) -> Text:
    late = rules.days_late(due, executed_on)
    if not late:
        return _("Executed within the legal limit, which ended on %(day)s.", day=formats.day(due))
    return n_(
        "Executed %(num)s day after the legal date, %(day)s.",
        "Executed %(num)s days after the legal date, %(day)s.",
        late,
        day=formats.day(due),
    )


def _stands_still(due: date, suspended_on: date) -> Text:
    left, since = rules.days_left(due, suspended_on), formats.day(suspended_on)
    if not left:
        return _(
            "The clock has stood still since %(since)s. The legal date was %(day)s.",
            since=since,
            day=formats.day(due),
        )
    return n_(
        "The clock has stood still since %(since)s: %(num)s day will be left once it runs again.",
        "The clock has stood still since %(since)s: %(num)s days will be left once it runs again.",
        left,
        since=since,
    )


def _runs(due: date, today: date) -> Text:
    late, left, day = rules.days_late(due, today), rules.days_left(due, today), formats.day(due)
    if late:
        return n_(
            "The money should have arrived by %(day)s: it is %(num)s day late.",
            "The money should have arrived by %(day)s: it is %(num)s days late.",
            late,
            day=day,
        )
    if not left:
        return _("The money must arrive today, %(day)s.", day=day)
    return n_(
        "The money must arrive by %(day)s: %(num)s day is left.",
        "The money must arrive by %(day)s: %(num)s days are left.",
        left,
        day=day,
    )


def _to_do(money: Money) -> Text:
    if money.suspended_on is not None:
        return _(
            "Please settle what the reason names. The clock runs again once the payment is "
            "resumed; you will then be told the new legal date."
        )
    if money.state in _FAILED_AT_BANK:
        return _(
            "Please check the bank account of your organisation. If it is wrong, propose the right "
            "one; once it is validated, the payment is requested again."
        )
    if money.state == State.REFUSED:
        return _("You have nothing to do unless you are asked for something.")
    return ""


def _day(moment: datetime | None) -> date | None:
    return days.brussels_day(moment) if moment else None
