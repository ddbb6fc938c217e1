"""How payments appear on pages: rows of a list, the circuit as steps, figures of the desk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from portal.accounts.models import User
from portal.core import clock, formats
from portal.core.i18n import Text, _, n_
from portal.core.states import Badge
from portal.partners.bank_accounts.states import Hold
from portal.payments import rules
from portal.payments.delegations.models import Delegation
from portal.payments.models import Payment
from portal.payments.queries import Figures
from portal.payments.states import ENDED, LIFE, OPEN, State

_PAUSED = Badge(_("Suspended"), "wait")


#: Why a payment is held, in a word or two.
_HELD = {
    Hold.INVALID: Badge(_("Account not valid"), "no"),
    Hold.CHANGING: Badge(_("Held: account being changed"), "wait"),
    Hold.WAITING: Badge(_("Held: new account"), "wait"),
}


@dataclass(frozen=True)
class Row:
    """One payment in a list."""

    payment: Payment
    badge: Badge
    #: Said beside the legal date when it was missed, and instead of it while the clock stands.
    late: Badge | None
    paused: Badge | None
    may_choose: bool = False
    #: Said beside the state while no signature is given for the sake of the account.
    held: Badge | None = None


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
    #: The delegation under which it was signed, when it was not by own right.
    under: Delegation | None = None


@dataclass(frozen=True)
class Figure:
    """One figure of the desk, leading to the list behind it."""

    label: Text
    value: str
    words: Text
    href: str


def row(
    payment: Payment, choosable: Collection[int] = (), holds: Mapping[int, Hold] | None = None
) -> Row:
    """A payment in a list; `choosable` are the ids that can be chosen for a step together, `holds`
    say by id why payments are held.
    """
    hold = (holds or {}).get(payment.id)
    return Row(
        payment,
        LIFE.badge(payment.state),
        lateness(payment),
        _PAUSED if payment.suspended_on else None,
        payment.id in choosable,
        _HELD[hold] if hold else None,
    )


def lateness(payment: Payment) -> Badge | None:
    """By how many days the legal date was missed, in a word; None when it was not."""
    today, paid = clock.today(), payment.executed_on if payment.state == State.EXECUTED else None
    if rules.is_overdue(payment.state, payment.due_on, today, payment.suspended_on):
        days = rules.days_late(payment.due_on, payment.suspended_on or today)
        return Badge(n_("%(num)s day late", "%(num)s days late", days), "no")
    if paid is None or not rules.was_late(payment.due_on, paid):
        return None
    days = rules.days_late(payment.due_on, paid)
    return Badge(n_("Paid %(num)s day late", "Paid %(num)s days late", days), "no")


def circuit(payment: Payment, people: Mapping[int, User]) -> list[Stop]:
    """The steps of a payment in their order; names are left out for those not in `people`."""

    def who(person_id: int | None) -> str:
        person = people.get(person_id or 0)
        return person.name if person else ""

    asked = payment.requested_by_id, payment.requested_at, None
    verified = payment.verified_by_id, payment.verified_at, payment.verified_under
    authorised = payment.authorised_by_id, payment.authorised_at, payment.authorised_under
    sent = payment.sent_by_id, payment.sent_at, payment.sent_under
    signed = [
        (_("Requested, the amount being certified"), *asked),
        (_("Verified"), *verified),
        (_("Authorised for payment"), *authorised),
        (_("Sent to the bank"), *sent),
    ]
    open_tag = (
        Badge(_("To come"), "wait") if payment.state in OPEN else Badge(_("Not done"), "muted")
    )
    done_tag = Badge(_("Done"), "ok")
    stops = [
        Stop(
            label, done_tag if at else open_tag, who(person_id), at, under=under if people else None
        )
        for label, person_id, at, under in signed
    ]
    if payment.accepted_at or payment.state is State.SENT:
        accepted = done_tag if payment.accepted_at else open_tag
        stops.append(Stop(_("Accepted by the bank"), accepted, at=payment.accepted_at))
    executed = done_tag if payment.executed_on else open_tag
    stops.append(Stop(_("Executed by the bank"), executed, on=payment.executed_on))
    if payment.state in ENDED:
        badge = LIFE.badge(payment.state)
        stops.append(Stop("", badge, who(payment.refused_by_id), payment.refused_at))
    return stops


def void(old: Payment | None, new: Payment | None) -> list[Text]:
    """Why the signatures of a payment are void on the one that stands in for it."""
    if old is None or new is None:
        return []
    found = []
    if old.bank_account_id != new.bank_account_id:
        found.append(_("Signatures void: account changed."))
    if old.net_cents != new.amount_cents:
        before, after = formats.money(old.net_cents), formats.money(new.amount_cents)
        found.append(
            _(
                "Signatures void: amount changed from %(before)s to %(after)s.",
                before=before,
                after=after,
            )
        )
    return found


def legal_date(payment: Payment) -> Text:
    """How the legal date was counted."""
    first = rules.due_on(payment.started_on, payment.limit_days)
    counted = {"days": payment.limit_days, "day": formats.day(payment.started_on)}
    if payment.due_on == first:
        return _("%(days)s calendar days from %(day)s.", **counted)
    return _(
        "%(days)s calendar days from %(day)s; the time during which the clock stood still does not "
        "count.",
        **counted,
    )


def summary(figures: Mapping[State, Figures]) -> list[Figure]:
    """What is open in each state, what is overdue or nearly so, and what is suspended."""
    found = [
        Figure(
            LIFE.badge(state).label,
            formats.number(figures[state].count),
            _("%(sum)s in all", sum=formats.money(figures[state].total_cents)),
            url_for("payments.index", state=state),
        )
        for state in OPEN
    ]
    overdue, near, suspended = (
        sum(getattr(each, name) for each in figures.values())
        for name in ("overdue", "near", "suspended")
    )
    clocks = (
        (
            "overdue",
            _("Overdue"),
            overdue,
            n_(
                "%(num)s payment past its legal date",
                "%(num)s payments past their legal date",
                overdue,
            ),
        ),
        ("near", _("Due within 3 days"), near, _("not yet executed")),
        ("suspended", _("Suspended"), suspended, _("the clock stands still")),
    )
    return [
        *found,
        *(
            Figure(label, formats.number(count), words, url_for("payments.index", clock=name))
            for name, label, count, words in clocks
        ),
    ]


def total(payments: Sequence[Payment]) -> int:
    """What several payments transfer together, in cents."""
    return sum(payment.net_cents for payment in payments)
