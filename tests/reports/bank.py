"""The bank test: several people move money while others read, and every document adds up.

A reader sums what it was shown and compares with the totals on the same document; nothing is asked
of the database for it. At the end the books themselves must agree (quality R5).
"""

import itertools
import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from portal.audit import queries as trail
from portal.core.actors import Role
from portal.core.db import db, reading, transaction
from portal.ledger import queries as ledger
from portal.projects.models import Project
from tests.client import PortalClient
from tests.partners.builders import an_account, an_organisation
from tests.projects.builders import a_cast, a_person_with, a_project
from tests.reading import read_csv, read_pdf
from tests.swarm import swarm

_ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
_FOOT = re.compile(r"<tfoot.*?</tfoot>", re.DOTALL)
_EUROS = re.compile(r"[−-]?€[−-]?[\d,]+\.\d\d")
#: Amounts in a row of the budget by line, of the files behind a line, of a book.
BY_LINE, BY_FILE, OF_BOOK = 6, 4, 7
#: The budget of a line, and where in a row of a book it stands.
PARTS = {BY_LINE: slice(1, 6), OF_BOOK: slice(1, 6)}

Row = tuple[bool, tuple[int, ...]]


@dataclass
class Reads:
    """What was read, and what did not add up."""

    documents: int = 0
    written: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Scene:
    """A project with money, and the people who move it."""

    project: Project
    given: dict[str, Any]


def a_scene() -> Scene:
    """A signed project, three of its lines, a payee, five people with every role of theirs."""
    cast = a_cast()
    project = a_project(cast)
    payee = an_organisation()
    an_account(payee)
    roles = (Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.OFFICER)
    people = [cast.people[0], *(a_person_with(role) for role in roles)]
    codes = ("1-PERSONNEL", "2-PERSONNEL", "2-TRAVEL")
    lines = [ledger.line_by_code(project.book_id, code).id for code in codes]
    given = {"project": project.ref, "lines": lines, "payee": payee.id}
    return Scene(project, given | {"people": [person.id for person in people]})


# Documents as rows of amounts


def page_rows(text: str) -> list[Row]:
    """The rows of the tables of a page; whether each is a total."""
    feet = "".join(_FOOT.findall(text))
    found = [(row in feet, _cents(row)) for row in _ROW.findall(text)]
    return [row for row in found if row[1]]


def pdf_rows(content: bytes) -> list[Row]:
    """The same from a PDF."""
    lines = re.split(r"[\r\n]+", read_pdf(content).text)
    found = [(line.startswith("Total"), _cents(line)) for line in lines]
    return [row for row in found if len(row[1]) in (BY_LINE, BY_FILE)]


def csv_rows(content: bytes) -> list[Row]:
    """The same from a CSV: files have no budget there, and their total is the row of their line."""
    rows: list[Row] = []
    for line in read_csv(content)[1:]:
        if len(line) < 12 or not line[7]:
            break
        cells = tuple(int(cell.replace(".", "")) for cell in line[6:] if cell)
        rows.append((line[1] == "Total", cells))
    return rows


def _cents(text: str) -> tuple[int, ...]:
    return tuple(int(re.sub(r"\D", "", amount)) for amount in _EUROS.findall(text))


def deviations(rows: Sequence[Row]) -> Iterator[str]:
    """What does not add up on one document."""
    for width in (BY_LINE, OF_BOOK):
        inside = [row for is_total, row in rows if len(row) == width and not is_total]
        totals = [row for is_total, row in rows if len(row) == width and is_total]
        if totals and totals != [_sums(inside)]:
            yield f"lines give {_sums(inside)}, totals are {totals}"
        for row in (*inside, *totals):
            if row[0] != sum(row[PARTS[width]]):
                yield f"a budget is not the sum of its parts: {row}"
    files = [row for is_total, row in rows if len(row) == BY_FILE and not is_total]
    whole = [row[1:5] for is_total, row in rows if len(row) == BY_LINE and is_total]
    if whole and files and whole != [_sums(files)]:
        yield f"files give {_sums(files)}, totals are {whole}"
    for then, now, _difference in (row for _total, row in rows if len(row) == 3):
        if then != now:
            yield f"recounted {then}, kept {now}"


def _sums(rows: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


# Who reads


class Reader:
    """Somebody who reads one document after the other."""

    def __init__(self, app: Flask, project: Project, reads: Reads) -> None:
        self.app, self.ref, self.reads = app, project.ref, reads
        self.client = PortalClient(app, app.response_class)
        self.client.sign_in(a_person_with(Role.AUDITOR))
        self.code = ""

    def documents(self) -> Iterator[tuple[str, list[Row]]]:
        """Every kind of document in turn, without end."""
        budget = f"/projects/{self.ref}/budget"
        for turn in itertools.count():
            yield "budget page", page_rows(self.client.get(budget).text)
            yield "book", page_rows(self.client.get(f"/books/{self.ref}").text)
            yield "budget CSV", csv_rows(self.export(budget, "csv"))
            yield "verified", page_rows(self.client.get(f"/verify/{self.code}").text)
            if turn % 6 == 0:
                yield "budget PDF", pdf_rows(self.export(budget, "pdf"))

    def export(self, path: str, kind: str) -> bytes:
        """The file; the code by which it is known is kept."""
        answer = self.client.post(path, data={"language": "en", "kind": kind})
        assert answer.status_code == 200, answer.text[:500]
        if kind == "csv":
            self.code = re.findall(r"/verify/([0-9A-Z-]{19})", answer.text)[-1]
        return answer.data

    def read(self, done: threading.Event) -> None:
        """Read until the writers are done."""
        with self.app.app_context():
            for kind, rows in self.documents():
                assert rows, f"no amounts on the {kind}"
                self.reads.documents += 1
                self.reads.problems += [f"{kind}: {each}" for each in deviations(rows)]
                db.session.remove()
                if done.is_set():
                    return


def run(
    app: Flask, url: str, *, writers: int, readers: int, seconds: float, least: int = 0
) -> Reads:
    """Write and read for so long, and on until so many documents are read."""
    reads = Reads()
    with transaction():
        scene = a_scene()
        people = [Reader(app, scene.project, reads) for _ in range(readers)]
    given = [scene.given | {"seconds": seconds, "number": n + 1} for n in range(writers)]
    with swarm(url, writers, "tests.reports.racers") as workers:
        end = time.monotonic() + seconds
        while reads.documents < least or time.monotonic() < end:
            done = threading.Event()
            with ThreadPoolExecutor(readers) as threads:
                reading_now = [threads.submit(each.read, done) for each in people]
                outcomes = workers.race("tests.reports.racers:write", given)
                done.set()
                for each in reading_now:
                    each.result()
            failed = [outcome for outcome in outcomes if not outcome.won]
            assert not failed, failed[0]
            reads.written += sum(outcome.value for outcome in outcomes)
            given = [each | {"number": each["number"] + writers} for each in given]
    db.session.rollback()
    with reading():
        found = [*ledger.mismatches(), *ledger.unproven(), *trail.verify_chains()]
    reads.problems += [str(each) for each in found]
    return reads
