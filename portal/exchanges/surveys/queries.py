"""Surveys: one, locked, lists, what is to be asked; and what the answers add up to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.core import clock, days
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.states import Badge
from portal.core.tasks import Kind
from portal.exchanges.models import Exchange
from portal.exchanges.states import State as ExchangeState
from portal.exchanges.surveys import rules
from portal.exchanges.surveys.models import Survey
from portal.exchanges.surveys.rules import Figures
from portal.exchanges.surveys.states import LIFE, Contact, State
from portal.partners.models import Organisation
from portal.projects.models import Project

#: How many tasks the desk shows.
MOST_TASKS = 50


@dataclass(frozen=True)
class Part:
    """What the answers about the visits of one partnership come to, by number of months."""

    project_id: int
    ref: str
    acronym: str
    figures: dict[int, Figures]


@dataclass(frozen=True)
class Effects:
    """Every partnership that has asked, by acronym; and the whole, by number of months."""

    parts: list[Part]
    months: tuple[int, ...]
    whole: dict[int, Figures]

    def only(self, project_id: int) -> Part | None:
        """What came of the visits of one partnership; None before it has asked."""
        return next((one for one in self.parts if one.project_id == project_id), None)

    def protected(self, months: int) -> frozenset[int]:
        """The ids of the partnerships whose figures after so many months stay hidden."""
        counts = {one.project_id: one.figures.get(months, Figures()).answered for one in self.parts}
        return rules.protected(counts)


def by_ref(ref: str) -> Survey:
    """The survey with its visit and both organisations; raises `NotFound`."""
    return _one(select(Survey).where(Survey.ref == ref))


def lock_survey(survey_id: int) -> Survey:
    """The survey, fresh and locked until the end of the transaction."""
    query = select(Survey).where(Survey.id == survey_id).with_for_update(of=Survey)
    return _one(query.execution_options(populate_existing=True))


def to_ask(day: date) -> list[tuple[Exchange, int]]:
    """The validated visits to follow up on a day, locked, each with the number of months; those
    held or asked already left out.

    A stay that turned out too short to be an exchange is not followed up, nor a virtual one.
    """
    found = []
    for months in _all_months():
        query = select(Exchange).where(_is_to_be_asked(months, day)).options(*_sides())
        free = query.with_for_update(of=Exchange, skip_locked=True).order_by(Exchange.id)
        found += [
            (exchange, months)
            for exchange in db.session.scalars(free)
            if exchange.final_last_on and rules.is_due(exchange.final_last_on, months, today=day)
        ]
    return found


def count_to_ask(day: date) -> int:
    """How many surveys would be asked on a day, two for each visit; locks nothing."""
    visits = 0
    for months in _all_months():
        query = select(Exchange.final_last_on).where(_is_to_be_asked(months, day))
        found = (last_on for last_on in db.session.scalars(query) if last_on)
        visits += sum(rules.is_due(last_on, months, today=day) for last_on in found)
    return 2 * visits


def to_remind(day: date) -> list[Survey]:
    """The surveys whose one reminder is due on a day, locked; those held left out."""
    soonest = rules.reminded_up_to(day)
    waits = and_(
        Survey.state == State.ASKED,
        Survey.reminded_at.is_(None),
        Survey.answer_by.between(day, soonest),
    )
    return _locked(waits)


def past_answering(day: date) -> list[Survey]:
    """The open surveys whose last day for an answer is past, locked; those held left out."""
    return _locked(and_(Survey.state == State.ASKED, Survey.answer_by < day))


def listed(visible: ColumnElement[bool], *, state: State | None = None) -> Select[Survey]:
    """The surveys that meet the conditions, newest first, with what a list shows."""
    query = select(Survey).where(visible)
    if state is not None:
        query = query.where(Survey.state == state)
    return query.options(*_whole()).order_by(Survey.id.desc())


def of_exchange(exchange_id: int) -> list[Survey]:
    """The surveys about one visit: the earlier months first, the visitor before the host."""
    query = select(Survey).where(Survey.exchange_id == exchange_id).options(*_whole())
    return list(db.session.scalars(query.order_by(Survey.months, Survey.side.desc())))


def comments(project_id: int) -> Select[Survey]:
    """What was written freely about the visits of a partnership, newest first."""
    query = select(Survey).where(Survey.project_id == project_id, Survey.comment != "")
    return query.options(*_whole()).order_by(Survey.id.desc())


def involving(organisation_ids: frozenset[int], managed: Select[int] | None) -> ColumnElement[bool]:
    """The condition of surveys asked of one of the organisations, or about visits of a managed
    partnership.
    """
    mine: ColumnElement[bool] = Survey.organisation_id.in_(organisation_ids)
    return mine if managed is None else or_(mine, Survey.project_id.in_(managed))


def badge(survey: Survey, day: date) -> Badge:
    """How a survey is shown on a day: one that was not answered in time is closed already."""
    late = survey.state is State.ASKED and day > survey.answer_by
    return LIFE.badge(State.LAPSED if late else survey.state)


def effects() -> Effects:
    """What all answers add up to, for every partnership and for the scheme; one query.

    A visit counts for the visitor's partnership (CXC-K05).
    """
    visits = _by_visit().subquery()
    columns = [column for column in visits.c if column.name not in _KEYS]
    query = (
        select(
            Project.id,
            Project.ref,
            Project.acronym,
            visits.c.months,
            *(func.coalesce(func.sum(column), 0) for column in columns),
        )
        .join(Project, Project.id == visits.c.project_id)
        .group_by(Project.id, Project.ref, Project.acronym, visits.c.months)
        .order_by(Project.acronym, Project.id, visits.c.months)
    )
    parts: dict[int, Part] = {}
    whole: dict[int, Figures] = {}
    names = [column.name for column in columns]
    for key, ref, acronym, months, *sums in db.session.execute(query):
        # PostgreSQL adds up in decimals.
        found = Figures(**{name: int(each) for name, each in zip(names, sums, strict=True)})
        parts.setdefault(key, Part(key, ref, acronym, {})).figures[months] = found
        whole[months] = whole.get(months, Figures()) + found
    asked = tuple(sorted({*whole, *rules.months_for(clock.today())}))
    return Effects(list(parts.values()), asked, whole)


#: What waits for an answer, as the desk shows it.
KINDS = {"survey": Kind(_("Tell what came of the visit"), "surveys.show")}


def waiting_for(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The surveys the actor's organisations still have to answer, the soonest last day first."""
    visitor, host = aliased(Organisation), aliased(Organisation)
    return (
        select(
            literal("survey").label("kind"),
            Survey.ref,
            visitor.legal_name.label("first"),
            host.legal_name.label("second"),
            Survey.answer_by.label("due_on"),
            Survey.asked_at.label("since"),
        )
        .join(Exchange, Exchange.id == Survey.exchange_id)
        .join(visitor, visitor.id == Exchange.visitor_id)
        .join(host, host.id == Exchange.host_id)
        .where(
            Survey.organisation_id.in_(actor.organisation_ids),
            Survey.state == State.ASKED,
            Survey.answer_by >= clock.today(),
        )
        .order_by(Survey.answer_by, Survey.id)
        .limit(MOST_TASKS)
    )


#: What the sums of the effects are grouped by.
_KEYS = ("project_id", "months", "exchange_id")


def _by_visit() -> Select[*tuple[Any, ...]]:
    """One row for each visit and number of months, named as `Figures` names them."""
    answered = case((Survey.state == State.ANSWERED, 1), else_=0)
    in_touch = case((Survey.contact.in_((Contact.REGULAR, Contact.OCCASIONAL)), 1), else_=0)
    return select(
        Survey.project_id,
        Survey.months,
        Survey.exchange_id,
        func.count().label("asked"),
        func.sum(answered).label("answered"),
        func.sum(case((Survey.state == State.ASKED, 1), else_=0)).label("waiting"),
        func.max(answered).label("visits"),
        func.max(in_touch).label("continued"),
        func.max(Survey.projects).label("projects"),
        func.sum(Survey.contracts).label("contracts"),
        func.sum(Survey.contracts_cents).label("contracts_cents"),
        func.sum(Survey.partners).label("partners"),
        func.sum(Survey.jobs).label("jobs"),
        func.sum(case((Survey.skills.is_(True), 1), else_=0)).label("skills"),
        func.sum(Survey.satisfaction).label("satisfaction"),
    ).group_by(Survey.project_id, Survey.months, Survey.exchange_id)


def _all_months() -> Iterator[int]:
    yield from sorted({each for _since, months in rules.ROUNDS for each in months})


def _is_to_be_asked(months: int, day: date) -> ColumnElement[bool]:
    """A little wider than the rule, which counts the months of the calendar."""
    furthest = days.add_months(day, -months)
    margin = timedelta(days=rules.ASK_WITHIN_DAYS + 5)
    asked = exists().where(Survey.exchange_id == Exchange.id, Survey.months == months)
    return and_(
        Exchange.state == ExchangeState.VALIDATED,
        Exchange.counts,
        ~Exchange.virtual,
        Exchange.final_last_on.between(furthest - margin, furthest + timedelta(days=5)),
        ~asked,
    )


def _locked(condition: ColumnElement[bool]) -> list[Survey]:
    query = select(Survey).where(condition).options(*_whole())
    free = query.with_for_update(of=Survey, skip_locked=True).order_by(Survey.id)
    return list(db.session.scalars(free))


def _sides() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Exchange.visitor, innerjoin=True),
        joinedload(Exchange.host, innerjoin=True),
        joinedload(Exchange.project, innerjoin=True),
    )


def _whole() -> tuple[ExecutableOption, ...]:
    visit = joinedload(Survey.exchange, innerjoin=True)
    related = (Exchange.visitor, Exchange.host, Exchange.project)
    return (
        joinedload(Survey.organisation, innerjoin=True),
        *(visit.joinedload(each, innerjoin=True) for each in related),
    )


def _one(query: Select[Survey]) -> Survey:
    found = db.session.scalars(query.options(*_whole())).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found
