"""Workers that stay: forked from one warm process, each with a connection of its own.

    with swarm(committed.url, 32) as workers:
        outcomes = workers.race("tests.ledger.racers:commit", [{"line_id": 1, ...}, ...])

Each race hands one set of arguments to each worker, waits until all are at the start, and lets them
go together. An error that is no refusal comes back as an outcome of its kind, for the test to see.
"""

import contextlib
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, TextIO

from flask import Flask
from sqlalchemy import text

from portal.core.db import db, reading
from portal.core.i18n import use_locale
from tests.racing import ROOT, Outcome, attempt, bare_app


def say(line: str) -> None:
    """Tell the test something, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Swarm:
    """The workers, seen from the test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def race(self, racer: str, arguments: Sequence[dict[str, Any]]) -> list[Outcome]:
        """Let as many workers as there are arguments run the racer at the same moment."""
        return self.race_apart([(racer, given) for given in arguments])

    def race_apart(self, work: Sequence[tuple[str, dict[str, Any]]]) -> list[Outcome]:
        """As `race`, each worker with a racer of its own."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(list(work)) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the workers are gone"
        return [Outcome(**found) for found in json.loads(line)]


@contextlib.contextmanager
def swarm(url: str, workers: int, *modules: str) -> Iterator[Swarm]:
    """So many workers on the database, gone at the end; `modules` are loaded before they fork."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.swarm", url, str(workers), *modules],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", "the workers did not start"
        yield Swarm(process)
    finally:
        process.communicate()


def _start(app: Flask) -> tuple[TextIO, TextIO]:
    """Fork one worker; what the parent reads from it, and writes to it."""
    from_child, child_out = os.pipe()
    child_in, to_child = os.pipe()
    if os.fork() == 0:
        os.close(from_child)
        os.close(to_child)
        with os.fdopen(child_in) as work, os.fdopen(child_out, "w") as said:
            _work(app, work, said)
        os._exit(0)
    os.close(child_out)
    os.close(child_in)
    return os.fdopen(from_child), os.fdopen(to_child, "w")


def _work(app: Flask, work: TextIO, said: TextIO) -> None:
    """What a worker does until nobody writes to it any more."""

    def tell(line: str) -> None:
        said.write(line + "\n")
        said.flush()

    with app.app_context(), use_locale("en"):
        for line in work:
            racer, given = json.loads(line)
            module, _, name = racer.partition(":")
            function = getattr(importlib.import_module(module), name)
            with reading():
                db.session.execute(text("SELECT 1"))
            tell("ready")
            work.readline()
            tell(json.dumps(_outcome(function, given).__dict__))


def _outcome(function: Any, given: dict[str, Any]) -> Outcome:
    try:
        return attempt(function, given)
    except Exception as error:  # noqa: BLE001  the test decides what it means
        return Outcome(False, None, type(error).__name__, str(error))


def _lead(url: str, number: int, modules: Sequence[str]) -> None:
    """Fork the workers, then start every race that is asked for."""
    for module in ("tests.ledger.racers", *modules):
        importlib.import_module(module)
    # Made once: no connection is open yet that the workers would share.
    app = bare_app(url)
    workers = [_start(app) for _ in range(number)]
    say("ready")
    for line in sys.stdin:
        work = json.loads(line)
        running = list(zip(workers, work, strict=False))
        assert len(running) == len(work), "more work than workers"
        for (_read, write), each in running:
            write.write(json.dumps(each) + "\n")
            write.flush()
        for (read, _write), _each in running:
            assert read.readline() == "ready\n", "a worker did not reach the start"
        for (_read, write), _each in running:
            write.write("go\n")
            write.flush()
        say(json.dumps([json.loads(read.readline()) for (read, _write), _each in running]))
    for _read, write in workers:
        write.close()
    for _worker in workers:
        os.wait()


if __name__ == "__main__":
    _lead(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
