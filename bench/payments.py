"""What paying costs: on one hot line, against the bare disk, and many payments in one request.

    python -m bench.payments hot  [--clients 1 8 32] [--each 4] [--together 1] [--rounds 3]
                                  [--database postgresql|sqlite]
    python -m bench.payments disk [--each 40] [--together 1] [--rounds 3]
    python -m bench.payments run  [--payments 1000] [--rounds 3] [--database sqlite|postgresql]

Paying is the whole operation by which executed payments enter the books: rights, rules, posting,
chained trail, mail. `hot` lets 1, 8 and 32 clients pay from one line, in turn with the textbook
transaction (a conditional update, two inserts) at the default level and at SERIALIZABLE, with
retries; ratios of rates, p99 over p50, the slowest client's rate over the fastest's. With
`--together`, so many payments go into each call, as a bank statement enters them; rates count
payments. `disk` has one client on SQLite and as many appends with fdatasync. `run` pays as many
payments one by one and all in one call; the books must be equal.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from bench.commit import _TABLES
from bench.crash import a_database
from portal.audit import queries as trail
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db, reading, transaction
from portal.factory import create_app
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine, Posting
from portal.payments import operations, queries
from portal.payments.models import Payment
from portal.payments.rules import MOST_IN_BATCH
from portal.payments.states import State
from tests.conftest import test_settings
from tests.ledger.builders import a_line
from tests.payments.builders import Circuit, a_circuit, a_payee, a_payment, a_person
from tests.racing import Outcome
from tests.swarm import Swarm, swarm

CLIENTS = (1, 8, 32)
WAYS = ("pay", "textbook", "serialisable")
CENTS = 1_000
#: Above this spread of the ratios of its rounds a cell is noisy.
NOISY = 0.3
_numbers = count(1)


# What a client does: when it began and ended, and the seconds of each of its transactions


def pay(calls: list[list[str]], person_id: int) -> tuple[float, float, list[float]]:
    """Enter payments as executed, those of each call in a transaction."""
    actor = Actor(person_id, "an accounting officer", frozenset({Role.ACCOUNTANT}))
    enter = pay_singly if all(len(refs) == 1 for refs in calls) else pay_together
    return timed([lambda refs=refs: insist(lambda: enter(refs, actor)) for refs in calls])


def textbook(line_id: int, times: int) -> tuple[float, float, list[float]]:
    """A conditional update and two inserts, through the driver."""
    return timed([lambda: insist(lambda: _bare(line_id))] * times)


def serialisable(line_id: int, times: int) -> tuple[float, float, list[float]]:
    """The same at the strictest level."""
    level = "SERIALIZABLE"
    return timed([lambda: insist(lambda: _bare(line_id, isolation_level=level))] * times)


def insist(work: Callable[[], None]) -> None:
    """Again and again until it is let through: past a serialisation failure, or the 15 seconds that
    SQLite lets a writer wait.
    """
    while True:
        try:
            work()
        except OperationalError:
            continue
        return


def _bare(line_id: int, **options: Any) -> None:
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        taken = connection.execute(
            text("UPDATE bench_line SET cents = cents - 1 WHERE id = :id AND cents >= 1"),
            {"id": line_id},
        )
        assert taken.rowcount == 1
        about = {"id": line_id, "words": "paid"}
        connection.execute(text("INSERT INTO bench_posting VALUES (:id, 1)"), about)
        connection.execute(text("INSERT INTO bench_entry VALUES (:id, :words)"), about)


def timed(works: list[Callable[[], None]]) -> tuple[float, float, list[float]]:
    """Do one after the other."""
    began, each = time.monotonic(), []
    for work in works:
        start = time.monotonic()
        work()
        each.append(time.monotonic() - start)
    return began, time.monotonic(), each


# What is paid


def sent(number: int, circuit: Circuit, line: BudgetLine) -> list[str]:
    """So many payments of one line that the bank has."""
    with transaction():
        payee = a_payee()
        about = {"circuit": circuit, "line": line, "cents": CENTS, "payee": payee}
        # Unique beside the subjects that the builders give.
        subjects = [f"CXC-2098-{next(_numbers):05}" for _ in range(number)]
        found = [a_payment(State.REQUESTED, subject=subject, **about) for subject in subjects]
        operations.verify(*found, actor=circuit.verifier)
        operations.authorise(*found, actor=circuit.authoriser)
        for first in range(0, len(found), MOST_IN_BATCH):
            operations.send(*found[first : first + MOST_IN_BATCH], actor=circuit.accountant)
        return [payment.ref for payment in found]


def books() -> dict[str, list[tuple[Any, ...]]]:
    """What the books hold, without the numbers and moments of writing it down."""
    columns = (Posting.line_id, Posting.kind, Posting.source, Posting.target)
    postings = select(*columns, Posting.amount_cents, Posting.subject, Posting.why)
    balances = select(*BudgetLine.__table__.columns)
    states = select(Payment.ref, Payment.state, Payment.executed_on)
    wanted = {"postings": postings, "lines": balances, "payments": states}
    db.session.flush()
    return {
        name: sorted(tuple(row) for row in db.session.execute(query))
        for name, query in wanted.items()
    }


def pay_singly(refs: list[str], actor: Actor) -> None:
    """Each payment in a call and a transaction of its own."""
    for ref in refs:
        with transaction():
            operations.settle(queries.by_ref(ref), executed_on=clock.today(), actor=actor)


def pay_together(refs: list[str], actor: Actor) -> None:
    """All payments in one call and one transaction."""
    with transaction():
        operations.settle(*queries.by_refs(refs), executed_on=clock.today(), actor=actor)


# One hot line


def hot(url: str, given: argparse.Namespace) -> None:
    """Measure each number of clients on one line, and print."""
    with transaction():
        for statement in _TABLES:
            db.session.execute(text(statement))
        db.session.execute(text("INSERT INTO bench_line VALUES (1, 1000000000)"))
        line, circuit = a_line(10**10), a_circuit()
        persons = [a_person().id for _ in range(max(given.clients))]
    with swarm(url, max(given.clients), "bench.payments") as workers:
        for clients in given.clients:
            rounds = []
            for _ in range(given.rounds):
                work = [
                    {"calls": calls(given, circuit, line), "person_id": person}
                    for person in persons[:clients]
                ]
                db.session.rollback()
                bare = [{"line_id": 1, "times": given.each * max(5, given.together)}] * clients
                rounds.append(
                    {way: cell(workers, way, work if way == "pay" else bare) for way in WAYS}
                )
            report_hot(clients, rounds, {"pay": given.together})


def calls(given: argparse.Namespace, circuit: Circuit, line: BudgetLine) -> list[list[str]]:
    """The payments of one client, those of each call together."""
    return [sent(given.together, circuit, line) for _ in range(given.each)]


def cell(workers: Swarm, way: str, work: list[dict[str, Any]]) -> list[Outcome]:
    """One way by all clients at once."""
    outcomes = workers.race(f"bench.payments:{way}", work)
    failed = [outcome for outcome in outcomes if not outcome.won]
    assert not failed, failed[0]
    return outcomes


def rate(outcomes: list[Outcome], together: int = 1) -> float:
    """Payments a second of all clients, so many in each transaction."""
    seconds = max(each.value[1] for each in outcomes) - min(each.value[0] for each in outcomes)
    return float(sum(len(each.value[2]) for each in outcomes) * together / seconds)


def report_hot(
    clients: int, rounds: list[dict[str, list[Outcome]]], together: dict[str, int]
) -> None:
    """One line for each way: rate, tail, fairness, longest wait; and the ratios."""
    for way in WAYS:
        each = [one for cells in rounds for one in cells[way]]
        waits = sorted(wait for outcome in each for wait in outcome.value[2])
        p50, p99 = waits[len(waits) // 2], waits[min(len(waits) - 1, len(waits) * 99 // 100)]
        fairness = statistics.median(
            min(rates) / max(rates)
            for cells in rounds
            if (rates := [len(o.value[2]) / (o.value[1] - o.value[0]) for o in cells[way]])
        )
        size = together.get(way, 1)
        middle = statistics.median(rate(cells[way], size) for cells in rounds)
        print(
            f"{clients:>2} clients  {way:<12} {middle:8.1f}/s  p50 {1000 * p50:7.1f} ms  "
            f"p99/p50 {p99 / p50:5.1f}  longest {1000 * waits[-1]:7.1f} ms  fairness {fairness:.2f}"
        )
    for other in WAYS[1:]:
        paid = [rate(cells["pay"], together["pay"]) for cells in rounds]
        ratios = [fast / rate(cells[other]) for fast, cells in zip(paid, rounds, strict=True)]
        print(f"{clients:>2} clients  pay against {other}: {told(ratios)}", flush=True)


def told(ratios: list[float]) -> str:
    """The median, and whether the rounds agree on it."""
    is_noisy = max(ratios) / min(ratios) - 1 > NOISY
    shown = ", ".join(f"{ratio:.3f}" for ratio in sorted(ratios))
    return f"ratio {statistics.median(ratios):.3f} ({shown}){'  (noisy)' if is_noisy else ''}"


# The disk


def disk(folder: Path, given: argparse.Namespace) -> None:
    """One client on SQLite against the same number of appends and fdatasync beside it."""
    with transaction():
        line, circuit = a_line(10**10), a_circuit()
    ratios = []
    for _ in range(given.rounds):
        work = calls(given, circuit, line)
        began, ended, _each = pay(work, circuit.accountant.id or 0)
        appends = given.each * given.together
        ratios.append(_append(folder / "floor", appends) / (ended - began))
    print(f"paying on SQLite against append and fdatasync: {told(ratios)}")


def _append(path: Path, times: int) -> float:
    with path.open("ab", buffering=0) as file:
        began = time.monotonic()
        for _ in range(times):
            file.write(b"\0" * 4096)
            os.fdatasync(file.fileno())
        return time.monotonic() - began


# Many in one request


def run(given: argparse.Namespace) -> None:
    """The same number of payments one by one and together, in alternating order."""
    ratios = []
    for number in range(given.rounds):
        seconds, held = {}, {}
        for way in (pay_singly, pay_together)[:: 1 if number % 2 else -1]:
            with transaction():
                line, circuit = a_line(10**10), a_circuit()
            refs = sent(given.payments, circuit, line)
            db.session.rollback()
            began = time.monotonic()
            way(refs, circuit.accountant)
            seconds[way] = time.monotonic() - began
            db.session.expire_all()
            held[way] = [line.balance(bucket) for bucket in ("available", "certified", "paid")]
        assert held[pay_singly] == held[pay_together], held
        ratios.append(seconds[pay_singly] / seconds[pay_together])
        print(
            f"{given.payments} payments: {seconds[pay_singly]:.1f} s one by one, "
            f"{seconds[pay_together]:.2f} s together"
        )
    print(f"together against one by one: {told(ratios)}")


def main() -> None:
    """Measure, check the books, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("hot", "disk", "run"))
    parser.add_argument("--clients", type=int, nargs="+", default=CLIENTS)
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--together", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--payments", type=int, default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="")
    given = parser.parse_args()
    given.each = given.each or (40 if given.what == "disk" else 4)
    kind = given.database or ("postgresql" if given.what == "hot" else "sqlite")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        app = create_app(test_settings(Path(folder)))
        with a_database(app, Path(folder), kind) as url:
            print(kind)
            if given.what == "hot":
                hot(url, given)
            elif given.what == "disk":
                disk(Path(folder), given)
            else:
                run(given)
            db.session.rollback()
            with reading():
                wrong = [*ledger.mismatches(), *ledger.unproven(), *trail.verify_chains()]
    assert wrong == [], wrong
    print("books and trail agree")


if __name__ == "__main__":
    main()
