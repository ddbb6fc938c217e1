"""Rounds: one, the one that waits, and the field of all who wait for a match."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.core.db import db
from portal.core.errors import NotFound
from portal.exchanges import queries as exchanges
from portal.exchanges.matches.models import Match, MatchRound, Suggestion
from portal.exchanges.matches.queries.best import may_take, rights_of, traits_of
from portal.exchanges.matches.rules import assignment, filters, score
from portal.exchanges.matches.rules.assignment import Pair, Round, Solution
from portal.exchanges.matches.rules.traits import Traits
from portal.exchanges.matches.states import OPEN
from portal.exchanges.profiles import queries as profiles
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import Part
from portal.exchanges.rules.quota import Forecast, classify
from portal.partners.sme import queries as sme
from portal.projects import queries as projects


@dataclass(frozen=True)
class Waiting:
    """Somebody who waits for a match, as plain values."""

    profile_id: int
    organisation_id: int
    project_id: int
    traits: Traits


@dataclass(frozen=True)
class Field:
    """All who wait on a day, with what a round needs to know of them; nothing of the database."""

    day: date
    visitors: list[Waiting]
    hosts: list[Waiting]
    #: Organisations that are SMEs, and those that are direct beneficiaries (CXC-K08).
    smes: frozenset[int]
    beneficiaries: frozenset[int]
    #: What each visitor's partnership may still take, by its database id.
    left: dict[int, Forecast]
    #: Pairs of profiles for which a proposal is open already.
    open_pairs: frozenset[tuple[int, int]]


def round_by_ref(ref: str) -> MatchRound:
    """The round with its suggestions and their profiles; raises `NotFound`."""
    query = select(MatchRound).where(MatchRound.ref == ref)
    found = db.session.scalars(query.options(*_with_suggestions())).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found


def lock_round(round_id: int) -> MatchRound:
    """The round, fresh and locked until the end of the transaction."""
    query = select(MatchRound).where(MatchRound.id == round_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def next_round() -> MatchRound | None:
    """The round that waits to be solved, if there is one."""
    query = select(MatchRound).where(MatchRound.solved_at.is_(None)).order_by(MatchRound.id)
    return db.session.scalar(query.limit(1))


def rounds() -> Select[MatchRound]:
    """Every round, newest first."""
    return select(MatchRound).order_by(MatchRound.id.desc())


def field_of(day: date) -> Field:
    """All who wait on a day, read once for a whole round."""
    visitors, hosts = profiles.accepted(Part.VISITOR), profiles.accepted(Part.HOST)
    rights = rights_of([*visitors, *hosts], day)
    travel = [_waiting(one, day) for one in visitors if may_take(rights, one, Part.VISITOR)]
    receive = [_waiting(one, day) for one in hosts if may_take(rights, one, Part.HOST)]
    ids = {one.organisation_id for one in (*travel, *receive)}
    statuses = sme.statuses_on(ids, day)
    open_pairs = select(Match.visitor_id, Match.host_id).where(
        Match.state.in_(OPEN), Match.answer_by >= day
    )
    return Field(
        day=day,
        visitors=travel,
        hosts=receive,
        smes=frozenset(key for key, status in statuses.items() if status.is_sme),
        beneficiaries=projects.direct_beneficiaries_among(ids),
        left={
            key: exchanges.quota(key, day).planned_forecast
            for key in sorted({one.project_id for one in travel})
        },
        open_pairs=frozenset(
            (visitor_id, host_id) for visitor_id, host_id in db.session.execute(open_pairs)
        ),
    )


def pairs_of(field: Field, number: int) -> Iterator[Pair]:
    """The possible matches of one visitor of the field, scored."""
    visitor = field.visitors[number]
    for other, host in enumerate(field.hosts):
        if (visitor.profile_id, host.profile_id) in field.open_pairs:
            continue
        if filters.obstacle(visitor.traits, host.traits) is not None:
            continue
        klass = classify(
            visitor_is_sme=visitor.organisation_id in field.smes,
            host_is_sme=host.organisation_id in field.smes,
            visitor_is_beneficiary=visitor.organisation_id in field.beneficiaries,
        )
        yield Pair(number, other, score.total(visitor.traits, host.traits), klass)


def solution_of(
    field: Field, places: int, told: Callable[[int], None] = lambda _count: None
) -> Solution:
    """Compare all who wait and solve the round; `told` hears how many visitors are compared.

    Asks the database nothing.
    """
    pairs: list[Pair] = []
    for number in range(len(field.visitors)):
        pairs += pairs_of(field, number)
        told(number + 1)
    partnerships = [one.project_id for one in field.visitors]
    return assignment.solution(Round(pairs, partnerships, [places] * len(field.hosts), field.left))


def _waiting(profile: Profile, day: date) -> Waiting:
    assert profile.project_id is not None, "an accepted profile has its partnership"
    return Waiting(profile.id, profile.organisation_id, profile.project_id, traits_of(profile, day))


def _with_suggestions() -> tuple[ExecutableOption, ...]:
    kept = selectinload(MatchRound.suggestions)
    return tuple(
        kept.joinedload(side, innerjoin=True).options(
            joinedload(Profile.organisation, innerjoin=True), joinedload(Profile.project)
        )
        for side in (Suggestion.visitor, Suggestion.host)
    )
