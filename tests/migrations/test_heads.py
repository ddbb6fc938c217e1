"""Migration 0004 finds chains and postings that were written before it."""

import pytest
from alembic import command
from sqlalchemy import text

from portal.audit import queries as trail
from portal.audit.effects import record
from portal.core.actors import SYSTEM
from portal.core.db import db, transaction
from portal.ledger import effects, queries
from tests.database import alembic_config
from tests.ledger.builders import a_book, a_line


@pytest.fixture
def before(committed):
    """A database of migration 0003 with two lines, three postings and no entry about them."""
    with transaction():
        book = a_book()
        line = a_line(100_000, book=book)
        effects.commit(line.id, 40_000, subject="CXC-2026-0001", why="Rīga", actor=SYSTEM)
        a_line(10_000, book=book, code="other")
        record(SYSTEM, book, "edit")
        record(SYSTEM, book, "edit")
    command.downgrade(alembic_config(), "0003")
    on_sqlite = committed.kind == "sqlite"
    guard = "audit_entry_no_delete" if on_sqlite else "audit_entry_no_change ON audit_entry"
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {guard}"))
        db.session.execute(text("DELETE FROM audit_entry WHERE subject LIKE 'LINE-%'"))


def test_old_chains_get_heads_and_old_postings_their_proof(before):
    command.upgrade(alembic_config(), "head")

    assert list(trail.verify_chains()) == []
    assert queries.unproven() == []
    assert queries.count_postings() == 3


def test_a_chain_goes_on_where_the_migration_left_it(before):
    command.upgrade(alembic_config(), "head")
    line = db.session.execute(text("SELECT min(id) FROM budget_line")).scalar()

    with transaction():
        effects.commit(line, 1_000, subject="CXC-2026-0002", why="", actor=SYSTEM)

    assert trail.head_of(f"LINE-{line}")[0] == 3
    assert list(trail.verify_chains()) == []
    assert queries.unproven() == []


def test_a_posting_is_proved_once_however_often_the_schema_goes_back(before):
    for _ in range(2):
        command.upgrade(alembic_config(), "0004")
        command.downgrade(alembic_config(), "0003")
    command.upgrade(alembic_config(), "head")

    assert queries.unproven() == []
    assert trail.count() == 5
