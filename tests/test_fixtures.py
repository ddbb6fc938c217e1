"""The fixtures keep their promises: nothing leaks between tests, on either engine."""

import socket
import threading

import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import db, may_write, reading, transaction
from portal.core.ids import ReferenceCounter, next_reference


def count():
    return db.session.scalar(select(func.count()).select_from(ReferenceCounter))


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_what_one_test_committed_the_next_does_not_see(session, turn):
    assert count() == 0

    next_reference("ORG", 2026)
    session.commit()
    with transaction():
        next_reference("PRJ", 2026)

    assert count() == 2


def test_a_rollback_undoes_only_what_was_not_committed(session):
    next_reference("ORG", 2026)
    session.commit()
    next_reference("PRJ", 2026)

    session.rollback()

    assert count() == 1


@pytest.mark.parametrize("turn", [1, 2])
def test_real_commits_stay_in_the_database_of_their_test(committed, turn):
    assert count() == 0
    before = committed.fingerprint()

    next_reference("ORG", 2026)
    db.session.commit()

    assert count() == 1
    db.session.rollback()
    assert committed.fingerprint() != before


def test_real_commits_are_seen_by_other_threads(committed):
    next_reference("ORG", 2026)
    db.session.commit()
    seen = []

    def look():
        with committed.app.app_context(), reading():
            seen.append((count(), str(db.engine.url.database)))

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [(1, str(committed.engine.url.database))]


def test_both_engines_are_what_they_are_called(session, engine_kind):
    assert session.get_bind().dialect.name == engine_kind


@pytest.mark.parametrize("turn", [1, 2])
def test_the_clock_comes_back(turn):
    assert clock._shift.total_seconds() == 0

    clock.move_to(clock.now().replace(year=2019))

    assert clock.now().year == 2019


@pytest.mark.parametrize("turn", [1, 2])
def test_the_intent_to_write_comes_back(turn):
    assert may_write.get() is True

    may_write.set(False)


def test_nothing_but_loopback_can_be_reached():
    with (
        socket.socket() as other,
        pytest.raises(AssertionError, match=r"tried to reach 192\.0\.2\.1"),
    ):
        other.connect(("192.0.2.1", 80))
