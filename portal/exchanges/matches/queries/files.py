"""Matches: one, locked, lists, what waits for an answer."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.states import Badge
from portal.core.tasks import Kind
from portal.exchanges.matches.models import Match
from portal.exchanges.matches.states import LIFE, OPEN, State
from portal.exchanges.profiles.models import Profile
from portal.partners.models import Organisation

#: How many tasks the desk shows.
MOST_TASKS = 50


def by_ref(ref: str) -> Match:
    """The match with both profiles, their organisations and partnerships; raises `NotFound`."""
    return _one(select(Match).where(Match.ref == ref))


def lock_match(match_id: int) -> Match:
    """The match, fresh and locked until the end of the transaction."""
    query = select(Match).where(Match.id == match_id).with_for_update(of=Match)
    return _one(query.execution_options(populate_existing=True))


def open_between(visitor_id: int, host_id: int) -> Match | None:
    """The open match of two profiles, locked, if there is one."""
    query = select(Match).where(
        Match.visitor_id == visitor_id, Match.host_id == host_id, Match.state.in_(OPEN)
    )
    locked = query.options(*_whole()).with_for_update(of=Match)
    return db.session.scalars(locked).unique().one_or_none()


def past_answering(day: date) -> list[Match]:
    """The open matches whose last day for an answer is past, locked; those held left out."""
    query = select(Match).where(_is_past_answering(day)).options(*_whole())
    free = query.with_for_update(of=Match, skip_locked=True).order_by(Match.id)
    return list(db.session.scalars(free).unique())


def refs_past_answering(day: date) -> list[str]:
    """The references of the matches that `past_answering` finds, without locking them."""
    query = select(Match.ref).where(_is_past_answering(day)).order_by(Match.id)
    return list(db.session.scalars(query))


def listed(visible: ColumnElement[bool], *, state: State | None = None) -> Select[Match]:
    """The matches that meet the conditions, newest first, with what a list shows."""
    query = select(Match).where(visible)
    if state is not None:
        query = query.where(Match.state == state)
    return query.options(*_sides(), joinedload(Match.exchange)).order_by(Match.id.desc())


def of_profiles(profile_ids: Select[int]) -> ColumnElement[bool]:
    """The condition of matches in which one of the profiles takes part."""
    return or_(Match.visitor_id.in_(profile_ids), Match.host_id.in_(profile_ids))


def badge(match: Match, day: date) -> Badge:
    """How a match is shown on a day: one that nobody answered in time has expired already."""
    late = match.state in OPEN and day > match.answer_by
    return LIFE.badge(State.EXPIRED if late else match.state)


#: What waits for an answer, as the desk shows it.
KINDS = {"match": Kind(_("Answer the proposed visit"), "matches.show")}


def waiting_for(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The proposals that wait for the actor's answer, the soonest last day first."""
    visitor, host = aliased(Profile), aliased(Profile)
    visiting, hosting = aliased(Organisation), aliased(Organisation)
    mine = or_(
        and_(
            visitor.organisation_id.in_(actor.organisation_ids), Match.visitor_agreed_at.is_(None)
        ),
        and_(host.organisation_id.in_(actor.organisation_ids), Match.host_agreed_at.is_(None)),
    )
    return (
        select(
            literal("match").label("kind"),
            Match.ref,
            visiting.legal_name.label("first"),
            hosting.legal_name.label("second"),
            Match.answer_by.label("due_on"),
            Match.proposed_at.label("since"),
        )
        .join(visitor, visitor.id == Match.visitor_id)
        .join(host, host.id == Match.host_id)
        .join(visiting, visiting.id == visitor.organisation_id)
        .join(hosting, hosting.id == host.organisation_id)
        .where(Match.state.in_(OPEN), Match.answer_by >= clock.today(), mine)
        .order_by(Match.answer_by, Match.id)
        .limit(MOST_TASKS)
    )


def profiles_of(organisation_ids: Collection[int]) -> Select[int]:
    """The ids of the profiles of organisations, as a subquery."""
    return select(Profile.id).where(Profile.organisation_id.in_(organisation_ids))


def profiles_with(project_ids: Select[int]) -> Select[int]:
    """The ids of the profiles that partnerships answer, as a subquery."""
    return select(Profile.id).where(Profile.project_id.in_(project_ids))


def _is_past_answering(day: date) -> ColumnElement[bool]:
    return and_(Match.state.in_(OPEN), Match.answer_by < day)


def _sides() -> tuple[ExecutableOption, ...]:
    return tuple(
        joinedload(side, innerjoin=True).joinedload(Profile.organisation, innerjoin=True)
        for side in (Match.visitor, Match.host)
    )


def _whole() -> tuple[ExecutableOption, ...]:
    loaded: list[ExecutableOption] = [joinedload(Match.exchange)]
    for side in (Match.visitor, Match.host):
        both = joinedload(side, innerjoin=True)
        loaded += [
            both.joinedload(Profile.organisation, innerjoin=True),
            both.joinedload(Profile.project),
            both.selectinload(Profile.wishes),
            both.selectinload(Profile.periods),
        ]
    return tuple(loaded)


def _one(query: Select[Match]) -> Match:
    found = db.session.scalars(query.options(*_whole())).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found
