"""Who could be matched with whom: profiles as traits, rights, and the best candidates."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select

from portal.core import days
from portal.core.db import db
from portal.exchanges import queries as exchanges
from portal.exchanges.matches.models import Match
from portal.exchanges.matches.rules import filters, score
from portal.exchanges.matches.rules.filters import Obstacle
from portal.exchanges.matches.rules.score import WHOLE_DAYS, Score
from portal.exchanges.matches.rules.traits import Traits, first_stay
from portal.exchanges.matches.states import OPEN
from portal.exchanges.profiles import queries as profiles
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.rules import Period
from portal.exchanges.profiles.states import Part, WishKind
from portal.exchanges.queries import TakingPart

#: How many candidates a page shows.
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
    asked = _asked_already(profile, day)
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
        if why_not is None and other.id in asked:
            why_not = Obstacle.OPEN
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


def stay_between(visitor: Traits, host: Traits, day: date) -> Period | None:
    """The first days both are free for."""
    return first_stay(visitor, host, wanted=WHOLE_DAYS, least=filters.FEWEST_DAYS, after=day)


def _asked_already(profile: Profile, day: date) -> frozenset[int]:
    """The profiles with which a proposal is open on a day."""
    query = select(Match.visitor_id, Match.host_id).where(
        or_(Match.visitor_id == profile.id, Match.host_id == profile.id),
        Match.state.in_(OPEN),
        Match.answer_by >= day,
    )
    return frozenset(one for pair in db.session.execute(query) for one in pair) - {profile.id}


def _opened(mine: Traits, part: Part, other: Profile, day: date) -> Candidate:
    theirs = traits_of(other, day)
    visitor, host = (mine, theirs) if part is Part.VISITOR else (theirs, mine)
    stay = stay_between(visitor, host, day)
    assert stay is not None, "the hard filter asked for common days"
    return Candidate(other, score.score(visitor, host), stay)
