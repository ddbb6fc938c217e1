"""Migration 0010 makes the table of postings anew on SQLite: none is lost, none is bent."""

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.actors import SYSTEM
from portal.core.db import db, transaction
from portal.ledger import effects, queries
from tests.database import alembic_config
from tests.ledger.builders import a_line, money_certified

SUBJECT = "CXC-2026-0001"


@pytest.fixture
def line_id(committed):
    """A line with a posting that was undone, and money paid."""
    with transaction():
        line = a_line(100_000)
        effects.undo(
            effects.commit(line.id, 500, subject=SUBJECT, why="", actor=SYSTEM),
            why="mistake",
            actor=SYSTEM,
        )
        money_certified(line, 40_000, SUBJECT)
        effects.pay(line.id, 40_000, subject=SUBJECT, why="", actor=SYSTEM)
        return line.id


def test_postings_survive_both_ways_with_their_guards(line_id):
    count = queries.count_postings()
    db.session.rollback()
    command.downgrade(alembic_config(), "0010-1")
    command.upgrade(alembic_config(), "head")

    assert queries.count_postings() == count
    assert queries.mismatches() == []
    assert queries.unproven() == []
    db.session.rollback()
    with pytest.raises(DBAPIError, match="append_only"), transaction():
        db.session.execute(text("UPDATE posting SET why = 'x'"))


def test_what_was_recovered_keeps_the_schema_from_going_back(line_id):
    with transaction():
        effects.recover(line_id, 1_000, subject=SUBJECT, why="", actor=SYSTEM)

    with pytest.raises(DBAPIError):
        command.downgrade(alembic_config(), "0010-1")

    db.session.rollback()
    command.upgrade(alembic_config(), "head")
    assert queries.line(line_id).paid_cents == 39_000
    assert queries.unproven() == []
