"""One page for the people who run a partnership, its list of visits and its sheet."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, request

from portal.core import clock, formats
from portal.core.actors import Actor, ensure_seen
from portal.core.i18n import LANGUAGES, Text, _, current_language, n_
from portal.core.states import Badge
from portal.exchanges import policy as exchanges_policy
from portal.exchanges import queries as exchanges
from portal.exchanges.partnerships import documents, exports, policy, queries, rules
from portal.exchanges.partnerships.queries import NamedVisit, Sheet
from portal.exchanges.partnerships.rules import Deadline, Deadlines, Month
from portal.exchanges.partnerships.states import DUE_LABELS, Due
from portal.exchanges.partnerships.views.chart import chart
from portal.exchanges.profiles import policy as profiles_policy
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.web.gauges import Gauge
from portal.web.respond import Answer, csv, page, paginate, pdf, xlsx
from portal.web.session import current_actor

blueprint = Blueprint("partnerships", __name__)

#: What is due within so many days is near.
_NEAR = timedelta(days=7)
_LATE = Badge(_("Overdue"), "no")
_SOON = Badge(_("Soon"), "wait")
_STOPPED = Badge(_("Clock suspended"), "info")


@dataclass(frozen=True)
class Day:
    """A day of the calendar: how many visits take place on it, and some of them by name."""

    day: date
    is_inside: bool
    is_today: bool
    count: Text
    visits: tuple[NamedVisit, ...]
    more: Text


@dataclass(frozen=True)
class Neighbour:
    """A month the calendar leads to."""

    rel: str
    month: str
    shown: str
    words: Text


@dataclass(frozen=True)
class DeadlineRow:
    """A deadline in words."""

    due_on: date
    what: Text
    ref: str
    title: str
    badge: Badge | None
    has_page: bool


@blueprint.get("/projects/<ref>/partnership")
def show(ref: str) -> Answer:
    """Money, visits by state, quota, deadlines, a month of visits, and the map."""
    actor, project = current_actor(), _seen(ref)
    today = clock.today()
    sheet = queries.sheet(project, today)
    due = queries.deadlines(sheet)
    month = rules.month_of(request.args.get("month", ""), today)
    found = paginate(queries.in_month(project.id, month))
    return page(
        "partnerships/show.html",
        project=project,
        sheet=sheet,
        gauges=_gauges(sheet),
        money=documents.money_rows(sheet),
        shares=documents.share_rows(sheet),
        deadlines=_deadline_rows(due, today, actor),
        due=due,
        month_name=formats.month(month.first),
        neighbours=_neighbours(month),
        weeks=_weeks(project.id, month, today),
        weekdays=formats.weekdays(),
        found=found,
        badges={one.ref: exchanges.badge(one, today) for one in found.items},
        chart=chart(sheet.journeys, current_language()),
        may_see_quota=exchanges_policy.may_see_quota(actor, project),
        languages=LANGUAGES.items(),
    )


@blueprint.get("/projects/<ref>/partnership/visits")
def visits(ref: str) -> Answer:
    """Every visit of the partnership in the reader's language: a workbook if asked for, or CSV."""
    project, language = _seen(ref), current_language()
    sheet = queries.sheet(project, clock.today())
    found = queries.listed(project.id, sheet.envelope.line_id)
    if request.args.get("format") == "xlsx":
        return xlsx(exports.visits_xlsx(found, language=language), f"{ref}-visits-{language}.xlsx")
    return csv(exports.visits_csv(found, language=language), f"{ref}-visits-{language}.csv")


@blueprint.get("/projects/<ref>/partnership/indicators")
def indicators(ref: str) -> Answer:
    """The sheet of indicators as PDF, in the language asked for or the reader's own."""
    project = _seen(ref)
    asked = request.args.get("language", "")
    language = asked if asked in LANGUAGES else current_language()
    sheet = queries.sheet(project, clock.today())
    content = documents.indicators(sheet, queries.deadlines(sheet), language=language)
    return pdf(content, f"{ref}-indicators-{language}.pdf")


def _seen(ref: str) -> Project:
    project = projects.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), project))
    return project


def _gauges(sheet: Sheet) -> list[Gauge]:
    money, standing = sheet.figures, sheet.standing
    reached, planned = standing.reached.total, standing.planned.total
    settled = money.certified_cents + money.paid_cents
    return [
        Gauge(
            "envelope",
            _("Envelope for exchanges"),
            _pct(settled, money.budget_cents),
            _pct(money.engaged_cents, money.budget_cents),
            formats.money(money.engaged_cents),
            formats.money(money.budget_cents),
            _("%(left)s available", left=formats.money(money.available_cents)),
            "ok" if money.available_cents >= sheet.terms.cap_cents else "wait",
        ),
        Gauge(
            "visits",
            _("Validated exchanges"),
            _pct(reached, standing.target),
            _pct(planned, standing.target),
            formats.number(reached),
            formats.number(standing.target),
            _("%(planned)s with those approved", planned=formats.number(planned)),
        ),
    ]


def _neighbours(month: Month) -> list[Neighbour]:
    found = []
    before, after = month.later(-1), month.later(1)
    if before:
        name = formats.month(before.first)
        words = _("Previous month: %(month)s", month=name)
        found.append(Neighbour("prev", before.text, f"← {name}", words))
    if after:
        name = formats.month(after.first)
        words = _("Next month: %(month)s", month=name)
        found.append(Neighbour("next", after.text, f"{name} →", words))
    return found


def _weeks(project_id: int, month: Month, today: date) -> list[list[Day]]:
    counted = rules.visits_by_day(queries.spans(project_id, month), month)
    named = queries.named(project_id, month)
    return [
        [_day(day, month, today, counted.get(day, 0), named[day]) for day in week]
        for week in month.weeks
    ]


def _day(day: date, month: Month, today: date, count: int, named: Iterable[NamedVisit]) -> Day:
    visits = tuple(named)
    more = count - len(visits)
    return Day(
        day=day,
        is_inside=month.first <= day <= month.last,
        is_today=day == today,
        count=n_("%(num)s visit", "%(num)s visits", count) if count else "",
        visits=visits,
        more=n_("and %(num)s more", "and %(num)s more", more) if more else "",
    )


def _deadline_rows(found: Deadlines, today: date, actor: Actor) -> list[DeadlineRow]:
    """Profiles and matches have pages for those who take part in them or watch over them."""
    reads_profiles = profiles_policy.may_list(actor)
    return [
        DeadlineRow(
            one.due_on,
            DUE_LABELS[one.kind],
            one.ref,
            one.title,
            _badge(one, today),
            reads_profiles or one.kind not in (Due.REGISTRATION, Due.PROPOSAL),
        )
        for one in found.shown
    ]


def _badge(one: Deadline, today: date) -> Badge | None:
    if one.suspended:
        return _STOPPED
    if one.is_late(today):
        return _LATE
    return _SOON if one.due_on <= today + _NEAR else None


def _pct(part: int, whole: int) -> int:
    return 100 if whole <= 0 else min(100, part * 100 // whole)
