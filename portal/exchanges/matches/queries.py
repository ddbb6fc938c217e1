"""Reads of matches: one, lists, the best candidates for a profile; and the lock."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.core import clock, days
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.states import Badge
from portal.core.tasks import Task
from portal.exchanges import queries as exchanges
from portal.exchanges.matches.models import Match
from portal.exchanges.matches.rules import filters, score
from portal.exchanges.matches.rules.filters import Obstacle
from portal.exchanges.matches.rules.score import WHOLE_DAYS, Score
from portal.exchanges.matches.rules.traits import Traits, first_stay
from portal.exchanges.matches.states import LIFE, OPEN, State
from portal.exchanges.profiles import queries as profiles
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.rules import Period
from portal.exchanges.profiles.states import Part, WishKind
from portal.exchanges.queries import TakingPart
from portal.partners.models import Organisation
from portal.partners.sme import queries as sme

#: How many tasks the desk shows, and how many candidates a page.
MOST_TASKS = 50
MOST_CANDIDATES = 20
#: What an organisation can still bring in before the approval does not keep it from a match.
_MAY_COME_LATER = frozenset({"CXC-E05", "CXC-E10"})


@dataclass(frozen=True)
class Candidate:
    """Somebody a profile could be matched with: the score opened, and the first fitting days."""

    profile: Profile
    score: Score
    stay: Period


@dataclass(frozen=True)
class Candidates:
    """The best of those who could be matched, and how many could not, by reason."""

    best: list[Candidate]
    left_out: dict[Obstacle, int]


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


def traits_of(profile: Profile, day: date) -> Traits:
    """A profile as matching sees it on a day; days that are past do not count."""
    aims = (WishKind.OBJECTIVE, WishKind.ACTIVITY)
    one = profile.organisation
    tomorrow = day + timedelta(days=1)
    return Traits(
        name=one.legal_name,
        country=one.country,
        kind=one.kind,
        organisation_id=one.id,
        legal_group=one.legal_group,
        tags=frozenset(profile.wished(WishKind.SECTOR)),
        aims=frozenset(f"{kind}:{value}" for kind in aims for value in profile.wished(kind)),
        languages=frozenset(profile.wished(WishKind.LANGUAGE)),
        countries=frozenset(profile.wished(WishKind.COUNTRY)),
        host_kinds=frozenset(profile.wished(WishKind.HOST_KIND)),
        periods=tuple(
            Period(max(one.first_on, tomorrow), one.last_on)
            for one in profile.periods
            if one.last_on >= tomorrow
        ),
        active_on=days.brussels_day(profile.decided_at or profile.started_at),
    )


def obstacle_between(visitor: Profile, host: Profile, day: date) -> Obstacle | None:
    """What makes a match of two accepted profiles impossible on a day, if anything."""
    rights = rights_of([visitor, host], day)
    return filters.obstacle(
        traits_of(visitor, day),
        traits_of(host, day),
        may_visit=may_take(rights, visitor, Part.VISITOR),
        may_host=may_take(rights, host, Part.HOST),
    )


def candidates(profile: Profile, part: Part, day: date) -> Candidates:
    """The best matches of a profile that takes `part`; ties by recent activity, then by name."""
    other_part = Part.HOST if part is Part.VISITOR else Part.VISITOR
    others = [one for one in profiles.accepted(other_part) if one.id != profile.id]
    rights = rights_of([profile, *others], day)
    mine, able = traits_of(profile, day), may_take(rights, profile, part)
    left_out: Counter[Obstacle] = Counter()
    found: list[tuple[int, Traits, Profile]] = []
    for other in others:
        theirs = traits_of(other, day)
        visitor, host = (mine, theirs) if part is Part.VISITOR else (theirs, mine)
        their_right = may_take(rights, other, other_part)
        why_not = filters.obstacle(
            visitor,
            host,
            may_visit=able if part is Part.VISITOR else their_right,
            may_host=their_right if part is Part.VISITOR else able,
        )
        if why_not is None:
            found.append((score.total(visitor, host), theirs, other))
        else:
            left_out[why_not] += 1
    found.sort(key=lambda one: (-one[0], -one[1].active_on.toordinal(), one[1].name))
    return Candidates(
        [_opened(mine, part, other, day) for _points, _traits, other in found[:MOST_CANDIDATES]],
        dict(left_out),
    )


def rights_of(those: Sequence[Profile], day: date) -> dict[int, TakingPart]:
    """As what the organisations of profiles may take part, by organisation."""
    programmes = {one.project.programme_id for one in those if one.project is not None}
    organisations = {one.organisation_id: one.organisation for one in those}
    return exchanges.taking_part(list(organisations.values()), programmes, day)


def may_take(rights: dict[int, TakingPart], profile: Profile, part: Part) -> bool:
    """Whether a profile offers a part and nothing final keeps its organisation from it."""
    offered = profile.visits if part is Part.VISITOR else profile.hosts
    found = rights[profile.organisation_id]
    stands = found.visitor if part is Part.VISITOR else found.host
    return offered and all(fault.rule in _MAY_COME_LATER for fault in stands)


def smes_among(those: Iterable[Profile], day: date) -> frozenset[int]:
    """The organisations of profiles that are SMEs on a day, by declaration."""
    statuses = sme.statuses_on({one.organisation_id for one in those}, day)
    return frozenset(key for key, status in statuses.items() if status.is_sme)


def stay_between(visitor: Traits, host: Traits, day: date) -> Period | None:
    """The first days both are free for."""
    return first_stay(visitor, host, wanted=WHOLE_DAYS, least=filters.FEWEST_DAYS, after=day)


def tasks_for(actor: Actor) -> list[Task]:
    """The proposals that wait for the actor's answer, the soonest last day first; one query."""
    if not actor.organisation_ids:
        return []
    visitor, host = aliased(Profile), aliased(Profile)
    visiting, hosting = aliased(Organisation), aliased(Organisation)
    mine = or_(
        and_(
            visitor.organisation_id.in_(actor.organisation_ids), Match.visitor_agreed_at.is_(None)
        ),
        and_(host.organisation_id.in_(actor.organisation_ids), Match.host_agreed_at.is_(None)),
    )
    query = (
        select(
            Match.ref, Match.answer_by, Match.proposed_at, visiting.legal_name, hosting.legal_name
        )
        .join(visitor, visitor.id == Match.visitor_id)
        .join(host, host.id == Match.host_id)
        .join(visiting, visiting.id == visitor.organisation_id)
        .join(hosting, hosting.id == host.organisation_id)
        .where(Match.state.in_(OPEN), Match.answer_by >= clock.today(), mine)
        .order_by(Match.answer_by, Match.id)
        .limit(MOST_TASKS)
    )
    return [
        Task(
            label=_("Answer the proposed visit"),
            ref=ref,
            title=f"{visits} → {hosts}",
            endpoint="matches.show",
            values={"ref": ref},
            due_on=due,
            since=days.brussels_day(at),
        )
        for ref, due, at, visits, hosts in db.session.execute(query)
    ]


def profiles_of(organisation_ids: Collection[int]) -> Select[int]:
    """The ids of the profiles of organisations, as a subquery."""
    return select(Profile.id).where(Profile.organisation_id.in_(organisation_ids))


def profiles_with(project_ids: Select[int]) -> Select[int]:
    """The ids of the profiles that partnerships answer, as a subquery."""
    return select(Profile.id).where(Profile.project_id.in_(project_ids))


def _opened(mine: Traits, part: Part, other: Profile, day: date) -> Candidate:
    theirs = traits_of(other, day)
    visitor, host = (mine, theirs) if part is Part.VISITOR else (theirs, mine)
    stay = stay_between(visitor, host, day)
    assert stay is not None, "the hard filter asked for common days"
    return Candidate(other, score.score(visitor, host), stay)


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
