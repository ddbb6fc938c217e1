"""Every posting is proved by the trail: what is changed, removed or inserted in secret is named."""

import pytest
from sqlalchemy import select, text

from portal.audit import queries as trail
from portal.audit.effects import record
from portal.audit.models import AuditEntry
from portal.core.actors import SYSTEM
from portal.core.db import db, transaction
from portal.ledger import effects, queries
from portal.ledger.models import Posting
from tests.ledger.builders import a_book, a_line

ABOUT = {"subject": "CXC-2026-0001", "why": "a visit to Riga", "actor": SYSTEM}

#: Every column the trail repeats, with another value that the table accepts.
TAMPERED = {
    "id": "id + 1000",
    "line_id": "(SELECT max(id) FROM budget_line)",
    "kind": "'release'",
    "source": "'certified'",
    "target": "'paid'",
    "amount_cents": "amount_cents + 1",
    "subject": "'CXC-2026-0009'",
    "file": "'CXC-2026-0009'",
    "why": "'another'",
    "actor_id": "12345",
    "actor_name": "'Somebody else'",
    "at": "'2020-01-01 00:00:00+00:00'",
    "booked_on": "'2020-01-01'",
    "reverses_id": "(SELECT max(id) FROM posting)",
}


@pytest.fixture
def books(session):
    """A line with three postings, another line; the second posting is the one attacked."""
    book = a_book()
    line = a_line(100_000, book=book)
    attacked = effects.commit(line.id, 40_000, **ABOUT)
    effects.bind(line.id, 30_000, **ABOUT)
    a_line(10_000, book=book, code="other")
    return attacked.id


@pytest.fixture
def unguarded(books, session):
    """The guards of the table are gone, as after an attack by somebody who owns the database."""
    if session.get_bind().dialect.name == "sqlite":
        for guard in ("update", "delete", "replace"):
            session.execute(text(f"DROP TRIGGER posting_no_{guard}"))
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
        yield session
        session.execute(text("PRAGMA ignore_check_constraints = OFF"))
        return
    session.execute(text("DROP TRIGGER posting_no_change ON posting"))
    for check in ("movement_known", "reversal_names_its_posting"):
        session.execute(text(f"ALTER TABLE posting DROP CONSTRAINT ck_posting_{check}"))
    yield session


def unproven():
    db.session.expire_all()
    return {(found.posting_id, found.problem) for found in queries.unproven()}


def test_untouched_postings_are_proved(books):
    assert unproven() == set()
    assert list(trail.verify_chains()) == []


def test_every_column_is_covered_by_an_attack():
    assert {*TAMPERED, "number"} == set(Posting.__table__.columns.keys())


def test_a_posting_out_of_its_turn_is_found_on_its_line(unguarded, books):
    unguarded.execute(text("UPDATE posting SET number = 9 WHERE id = :id"), {"id": books})

    assert unproven() == set()
    (found,) = queries.mismatches()
    assert (found.balance, found.kept_cents, found.recounted_cents) == ("last number", 3, 2)


@pytest.mark.parametrize("column", [name for name in TAMPERED if name != "id"])
def test_a_change_of_any_column_is_found_and_the_posting_named(unguarded, books, column):
    unguarded.execute(
        text(f"UPDATE posting SET {column} = {TAMPERED[column]} WHERE id = :id"), {"id": books}
    )

    assert unproven() == {(books, f"changed: {column}")}


def test_a_posting_under_another_id_is_missed_under_its_own(unguarded, books):
    unguarded.execute(text("UPDATE posting SET id = id + 1000 WHERE id = :id"), {"id": books})

    assert unproven() == {
        (books, "missing"),
        (books + 1000, "inserted: the trail does not know it"),
    }


def test_a_removed_posting_is_named(unguarded, books):
    unguarded.execute(text("DELETE FROM posting WHERE id = :id"), {"id": books})

    assert unproven() == {(books, "missing")}


def test_an_inserted_posting_is_named(unguarded, books):
    columns = ", ".join(set(TAMPERED) - {"id"})
    unguarded.execute(
        text(
            f"INSERT INTO posting (id, number, {columns}) SELECT id + 1000, 4, {columns} "
            "FROM posting WHERE id = :id"
        ),
        {"id": books},
    )

    assert unproven() == {(books + 1000, "inserted: the trail does not know it")}


def test_a_second_entry_cannot_change_what_the_first_told(books):
    posting = db.session.get(Posting, books)
    told = posting.content() | {"why": "another"}

    record(SYSTEM, posting, "commit", posting=told)

    assert trail.head_of(posting.ref)[0] == 4
    assert unproven() == {(books, "a second entry of the trail tells of it")}


def test_an_entry_without_its_proof_is_found_on_both_sides(unguarded, books):
    on_sqlite = unguarded.get_bind().dialect.name == "sqlite"
    guard = "audit_entry_no_update" if on_sqlite else "audit_entry_no_change ON audit_entry"
    unguarded.execute(text(f"DROP TRIGGER {guard}"))
    entry = unguarded.scalars(select(AuditEntry).where(AuditEntry.verb == "posting.commit")).one()
    unguarded.execute(
        text("UPDATE audit_entry SET details = '{}' WHERE id = :id"), {"id": entry.id}
    )

    assert unproven() == {(books, "inserted: the trail does not know it")}
    assert [found.problem for found in trail.verify_chains()] == ["changed"]


def test_the_reason_of_a_movement_stands_in_the_trail(books):
    entry = trail.search(subject="", verb="posting.commit", least_cents=40_000, most_cents=40_000)

    (found,) = db.session.scalars(entry)
    assert found.reason == "a visit to Riga"
    assert found.details["line"] == "travel"


def test_the_command_names_the_posting(committed):
    with transaction():
        line = a_line(100_000)
        posting = effects.commit(line.id, 40_000, **ABOUT).id
    on_sqlite = committed.kind == "sqlite"
    guard = "posting_no_update" if on_sqlite else "posting_no_change ON posting"
    with transaction():
        db.session.execute(text(f"DROP TRIGGER {guard}"))
        db.session.execute(
            text("UPDATE posting SET why = 'another' WHERE id = :id"), {"id": posting}
        )

    done = committed.app.test_cli_runner().invoke(args=["ledger", "check"])

    assert done.exit_code == 1
    assert f"posting {posting}: changed: why" in done.output
    assert "0 balances wrong" in done.output
