"""Every verb of money, payments, bank entries, accounts, recoveries, by two people at once."""

from dataclasses import asdict

import pytest
from sqlalchemy import text

from portal.audit import queries as trail
from portal.ledger import queries as ledger
from portal.payments.recoveries import operations as recoveries
from portal.payments.recoveries import policy
from portal.payments.recoveries.states import State
from tests.pairs import BY_ITSELF, LIVES, Pair, all_pairs, judge, race_pair
from tests.payments.recoveries.builders import a_crew, a_recovery, receive
from tests.payments.recoveries.standing import standing
from tests.racing import Outcome
from tests.swarm import swarm

#: So many times each pair; `python -m bench.pairs` is the long form.
TIMES = 1


@pytest.mark.long
@pytest.mark.parametrize("life", LIVES)
def test_of_two_decisions_at_the_same_instant_what_the_table_allows_counts(committed, life):
    with swarm(committed.url, 2, "tests.pairs") as workers:
        for pair in all_pairs():
            if pair.life == life:
                for _ in range(TIMES):
                    race_pair(workers, pair)

    assert (ledger.mismatches(), ledger.unproven()) == ([], [])
    assert list(trail.verify_chains()) == []


def test_every_row_of_every_table_is_raced():
    """What follows by itself is raced with the verb it follows from, and only there."""
    raced = {(pair.life, pair.state, verb) for pair in all_pairs() for verb in pair.verbs}

    for name, life in LIVES.items():
        by_people = {row for row in life.table if row[1] not in BY_ITSELF.get(name, ())}
        assert {(name, str(state), str(action)) for state, action in by_people} <= raced


def test_nobody_does_what_follows_by_itself():
    (name,) = BY_ITSELF

    for verb in BY_ITSELF[name]:
        assert not hasattr(recoveries, verb)
        assert not hasattr(policy, f"may_{verb}")


# A judge that finds nothing wrong proves nothing: each fault below is planted, and must be found.


def booked_once(session):
    """Two receipts of half a debt, said to be accepted; one of them was booked."""
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew, cents=100)
    thing = {"ref": recovery.ref, "cents": 50, "start": asdict(standing(recovery.ref))}
    receive(recovery, 50, crew)
    session.flush()
    return Pair("recovery", str(State.ISSUED), ("receive", "receive"), parts=2), thing


def test_a_receipt_that_was_lost_is_found(session):
    pair, thing = booked_once(session)

    with pytest.raises(AssertionError, match="received=50"):
        judge(pair, thing, [Outcome(True, None, "", "")] * 2, told=2)


def test_a_debt_settled_without_a_receipt_is_found(session):
    pair, thing = booked_once(session)
    session.execute(text("UPDATE recovery SET received_cents = 100, state = 'paid'"))
    session.expire_all()

    with pytest.raises(AssertionError, match="does not agree: receipts, paid on the line"):
        judge(pair, thing, [Outcome(True, None, "", "")] * 2, told=3)


def test_a_second_receipt_of_the_whole_debt_is_found(session):
    _pair, thing = booked_once(session)
    pair = Pair("recovery", str(State.ISSUED), ("receive", "receive"))

    with pytest.raises(AssertionError, match="receive and receive"):
        judge(pair, thing, [Outcome(True, None, "", "")] * 2, told=2)
