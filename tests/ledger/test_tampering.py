"""A hundred single-row attacks by SQL on trail and postings: each is found, and names its row.

The rows, the columns and the values are drawn with a fixed seed; each attack is undone before the
next (quality P11, S12).
"""

import random

import pytest
from sqlalchemy import text

from portal.audit import queries as trail
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


@pytest.fixture
def rows(session):
    """Five files on two lines, thirty movements; the guards are gone."""
    book = a_book()
    lines = [a_line(100_000, book=book, code=code).id for code in ("travel", "other")]
    for number in range(15):
        about = {"subject": f"CXC-2026-000{number % 5}", "why": f"visit {number}"}
        effects.commit(lines[number % 2], 1_000 + number, actor=SYSTEM, **about)
        effects.bind(lines[number % 2], 1_000, actor=SYSTEM, **about)
    session.commit()
    drop_guards(session)
    session.commit()
    entries = session.execute(db.select(AuditEntry.id, AuditEntry.subject, AuditEntry.number)).all()
    return entries, list(session.scalars(db.select(Posting.id)))


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
    entries, postings = rows
    chance = random.Random(1)
    assert found() == (set(), set())

    for _ in range(ATTACKS):
        if chance.random() < 0.5:
            key, subject, number = chance.choice(entries)
            column = chance.choice(list(ENTRY))
            value = ENTRY[column] + column if ENTRY[column] is WORDS else ENTRY[column]
            change = f"UPDATE audit_entry SET {column} = {value}"
            gone = chance.random() < 0.2
            if gone:
                change = "DELETE FROM audit_entry"
            changed, named, _postings = attack(f"{change} WHERE id = :id", id=key)
            assert changed == 1
            assert (subject, number) in named, change
        else:
            key = chance.choice(postings)
            column = chance.choice(list(POSTING))
            value = POSTING[column] + column if POSTING[column] is WORDS else POSTING[column]
            change = f"UPDATE posting SET {column} = {value}"
            if chance.random() < 0.2:
                change = "DELETE FROM posting"
            changed, _named, unproven = attack(f"{change} WHERE id = :id", id=key)
            assert changed == 1
            assert unproven == {key}, change
