"""Queries and milliseconds per page, at the size of the demo and with 10 000 exchanges.

    python -m bench.pages [--rows 10000] [--rounds 5] [--postgresql]

Both databases answer in turn within each round; the table shows the median and the ratio of the
medians. Every GET route of the URL map is measured by itself, as an officer sees it.
"""

import argparse
import contextlib
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, create_engine, event

from bench.growth import grow
from portal.core.db import prepare_engine
from portal.factory import create_app
from tests import database
from tests.architecture.world import World
from tests.client import PortalClient
from tests.conftest import test_settings
from tests.postgres import databases

#: Who looks: officers and auditors see everything, administrators the people.
VIEWERS = ("officer", "auditor", "admin", "accountant", "applicant")


@dataclass
class Cell:
    """One page on one database."""

    queries: int = 0
    times: list[float] = field(default_factory=list)

    @property
    def milliseconds(self) -> float:
        """The median."""
        return statistics.median(self.times) * 1000


class Place:
    """One database, with people signed in on it."""

    def __init__(self, app: Flask, engine: Engine, viewers: tuple[str, ...] = VIEWERS) -> None:
        self.app, self.engine = app, engine
        self.statements = 0
        event.listen(engine, "before_cursor_execute", self._count)
        with app.app_context(), database.bound_to(engine):
            with engine.connect() as connection:
                self.world = World(app, connection)
                self.routes = self.world.routes("GET")
            # Signing in writes: SQLite lets it once the reading connection is gone.
            self.clients = {viewer: self._sign_in(viewer) for viewer in viewers}

    def _sign_in(self, viewer: str) -> PortalClient:
        client = self.app.test_client()
        assert isinstance(client, PortalClient)
        client.sign_in(self.world.user(viewer))
        return client

    def _count(self, *arguments: object) -> None:
        statement = str(arguments[2])
        if not statement.startswith(("PRAGMA", "BEGIN", "SET TRANSACTION", "SAVEPOINT")):
            self.statements += 1

    def open(self, address: str, viewer: str, cell: Cell) -> int:
        """Open a page once; returns its status."""
        with self.app.app_context(), database.bound_to(self.engine):
            self.statements = 0
            began = time.perf_counter()
            answer = self.clients[viewer].get(address)
            cell.times.append(time.perf_counter() - began)
            cell.queries = self.statements
        return answer.status_code


@contextlib.contextmanager
def places(rows: int, *, on_postgresql: bool) -> Iterator[tuple[Place, Place]]:
    """The told story, and the same story grown."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-")))
        app = create_app(test_settings(folder))
        app.testing = True
        app.test_client_class = PortalClient
        if on_postgresql:
            server = stack.enter_context(databases())
            told = server.create()
            small = server.url(told)
        else:
            small = f"sqlite:///{folder / 'small.sqlite'}"
        database.migrate(app, small)
        database.tell(app, small)
        if on_postgresql:
            large = server.url(server.create(told))
        else:
            shutil.copy(folder / "small.sqlite", folder / "large.sqlite")
            large = f"sqlite:///{folder / 'large.sqlite'}"
        engines = []
        for url in (small, large):
            engines.append(create_engine(url))
            prepare_engine(engines[-1])
            stack.callback(engines[-1].dispose)
        with engines[1].begin() as connection:
            grow(connection, rows)
        if on_postgresql:  # it would do so by itself; SQLite has no statistics unless it is asked
            with engines[1].begin() as connection:
                connection.exec_driver_sql("ANALYZE")
        yield Place(app, engines[0]), Place(app, engines[1])


def measure(small: Place, large: Place, rounds: int) -> dict[tuple[str, str], tuple[Cell, Cell]]:
    """Every page a viewer may open, on both, in turn."""
    table: dict[tuple[str, str], tuple[Cell, Cell]] = {}
    for route in small.routes:
        viewer = next((v for v in VIEWERS if small.open(route.address, v, Cell()) == 200), None)
        if viewer is None or large.open(route.address, viewer, Cell()) != 200:
            continue
        cells = (Cell(), Cell())
        for _ in range(rounds):
            for place, cell in zip((small, large), cells, strict=True):
                place.open(route.address, viewer, cell)
        table[route.endpoint, viewer] = cells
    return table


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    engine = "PostgreSQL" if given.postgresql else "SQLite"
    with places(given.rows, on_postgresql=given.postgresql) as (small, large):
        table = measure(small, large, given.rounds)
    print(f"{engine}; median of {given.rounds} rounds, both sizes in turn\n")
    print(f"{'page':<34}{'seen by':<12}{'demo size':>18}{f'{given.rows} rows':>18}{'ratio':>8}")
    print(f"{'':<46}{'queries      ms':>18}{'queries      ms':>18}")
    for (endpoint, viewer), (one, other) in table.items():
        cells = (
            f"{one.queries:>9}{one.milliseconds:>9.1f}{other.queries:>9}{other.milliseconds:>9.1f}"
        )
        ratio = other.milliseconds / one.milliseconds
        print(f"{endpoint:<34}{viewer:<12}{cells}{ratio:>8.2f}")


if __name__ == "__main__":
    main()
