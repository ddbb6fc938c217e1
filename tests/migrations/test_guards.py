"""The database itself refuses to change what is written once, whoever asks and however."""

from typing import ClassVar

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.audit.effects import record
from portal.core.actors import SYSTEM
from portal.core.db import db, transaction
from portal.ledger import effects


class Thing:
    noun: ClassVar[str] = "thing"
    ref = "ORG-2026-0001"


@pytest.fixture
def written(committed):
    """One trail entry and one posting, committed."""
    with transaction():
        record(SYSTEM, Thing(), "register")
        book = effects.open_book("PRJ-2026-0001", "Book")
        effects.open_line(book, "exchanges", 100_000, position=1, actor=SYSTEM)
    return committed


@pytest.mark.parametrize("table", ["audit_entry", "posting"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET {column} = {column}",
        "UPDATE {table} SET {column} = 'something else'",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE id > 0",
    ],
)
def test_what_is_written_once_can_be_neither_changed_nor_removed(written, table, statement):
    column = {"audit_entry": "verb", "posting": "why"}[table]
    before = written.fingerprint()

    with pytest.raises(DBAPIError, match="append_only"), transaction():
        db.session.execute(text(statement.format(table=table, column=column)))

    assert written.fingerprint() == before


@pytest.mark.parametrize("table", ["audit_entry", "posting"])
def test_the_whole_table_cannot_be_emptied(written, table):
    statement = (
        f"TRUNCATE {table} CASCADE" if written.kind == "postgresql" else f"DELETE FROM {table}"
    )

    with pytest.raises(DBAPIError, match="append_only"), transaction():
        db.session.execute(text(statement))


@pytest.mark.parametrize("table", ["audit_entry", "posting"])
def test_a_row_cannot_be_replaced(written, table):
    if written.kind == "postgresql":
        statement = (
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = 1"
        )
    else:
        statement = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"

    with pytest.raises(DBAPIError, match="append_only"), transaction():
        db.session.execute(text(statement))
