"""The pages of exchanges with a thousand and with a million of them, in alternation.

    python -m bench.million [--rows 1000000] [--rounds 7] [--postgresql]

Organisations and exchanges of the told story are copied inside the database, past the operations:
each copy visits once. The table shows the median at both sizes and the ratio of the medians; the
command ends with 1 when a page takes more than 1.5 times as long, or a recount disagrees.
"""

import argparse
import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, Table, create_engine, func, select, text

from bench.growth import YEAR
from bench.pages import Cell, Place
from portal.core.db import Base, prepare_engine, reading
from portal.exchanges import queries
from portal.factory import create_app
from tests import database
from tests.client import PortalClient
from tests.conftest import test_settings
from tests.postgres import databases

#: How many exchanges the smaller database has.
FEW = 1_000
#: Copies written at a time.
BATCH = 10_000
#: How far the ids of copies are from those told.
APART = 1000
#: The most a page may take longer with all of them.
MOST = 1.5
#: Who opens what; {project} is the partnership with most visits.
PAGES = (
    ("officer", "/"),
    ("coordinator", "/"),
    ("manager", "/"),
    ("host", "/"),
    ("officer", "/exchanges"),
    ("officer", "/exchanges/quota"),
    ("officer", "/projects/{project}/quota"),
    ("officer", "/projects/{project}/queue"),
    ("officer", "/projects/{project}/partnership"),
    ("coordinator", "/projects/{project}/partnership"),
)


def copy(connection: Connection, name: str, rows: int, **fresh: str) -> None:
    """Copy the rows told of a table in turn until there are so many copies; commits in between.

    `fresh` are SQL expressions over n.i, the number of the copy from 0 on.
    """
    table: Table = Base.metadata.tables[name]
    highest = told_until(connection, name)
    values = {column.name: f't."{column.name}"' for column in table.columns}
    values |= {"id": f"{highest + APART} + n.i"}
    if "version" in values:
        values["version"] = "1"
    values |= fresh
    into, taken = ", ".join(f'"{each}"' for each in values), ", ".join(values.values())
    told = (
        "SELECT *, row_number() OVER (ORDER BY id) - 1 AS k, count(*) OVER () AS told "
        f"FROM {name} WHERE id <= {highest}"
    )
    for first in range(0, rows, BATCH):
        last = min(first + BATCH, rows) - 1
        numbers = f"n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
        statement = (
            f"INSERT INTO {name} ({into}) WITH RECURSIVE {numbers}, t AS ({told}) "
            f"SELECT {taken} FROM n JOIN t ON t.k = n.i % t.told"
        )
        connection.execute(text(statement))
        # PostgreSQL keeps every version of a count until the end of the transaction.
        connection.commit()


def told_until(connection: Connection, name: str) -> int:
    """The highest id in a table."""
    table: Table = Base.metadata.tables[name]
    return int(connection.scalar(select(func.max(table.c.id))) or 0)


def load(connection: Connection, rows: int) -> None:
    """Bring exchanges to at least so many, each by a visitor of its own, and do to PostgreSQL what
    its autovacuum does soon; SQLite has no statistics unless it is asked.
    """
    own = f"{told_until(connection, 'organisation') + APART} + n.i"
    ref = f"'ORG-{YEAR}-' || n.i"
    copy(connection, "organisation", rows, ref=ref, registration_number="NULL")
    copy(connection, "cluster_link", rows, organisation_id=own)
    copy(connection, "exchange", rows, ref=f"'CXC-{YEAR}-' || n.i", visitor_id=own)
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("VACUUM ANALYZE")


@contextlib.contextmanager
def places(rows: int, *, on_postgresql: bool) -> Iterator[tuple[Place, Place]]:
    """The told story with a thousand exchanges, and with `rows`."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-")))
        app = create_app(test_settings(folder))
        app.testing, app.test_client_class = True, PortalClient
        found = []
        for url, size in zip(_urls(app, folder, stack, on_postgresql), (FEW, rows), strict=True):
            engine = create_engine(url)
            prepare_engine(engine)
            stack.callback(engine.dispose)
            began = time.perf_counter()
            with engine.connect() as connection:
                load(connection, size)
            print(f"{size} exchanges loaded in {time.perf_counter() - began:.0f} s", flush=True)
            found.append(Place(app, engine, tuple({viewer for viewer, _ in PAGES})))
        yield found[0], found[1]


def _urls(
    app: Flask, folder: Path, stack: contextlib.ExitStack, on_postgresql: bool
) -> tuple[str, str]:
    """Two databases in which the story is told."""
    if on_postgresql:
        server = stack.enter_context(databases())
        told = server.create()
        database.migrate(app, server.url(told))
        database.tell(app, server.url(told))
        return server.url(server.create(told)), server.url(server.create(told))
    small, large = (f"sqlite:///{folder / name}.sqlite" for name in ("small", "large"))
    database.migrate(app, small)
    database.tell(app, small)
    shutil.copy(folder / "small.sqlite", folder / "large.sqlite")
    return small, large


def busiest(place: Place) -> str:
    """The reference of the partnership with most visits."""
    query = (
        "SELECT p.ref FROM project p JOIN exchange e ON e.project_id = p.id "
        "GROUP BY p.ref ORDER BY count(*) DESC, p.ref LIMIT 1"
    )
    with place.engine.connect() as connection:
        return str(connection.scalar(text(query)))


def recounts(place: Place) -> list[str]:
    """Counts of visits that do not agree with the exchanges; the quota was not told of copies."""
    with place.app.app_context(), database.bound_to(place.engine), reading():
        return [f"{one.project_id} {one.counter}" for one in queries.misplaced()]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    slow = []
    with places(given.rows, on_postgresql=given.postgresql) as both:
        project = busiest(both[1])
        print(f"{'PostgreSQL' if given.postgresql else 'SQLite'}; median of {given.rounds} rounds")
        print(f"{'page':<46}{f'{FEW} ms':>12}{f'{given.rows} ms':>14}{'ratio':>8}{'queries':>9}")
        for viewer, path in PAGES:
            address, cells = path.format(project=project), (Cell(), Cell())
            for number in range(given.rounds + 1):
                for place, cell in zip(both, cells, strict=True):
                    status = place.open(address, viewer, cell if number else Cell())
                    assert status == 200, f"{address} as {viewer}: {status}"
            one, other = cells
            ratio = other.milliseconds / one.milliseconds
            print(
                f"{f'{viewer} {address}':<46}{one.milliseconds:>12.1f}{other.milliseconds:>14.1f}"
                f"{ratio:>8.2f}{one.queries:>5}/{other.queries}",
                flush=True,
            )
            if ratio > MOST:
                slow.append(address)
        wrong = [*recounts(both[0]), *recounts(both[1])]
    print(f"{len(slow)} pages beyond {MOST}, {len(wrong)} counts wrong")
    return 1 if slow or wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
