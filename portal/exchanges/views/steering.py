"""The queue of a partnership, where it would lead, and the quota of the whole scheme."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from portal.core import clock, formats
from portal.core.actors import ensure, ensure_seen
from portal.core.errors import Fault
from portal.core.i18n import Text, _, n_
from portal.core.states import Badge
from portal.exchanges import policy, queries
from portal.exchanges.models import Exchange
from portal.exchanges.queries import PartnershipStanding, Standing, Waiting
from portal.exchanges.rules.steering import Choice, File, Position, suggest
from portal.exchanges.states import KLASS_LABELS, Why
from portal.exchanges.views.base import blueprint
from portal.exchanges.views.quota import (
    Strip,
    after_words,
    also_words,
    badge,
    gauges,
    reading_rows,
    strip,
)
from portal.projects import queries as projects
from portal.projects.states import Instrument
from portal.web.respond import Answer, page
from portal.web.session import current_actor


@dataclass(frozen=True)
class QueueRow:
    """A waiting file as the queue shows it, with the advice about it."""

    exchange: Exchange
    klass: Text
    amount: str
    waited: Text
    advice: Badge
    why: Text
    faults: tuple[Fault, ...]
    ticked: bool


@dataclass(frozen=True)
class Outcome:
    """What taking the ticked files would lead to."""

    kind: str
    words: Text
    other: Text
    amount: str
    left: str
    short: str


@dataclass(frozen=True)
class PartnershipRow:
    """A partnership on the page of the scheme."""

    name: str
    ref: str
    counted: str
    target: str
    sme: str
    other: str
    room: str
    strip: Strip
    badge: Badge


@blueprint.get("/projects/<ref>/queue")
def queue(ref: str) -> Answer:
    """What waits for an approval, what to take next, and what a selection would lead to."""
    actor, project = current_actor(), projects.by_ref(ref)
    ensure_seen(policy.may_see_queue(actor, project))
    today = clock.today()
    standing = queries.quota(project.id, today)
    found = queries.queue(project.id, today)
    envelope = projects.envelope(project.id, Instrument.EXCHANGE)
    position = queries.position(standing, envelope)
    advice = suggest([one.file for one in found.waiting], position)
    asked = request.args.getlist("file")
    files = found.among(asked)
    return page(
        "exchanges/queue.html",
        project=project,
        rows=_rows(found.waiting, advice, {one.ref for one in files}, position),
        more=found.more,
        outcome=_outcome(files, position) if files else None,
        none_ticked="file" in request.args and not files,
        suggested=[one.file.ref for one in advice if one.place],
        strip=strip(standing),
        available=formats.money(position.available_cents),
    )


@blueprint.get("/exchanges/quota")
def scheme_quota() -> Answer:
    """Where the whole scheme stands, and each partnership in it."""
    ensure(policy.may_see_scheme_quota(current_actor()))
    today = clock.today()
    scheme = queries.scheme_on(today)
    standing = queries.scheme_quota(scheme.terms)
    return page(
        "exchanges/scheme_quota.html",
        scheme=scheme,
        standing=standing,
        gauges=gauges(standing, scheme.terms),
        strip=strip(standing),
        readings=reading_rows(standing),
        partnerships=[_partnership(one) for one in queries.partnership_quotas(scheme.terms, today)],
    )


def _rows(
    waiting: Sequence[Waiting], advice: Sequence[Choice], ticked: set[str], position: Position
) -> list[QueueRow]:
    """The files in the order of the advice."""
    by_ref = {one.file.ref: one for one in waiting}
    return [_row(by_ref[one.file.ref], one, ticked, position) for one in advice]


def _row(one: Waiting, choice: Choice, ticked: set[str], position: Position) -> QueueRow:
    file = one.file
    days = n_("%(num)s day", "%(num)s days", file.waited_days)
    return QueueRow(
        exchange=one.exchange,
        klass=KLASS_LABELS[file.klass] if file.klass else _("Virtual exchange"),
        amount=formats.money(file.cents) if one.found.priced.sum else "—",
        waited=_("%(days)s, since %(day)s", days=days, day=formats.day_short(one.since)),
        advice=_advice(choice),
        why=_why(choice, position),
        faults=one.faults,
        ticked=file.ref in ticked,
    )


def _advice(choice: Choice) -> Badge:
    if choice.place:
        return Badge(_("Take as no. %(place)s", place=formats.number(choice.place)), "ok")
    return Badge(_("Leave for now"), "no" if choice.why is Why.OUT_OF_REACH else "wait")


def _why(choice: Choice, position: Position) -> Text:
    """The reason in words."""
    tally, goal = position.tally, position.goal
    return {
        Why.SME_BEHIND: _(
            "longest waiting with an SME, whose share is behind its minimum of %(least)s",
            least=formats.percent(goal.sme_share_bp, 10_000),
        ),
        Why.OTHER_BEHIND: _(
            "longest waiting by others, whose share is behind its minimum of %(least)s",
            least=formats.percent(goal.other_share_bp, 10_000),
        ),
        Why.LONGEST: _("longest waiting; shares and envelope allow it")
        if tally.total
        else _("longest waiting; nothing is counted yet"),
        Why.HINDERED: _("something stands in the way of its approval"),
        Why.NO_MONEY: _("the envelope does not pay for it after those before"),
        Why.OUT_OF_REACH: _("after those before, both minima could no longer be met"),
    }[choice.why]


def _outcome(files: Sequence[File], position: Position) -> Outcome:
    after = position.after(files)
    short = max(0, -after.available_cents)
    refused = position.blocks(files) or short > 0
    return Outcome(
        kind="no" if refused or not after.forecast.feasible else "ok",
        words=after_words(len(files), after.tally, after.forecast),
        other=also_words(after.tally),
        amount=formats.money(sum(one.cents for one in files)),
        left=formats.money(max(0, after.available_cents)),
        short=formats.money(short) if short else "",
    )


def _partnership(one: PartnershipStanding) -> PartnershipRow:
    standing: Standing = one.standing
    planned = standing.planned
    return PartnershipRow(
        name=one.project.acronym,
        ref=one.project.ref,
        counted=_pair(standing.reached.total, planned.total),
        target=formats.number(standing.target),
        sme=_share(planned.sme, planned.total),
        other=_share(planned.other, planned.total),
        room=formats.number(max(0, standing.planned_forecast.room_for_internal)),
        strip=strip(standing),
        badge=badge(standing.readings[0]),
    )


def _pair(reached: int, planned: int) -> str:
    return f"{formats.number(reached)} / {formats.number(planned)}"


def _share(part: int, whole: int) -> str:
    return formats.percent(part, whole) if whole else "—"
