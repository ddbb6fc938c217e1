"""kill -9 at any moment: nothing acknowledged is lost, nothing is done twice.

    python -m bench.crash [--kills 200] [--database sqlite|postgresql] [--clients 4] [--seed 1]

The real server works on a database of its own. Each client takes payments by HTTP from the second
signature to the statement of the bank, and notes what was acknowledged; whatever got no answer is
sent again under the same key, until it has the answer of the try that counted. Meanwhile the
processes are killed, every tenth time with their master. Afterwards the daily checks run, and every
acknowledged step must stand in the trail exactly once.
"""

import argparse
import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import create_engine, func, select, text

from portal.accounts.models import User
from portal.audit import queries as trail
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db, prepare_engine, reading, transaction
from portal.core.outbox import OutboxMessage
from portal.factory import create_app
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine
from portal.partners.models import Organisation
from portal.payments.models import Batch, Payment
from portal.payments.states import State
from portal.web.request_keys import HEADER, new_key
from tests import database
from tests.client import PortalClient
from tests.conftest import test_settings
from tests.ledger.builders import a_line
from tests.payments.answers.builders import a_booking, a_statement
from tests.payments.builders import Circuit, a_payee, a_payment, a_person, acting
from tests.postgres import databases

ROOT = Path(__file__).resolve().parents[1]
ROLES = (Role.MANAGER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.OFFICER)
TOGETHER = 2
NO_HEADERS: Mapping[str, str] = {}
CENTS = 1_000
#: How many seconds anything may take before this gives up.
LONGEST = 120


@dataclass(frozen=True)
class Fact:
    """One step of one payment."""

    ref: str
    verb: str


@dataclass
class Report:
    """What clients were told, and what was found afterwards."""

    kills: int = 0
    acknowledged: set[Fact] = field(default_factory=set)
    in_doubt: set[Fact] = field(default_factory=set)
    finished: list[tuple[str, ...]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {len(self.acknowledged)} steps acknowledged, "
            f"{len(self.in_doubt)} sent again, {len(self.finished) * TOGETHER} payments executed, "
            f"{len(self.problems)} problems"
        )


def a_free_port() -> int:
    """A port that nobody listens on: two runs at once would else meet in one server."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """The portal as `docs/running.md` starts it, with its workers forked from a loaded master."""

    def __init__(self, url: str, secret: str, port: int) -> None:
        self.port = port
        self._environment = {
            **os.environ,
            "PORTAL_MODE": "test",
            "PORTAL_SECRET": secret,
            "DATABASE_URL": url,
            "PORTAL_DEBTOR_NAME": "Office européen des clusters",
            "PORTAL_DEBTOR_IBAN": "BE68539007547034",
        }
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        shape = "--worker-class gthread --workers 2 --threads 4 --preload --log-level critical"
        command = [sys.executable, "-m", "gunicorn", *shape.split()]
        self._process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}", "app:create_app()"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while True:
            if ask(self.port, "GET", "/health") == 200:
                return
            assert self._process.poll() is None, "the server does not start"
            time.sleep(0.05)

    def kill(self, *, whole: bool) -> None:
        """SIGKILL to every worker; with `whole` to the master too, which is then started anew."""
        master = self._process.pid
        workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        for process in [master] * whole + [int(worker) for worker in workers]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if whole:
            self._process.wait()
            self.start()

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait()


class Client(threading.Thread):
    """Takes payments to the bank, one person after the other, and notes what is acknowledged."""

    def __init__(self, port: int, doors: dict[Role, tuple[str, str]], report: Report) -> None:
        super().__init__(daemon=True)
        self.port, self.doors, self.report = port, doors, report
        self.work: Queue[tuple[str, ...]] = Queue()
        self.ending = threading.Event()
        self.numbers = iter(range(1, 10**9))

    def run(self) -> None:
        """Work until told to end; what was begun is brought to its end."""
        while not self.ending.is_set():
            with contextlib.suppress(Empty):
                self.bring(self.work.get(timeout=0.05))

    def bring(self, refs: tuple[str, ...]) -> None:
        """Verify, authorise, send together, and take in the statement that tells of both."""
        for verb, role in (("verify", Role.VERIFIER), ("authorise", Role.AUTHORISER)):
            for ref in refs:
                self.post(role, f"/payments/{ref}/{verb}", {}, verb, (ref,))
        chosen = {"refs": ",".join(refs)}
        self.post(Role.ACCOUNTANT, "/payments/send", chosen, "send", refs)
        day = clock.today().isoformat()
        name = f"{refs[0]}"
        statement = a_statement(
            *(a_booking(ref, CENTS, day=day, reference=f"B-{ref}") for ref in refs), message=name
        )
        self.post(Role.ACCOUNTANT, "/bank-files/take-in", {}, "settle", refs, statement)
        self.report.finished.append(refs)

    def post(
        self,
        role: Role,
        path: str,
        fields: dict[str, str],
        verb: str,
        refs: tuple[str, ...],
        file: bytes = b"",
    ) -> None:
        """Send it with one key until there is an answer, which is that of the try that counted."""
        facts = {Fact(ref, verb) for ref in refs}
        cookie, token = self.doors[role]
        own = {"Cookie": f"portal={cookie}", "X-CSRFToken": token, HEADER: new_key()}
        while (status := self.answer(own, path, fields, file)) is None:
            self.report.in_doubt |= facts
            time.sleep(0.02)
        if status == 303:
            self.report.acknowledged |= facts
        else:
            self.report.problems.append(f"{path} {refs}: {status}")

    def answer(
        self, own: Mapping[str, str], path: str, fields: dict[str, str], file: bytes
    ) -> int | None:
        """The status of the answer, or None when there was none; `own` are the sender's headers."""
        body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        if file:
            kind = "multipart/form-data; boundary=PORTAL"
            head = 'Content-Disposition: form-data; name="file"; filename="answer.xml"'
            body = f"--PORTAL\r\n{head}\r\nContent-Type: application/xml\r\n\r\n".encode()
            body += file + b"\r\n--PORTAL--\r\n"
        return ask(self.port, "POST", path, body, {**own, "Content-Type": kind})


def ask(
    port: int, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS
) -> int | None:
    """The status of the whole answer, or None when there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        try:
            connection.request(method, path, body, dict(headers))
            with connection.getresponse() as answer:
                answer.read()
                return answer.status
        except (OSError, http.client.HTTPException):
            return None


@dataclass
class Scene:
    """Who signs, where the money is, and the cookie and form token of each person."""

    app: Flask
    persons: dict[Role, User]
    people: Circuit
    payee: Organisation
    line: BudgetLine
    doors: dict[Role, tuple[str, str]] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Sign everybody in anew: nobody here clicks often enough to stay signed in."""
        for role, person in self.persons.items():
            browser = PortalClient(self.app, self.app.response_class)
            browser.sign_in(person)
            token = browser.csrf_token()
            cookie = browser.get_cookie("portal")
            assert cookie is not None
            self.doors[role] = (cookie.value, token)

    def give(self, clients: list[Client], least: int) -> None:
        """Give every client as many pairs of requested payments as it lacks."""
        about = {"circuit": self.people, "payee": self.payee, "line": self.line, "cents": CENTS}
        for client in clients:
            while client.work.qsize() < least:
                with transaction():
                    pair = [a_payment(State.REQUESTED, **about).ref for _ in range(TOGETHER)]
                client.work.put(tuple(pair))


def a_scene(app: Flask) -> Scene:
    """A line that never runs dry, a payee with one member, and everybody signed in."""
    with transaction():
        persons = {role: a_person(role) for role in ROLES}
        people = Circuit(*(acting(person, role) for role, person in persons.items()))
        payee = a_payee(members=(a_person(),))
        scene = Scene(app, persons, people, payee, a_line(10**9))
    scene.sign_in()
    return scene


def run(app: Flask, url: str, *, kills: int, clients: int, port: int, seed: int = 1) -> Report:
    """Load, kills and checks on the database at `url`, which is the one behind `db.session`."""
    report, chance = Report(), random.Random(seed)
    scene = a_scene(app)
    server = Server(url, str(app.secret_key), port)
    crew = [Client(port, scene.doors, report) for _ in range(clients)]
    scene.give(crew, 1)
    for client in crew:
        client.start()
    try:
        _work_a_little(report)
        for number in range(1, kills + 1):
            if number % 25 == 0:
                scene.sign_in()
            scene.give(crew, 1)
            _work_a_little(report)
            time.sleep(chance.uniform(0, 0.5))
            server.kill(whole=number % 10 == 0)
            report.kills += 1
        for client in crew:
            client.ending.set()
        for client in crew:
            client.join(LONGEST)
            assert not client.is_alive(), "a client waits for ever"
    finally:
        server.stop()
    report.problems += check(report)
    return report


def _work_a_little(report: Report) -> None:
    """Wait until something new is acknowledged: the killed server works again."""
    before, end = len(report.acknowledged), time.monotonic() + LONGEST
    while len(report.acknowledged) == before:
        assert time.monotonic() < end, "nothing is acknowledged any more"
        time.sleep(0.01)


def check(report: Report) -> list[str]:
    """What is wrong with the books, and with what the clients were told."""
    with reading():
        found = [f"{each}" for each in (*ledger.mismatches(), *ledger.unproven())]
        found += [f"{each}" for each in trail.verify_chains()]
        if db.session.get_bind().dialect.name == "sqlite":
            whole = db.session.scalar(text("PRAGMA integrity_check"))
            found += [] if whole == "ok" else [f"integrity: {whole}"]
        found += _steps(report)
        found += _batches(report)
        found += _mails(report)
    return found


def _steps(report: Report) -> list[str]:
    query = select(AuditEntry.subject, AuditEntry.verb, func.count())
    told = {
        Fact(subject, verb.partition(".")[2]): int(number)
        for subject, verb, number in db.session.execute(
            query.where(AuditEntry.verb.startswith("payment.")).group_by(
                AuditEntry.subject, AuditEntry.verb
            )
        )
    }
    lost = [f"lost: {fact}" for fact in report.acknowledged if not told.get(fact)]
    undone = [f"never done: {fact}" for fact in report.in_doubt if not told.get(fact)]
    return [*lost, *undone, *(f"done {n} times: {fact}" for fact, n in told.items() if n > 1)]


def _batches(report: Report) -> list[str]:
    batch_of = dict(db.session.execute(select(Payment.ref, Payment.batch_id)).all())
    found = [f"apart: {refs}" for refs in report.finished if len({batch_of[r] for r in refs}) != 1]
    inside = select(Payment.batch_id, func.count(), func.sum(Payment.amount_cents))
    kept = {
        row[0]: (row[1], int(row[2])) for row in db.session.execute(inside.group_by("batch_id"))
    }
    for batch in db.session.scalars(select(Batch)):
        if kept.get(batch.id) != (batch.payments, batch.total_cents):
            found.append(f"{batch.ref} is not what was released")
    executed = select(func.count()).where(Payment.state == State.EXECUTED)
    if db.session.scalar(executed) != len(report.finished) * TOGETHER:
        found.append("not every payment that was finished is executed")
    return found


def _mails(report: Report) -> list[str]:
    keys = list(db.session.scalars(select(OutboxMessage.deduplication_key)))
    told = [key.split(":")[1] for key in keys if ":executed:" in key]
    wanted = sorted(ref for refs in report.finished for ref in refs)
    return [] if sorted(told) == wanted else ["not one mail for each payment executed"]


@contextlib.contextmanager
def a_database(app: Flask, folder: Path, kind: str) -> Iterator[str]:
    """A migrated database behind `db.session`; its address."""
    with contextlib.ExitStack() as stack:
        if kind == "postgresql":
            server = stack.enter_context(databases())
            url = server.url(server.create())
        else:
            url = f"sqlite:///{folder / 'crash.sqlite'}"
        database.migrate(app, url)
        engine = create_engine(url)
        prepare_engine(engine)
        stack.callback(engine.dispose)
        stack.enter_context(app.app_context())
        stack.enter_context(database.bound_to(engine))
        yield url


def main() -> None:
    """Kill, check and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        app = create_app(test_settings(Path(folder)))
        with a_database(app, Path(folder), given.database) as url:
            about = {"clients": given.clients, "seed": given.seed}
            report = run(app, url, kills=given.kills, port=a_free_port(), **about)
    print(f"{given.database}: {report}")
    for problem in report.problems:
        print(problem)
    sys.exit(1 if report.problems else 0)


if __name__ == "__main__":
    main()
