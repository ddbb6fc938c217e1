"""Migration 0024 numbers the postings that are there; the money stays where it is, both ways."""

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.actors import SYSTEM
from portal.core.db import db, transaction
from portal.ledger import effects, queries
from tests.database import alembic_config
from tests.ledger.builders import a_book, a_line, money_certified

ABOUT = {"subject": "CXC-2026-0001", "why": "", "actor": SYSTEM}


@pytest.fixture
def lines(committed):
    """Two lines whose postings were written in turn, and one without any."""
    with transaction():
        book = a_book()
        one, two = a_line(9_000, book=book), a_line(5_000, book=book, code="other")
        money_certified(one, 1_000, "CXC-2026-0001")
        effects.transfer(one.id, two.id, 2_000, **ABOUT)
        effects.undo(effects.commit(two.id, 300, **ABOUT), why="mistake", actor=SYSTEM)
        empty = a_line(0, book=book, code="empty")
        return one.id, two.id, empty.id


def told():
    db.session.rollback()
    rows = db.session.execute(
        text("SELECT line_id, number, id, amount_cents FROM posting ORDER BY id")
    ).all()
    last = db.session.execute(text("SELECT id, last_number, budget_cents FROM budget_line")).all()
    db.session.rollback()
    return rows, sorted(last)


def test_postings_are_numbered_within_their_line_both_ways(lines):
    before = told()
    one, two, empty = lines
    assert [(row[0], row[1]) for row in before[0]] == [
        *((line, 1) for line in (one, two)),
        *((one, number) for number in (2, 3, 4, 5)),
        *((two, number) for number in (2, 3, 4)),
    ]
    assert [row[1] for row in before[1]] == [5, 4, 0]

    for _ in range(2):
        command.downgrade(alembic_config(), "0023")
        command.upgrade(alembic_config(), "0024")

    assert told() == before
    command.upgrade(alembic_config(), "head")
    assert (queries.mismatches(), queries.unproven()) == ([], [])
    db.session.rollback()
    with transaction():
        assert effects.commit(one, 100, **ABOUT).number == 6
        assert effects.open_line(a_book(), "new", 5, position=1, actor=SYSTEM).budget_cents == 5
    assert queries.mismatches() == []
    db.session.rollback()
    for statement in (
        "UPDATE budget_line SET available_cents = 0, budget_cents = 0",
        "UPDATE posting SET number = number + 1",
        f"DELETE FROM budget_line WHERE id = {empty}",
    ):
        with pytest.raises(DBAPIError, match="constraint"), transaction():
            db.session.execute(text(statement))
