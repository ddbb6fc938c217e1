"""Two processes at the same instant: nothing is spent twice, and the loser reads why."""

from sqlalchemy import func, select

from portal.core.db import db, transaction
from portal.ledger import queries
from portal.ledger.models import Posting
from portal.ledger.states import Bucket
from tests.audit.unguarded import let_lines_change
from tests.ledger.builders import a_book, a_line
from tests.ledger.crowds import CROWD, ROOMS, last_euro
from tests.racing import race
from tests.swarm import swarm

#: How often the control may try: it has lost the race in each round so far.
ROUNDS = 2


def after(line_id):
    db.session.rollback()
    return queries.line(line_id)


def test_the_last_euro_of_a_line_is_committed_once(committed):
    with transaction():
        line_id = a_line(100).id
    wanted = [
        {"line_id": line_id, "cents": 100, "subject": f"CXC-2026-000{number}"} for number in (1, 2)
    ]

    outcomes = race(committed.url, "tests.ledger.racers:commit", wanted)

    losers = [outcome for outcome in outcomes if not outcome.won]
    assert len(losers) == 1
    assert losers[0].kind == "RuleBroken"
    assert "has €0.00 left, and €1.00 is needed" in losers[0].words
    line = after(line_id)
    assert (line.available_cents, line.committed_cents) == (0, 100)
    commitments = select(func.count()).where(Posting.kind == "commit")
    assert db.session.scalar(commitments) == 1
    assert queries.mismatches() == []


def test_as_many_win_as_there_is_money_for(committed):
    with transaction():
        line_id = a_line(300).id
    wanted = [
        {"line_id": line_id, "cents": 100, "subject": f"CXC-2026-000{number}"}
        for number in range(5)
    ]

    outcomes = race(committed.url, "tests.ledger.racers:commit", wanted)

    assert sum(outcome.won for outcome in outcomes) == 3
    assert after(line_id).available_cents == 0
    assert queries.mismatches() == []


def test_of_sixty_four_exactly_as_many_win_as_there_is_room_for(committed):
    """Quality R1; `python -m bench.last_euro` is the long form."""
    with swarm(committed.url, CROWD) as crowd:
        found = {room: last_euro(crowd, room) for room in ROOMS}
        with transaction():
            let_lines_change(db.session)
        # The control: who reads first and writes afterwards lets in more than there is room for.
        control = [last_euro(crowd, 1, racer="commit_without_guard") for _ in range(ROUNDS)]

    assert found == {room: [] for room in ROOMS}
    assert any("accepted, room for 1" in each for problems in control for each in problems)


def test_opposite_transfers_do_not_block_one_another(committed):
    with transaction():
        book = a_book()
        one, two = a_line(1_000, book=book).id, a_line(1_000, book=book, code="other").id
    ways = [{"from_line_id": one, "to_line_id": two}, {"from_line_id": two, "to_line_id": one}]

    outcomes = race(
        committed.url, "tests.ledger.racers:shift", [way | {"cents": 1_000} for way in ways]
    )

    assert [outcome.won for outcome in outcomes] == [True, True]
    assert (after(one).budget_cents, after(two).budget_cents) == (1_000, 1_000)
    assert queries.mismatches() == []


#: Thirty-two workers want 32 x 8 x 100 cents; the line has room for 150 commitments, and 50 cents.
WORKERS, EACH, ROOM = 32, 8, 150


def spend_at_once(committed, racer):
    """Thirty-two workers at one line; which, and how often each was accepted."""
    with transaction():
        line_id = a_line(ROOM * 100 + 50).id
    about = {"line_id": line_id, "cents": 100, "most": EACH}
    wanted = [about | {"subject": f"CXC-2026-{number:04}"} for number in range(1, WORKERS + 1)]
    with swarm(committed.url, WORKERS) as workers:
        return line_id, workers.race(racer, wanted)


def test_thirty_two_workers_empty_a_line_to_the_last_euro(committed):
    line_id, outcomes = spend_at_once(committed, "tests.ledger.racers:spend")

    assert {outcome.kind for outcome in outcomes} == {""}
    assert sum(outcome.value for outcome in outcomes) == ROOM
    line = after(line_id)
    assert (line.available_cents, line.committed_cents) == (50, ROOM * 100)
    for number, outcome in enumerate(outcomes, 1):
        held = queries.held_for(line_id, f"CXC-2026-{number:04}", Bucket.COMMITTED)
        assert held == outcome.value * 100
    assert (queries.mismatches(), queries.unproven()) == ([], [])


def test_without_the_lock_the_line_is_overspent(committed):
    """The control: reading first and writing afterwards loses the race within the same rounds."""
    with transaction():
        let_lines_change(db.session)
    line_id, outcomes = spend_at_once(committed, "tests.ledger.racers:spend_without_guard")

    accepted = sum(outcome.value or 0 for outcome in outcomes)
    line = after(line_id)
    overspent = accepted * 100 > ROOM * 100 + 50
    assert overspent or line.available_cents != ROOM * 100 + 50 - accepted * 100
