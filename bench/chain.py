"""What the guards of the trail cost: an entry with and without the head its chain keeps, and a
posting with and without the entry that proves it.

    python -m bench.chain [--entries 500] [--rounds 7] [--postgresql]

Both ways write in alternating rounds into the same database; the ratio is that of their medians.
"""

import argparse
import contextlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import DDL, create_engine, select, text

from bench.pages import test_settings
from portal.audit import models as audit
from portal.audit import queries, rules
from portal.audit.effects import record
from portal.core import append_only
from portal.core.actors import SYSTEM
from portal.core.db import db, prepare_engine, transaction
from portal.factory import create_app
from portal.ledger import effects
from tests import database
from tests.postgres import databases


class File:
    """Something that leaves a trail."""

    noun = "exchange"

    def __init__(self, number: int) -> None:
        self.ref = f"CXC-2099-{number:05d}"


@contextlib.contextmanager
def an_empty_database(*, on_postgresql: bool) -> Iterator[None]:
    """A migrated database behind `db.session`."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-")))
        app = create_app(test_settings(folder))
        if on_postgresql:
            server = stack.enter_context(databases())
            url = server.url(server.create())
        else:
            url = f"sqlite:///{folder / 'chain.sqlite'}"
        database.migrate(app, url)
        engine = create_engine(url)
        prepare_engine(engine)
        stack.callback(engine.dispose)
        stack.enter_context(app.app_context())
        stack.enter_context(database.bound_to(engine))
        yield


def write_entries(entries: int) -> None:
    """One transaction per entry, ten files in turn, as people do."""
    for number in range(entries):
        with transaction():
            record(SYSTEM, File(number % 10), "edit", after={"state": "signed"}, reason="bench")


def write_postings(line_id: int, postings: int) -> None:
    """One transaction per posting."""
    for _ in range(postings):
        with transaction():
            effects.commit(line_id, 1, subject="CXC-2099-00001", why="bench", actor=SYSTEM)


def newest_of(subjects: Iterable[str]) -> dict[str, tuple[int, str]]:
    """What chains are continued from when they keep no head: their newest entries."""
    entry, heads = audit.AuditEntry, {}
    for subject in subjects:
        query = select(entry).where(entry.subject == subject).order_by(entry.number.desc()).limit(1)
        found = db.session.scalar(query)
        heads[subject] = (found.number, found.hash) if found else (0, rules.GENESIS)
    return heads


@contextlib.contextmanager
def no_head() -> Iterator[None]:
    """Entries neither read nor move a head; afterwards the heads stand where the chains do."""
    entry, head = audit.AuditEntry.__table__, audit.AuditHead.__table__
    on_sqlite = db.session.get_bind().dialect.name == "sqlite"
    place = "" if on_sqlite else " ON audit_entry"
    made = append_only.sqlite_followed_by if on_sqlite else append_only.postgresql_followed_by
    step = [append_only.sqlite_forward_only, append_only.postgresql_forward_only][not on_sqlite]
    steps = ("no_delete", "step", "begin") if on_sqlite else ("step", "no_truncate")
    with transaction():
        db.session.execute(text(f"DROP TRIGGER audit_entry_moves_head{place}"))
    with patch.object(queries, "heads_of", newest_of):
        yield
    with transaction():
        for name in steps:
            on = "" if on_sqlite else " ON audit_head"
            db.session.execute(text(f"DROP TRIGGER audit_head_{name}{on}"))
        db.session.execute(text("DELETE FROM audit_head"))
        db.session.execute(
            text(
                "INSERT INTO audit_head SELECT subject, number, hash FROM audit_entry WHERE number "
                "= (SELECT max(number) FROM audit_entry a WHERE a.subject = audit_entry.subject)"
            )
        )
        for statement in (*step(head), *made(entry, head)):
            db.session.execute(DDL(statement.replace("%", "%%")))


def timed(work: Callable[[], None]) -> float:
    """Seconds."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compare(
    work: Callable[[], None], without: Callable[[], contextlib.AbstractContextManager], rounds: int
) -> tuple[float, float]:
    """Median seconds with and without, in turn; the order changes every round."""
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(rounds):
        for guarded in (True, False) if number % 2 else (False, True):
            with contextlib.nullcontext() if guarded else without():
                seconds[guarded].append(timed(work))
    return statistics.median(seconds[True]), statistics.median(seconds[False])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with an_empty_database(on_postgresql=given.postgresql):
        with transaction():
            book = effects.open_book("PRJ-2099-00001", "Bench")
            line = effects.open_line(book, "travel", 10**9, position=1, actor=SYSTEM).id
        write_entries(100)
        engine = "PostgreSQL" if given.postgresql else "SQLite"
        print(f"{engine}; {given.entries} transactions a round, median of {given.rounds} rounds\n")
        pairs = {
            "an entry, its head kept": (lambda: write_entries(given.entries), no_head),
            "a posting, its entry kept": (
                lambda: write_postings(line, given.entries),
                lambda: patch.object(effects, "record_all"),
            ),
        }
        for name, (work, without) in pairs.items():
            one, other = compare(work, without, given.rounds)
            each = f"{1000 * one / given.entries:.2f} ms with, {1000 * other / given.entries:.2f}"
            print(f"{name:<28}{each} ms without, ratio {one / other:.2f}")


if __name__ == "__main__":
    main()
