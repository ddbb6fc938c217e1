"""Several processes at once on one database: each says it is ready, all start together.

    outcomes = race(committed.url, "tests.ledger.racers:commit", [{"line_id": 1, ...}, {...}])

The racer is a function of plain values, run inside an application context and one transaction, as a
command would. Its outcome is what it returned, or the words of the refusal.
"""

import importlib
import multiprocessing
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from portal.core import clock, settings
from portal.core.db import db, init_db, transaction
from portal.core.errors import PortalError, RuleBroken
from portal.core.i18n import init_i18n, use_locale
from portal.core.refusals import refusal
from portal.web.filters import init_filters

ROOT = Path(__file__).resolve().parents[1]
LONGEST_RACE = 60
#: A debit note names the account to pay to.
ENVIRONMENT = {
    "PORTAL_MODE": "test",
    "PORTAL_DEBTOR_NAME": "Office européen des clusters",
    "PORTAL_DEBTOR_IBAN": "BE68539007547034",
}
FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Outcome:
    """How it went for one process: what was returned, or the kind and the words of the refusal."""

    won: bool
    value: Any
    kind: str
    words: str


def race(url: str, racer: str, arguments: Sequence[dict[str, Any]]) -> list[Outcome]:
    """Run the racer once for each set of arguments, in as many processes, at the same moment.

    The processes are forked with everything loaded. No connection may be open then: they would
    share it.
    """
    module, _, name = racer.partition(":")
    function = getattr(importlib.import_module(module), name)
    db.session.rollback()
    db.engine.dispose()
    start = FORK.Barrier(len(arguments))
    ends = [FORK.Pipe(duplex=False) for _ in arguments]
    runners = [
        FORK.Process(target=_run_apart, args=(url, function, given, start, told))
        for given, (_heard, told) in zip(arguments, ends, strict=True)
    ]
    for runner, (_heard, told) in zip(runners, ends, strict=True):
        runner.start()
        told.close()
    outcomes = [_hear(heard) for heard, _told in ends]
    for runner in runners:
        runner.join()
    return outcomes


def _hear(heard: Connection) -> Outcome:
    """What a racer tells at the end; one that died tells nothing, and its traceback is shown."""
    assert heard.poll(LONGEST_RACE), "a racer did not reach the end"
    outcome: Outcome = heard.recv()
    return outcome


def _run_apart(*given: Any) -> None:
    """Run without what the test has set around itself: its application, language and clock."""
    clock.come_back()
    Context().run(_run, *given)


def _run(
    url: str, function: Callable[..., Any], given: dict[str, Any], start: Barrier, told: Connection
) -> None:
    with bare_app(url).app_context(), use_locale("en"):
        start.wait(LONGEST_RACE)
        told.send(attempt(function, given))


def attempt(function: Callable[..., Any], given: dict[str, Any]) -> Outcome:
    """Run it in one transaction; a refusal is an outcome, any other error is raised."""
    try:
        with transaction():
            value = function(**given)
    except PortalError as error:
        return _refused(error)
    except (IntegrityError, OperationalError, StaleDataError) as error:
        known = refusal(error)
        if known is None:
            raise
        return _refused(known)
    return Outcome(True, value, "", "")


def bare_app(url: str) -> Flask:
    """As little of the portal as an operation needs: the database, the words, the mails."""
    app = Flask("race", template_folder=None)
    settings.install(app, settings.from_environment(ENVIRONMENT))
    init_i18n(app, lambda: "en")
    init_db(app, url)
    init_filters(app)
    rooms = {
        folder.parent.name: FileSystemLoader(folder)
        for folder in sorted((ROOT / "portal").rglob("templates"))
    }
    own = FileSystemLoader(ROOT / "portal/web/templates")
    app.jinja_loader = ChoiceLoader([own, PrefixLoader(rooms)])
    return app


def _refused(error: PortalError) -> Outcome:
    faults = error.faults if isinstance(error, RuleBroken) else ()
    words = " ".join(str(fault.message) for fault in faults) or str(error)
    return Outcome(False, None, type(error).__name__, words)
