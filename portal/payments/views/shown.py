"""How payments appear on pages: rows of a list, the circuit as steps, figures of the desk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from portal.accounts.models import User
from portal.core import clock, formats
from portal.core.i18n import Text, _, n_
from portal.core.states import Badge
from portal.payments import rules
from portal.payments.models import Payment
from portal.payments.queries import Figures
from portal.payments.states import ENDED, LIFE, OPEN, State

_OVERDUE = Badge(_("Overdue"), "no")
_LATE = Badge(_("Paid late"), "no")


@dataclass(frozen=True)
class Row:
    """One payment in a list."""

    payment: Payment
    badge: Badge
    #: Said beside the legal date when it was missed.
    late: Badge | None
    may_choose: bool = False


@dataclass(frozen=True)
class Stop:
    """One step of the circuit: done by whom and when, or still to come.

    How a payment ended is told by the tag alone.
    """

    label: Text
    tag: Badge
    who: str = ""
    at: datetime | None = None
    on: date | None = None


@dataclass(frozen=True)
class Figure:
    """One figure of the desk, leading to the list behind it."""

    label: Text
    value: str
    words: Text
    href: str


def row(payment: Payment, choosable: Collection[int] = ()) -> Row:
    """A payment in a list; `choosable` are the ids that can be chosen for a step together."""
    return Row(payment, LIFE.badge(payment.state), lateness(payment), payment.id in choosable)


def lateness(payment: Payment) -> Badge | None:
    """Whether the legal date was missed, in a word."""
    if rules.is_overdue(payment.state, payment.due_on, clock.today()):
        return _OVERDUE
    paid = payment.executed_on if payment.state == State.EXECUTED else None
    return _LATE if rules.was_late(payment.due_on, paid) else None


def circuit(payment: Payment, people: Mapping[int, User]) -> list[Stop]:
    """The steps of a payment in their order; names are left out for those not in `people`."""

    def who(person_id: int | None) -> str:
        person = people.get(person_id or 0)
        return person.name if person else ""

    signed = [
        (_("Requested, the amount being certified"), payment.requested_by_id, payment.requested_at),
        (_("Verified"), payment.verified_by_id, payment.verified_at),
        (_("Authorised for payment"), payment.authorised_by_id, payment.authorised_at),
        (_("Sent to the bank"), payment.sent_by_id, payment.sent_at),
    ]
    open_tag = (
        Badge(_("To come"), "wait") if payment.state in OPEN else Badge(_("Not done"), "muted")
    )
    done_tag = Badge(_("Done"), "ok")
    stops = [
        Stop(label, done_tag if at else open_tag, who(person_id), at)
        for label, person_id, at in signed
    ]
    executed = done_tag if payment.executed_on else open_tag
    stops.append(Stop(_("Executed by the bank"), executed, on=payment.executed_on))
    if payment.state in ENDED:
        badge = LIFE.badge(payment.state)
        stops.append(Stop("", badge, who(payment.refused_by_id), payment.refused_at))
    return stops


def legal_date(payment: Payment) -> Text:
    """How the legal date was counted."""
    first = rules.due_on(payment.purpose, payment.started_on)
    days = rules.LIMIT_DAYS[payment.purpose]
    counted = {"days": days, "day": formats.day(payment.started_on)}
    if payment.due_on == first:
        return _("%(days)s calendar days from %(day)s.", **counted)
    return _(
        "%(days)s calendar days from %(day)s; the time between the failed payment and the new "
        "request does not count.",
        **counted,
    )


def summary(figures: Mapping[State, Figures]) -> list[Figure]:
    """What is open in each state, and what is overdue."""
    found = [
        Figure(
            LIFE.badge(state).label,
            formats.number(figures[state].count),
            _("%(sum)s in all", sum=formats.money(figures[state].total_cents)),
            url_for("payments.index", state=state),
        )
        for state in OPEN
    ]
    overdue = sum(each.overdue for each in figures.values())
    words = n_(
        "%(num)s payment past its legal date", "%(num)s payments past their legal date", overdue
    )
    link = url_for("payments.index", overdue="y")
    return [*found, Figure(_("Overdue"), formats.number(overdue), words, link)]


def total(payments: Sequence[Payment]) -> int:
    """What several payments transfer together, in cents."""
    return sum(payment.net_cents for payment in payments)
