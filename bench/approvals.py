"""Many officers approve from one queue at the same moment: what holds, and how long it takes.

    python -m bench.approvals [--officers 64] [--rounds 1] [--postgresql]

Every officer is a process of its own. After each round the envelope, the minima, the one visit of
an organisation, the counters and the ledger must agree; anything else is printed and ends with 1.
"""

import argparse
import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine

from portal.core.db import db, prepare_engine, transaction
from portal.exchanges import queries
from portal.factory import create_app
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine
from tests import database
from tests.conftest import test_settings
from tests.exchanges.crowds import a_crowd, approved_classes, rush, visits_of, wrongs
from tests.postgres import databases


@contextlib.contextmanager
def empty(*, on_postgresql: bool) -> Iterator[tuple[Flask, str]]:
    """An application with an empty database of its own."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-bench-")))
        app = create_app(test_settings(folder))
        url = f"sqlite:///{folder / 'crowd.sqlite'}"
        if on_postgresql:
            server = stack.enter_context(databases())
            url = server.url(server.create())
        database.migrate(app, url)
        yield app, url


def once(app: Flask, url: str, officers: int) -> list[str]:
    """One round: prints how it went, returns what does not hold."""
    engine = create_engine(url)
    prepare_engine(engine)
    with app.app_context(), database.bound_to(engine):
        with transaction():
            crowd = a_crowd(officers)
            line, project = crowd.world.line_id, crowd.world.project.id
        began = time.perf_counter()
        outcomes = rush(url, crowd.given)
        took = time.perf_counter() - began
        left = db.session.get_one(BudgetLine, line).available_cents
        approved = approved_classes(project)
        found = wrongs(crowd, approved=approved, available=left, visits=visits_of(crowd))
        found += [f"counter {one.counter}" for one in queries.miscounts()]
        found += [f"line {one.line}" for one in ledger.mismatches()]
    engine.dispose()
    told = ", ".join(f"{number} {kind or 'succeeded'}" for kind, number in outcomes.items())
    print(f"{officers} officers: {told}; {took:.1f} s")
    return found


def main() -> None:
    """Race and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--officers", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    found = []
    for _ in range(given.rounds):
        with empty(on_postgresql=given.postgresql) as (app, url):
            found += once(app, url, given.officers)
    if found:
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    main()
