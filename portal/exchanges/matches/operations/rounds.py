"""A round looks at all who wait at once; it suggests, people propose."""

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.exchanges.matches import policy, queries
from portal.exchanges.matches.models import MatchRound, Suggestion
from portal.exchanges.matches.queries import Field
from portal.exchanges.matches.rules import score
from portal.exchanges.matches.rules.assignment import Solution

#: Up to so many pairs are compared while the person waits; more is work for `flask matches solve`.
AT_ONCE = 10_000


def ask_round(*, places: int, actor: Actor) -> MatchRound:
    """Ask for a round in which each host takes at most `places` visitors.

    A small round is solved at once, a large one by the next run of `flask matches solve`. Raises
    `RuleBroken` when nobody waits, or another round is not solved yet.
    """
    ensure(policy.may_ask_round(actor))
    if queries.next_round() is not None:
        raise RuleBroken(Fault(_("Another round is not solved yet. Wait for its result.")))
    field = queries.field_of(clock.today())
    if not field.visitors or not field.hosts:
        raise RuleBroken(Fault(_("Nobody waits for a match today.")))
    asked = MatchRound(
        ref=next_reference("RND", clock.today().year),
        places=places,
        visitors=len(field.visitors),
        hosts=len(field.hosts),
        suggestions=[],
        asked_by_id=actor.id,
        asked_at=clock.now(),
    )
    db.session.add(asked)
    known = {"places": places, "waiting_visitors": asked.visitors, "waiting_hosts": asked.hosts}
    record(actor, asked, "ask_round", after=known)
    if asked.visitors * asked.hosts <= AT_ONCE:
        _keep(asked, field, queries.solution_of(field, places), actor)
    return asked


def solve_round(asked: MatchRound, *, field: Field, solution: Solution, actor: Actor) -> MatchRound:
    """Keep what a round that waited came to; nothing when somebody else has solved it since."""
    ensure(policy.may_solve_round(actor))
    asked = queries.lock_round(asked.id)
    if asked.solved_at is None:
        _keep(asked, field, solution, actor)
    return asked


def _keep(asked: MatchRound, field: Field, solution: Solution, actor: Actor) -> None:
    for pair in solution.best:
        visitor, host = field.visitors[pair.visitor], field.hosts[pair.host]
        stay = queries.stay_between(visitor.traits, host.traits, field.day)
        assert stay is not None, "the hard filter asked for common days"
        why = score.score(visitor.traits, host.traits)
        db.session.add(
            Suggestion(
                round_id=asked.id,
                visitor_id=visitor.profile_id,
                host_id=host.profile_id,
                points=pair.points,
                breakdown=score.as_json(why),
                first_on=stay.first_on,
                last_on=stay.last_on,
            )
        )
    asked.visitors, asked.hosts = len(field.visitors), len(field.hosts)
    asked.progress, asked.compared = len(field.visitors), solution.compared
    asked.points, asked.greedy_points = solution.points, solution.greedy_points
    asked.solved_at = clock.now()
    record(
        actor,
        asked,
        "solve_round",
        after={"points": asked.points, "suggestions": len(solution.best)},
        compared=asked.compared,
        greedy_points=asked.greedy_points,
    )
