"""Two people at the same instant, each in a process of their own: one of them decides."""

from datetime import timedelta

import pytest

from portal.calls.models import Call
from portal.core.db import db, transaction
from portal.ledger import queries as ledger
from portal.ledger.states import Bucket
from portal.payments import queries as payments
from portal.payments.recoveries.models import Recovery
from portal.projects import operations as project_operations
from portal.projects.periods import queries
from tests.partners.builders import a_person
from tests.projects.periods.builders import a_grant, a_planned_grant, a_pre_financed_grant, report
from tests.racing import race

RACERS = "tests.projects.periods.racers"


def winners(outcomes) -> list:
    return [outcome for outcome in outcomes if outcome.won]


def test_two_officers_lay_down_the_periods_and_the_grant_is_committed_once(committed):
    with transaction():
        grant = a_grant()
        ref, one, other = grant.project.ref, a_person().id, a_person().id

    outcomes = race(
        committed.url,
        f"{RACERS}:plan",
        [{"ref": ref, "person_id": who, "count": n} for who, n in ((one, 2), (other, 3))],
    )

    assert len(winners(outcomes)) == 1
    db.session.rollback()
    plan = grant.plan
    assert len(queries.of_plan(plan.id)) == plan.periods
    assert queries.held(plan, Bucket.COMMITTED) == plan.max_grant_cents


def test_two_officers_lay_down_the_periods_of_two_first_grants_of_a_call(committed):
    with transaction():
        first = a_grant()
        second = a_grant(call=db.session.get_one(Call, first.project.call_id))
        who = a_person().id
        refs = [first.project.ref, second.project.ref]

    outcomes = race(
        committed.url,
        f"{RACERS}:plan",
        [{"ref": ref, "person_id": who, "count": 2} for ref in refs],
    )

    assert len(winners(outcomes)) == 2
    db.session.rollback()
    assert first.plan.line_id == second.plan.line_id
    assert ledger.mismatches() == []


def test_a_terminated_grant_is_closed_once(committed):
    with transaction():
        grant = a_pre_financed_grant()
        project_operations.terminate(grant.project, reason="Bankrupt", actor=grant.officer)
        ref, people = grant.project.ref, (a_person().id, a_person().id)

    outcomes = race(
        committed.url, f"{RACERS}:close", [{"ref": ref, "person_id": who} for who in people]
    )

    assert len(winners(outcomes)) == 1
    db.session.rollback()
    assert ledger.mismatches() == []
    (recovery,) = db.session.query(Recovery).all()
    assert recovery.amount_cents == grant.plan.pre_financing_cents
    assert queries.held(grant.plan, Bucket.BOUND) == 0


def test_the_pre_financing_is_requested_once(committed):
    with transaction():
        grant = a_planned_grant()
        ref, people = grant.project.ref, (a_person().id, a_person().id)

    outcomes = race(
        committed.url, f"{RACERS}:pre_finance", [{"ref": ref, "person_id": who} for who in people]
    )

    assert len(winners(outcomes)) == 1
    db.session.rollback()
    assert len(payments.of_subject(f"{ref}/0")) == 1


def test_two_reports_of_one_period_are_one(committed):
    with transaction():
        grant = a_pre_financed_grant()
        ref, day = grant.project.ref, grant.period(1).ends_on + timedelta(days=1)
        people = [person.id for person in (grant.cast.people[0], a_person())]

    outcomes = race(
        committed.url,
        f"{RACERS}:submit",
        [
            {"ref": ref, "person_id": who, "day": day.isoformat(), "cents": 100 + who}
            for who in people
        ],
    )

    assert len(winners(outcomes)) == 1
    db.session.rollback()
    period = grant.period(1)
    assert [claim.claimed_cents for claim in period.claims] == [100 + period.submitted_by_id]


@pytest.mark.parametrize("verbs", [("accept", "accept"), ("accept", "send_back")])
def test_a_report_is_decided_on_once(committed, verbs):
    with transaction():
        grant = a_pre_financed_grant()
        period = report(grant, 1, _1_PERSONNEL=1_000_000)
        ref, day = grant.project.ref, period.received_on + timedelta(days=1)
        people = (a_person().id, a_person().id)

    outcomes = race(
        committed.url,
        f"{RACERS}:decide",
        [
            {"ref": ref, "person_id": who, "day": day.isoformat(), "verb": verb}
            for who, verb in zip(people, verbs, strict=True)
        ],
    )

    assert len(winners(outcomes)) == 1
    db.session.rollback()
    assert len(payments.of_subject(f"{ref}/1")) == (winners(outcomes)[0].value == "accept")
