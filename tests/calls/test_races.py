"""Two processes at the same instant: the budget of a call is listed once, a proposal sent once."""

from datetime import timedelta

from portal.calls import queries as calls
from portal.calls.models import Call
from portal.calls.proposals import queries
from portal.calls.proposals.states import State
from portal.core import clock
from portal.core.db import db, transaction
from tests.calls.builders import a_call
from tests.calls.proposals.builders import a_draft, a_submitted
from tests.partners.builders import a_person
from tests.racing import race

GRANT = 8_025_000


def test_the_last_euro_of_a_call_is_listed_once(committed):
    with transaction():
        call = a_call(budget_cents=GRANT, max_grant_cents=GRANT)
        refs = [a_submitted(call).ref for _ in range(2)]
        yesterday = clock.now() - timedelta(days=1)
        statement = db.update(Call).where(Call.id == call.id).values(closes_at=yesterday)
        db.session.execute(statement)
        call_id = call.id

    outcomes = race(
        committed.url, "tests.calls.racers:place_on_main_list", [{"ref": ref} for ref in refs]
    )

    losers = [outcome for outcome in outcomes if not outcome.won]
    assert len(losers) == 1
    assert "€0.00 of €80,250.00 is left" in losers[0].words
    assert calls.by_id(call_id).listed_cents == GRANT
    assert queries.counts_of(call_id)[State.MAIN_LIST] == 1


def test_a_double_click_submits_once(committed):
    with transaction():
        person = a_person()
        proposal = a_draft(person=person)
        given = {
            "ref": proposal.ref,
            "person": person.id,
            "organisation": proposal.coordinator_id,
        }
        proposal_id = proposal.id

    outcomes = race(committed.url, "tests.calls.racers:submit", [given, given])

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    assert [outcome.kind for outcome in outcomes if not outcome.won] == ["IllegalStep"]
    assert len(queries.copies_of(proposal_id)) == 1
