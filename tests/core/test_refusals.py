"""The friendly check and the race say the same words, on both engines."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from portal.core import refusals
from portal.core.errors import Busy, Fault, RuleBroken, Stale
from portal.core.refusals import explain_constraint, refusal


@pytest.fixture
def table(session):
    session.execute(
        text(
            "CREATE TABLE sample (id integer primary key, code varchar(9), amount integer, "
            "CONSTRAINT uq_sample_code UNIQUE (code), "
            "CONSTRAINT ck_sample_positive CHECK (amount >= 0))"
        )
    )
    before = dict(refusals._faults)
    explain_constraint("uq_sample_code", Fault("taken", "code"), columns="sample.code")
    explain_constraint("ck_sample_positive", Fault("below zero", "amount"))
    yield session
    refusals._faults.clear()
    refusals._faults.update(before)


def refused(session, *statements: str) -> Exception:
    *before, last = statements
    for statement in before:
        session.execute(text(statement))
    with pytest.raises(DBAPIError) as caught:
        session.execute(text(last))
    session.rollback()
    return caught.value


def test_a_unique_constraint_is_told_in_words(table):
    error = refused(
        table, "INSERT INTO sample VALUES (1, 'A', 1)", "INSERT INTO sample VALUES (2, 'A', 2)"
    )

    known = refusal(error)

    assert isinstance(known, RuleBroken)
    assert known.faults == (Fault("taken", "code"),)


def test_a_check_is_told_in_words(table):
    known = refusal(refused(table, "INSERT INTO sample VALUES (1, 'A', -1)"))

    assert isinstance(known, RuleBroken)
    assert known.faults == (Fault("below zero", "amount"),)


def test_a_constraint_without_words_is_a_conflict(table):
    known = refusal(
        refused(
            table, "INSERT INTO sample VALUES (1, 'A', 1)", "INSERT INTO sample VALUES (1, 'B', 2)"
        )
    )

    assert isinstance(known, Stale)


def test_somebody_was_faster():
    assert isinstance(refusal(StaleDataError()), Stale)


@pytest.mark.parametrize("words", ["deadlock detected", "could not serialize"])
def test_a_collision_of_writers_is_a_conflict(words):
    assert isinstance(refusal(_operational(words)), Stale)


def test_a_turn_that_never_came_is_no_conflict():
    assert isinstance(refusal(_operational("database is locked")), Busy)


def test_other_failures_are_not_hidden():
    assert refusal(_operational("disk I/O error")) is None
    assert refusal(ValueError()) is None


def _operational(words: str) -> Exception:
    return OperationalError("COMMIT", {}, Exception(words))


def test_an_unknown_integrity_error_is_a_conflict():
    assert isinstance(refusal(IntegrityError("x", {}, Exception("something else"))), Stale)
