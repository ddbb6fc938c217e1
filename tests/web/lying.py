"""A network that lies: answers get lost, copies arrive together or late, the portal dies at work.

Each form moves budget between two lines, an amount of its own, which a state machine would let
happen any number of times: that it happened once is owed to its key alone. Which fault is armed
travels with the request, in a header that only the line in front of the portal reads.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from enum import StrEnum
from http.client import HTTPException
from itertools import count
from socket import SHUT_RDWR
from typing import Any

from flask import Flask
from sqlalchemy import Connection, Engine, event, func, select

from portal.audit import queries as trail
from portal.core.db import db, reading, transaction
from portal.core.request_keys import RequestKey
from portal.ledger import queries as ledger
from portal.ledger.models import Posting
from portal.ledger.states import Action
from portal.web.request_keys import FIELD, new_key
from tests.browser import Site, serve
from tests.client import PortalClient
from tests.projects.builders import a_cast, a_project
from tests.web.sending import Answer, Sending, at_once, prepare

_ARMED = "X-Fault"
#: How long a copy is held up at the most, in seconds.
LONGEST = 60


class Fault(StrEnum):
    """What goes wrong with a form on its way, or with its answer."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit, before the answer"
    CUT = "within the answer"
    TWICE = "two copies together"
    LATE = "a copy arrives after others"
    OTHER_VALUES = "other values under the same key"


#: Nothing whole comes back.
SILENT = (Fault.BEFORE_COMMIT, Fault.AFTER_COMMIT, Fault.CUT)


class _Died(BaseException):
    """The process is gone; nobody may catch this."""


_dying: ContextVar[bool] = ContextVar("dying", default=False)


def _die(connection: Connection) -> None:
    if _dying.get():
        connection.invalidate()
        raise _Died


class Line:
    """The line in front of the portal: it breaks where a request says so."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.held = threading.Event()

    def wsgi_app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Answer as the portal does, unless the fault that is armed prevents it."""
        fault = environ.get("HTTP_X_FAULT")
        if fault == Fault.LATE:
            assert self.held.wait(LONGEST), "nobody let the copy go"
        if fault not in SILENT:
            return self.app.wsgi_app(environ, start_response)
        told: list[Any] = []
        mark = _dying.set(fault == Fault.BEFORE_COMMIT)
        try:
            body = b"".join(self.app.wsgi_app(environ, lambda *given: told.extend(given)))
        except _Died:
            body = b""
        finally:
            _dying.reset(mark)
        wire = environ["werkzeug.socket"]
        if fault == Fault.CUT:
            wire.sendall(_head(*told[:2]) + body[: len(body) // 2])
        wire.shutdown(SHUT_RDWR)
        raise ConnectionAbortedError


def _head(status: str, headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode()


@dataclass
class Lies:
    """What was sent, and what did not hold."""

    requests: int = 0
    forms: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Sender:
    """Sends forms, each with a fault, and compares what came back."""

    client: PortalClient
    site: Site
    line: Line
    path: str
    ends: Sequence[int]
    lies: Lies = field(default_factory=Lies)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def form(self, key: str = "") -> tuple[int, Sending]:
        """A form that moves an amount no other form moves, from one line to the other."""
        cents = next(self.numbers)
        here, there = self.ends
        data = {
            "csrf_token": self.client.csrf_token(),
            FIELD: key or new_key(),
            "from_line_id": str(here),
            "to_line_id": str(there),
            "cents": f"{cents // 100}.{cents % 100:02}",
            "reason": "the network lies",
        }
        return cents, prepare(self.client, self.site.address, self.path, data)

    def go(self, sending: Sending, fault: Fault | None = None) -> Answer | None:
        """Send it; None when no whole answer came back."""
        self.lies.requests += 1
        headers = sending.headers | ({_ARMED: fault} if fault else {})
        try:
            return replace(sending, headers=headers).go()
        except (OSError, HTTPException):
            return None

    def one(self, fault: Fault) -> None:
        """One form with one fault: the same key has one answer, and its work is done once."""
        key = new_key()
        cents, sending = self.form(key)
        self.lies.forms += 1
        answers = getattr(self, f"_{fault.name.lower()}", self._silent)(fault, sending, key)
        answers.append(self.go(sending))
        if len(set(answers)) != 1 or answers[0] is None or answers[0].status != 303:
            self.lies.problems.append(f"{fault}: {cents} cents: {answers}")
        self.expect(cents, 1, fault)

    def expect(self, cents: int, times: int, fault: Fault) -> None:
        """The amount was moved so many times."""
        done = moved(cents)
        if done != times:
            self.lies.problems.append(f"{fault}: {cents} cents: done {done} times")

    def _silent(self, fault: Fault, sending: Sending, _key: str) -> list[Answer | None]:
        if self.go(sending, fault) is not None:
            self.lies.problems.append(f"{fault}: an answer came back whole")
        return [self.go(sending)]

    def _before_commit(self, fault: Fault, sending: Sending, key: str) -> list[Answer | None]:
        """Nothing is done until it is sent again."""
        before = moved()
        if self.go(sending, fault) is not None or moved() != before:
            self.lies.problems.append(f"{fault}: something was done, or answered")
        return self._silent(Fault.AFTER_COMMIT, sending, key)

    def _twice(self, _fault: Fault, sending: Sending, _key: str) -> list[Answer | None]:
        self.lies.requests += 2
        return [*at_once(sending, sending)]

    def _late(self, fault: Fault, sending: Sending, _key: str) -> list[Answer | None]:
        """The first copy arrives when another form, and the second copy, have been answered."""
        self.line.held.clear()
        with ThreadPoolExecutor(1) as thread:
            first = thread.submit(self.go, sending, fault)
            cents, other = self.form()
            self.go(other)
            self.expect(cents, 1, fault)
            second = self.go(sending)
            self.line.held.set()
            return [first.result(), second]

    def _other_values(self, fault: Fault, sending: Sending, key: str) -> list[Answer | None]:
        first = self.go(sending)
        cents, other = self.form(key)
        refused = self.go(other)
        if refused is None or refused.status != 409:
            self.lies.problems.append(f"{fault}: not refused: {refused}")
        self.expect(cents, 0, fault)
        return [first]


def moved(cents: int = 0) -> int:
    """How many times an amount, or any amount, was moved from line to line."""
    query = select(func.count()).where(Posting.kind == Action.TRANSFER)
    db.session.rollback()
    with reading():
        both = db.session.scalar(query.where(Posting.amount_cents == cents) if cents else query)
    return (both or 0) // 2


@contextmanager
def _dies_when_told(engine: Engine) -> Iterator[None]:
    event.listen(engine, "commit", _die)
    try:
        yield
    finally:
        event.remove(engine, "commit", _die)


def lie(app: Flask, engine: Engine, requests: int) -> Lies:
    """Send at least so many requests, every fault in turn, to the database behind `db.session`."""
    with transaction():
        cast = a_cast()
        project = a_project(cast)
        codes = ("1-PERSONNEL", "2-PERSONNEL")
        ends = [ledger.line_by_code(project.book_id, code).id for code in codes]
        path = f"/projects/{project.ref}/shift-budget"
    client = PortalClient(app, app.response_class)
    client.sign_in(cast.people[0])
    db.session.commit()
    line = Line(app)
    with _dies_when_told(engine), serve(line) as site:  # type: ignore[arg-type]
        sender = Sender(client, site, line, path, ends)
        while sender.lies.requests < requests:
            for fault in Fault:
                sender.one(fault)
    # The line that breaks is no crash of the portal.
    crashes = [each for each in site.crashes if ConnectionAbortedError.__name__ not in each]
    sender.lies.problems += [*crashes, *_wrong_afterwards()]
    return sender.lies


def _wrong_afterwards() -> list[str]:
    """What is wrong with the books, and keys whose answer was not kept with them."""
    with reading():
        unanswered = select(func.count()).where(RequestKey.answer.is_(None))
        open_keys = db.session.scalar(unanswered)
        found = [*ledger.mismatches(), *ledger.unproven(), *trail.verify_chains()]
    return [str(each) for each in found] + ([f"{open_keys} keys unanswered"] if open_keys else [])
