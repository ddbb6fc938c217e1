"""Throughput of "approve an exchange" against the bare work: a conditional update and two inserts.

    python -m bench.commit [--each 4] [--rounds 3] [--database sqlite|postgresql]

1, 8 and 32 clients, each a process with its own connection, on one budget line or on one line each;
both ways in turn on the same engine in the same run. The approval is the whole operation: rights,
rules, lump sum, quota, posting, chained trail, mails. A ratio of 0.10 says that ten bare commits
are done in the time of one approval.
"""

import argparse
import statistics
import tempfile
import time
from itertools import count
from pathlib import Path

from sqlalchemy import text

from bench.crash import a_database
from portal.accounts import queries as accounts
from portal.core.db import db, transaction
from portal.exchanges import operations, queries
from portal.exchanges.states import State
from portal.factory import create_app
from portal.ledger import queries as ledger
from tests.conftest import test_settings
from tests.exchanges.builders import World, a_world, actor_of, aim, an_exchange, at
from tests.exchanges.surroundings import an_organisation
from tests.swarm import Swarm, swarm

CLIENTS = (1, 8, 32)
_numbers = count(1)
_TABLES = (
    "CREATE TABLE bench_line (id INTEGER PRIMARY KEY, cents BIGINT NOT NULL)",
    "CREATE TABLE bench_posting (line_id INTEGER NOT NULL, cents BIGINT NOT NULL)",
    "CREATE TABLE bench_entry (line_id INTEGER NOT NULL, words TEXT NOT NULL)",
)


def approve(refs: list[str], person_id: int) -> tuple[float, float]:
    """Approve exchanges one after the other, each in a transaction; when it began and ended."""
    began = time.monotonic()
    for ref in refs:
        with transaction(), at():
            actor = actor_of(accounts.by_id(person_id))
            operations.approve(queries.by_ref(ref), actor=actor)
    return began, time.monotonic()


def bare(line_id: int, times: int) -> tuple[float, float]:
    """The same number of bare commits through the driver; when it began and ended."""
    began = time.monotonic()
    for _ in range(times):
        with db.engine.begin() as connection:
            taken = connection.execute(
                text("UPDATE bench_line SET cents = cents - 1 WHERE id = :id AND cents >= 1"),
                {"id": line_id},
            )
            assert taken.rowcount == 1
            about = {"id": line_id, "words": "approved"}
            connection.execute(text("INSERT INTO bench_posting VALUES (:id, 1)"), about)
            connection.execute(text("INSERT INTO bench_entry VALUES (:id, :words)"), about)
    return began, time.monotonic()


def ready(world: World, number: int) -> list[str]:
    """So many exchanges that only wait for their approval, each of another visitor."""
    refs = []
    for _ in range(number):
        with transaction():
            with at():
                name = f"Filature {next(_numbers)}"
                visitor = an_organisation(name, people=(world.people["visitor"],))
            refs.append(an_exchange(world, State.SIGNED, visitor=visitor).ref)
    return refs


def worlds(number: int) -> list[World]:
    """Partnerships with a line that never runs dry, and a quota that nobody comes near."""
    with transaction():
        found = [a_world(envelope_cents=10**9) for _ in range(number)]
        for world in found:
            aim(world, 10_000)
    return found


def measure(workers: Swarm, racer: str, work: list[dict[str, object]]) -> float:
    """Seconds from the first start to the last end."""
    outcomes = workers.race(f"bench.commit:{racer}", work)
    failed = [outcome for outcome in outcomes if not outcome.won]
    assert not failed, failed[0]
    return max(each.value[1] for each in outcomes) - min(each.value[0] for each in outcomes)


def cell(workers: Swarm, places: list[World], clients: int, each: int) -> tuple[float, float]:
    """Approvals and bare commits per second of so many clients on these partnerships' lines."""
    approvals = []
    for client in range(clients):
        world = places[client % len(places)]
        refs, payer = ready(world, each), world.people["payer"].id
        approvals.append({"refs": refs, "person_id": payer})
    bare_work = [{"line_id": 1 + client % len(places), "times": 20} for client in range(clients)]
    db.session.rollback()
    seconds = measure(workers, "bare", bare_work)
    return clients * each / measure(workers, "approve", approvals), clients * 20 / seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        app = create_app(test_settings(Path(folder)))
        with a_database(app, Path(folder), given.database) as url:
            with transaction():
                for statement in _TABLES:
                    db.session.execute(text(statement))
                lines = [{"id": number} for number in range(1, max(CLIENTS) + 1)]
                db.session.execute(text("INSERT INTO bench_line VALUES (:id, 1000000000)"), lines)
            print(f"{given.database}; {given.each} approvals a client, {given.rounds} rounds\n")
            with swarm(url, max(CLIENTS), "bench.commit") as workers:
                for clients in CLIENTS:
                    for name, places in (("one line", 1), ("own lines", clients)):
                        _report(workers, name, worlds(places), clients, given)
            assert ledger.mismatches() == []


def _report(
    workers: Swarm, name: str, places: list[World], clients: int, given: argparse.Namespace
) -> None:
    rounds = [cell(workers, places, clients, given.each) for _ in range(given.rounds)]
    ratios = [approvals / commits for approvals, commits in rounds]
    approvals, commits = (statistics.median(column) for column in zip(*rounds, strict=True))
    spread = max(ratios) / min(ratios) - 1
    print(
        f"{clients:>2} clients, {name:<9}  {approvals:7.1f} approvals/s  {commits:8.1f} bare/s  "
        f"ratio {statistics.median(ratios):.3f}{'  (noisy)' if spread > 0.3 else ''}",
        flush=True,
    )


if __name__ == "__main__":
    main()
