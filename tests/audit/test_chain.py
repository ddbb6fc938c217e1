"""The trail is chained: what is changed, removed, inserted or reordered in secret is found."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.audit import queries, rules
from portal.audit.effects import record
from portal.audit.models import AuditEntry, AuditHead
from portal.core.actors import Role
from portal.core.db import db
from tests.builders import an_actor

#: Every column, with another value. The hash does not cover the id, which only orders.
TAMPERED = {
    "id": "id + 1000",
    "subject": "'CXC-2026-0009'",
    "number": "7",
    "verb": "'exchange.refuse'",
    "at": "'2020-01-01 00:00:00+00:00'",
    "actor_id": "12345",
    "actor_name": "'Somebody else'",
    "actor_roles": "'admin'",
    "address": "'10.0.0.1'",
    "request_id": "'another'",
    "before": """'{"state": "agreed"}'""",
    "after": """'{"state": "refused"}'""",
    "details": """'{"amount_cents": 999}'""",
    "reason": "'because'",
    "previous_hash": "'" + "f" * 64 + "'",
    "hash": "'" + "0" * 64 + "'",
}


class Visit:
    noun = "exchange"
    ref = "CXC-2026-0001"


def a_trail(entries=4):
    actor = an_actor(Role.MANAGER)
    for number in range(entries):
        record(
            actor,
            Visit(),
            "edit",
            before={"state": "building"},
            after={"state": "signed"},
            reason=f"reason {number}",
            amount_cents=number,
        )
    db.session.commit()


@pytest.fixture
def unguarded(session):
    """The guards of the table are gone, as after an attack by somebody who owns the database."""
    a_trail()
    if session.get_bind().dialect.name == "sqlite":
        for guard in ("update", "delete", "replace"):
            session.execute(text(f"DROP TRIGGER audit_entry_no_{guard}"))
        for guard in ("no_delete", "step", "begin"):
            session.execute(text(f"DROP TRIGGER audit_head_{guard}"))
    else:
        session.execute(text("DROP TRIGGER audit_entry_no_change ON audit_entry"))
        session.execute(text("DROP TRIGGER audit_head_step ON audit_head"))
    return session


def broken():
    db.session.expire_all()
    return [(found.number, found.problem) for found in queries.verify_chains()]


def test_an_untouched_trail_is_whole(session):
    a_trail()

    assert broken() == []
    assert queries.count() == 4


def test_every_column_is_covered_by_an_attack():
    assert set(TAMPERED) == set(AuditEntry.__table__.columns.keys())


@pytest.mark.parametrize("column", TAMPERED)
def test_a_change_of_any_column_is_found_and_the_row_is_named(unguarded, column):
    unguarded.execute(
        text(f"UPDATE audit_entry SET {column} = {TAMPERED[column]} WHERE number = 2")
    )

    named = [f"entry {number} {problem}" for number, problem in broken()]
    assert any("entry 2" in line for line in named), named


def test_the_changed_entry_is_named(unguarded):
    unguarded.execute(text("UPDATE audit_entry SET reason = 'another' WHERE number = 3"))

    assert broken() == [(3, "changed")]


def test_a_removed_entry_is_named(unguarded):
    unguarded.execute(text("DELETE FROM audit_entry WHERE number = 2"))

    assert (2, "missing") in broken()


def test_a_removed_first_entry_is_named(unguarded):
    unguarded.execute(text("DELETE FROM audit_entry WHERE number = 1"))

    assert (1, "missing") in broken()


def test_an_inserted_entry_is_found(unguarded):
    columns = ", ".join(set(TAMPERED) - {"id", "number"})
    copied = f"SELECT 5, {columns} FROM audit_entry WHERE number = 2"
    unguarded.execute(text(f"INSERT INTO audit_entry (number, {columns}) {copied}"))

    assert [number for number, _problem in broken()] == [5, 5]


def test_reordered_entries_are_found(unguarded):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        unguarded.execute(
            text("UPDATE audit_entry SET number = :new WHERE number = :old"),
            {"new": new, "old": old},
        )

    assert {2, 3} <= {number for number, _problem in broken()}


@pytest.mark.parametrize(
    ("kept", "found"),
    [(3, [(4, "missing")]), (1, [(2, "missing, and all up to 4")])],
)
def test_a_cut_tail_is_named(unguarded, kept, found):
    unguarded.execute(text("DELETE FROM audit_entry WHERE number > :kept"), {"kept": kept})

    assert broken() == found


def test_a_chain_removed_as_a_whole_is_named(unguarded):
    unguarded.execute(text("DELETE FROM audit_entry"))

    assert broken() == [(1, "missing, and all up to 4")]


def test_a_newest_entry_made_anew_with_its_hash_is_named(unguarded):
    forged = unguarded.scalars(db.select(AuditEntry).where(AuditEntry.number == 4)).one()
    content = forged.content() | {"reason": "another"}
    unguarded.execute(
        text("UPDATE audit_entry SET reason = 'another', hash = :hash WHERE number = 4"),
        {"hash": rules.entry_hash(forged.previous_hash, content)},
    )

    assert broken() == [(4, "does not agree with the head of its chain")]


def test_the_database_moves_the_head_with_every_entry(session):
    a_trail()

    assert queries.head_of(Visit.ref) == (4, queries.by_number(Visit.ref, 4).hash)


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE audit_head SET number = 3",
        "UPDATE audit_head SET number = 4",
        "UPDATE audit_head SET number = 6",
        "UPDATE audit_head SET subject = 'CXC-2026-0009', number = 5",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head VALUES ('CXC-2026-0009', 2, 'x')",
    ],
)
def test_the_database_lets_a_head_move_one_step_forward_only(session, attack):
    a_trail()

    with pytest.raises(IntegrityError, match="forward_only_audit_head"):
        session.execute(text(attack))


#: Every column of the head, with another value, and what is then said of the newest entry.
HEAD_TAMPERED = {
    "subject": ("'CXC-2026-0009'", "the head of its chain is missing"),
    "number": ("number - 1", "inserted after the head of its chain"),
    "hash": ("'" + "0" * 64 + "'", "does not agree with the head of its chain"),
}


def test_every_column_of_the_head_is_covered_by_an_attack():
    assert set(HEAD_TAMPERED) == set(AuditHead.__table__.columns.keys())


@pytest.mark.parametrize("column", HEAD_TAMPERED)
def test_a_change_of_any_column_of_a_head_is_found_and_the_entry_named(unguarded, column):
    value, found = HEAD_TAMPERED[column]
    unguarded.execute(text(f"UPDATE audit_head SET {column} = {value}"))

    assert (4, found) in broken()


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("UPDATE audit_head SET number = 3", (4, "inserted after the head of its chain")),
        ("UPDATE audit_head SET number = 5", (5, "missing")),
        ("UPDATE audit_head SET hash = 'x'", (4, "does not agree with the head of its chain")),
        ("UPDATE audit_head SET subject = 'x'", (4, "the head of its chain is missing")),
        ("DELETE FROM audit_head", (4, "the head of its chain is missing")),
    ],
)
def test_a_head_changed_in_secret_is_found(unguarded, attack, found):
    unguarded.execute(text(attack))

    assert found in broken()


@pytest.mark.parametrize(
    "attack", ["UPDATE audit_entry SET reason = 'another'", "DELETE FROM audit_entry"]
)
def test_the_database_itself_refuses_to_change_the_trail(session, attack):
    a_trail()

    with pytest.raises(IntegrityError, match="append_only_audit_entry"):
        session.execute(text(attack))


def test_secrets_never_enter_the_trail(session):
    record(an_actor(), Visit(), "edit", after={"password": "three words", "inner": {"token": "x"}})

    (entry,) = queries.trail_of(Visit.ref)
    assert entry.after == {"password": "[redacted]", "inner": {"token": "[redacted]"}}


def test_floats_never_enter_the_trail(session):
    with pytest.raises(TypeError):
        record(an_actor(), Visit(), "edit", amount=1.5)
