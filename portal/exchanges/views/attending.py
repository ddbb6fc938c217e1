"""Attendance by code: what the visitor shows, what the host types, what is confirmed."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, url_for

from portal.accounts import queries as accounts
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.i18n import Text, _, n_
from portal.exchanges import operations, policy, queries
from portal.exchanges.forms import CodeForm
from portal.exchanges.models import Exchange
from portal.exchanges.rules import attendance as rules
from portal.exchanges.states import LIFE, PASSAGE_LABELS, Action, Passage, State
from portal.exchanges.views.base import blueprint, seen
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor

_DONE = {
    Passage.ARRIVAL: _("The arrival is confirmed."),
    Passage.DEPARTURE: _("The departure is confirmed. No further proof of travel is needed."),
}


@dataclass(frozen=True)
class ShownPassage:
    """An arrival or a departure: confirmed for a day by somebody, or still to come."""

    label: Text
    day: date | None
    by: str


@dataclass(frozen=True)
class ShownAttendance:
    """What is confirmed of a visit, and the code of what comes next for who may show it."""

    passages: list[ShownPassage]
    proved: bool
    until: date
    code: str
    next: Text


def shown_attendance(actor: Actor, exchange: Exchange) -> ShownAttendance | None:
    """What a page tells of the attendance; None where nobody travels or nothing is agreed yet."""
    if exchange.virtual or exchange.concluded_at is None:
        return None
    confirmed = {one.passage: one for one in exchange.attendance}
    if exchange.state is not State.AGREED and not confirmed:
        return None
    people = accounts.by_ids([one.confirmed_by_id for one in exchange.attendance])
    coming = rules.next_passage(confirmed)
    return ShownAttendance(
        passages=[
            ShownPassage(
                PASSAGE_LABELS[passage],
                confirmed[passage].day if passage in confirmed else None,
                people[confirmed[passage].confirmed_by_id].name if passage in confirmed else "",
            )
            for passage in Passage
        ],
        proved=coming is None,
        until=rules.last_day(exchange.last_on),
        code=_code(actor, exchange, coming),
        next=PASSAGE_LABELS[coming] if coming else "",
    )


def days_differ(exchange: Exchange) -> bool:
    """Whether a report names other days than those the host confirmed by code."""
    return rules.differs(
        {one.passage: one.day for one in exchange.attendance},
        [(one.first_on, one.last_on) for one in exchange.reports],
    )


@blueprint.route("/exchanges/<ref>/confirm-attendance", methods=["GET", "POST"])
def confirm_attendance(ref: str) -> Answer:
    """Type the code the visitor shows, on arrival and again on departure.

    A wrong code is kept, so the answer is a redirect as after any other change.
    """
    actor = current_actor()
    exchange = seen(actor, ref)
    ensure(policy.may_confirm_attendance(actor, exchange))
    LIFE.step(exchange.state, Action.CONFIRM_ATTENDANCE)
    today = clock.today()
    form = CodeForm(data={"day": max(exchange.first_on, min(today, exchange.last_on))})
    if form.is_submitted() and attempt(
        form, operations.confirm_attendance, exchange, actor=actor, **form.values()
    ):
        if form.result is None:
            flash(str(_("This code is wrong. Ask the visitor to show it again.")), "no")
            return redirect(url_for("exchanges.confirm_attendance", ref=ref), 303)
        return done(_DONE[form.result], "exchanges.show", ref=ref)
    exchange = queries.by_ref(ref)
    left = max(0, rules.TRIES - queries.wrong_codes(exchange.id))
    return form_page(
        "exchanges/confirm_attendance.html",
        form,
        exchange=exchange,
        attendance=shown_attendance(actor, exchange),
        is_time=rules.is_time(exchange.first_on, exchange.last_on, today=today),
        left=left,
        left_words=n_(
            "%(num)s wrong code may still be typed for this visit.",
            "%(num)s wrong codes may still be typed for this visit.",
            left,
        ),
    )


def _code(actor: Actor, exchange: Exchange, coming: Passage | None) -> str:
    """The code in two groups of digits, during the days it is taken; empty for everybody else."""
    if coming is None or exchange.state is not State.AGREED:
        return ""
    during = rules.is_time(exchange.first_on, exchange.last_on, today=clock.today())
    if not during or not policy.may_see_code(actor, exchange):
        return ""
    digits = queries.attendance_code(exchange, coming)
    return f"{digits[:3]} {digits[3:]}"
