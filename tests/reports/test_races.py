"""Several people ask for the same budget at the same instant: they hold the same document."""

from portal.core import clock
from portal.core.db import transaction
from tests.projects.builders import a_project
from tests.racing import race


def test_the_same_budget_asked_for_twice_at_once_is_one_document(committed):
    with transaction():
        ref, today = a_project().ref, clock.today().isoformat()

    outcomes = race(committed.url, "tests.reports.racers:export", [{"ref": ref, "day": today}] * 3)

    assert [outcome.kind for outcome in outcomes] == [""] * 3
    assert len({tuple(outcome.value) for outcome in outcomes}) == 1
