"""A hundred single-row attacks by SQL on trail and postings: each is found, and names its row.

The rows, the columns and the values are drawn with a fixed seed; each attack is undone before the
next (quality P11, S12). `python -m bench.tampering` is the long form.
"""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text

from portal.audit import queries as trail
from portal.audit import rules
from portal.audit.models import AuditEntry
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.ledger import effects, queries
from portal.ledger.models import Posting
from tests.audit.unguarded import drop_guards
from tests.ledger.builders import a_book, a_line

ATTACKS = 100
#: What a text, a number and a moment can be changed to; JSON columns become another object.
WORDS, JSON, MOMENT, DAY = "'x' || ", "'{\"x\": 1}'", "'2020-01-01 00:00:00+00:00'", "'2020-01-01'"
ENTRY = {
    **dict.fromkeys(("verb", "actor_name", "actor_roles", "address", "request_id"), WORDS),
    **dict.fromkeys(("before", "after", "details"), JSON),
    "at": MOMENT,
    "reason": WORDS,
    "actor_id": "12345",
}
POSTING = {
    **dict.fromkeys(("subject", "file", "why", "actor_name"), WORDS),
    "amount_cents": "amount_cents + 1",
    "actor_id": "12345",
    "at": MOMENT,
    "booked_on": DAY,
}


Rows = tuple[Sequence[Any], list[int]]


def a_trail_and_postings() -> Rows:
    """Five files on two lines, thirty movements: the entries and the postings that tell of them."""
    book = a_book()
    lines = [a_line(100_000, book=book, code=code).id for code in ("travel", "other")]
    for number in range(15):
        about = {"subject": f"CXC-2026-000{number % 5}", "why": f"visit {number}"}
        effects.commit(lines[number % 2], 1_000 + number, actor=SYSTEM, **about)
        effects.bind(lines[number % 2], 1_000, actor=SYSTEM, **about)
    columns = db.select(AuditEntry.id, AuditEntry.subject, AuditEntry.number)
    return db.session.execute(columns).all(), list(db.session.scalars(db.select(Posting.id)))


def attacked(rows: Rows, chance: random.Random) -> tuple[str, bool]:
    """One attack on one row, and whether it is found by its name; everything is as before."""
    entries, postings = rows
    on_trail = chance.random() < 0.5
    table, columns = ("audit_entry", ENTRY) if on_trail else ("posting", POSTING)
    key, *name = chance.choice(entries) if on_trail else (chance.choice(postings),)
    column = chance.choice(list(columns))
    value = columns[column] + column if columns[column] is WORDS else columns[column]
    change = f"UPDATE {table} SET {column} = {value}"
    if chance.random() < 0.2:
        change = f"DELETE FROM {table}"
    changed, named, unproven = attack(f"{change} WHERE id = :id", id=key)
    assert changed == 1
    return f"{change} WHERE id = {key}", tuple(name) in named if on_trail else unproven == {key}


@pytest.fixture
def rows(session):
    """A trail and postings; the guards are gone."""
    made = a_trail_and_postings()
    session.commit()
    drop_guards(session)
    session.commit()
    return made


def found():
    db.session.expire_all()
    named = {(each.subject, each.number) for each in trail.verify_chains()}
    return named, {each.posting_id for each in queries.unproven()}


def attack(statement, **values):
    """One statement, what is then found, and everything as before."""
    changed = db.session.execute(text(statement), values).rowcount
    try:
        return changed, *found()
    finally:
        db.session.rollback()


def test_every_attack_is_found_and_names_its_row(rows):
    chance = random.Random(1)
    assert found() == (set(), set())

    for _ in range(ATTACKS):
        change, is_found = attacked(rows, chance)
        assert is_found, change


def test_only_who_makes_hash_and_head_anew_is_not_found(rows):
    """The control: the hashes find all others; of this one, an export kept elsewhere tells."""
    subject = rows[0][0][1]
    newest = db.select(AuditEntry).where(AuditEntry.subject == subject)
    entry = db.session.scalars(newest.order_by(AuditEntry.number.desc()).limit(1)).one()
    forged = rules.entry_hash(entry.previous_hash, entry.content() | {"reason": "x"})
    about = {"hash": forged, "id": entry.id, "subject": subject}
    db.session.execute(text("UPDATE audit_entry SET reason = 'x' WHERE id = :id"), about)
    assert found()[0] == {(subject, entry.number)}

    db.session.execute(text("UPDATE audit_entry SET hash = :hash WHERE id = :id"), about)
    db.session.execute(text("UPDATE audit_head SET hash = :hash WHERE subject = :subject"), about)

    assert found()[0] == set()
