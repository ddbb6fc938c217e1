"""Transactions by intent: what may write, what cannot, and who commits."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from portal.core.db import Base, db, may_write, reading, transaction
from portal.core.ids import ReferenceCounter, next_reference


def count() -> int:
    with reading():
        return db.session.scalar(select(func.count()).select_from(ReferenceCounter))


def test_a_transaction_commits_what_was_done_in_it(committed):
    with transaction():
        next_reference("ORG", 2026)

    assert count() == 1


def test_a_transaction_undoes_everything_when_something_fails(committed):
    def fail() -> None:
        with transaction():
            next_reference("ORG", 2026)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert count() == 0


def test_reading_cannot_write(committed):
    with pytest.raises(DBAPIError, match=r"readonly|read-only"), reading():
        next_reference("ORG", 2026)

    assert count() == 0


def test_what_came_before_reading_is_undone_and_not_committed(committed):
    next_reference("ORG", 2026)

    with reading():
        pass

    assert count() == 0


def test_a_connection_that_read_may_write_again(committed):
    assert count() == 0

    with transaction():
        next_reference("ORG", 2026)

    assert count() == 1


def test_two_that_check_and_then_spend_wait_for_one_another(committed):
    """On SQLite through the immediate transaction, on PostgreSQL through the row lock."""
    with transaction():
        next_reference("ORG", 2026)
    barrier, given = threading.Barrier(8), []

    def take() -> None:
        with committed.app.app_context():
            barrier.wait()
            with transaction():
                given.append(next_reference("ORG", 2026))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(given) == [f"ORG-2026-{number:04d}" for number in range(2, 10)]


def test_a_reader_takes_no_write_lock(committed):
    with transaction():
        next_reference("ORG", 2026)
    written = threading.Event()

    def write() -> None:
        with committed.app.app_context(), transaction():
            next_reference("PRJ", 2026)
        written.set()

    with reading():
        db.session.scalar(select(func.count()).select_from(ReferenceCounter))
        thread = threading.Thread(target=write)
        thread.start()
        assert written.wait(5), "the writer had to wait for a reader"
    thread.join()


def test_everything_read_for_one_page_belongs_to_one_moment(committed):
    """A page asks several times: what is committed in between belongs to the next page."""

    def write() -> None:
        with committed.app.app_context(), transaction():
            next_reference("ORG", 2026)

    with reading():
        query = select(func.count()).select_from(ReferenceCounter)
        before = db.session.scalar(query)
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        after = db.session.scalar(query)

    assert (before, after, count()) == (0, 0, 1)


def test_sqlite_keeps_its_promises_on_every_connection(committed):
    if committed.kind != "sqlite":
        with committed.engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW fsync").scalar() in ("on", "off")
        return
    with committed.engine.connect() as connection:
        promised = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert promised == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_intent_is_back_after_a_block(committed):
    with reading():
        assert may_write.get() is False

    with pytest.raises(DBAPIError), transaction():
        db.session.execute(db.text("SELECT broken FROM nowhere"))

    assert may_write.get() is True


def test_every_constraint_has_a_name():
    nameless = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.sorted_tables
        for constraint in table.constraints
        if not constraint.name
    ]
    assert not nameless


def test_names_fit_into_postgresql():
    long = [
        item.name
        for table in Base.metadata.sorted_tables
        for item in (*table.constraints, *table.indexes)
        if len(str(item.name)) > 63
    ]
    assert not long


def test_every_foreign_key_is_indexed():
    """Who did something (`…_by_id`) is read with the row; people are never removed."""
    bare = [
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if not key.parent.name.endswith("_by_id") and not _leads_an_index(table, key.parent.name)
    ]
    assert not bare


def _leads_an_index(table, name: str) -> bool:
    led = [next(iter(index.columns)).name for index in table.indexes]
    led += [
        next(iter(constraint.columns)).name
        for constraint in table.constraints
        if type(constraint).__name__ in ("PrimaryKeyConstraint", "UniqueConstraint")
        and len(constraint.columns)
    ]
    return name in led


def test_money_is_whole_cents_in_big_columns():
    wrong = [
        f"{table.name}.{column.name} {column.type}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if (column.name.endswith("_cents") and str(column.type) != "BIGINT")
        or str(column.type).startswith(("NUMERIC", "FLOAT", "DECIMAL", "DOUBLE"))
    ]
    assert not wrong
