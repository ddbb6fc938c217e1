"""Power cuts of the embedded default: nothing acknowledged is lost, nothing is torn.

    python -m bench.powercut [--payments 40] [--cuts 2000] [--seed 1]

Needs strace. A process of its own enters payments as executed on SQLite, as the portal configures
it, and says so after each commit; strace notes every write and every sync. Then the power is cut at
random system calls: of what was not synced by then each write is kept, dropped or torn at a sector,
in any order. The database is opened, checked, and compared with what had been said. The control has
synchronous=NORMAL, and must lose something.
"""

import argparse
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event

from bench.crash import ROOT, a_database
from bench.payments import sent
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db, transaction
from portal.core.i18n import use_locale
from portal.factory import create_app
from portal.payments import operations, queries
from tests.conftest import test_settings
from tests.ledger.builders import a_line
from tests.payments.builders import a_circuit
from tests.racing import bare_app

SECTOR = 512
SAID = "executed "
_CALLS = "openat,close,pwrite64,write,fsync,fdatasync,ftruncate,dup,dup2"
_LINE = re.compile(r"^\d+ +(?P<call>\w+)\((?P<given>.*)\) += (?P<result>-?\d+)", re.DOTALL)
_DATA = re.compile(r'"(?P<data>(?:\\x[0-9a-f]{2})*)"')


def pay(url: str, level: str, person_id: int, refs: list[str]) -> None:
    """What the traced process does: one transaction after the other, and a word after each."""
    app = bare_app(url)
    actor = Actor(person_id, "an accounting officer", frozenset({Role.ACCOUNTANT}))
    with app.app_context(), use_locale("en"):
        if level == "NORMAL":
            event.listen(db.engine, "connect", _normal)
        for ref in refs:
            with transaction():
                operations.settle(queries.by_ref(ref), executed_on=clock.today(), actor=actor)
            os.write(1, f"{SAID}{ref}\n".encode())


def _normal(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


# What the trace tells


@dataclass(frozen=True)
class Step:
    """One call: a write at an offset, a length cut to (data None), a sync, or a word."""

    kind: str
    file: str = ""
    offset: int = 0
    data: bytes = b""


def read_trace(path: Path, folder: Path) -> Iterator[Step]:
    """The calls about files of the database, and what was said, in their order."""
    names: dict[int, str] = {}
    for line in path.read_text(errors="replace").splitlines():
        found = _LINE.match(line)
        if not found or int(found["result"]) < 0:
            continue
        call, given, result = found["call"], found["given"], int(found["result"])
        if call == "openat":
            name = _bytes(given).decode(errors="replace")
            names[result] = name if name.startswith(str(folder)) else ""
            continue
        number = int(given.split(",")[0])
        if call == "close":
            names.pop(number, None)
        elif call == "write" and number == 1:
            yield Step("said", data=_bytes(given)[:result])
        elif not names.get(number) or names[number].endswith("-shm"):
            continue
        elif call == "pwrite64":
            offset = int(given.rsplit(",", 1)[1])
            yield Step("write", names[number], offset, _bytes(given)[:result])
        elif call == "ftruncate":
            yield Step("cut", names[number], int(given.split(",")[1]))
        elif call in ("fsync", "fdatasync"):
            yield Step("sync", names[number])


def _bytes(given: str) -> bytes:
    found = _DATA.search(given)
    return bytes.fromhex(found["data"].replace("\\x", "")) if found else b""


# The disk


@dataclass
class Disk:
    """What is safe of each file, and what was written since its last sync."""

    safe: dict[str, bytearray] = field(default_factory=dict)
    pending: dict[str, list[Step]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Note a write, or make safe what was written."""
        if step.kind in ("write", "cut"):
            self.pending.setdefault(step.file, []).append(step)
        elif step.kind == "sync":
            content = self.safe.setdefault(step.file, bytearray())
            for each in self.pending.pop(step.file, []):
                _apply(content, each)

    def after_the_cut(self, chance: random.Random) -> dict[str, bytearray]:
        """What is found when the power is back."""
        found = {name: bytearray(content) for name, content in self.safe.items()}
        for name, steps in self.pending.items():
            content = found.setdefault(name, bytearray())
            for step in steps:
                fate = chance.random()
                if fate < 0.4:
                    _apply(content, step)
                elif fate < 0.6 and step.kind == "write":
                    kept = chance.randrange(0, len(step.data) + 1, SECTOR)
                    _apply(content, Step("write", name, step.offset, step.data[:kept]))
        return found


def _apply(content: bytearray, step: Step) -> None:
    if step.kind == "cut":
        del content[step.offset :]
        return
    end = step.offset + len(step.data)
    if len(content) < end:
        content.extend(bytes(end - len(content)))
    content[step.offset : end] = step.data


# The cuts


def trace(folder: Path, base: Path, level: str, person: int, refs: list[str]) -> list[Step]:
    """Pay on a copy of the database under strace; the steps that were seen."""
    place = folder / level
    place.mkdir()
    shutil.copy(base, place / "portal.sqlite")
    log = folder / f"{level}.trace"
    switches = ["-f", "-xx", "-s", "70000", "-e", f"trace={_CALLS}", "-o", str(log)]
    child = [sys.executable, "-m", "bench.powercut", "--pay", level, "--person", str(person)]
    url = f"sqlite:///{place / 'portal.sqlite'}"
    subprocess.run(
        ["strace", *switches, *child, "--url", url, *refs],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    return list(read_trace(log, place))


def cut(steps: list[Step], base: bytes, cuts: int, seed: int, folder: Path) -> tuple[int, int]:
    """Cut so often; how many lost something that had been said, and how many were corrupt."""
    chance, lost, corrupt = random.Random(seed), 0, 0
    moments = sorted(chance.randrange(1, len(steps) + 1) for _ in range(cuts))
    main = next(step.file for step in steps if step.file.endswith("portal.sqlite"))
    disk, said, done = Disk({main: bytearray(base)}), set(), 0
    for moment in moments:
        for step in steps[done:moment]:
            disk.take(step)
            if step.kind == "said":
                said |= {word for word in step.data.decode().split() if word != SAID.strip()}
        done = moment
        whole, found = look(disk.after_the_cut(chance), folder)
        corrupt += not whole
        lost += not said <= found
    return lost, corrupt


def look(files: dict[str, bytearray], folder: Path) -> tuple[bool, set[str]]:
    """Open what is left; whether it is whole, and the payments it knows as executed."""
    place = folder / "cut"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name, content in files.items():
        (place / Path(name).name).write_bytes(content)
    connection = sqlite3.connect(place / "portal.sqlite")
    try:
        whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
        query = "SELECT ref FROM payment WHERE state = 'executed'"
        return whole, {row[0] for row in connection.execute(query)}
    except sqlite3.DatabaseError:
        return False, set()
    finally:
        connection.close()


def main() -> None:
    """Trace, cut, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=40)
    parser.add_argument("--cuts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    for name in ("--pay", "--person", "--url"):
        parser.add_argument(name, default="", help=argparse.SUPPRESS)
    parser.add_argument("refs", nargs="*", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.pay:
        pay(given.url, given.pay, int(given.person), given.refs)
        return
    if shutil.which("strace") is None:
        raise SystemExit("strace is missing: apt-get install strace")
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as name:
        found = run(Path(name), payments=given.payments, cuts=given.cuts, seed=given.seed)
    for each in found.values():
        print(each)
    whole = not any(each.corrupt for each in found.values())
    sys.exit(0 if whole and not found["FULL"].lost and found["NORMAL"].lost else 1)


@dataclass(frozen=True)
class Level:
    """What the cuts did at one level of `synchronous`."""

    name: str
    payments: int
    cuts: int
    calls: int
    syncs: int
    #: After how many cuts something that had been said was gone, or the file was not whole.
    lost: int
    corrupt: int

    def __str__(self) -> str:
        """One line for people."""
        return (
            f"synchronous={self.name}: {self.payments} payments, {self.calls} calls, "
            f"{self.syncs} syncs; {self.cuts} cuts: {self.lost} lost something, "
            f"{self.corrupt} corrupt"
        )


def run(folder: Path, *, payments: int, cuts: int, seed: int) -> dict[str, Level]:
    """Pay and cut at both levels: the portal's own, which may lose nothing, and the control."""
    app = create_app(test_settings(folder))
    with a_database(app, folder, "sqlite"):
        with transaction():
            circuit, line = a_circuit(), a_line(10**9)
        refs = sent(payments, circuit, line)
        db.session.execute(db.text("SELECT 1"))
        base = folder / "base.sqlite"
        db.session.rollback()
        with sqlite3.connect(folder / "crash.sqlite") as source, sqlite3.connect(base) as target:
            source.backup(target)
    found = {}
    for level in ("FULL", "NORMAL"):
        steps = trace(folder, base, level, circuit.accountant.id or 0, refs)
        lost, corrupt = cut(steps, base.read_bytes(), cuts, seed, folder)
        syncs = sum(step.kind == "sync" for step in steps)
        found[level] = Level(level, payments, cuts, len(steps), syncs, lost, corrupt)
    return found


if __name__ == "__main__":
    main()
