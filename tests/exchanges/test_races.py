"""Two people at the same instant, each in a process of their own."""

import pytest

from portal.core.db import db, transaction
from portal.exchanges import operations, queries
from portal.exchanges.models import Attendance, Exchange, ExchangeAmendment, ForceMajeure
from portal.exchanges.states import Klass, Outcome, Party, Passage, State
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine
from portal.payments.models import Payment
from tests.exchanges import racers
from tests.exchanges.builders import PORTO, RETURN, World, a_world, an_exchange, at
from tests.exchanges.crowds import a_crowd, approved_classes, rush, visits_of, wrongs
from tests.exchanges.surroundings import TODAY, an_organisation
from tests.racing import race


def a_second_visitor(world: World, number: int = 2):
    """Another exchange to the same host, signed like the first."""
    other = an_organisation(f"Visitor {number}", people=(world.people["visitor"],))
    return an_exchange(world, State.SIGNED, visitor=other)


def left_on(line_id: int) -> int:
    db.session.rollback()
    assert ledger.mismatches() == []
    assert queries.miscounts() == queries.misplaced() == []
    return db.session.get_one(BudgetLine, line_id).available_cents


def test_of_two_approvals_racing_for_the_last_euro_one_wins_and_the_other_reads_why(committed):
    with transaction():
        world = a_world(envelope_cents=100_000)
        refs = [an_exchange(world, State.SIGNED).ref, a_second_visitor(world).ref]
        line, project, manager = world.line_id, world.project.id, world.people["payer"].id

    outcomes = race(
        committed.url,
        "tests.exchanges.racers:approve",
        [{"ref": ref, "person_id": manager} for ref in refs],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert loser.kind == "RuleBroken"
    assert "€220.00 left" in loser.words
    assert left_on(line) == 22_000
    assert queries.quota(project, TODAY).counts.committed[Klass.SME] == 1


def test_of_six_approvals_exactly_as_many_win_as_the_envelope_pays(committed):
    with transaction():
        world = a_world(envelope_cents=3 * 78_000)
        refs = [an_exchange(world, State.SIGNED).ref]
        refs += [a_second_visitor(world, number).ref for number in range(2, 7)]
        line, project, manager = world.line_id, world.project.id, world.people["payer"].id

    outcomes = race(
        committed.url,
        "tests.exchanges.racers:approve",
        [{"ref": ref, "person_id": manager} for ref in refs],
    )

    assert sum(outcome.won for outcome in outcomes) == 3
    assert left_on(line) == 0
    assert queries.quota(project, TODAY).counts.committed[Klass.SME] == 3


def test_of_two_exchanges_of_one_visitor_started_at_the_same_instant_one_wins(committed):
    with transaction():
        world = a_world()
        other_host = an_organisation("Zweiter", "cluster", "PT", place=PORTO)
        given = {
            "visitor": world.visitor.ref,
            "project": world.project.ref,
            "person_id": world.people["visitor"].id,
        }
        hosts = [world.host.ref, other_host.ref]

    outcomes = race(
        committed.url, "tests.exchanges.racers:start", [{**given, "host": host} for host in hosts]
    )

    winner = next(outcome for outcome in outcomes if outcome.won)
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert loser.kind == "RuleBroken"
    assert winner.value in loser.words, "the loser reads which visit was first"
    db.session.rollback()
    assert [exchange.ref for exchange in db.session.query(Exchange)] == [winner.value]


def test_of_two_opposite_decisions_the_later_one_meets_what_the_first_left(committed):
    with transaction():
        world = a_world()
        ref = an_exchange(world, State.SIGNED).ref
        line = world.line_id
        people = {who: world.people[who].id for who in ("payer", "visitor")}

    outcomes = race(
        committed.url,
        "tests.exchanges.racers:decide",
        [
            {"ref": ref, "person_id": people["payer"], "verb": "approve"},
            {"ref": ref, "person_id": people["visitor"], "verb": "cancel"},
        ],
    )

    assert outcomes[1].won, "an approved exchange can still be cancelled"
    assert outcomes[0].won or outcomes[0].kind == "IllegalStep"
    assert left_on(line) == 1_000_000
    assert queries.by_ref(ref).state is State.CANCELLED


def test_two_validations_ask_for_one_payment(committed):
    with transaction():
        world = a_world()
        ref = an_exchange(world, State.REPORTED).ref
        line, manager = world.line_id, world.people["payer"].id

    outcomes = race(
        committed.url,
        "tests.exchanges.racers:validate",
        [{"ref": ref, "person_id": manager}, {"ref": ref, "person_id": manager}],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    left_on(line)
    assert db.session.query(Payment).count() == 1


def test_of_two_people_who_type_one_code_one_confirms_and_the_other_is_told(committed):
    with transaction():
        world = a_world()
        given = {
            "ref": an_exchange(world, State.AGREED).ref,
            "person_id": world.people["host"].id,
        }

    outcomes = race(committed.url, "tests.exchanges.racers:confirm", [given, given])

    db.session.rollback()
    assert [one.passage for one in db.session.query(Attendance)] == [Passage.ARRIVAL]
    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert "which is confirmed already" in loser.words
    assert queries.wrong_codes(queries.by_ref(given["ref"]).id) == 0


def test_of_two_amendments_proposed_at_the_same_instant_one_is_open(committed):
    with transaction():
        world = a_world()
        given = {
            "ref": an_exchange(world, State.AGREED).ref,
            "person_id": world.people["visitor"].id,
            "verb": "amend",
        }

    outcomes = race(committed.url, "tests.exchanges.racers:amend", [given, given])

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    loser = next(outcome for outcome in outcomes if not outcome.won)
    assert "is proposed already" in loser.words
    db.session.rollback()
    assert db.session.query(ExchangeAmendment).count() == 1


@pytest.mark.parametrize(
    ("verb", "who", "outcome"),
    [("withdraw", "visitor", Outcome.WITHDRAWN), ("decline", "host", Outcome.DECLINED)],
)
def test_an_amendment_is_accepted_or_ended_otherwise_never_both(committed, verb, who, outcome):
    with transaction():
        world = a_world()
        exchange = an_exchange(world, State.AGREED)
        ref, line = exchange.ref, world.line_id
        people = {one: world.people[one].id for one in ("visitor", "host", "payer")}
        racers.amend(ref, people["visitor"], "amend")
        text = exchange.amendments[0].fingerprint
        with at():
            operations.accept_amendment(
                exchange, party=Party.HOST, fingerprint=text, actor=world.actor("host")
            )

    outcomes = race(
        committed.url,
        "tests.exchanges.racers:amend",
        [
            {"ref": ref, "person_id": people["payer"], "verb": "accept", "fingerprint": text},
            {"ref": ref, "person_id": people[who], "verb": verb},
        ],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    assert left_on(line) == (961_000 if outcomes[0].won else 922_000)
    found = db.session.query(ExchangeAmendment).one()
    assert found.outcome is (Outcome.ACCEPTED if outcomes[0].won else outcome)


def test_force_majeure_is_proposed_once(committed):
    with transaction():
        world = a_world()
        given = {
            "ref": an_exchange(world, State.REPORTED).ref,
            "person_id": world.people["payer"].id,
            "verb": "propose",
        }

    outcomes = race(committed.url, "tests.exchanges.racers:excuse", [given, given])

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    assert db.session.query(ForceMajeure).count() == 1


def test_force_majeure_is_granted_or_declined_never_both(committed):
    with transaction():
        world = a_world()
        exchange = an_exchange(world, State.REPORTED)
        given = {"ref": exchange.ref, "person_id": world.people["officer"].id}
        with at(RETURN):
            operations.propose_force_majeure(
                exchange, reason="A strike", actor=world.actor("payer")
            )

    outcomes = race(
        committed.url,
        "tests.exchanges.racers:excuse",
        [{**given, "verb": verb} for verb in ("grant", "decline")],
    )

    assert sorted(outcome.won for outcome in outcomes) == [False, True]
    db.session.rollback()
    assert db.session.query(ForceMajeure).one().granted is outcomes[0].won


#: Enough to meet every limit; `python -m bench.approvals` sends sixty-four.
OFFICERS = 16


def test_many_officers_at_one_queue_keep_envelope_quota_and_the_one_visit(committed):
    with transaction():
        crowd = a_crowd(OFFICERS)
        line, project = crowd.world.line_id, crowd.world.project.id

    outcomes = rush(committed.url, crowd.given)

    left = left_on(line)
    approved = approved_classes(project)
    assert wrongs(crowd, approved=approved, available=left, visits=visits_of(crowd)) == []
    assert outcomes[""] == len(approved) + 1
    assert set(outcomes) <= {"", "RuleBroken", "IllegalStep"}
