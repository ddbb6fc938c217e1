"""Writers to one SQLite file come in the order they asked, and nobody waits for the dead."""

import os
import sqlite3
import threading
import time

import pytest
from sqlalchemy import create_engine, text

from portal.core.db import prepare_engine
from portal.core.turns import KNOWN, QueuedConnection, Turn

pytestmark = pytest.mark.skipif(not KNOWN, reason="this system has no locks of an open file")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "portal.sqlite-queue"


def waiting(turn, came, name) -> threading.Thread:
    """Somebody who asks for their turn now, and notes when it came."""
    number = drawn(turn)

    def wait() -> None:
        assert turn.take()
        came.append(name)
        turn.give_back()

    thread = threading.Thread(target=wait)
    thread.start()
    while drawn(turn) == number:
        time.sleep(0.001)
    return thread


def drawn(turn) -> bytes:
    """The last number drawn at the same file."""
    return os.pread(turn._file, 8, 0)


def test_writers_come_in_the_order_they_asked(path):
    first, came = Turn(path), []
    first.take()

    threads = [waiting(Turn(path), came, name) for name in "abcdefgh"]
    assert came == []
    first.give_back()
    for thread in threads:
        thread.join()

    assert came == list("abcdefgh")


def test_who_gives_up_loses_only_their_own_place(path):
    first, impatient, came = Turn(path), Turn(path), []
    first.take()

    assert not impatient.take(patience=0)
    thread = waiting(Turn(path), came, "next")
    impatient.give_back()
    assert came == []
    first.give_back()
    thread.join()

    assert came == ["next"]


def test_nobody_waits_for_a_process_that_died(path):
    child = os.fork()
    if child == 0:
        Turn(path).take()
        os._exit(0)
    os.waitpid(child, 0)

    assert Turn(path).take(patience=0)


def test_a_writer_waits_for_the_one_before_and_a_reader_for_nobody(tmp_path):
    file = tmp_path / "own.sqlite"
    engine = create_engine(f"sqlite:///{file}")
    prepare_engine(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (number INTEGER)"))
    before = Turn(file.with_name(f"{file.name}-queue"))
    before.take()
    done = threading.Event()

    def write() -> None:
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO kept VALUES (1)"))
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    with sqlite3.connect(file) as reader:
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    assert not done.wait(0.05)
    before.give_back()
    thread.join()

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM kept")) == 1
        assert isinstance(connection.connection.dbapi_connection, QueuedConnection)
    engine.dispose()


@pytest.mark.parametrize("way", ["commit", "rollback", "close"])
def test_a_turn_ends_with_the_transaction_and_with_the_connection(path, way):
    connection = sqlite3.connect(":memory:", factory=QueuedConnection)
    connection.queue_at(path)
    connection.take_turn()

    getattr(connection, way)()

    assert Turn(path).take(patience=0)
