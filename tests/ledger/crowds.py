"""Sixty-four at one line, with room for a few: who gets the last euro, and what is then true."""

from itertools import count

from sqlalchemy import func, select

from portal.core.db import db, transaction
from portal.ledger import queries
from portal.ledger.models import Posting
from portal.ledger.states import Action
from tests.ledger.builders import a_line
from tests.swarm import Swarm

CROWD = 64
#: For how many of them the line has money.
ROOMS = (0, 1, 7)
CENTS = 100
_numbers = count(1)


def last_euro(crowd: Swarm, room: int, *, racer: str = "commit") -> list[str]:
    """One round on a line of its own; what does not hold afterwards, empty when everything does."""
    with transaction():
        line_id = a_line(room * CENTS + CENTS // 2).id
    subjects = [f"CXC-2096-{next(_numbers):05}" for _ in range(CROWD)]
    about = {"line_id": line_id, "cents": CENTS}
    outcomes = crowd.race(
        f"tests.ledger.racers:{racer}", [about | {"subject": subject} for subject in subjects]
    )
    db.session.rollback()
    won = sum(outcome.won for outcome in outcomes)
    refused = {outcome.kind for outcome in outcomes if not outcome.won}
    posted = select(func.count()).where(Posting.line_id == line_id, Posting.kind == Action.COMMIT)
    checks = {
        f"{won} accepted, room for {room}": won == room,
        # On SQLite who has waited too long for its one writer is told to try again.
        f"refused by {refused}": refused <= {"RuleBroken", "Stale"},
        "a refusal without its words": all(
            "left, and" in outcome.words for outcome in outcomes if outcome.kind == "RuleBroken"
        ),
        "a posting for somebody refused": db.session.scalar(posted) == won,
        "the balances": queries.line(line_id).available_cents == CENTS // 2,
        "the recount": queries.mismatches() == [],
    }
    db.session.rollback()
    return [words for words, holds in checks.items() if not holds]
