"""Visits proposed between profiles, and what both sides said; one became an exchange."""

from datetime import date, timedelta

from portal.cli.story.cast import actor
from portal.cli.story.stage import scene
from portal.core.actors import SYSTEM
from portal.exchanges.matches import operations, queries
from portal.exchanges.profiles import queries as profiles
from portal.exchanges.profiles.rules import Period
from portal.exchanges.profiles.states import Part
from portal.exchanges.rules.stay import Journey


def perform(refs: dict[str, str], today: date) -> None:
    """Every state of a match once, and a round; `refs` are profiles by organisation."""
    late = _propose(refs, "calanques", "minho", "firm6", today - timedelta(days=44))
    _answer_each(refs, today)
    with scene(today - timedelta(days=8), 4):
        assert [match.ref for match in operations.expire(actor=SYSTEM)] == [late]
    with scene(today - timedelta(days=2), 11):
        operations.ask_round(places=1, actor=actor("manager"))


def _answer_each(refs: dict[str, str], today: date) -> None:
    day = today - timedelta(days=12)
    confirmed = _propose(refs, "arno", "minho", "manager2", day)
    declined = _propose(refs, "calanques", "elbe", "firm6", day)
    countered = _propose(refs, "varna", "elbe", "firm3", day)
    half = _propose(refs, "calanques", "cork", "manager", day)
    _propose(refs, "varna", "garonne", "coordinator", day + timedelta(days=6))
    with scene(day + timedelta(days=3), 11):
        operations.accept(queries.by_ref(confirmed), part=Part.HOST, actor=actor("firm4"))
        operations.accept(queries.by_ref(half), part=Part.HOST, actor=actor("firm5"))
        why = "In those weeks our laboratory is rebuilt. We would be glad to host in autumn."
        operations.decline(
            queries.by_ref(declined), part=Part.HOST, reason=why, actor=actor("host")
        )
        match = queries.by_ref(countered)
        later = Period(match.first_on + timedelta(weeks=1), match.last_on + timedelta(weeks=1))
        operations.counter(
            match,
            part=Part.HOST,
            journey=_around(later),
            note="One week later our measuring room is free.",
            actor=actor("host"),
        )


def _propose(refs: dict[str, str], visitor: str, host: str, login: str, day: date) -> str:
    with scene(day, 10):
        both = profiles.by_ref(refs[visitor]), profiles.by_ref(refs[host])
        visiting, hosting = (queries.traits_of(one, day) for one in both)
        stay = queries.stay_between(visiting, hosting, day)
        assert stay is not None, "the story gives them common days"
        note = "Our profiles fit well; shall we try this week?"
        return operations.propose(*both, journey=_around(stay), note=note, actor=actor(login)).ref


def _around(stay: Period) -> Journey:
    day = timedelta(days=1)
    return Journey(stay.first_on - day, stay.first_on, stay.last_on, stay.last_on + day)
