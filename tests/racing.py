"""Several processes at once on one database: each says it is ready, all start together.

    outcomes = race(committed.url, "tests.ledger.racers:commit", [{"line_id": 1, ...}, {...}])

The racer is a function of plain values, run inside an application context and one transaction, as a
command would. Its outcome is what it returned, or the words of the refusal.
"""

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from portal.core import settings
from portal.core.db import init_db, transaction
from portal.core.errors import PortalError, RuleBroken
from portal.core.i18n import init_i18n, use_locale
from portal.core.refusals import refusal
from portal.web.filters import init_filters

ROOT = Path(__file__).resolve().parents[1]
LONGEST_RACE = 60


@dataclass(frozen=True)
class Outcome:
    """How it went for one process: what was returned, or the kind and the words of the refusal."""

    won: bool
    value: Any
    kind: str
    words: str


def race(url: str, racer: str, arguments: Sequence[dict[str, Any]]) -> list[Outcome]:
    """Run the racer once for each set of arguments, in as many processes, at the same moment."""
    command = [sys.executable, "-m", "tests.racing", url, racer]
    runners = [
        subprocess.Popen(
            [*command, json.dumps(given)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for given in arguments
    ]
    for runner in runners:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ready\n", "a racer did not reach the start"
    for runner in runners:
        assert runner.stdin is not None
        runner.stdin.write("go\n")
        runner.stdin.flush()
    return [
        Outcome(**json.loads(runner.communicate(timeout=LONGEST_RACE)[0])) for runner in runners
    ]


def say(line: str) -> None:
    """Tell the test something, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _run(url: str, racer: str, given: dict[str, Any]) -> Outcome:
    module, _, name = racer.partition(":")
    function = getattr(importlib.import_module(module), name)
    with bare_app(url).app_context(), use_locale("en"):
        say("ready")
        sys.stdin.readline()
        return attempt(function, given)


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
    settings.install(app, settings.from_environment({"PORTAL_MODE": "test"}))
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


if __name__ == "__main__":
    say(json.dumps(_run(sys.argv[1], sys.argv[2], json.loads(sys.argv[3])).__dict__))
