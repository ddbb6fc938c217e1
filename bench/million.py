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
#: The most a page may take longer with all of them.
MOST = 1.5
#: Who opens what; {project} is the partnership with most visits.
PAGES = (
    ("officer", "/"),
    ("coordinator", "/"),
    ("officer", "/exchanges"),
    ("officer", "/exchanges/quota"),
    ("officer", "/projects/{project}/quota"),
    ("officer", "/projects/{project}/queue"),
    ("officer", "/projects/{project}/partnership"),
    ("coordinator", "/projects/{project}/partnership"),
)


def copy(connection: Connection, name: str, rows: int, **fresh: str) -> int:
    """Copy the rows of a table in turn until there are so many copies; returns their first id.

    `fresh` are SQL expressions over n.i, the number of the copy from 0 on.
    """
    table: Table = Base.metadata.tables[name]
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1000
    values = {column.name: f't."{column.name}"' for column in table.columns}
    values |= (
        {"id": f"{first} + n.i", "version": "1"}
        if "version" in values
        else {"id": f"{first} + n.i"}
    )
    values |= fresh
    into, taken = ", ".join(f'"{each}"' for each in values), ", ".join(values.values())
    numbers = f"n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {rows - 1})"
    told = (
        f"SELECT *, row_number() OVER (ORDER BY id) - 1 AS k, count(*) OVER () AS told FROM {name}"
    )
    statement = (
        f"INSERT INTO {name} ({into}) WITH RECURSIVE {numbers}, t AS ({told}) "
        f"SELECT {taken} FROM n JOIN t ON t.k = n.i % t.told"
    )
    connection.execute(text(statement))
    return first


def load(connection: Connection, rows: int) -> None:
    """Bring exchanges to at least so many, each by a visitor of its own."""
    prefix = {"organisation": f"'ORG-{YEAR}-' || n.i", "exchange": f"'CXC-{YEAR}-' || n.i"}
    visitors = copy(
        connection, "organisation", rows, ref=prefix["organisation"], registration_number="NULL"
    )
    own = f"{visitors} + n.i"
    copy(connection, "cluster_link", rows, organisation_id=own)
    copy(connection, "exchange", rows, ref=prefix["exchange"], visitor_id=own)


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
            with engine.begin() as connection:
                load(connection, size)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
            print(f"{size} exchanges loaded in {time.perf_counter() - began:.0f} s", flush=True)
            found.append(Place(app, engine, ("officer", "coordinator")))
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
