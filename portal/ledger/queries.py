"""Reads of the ledger: lines, postings, balances as of a day, and the recount of every balance."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import contains_eager

from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.core.errors import NotFound
from portal.ledger import rules
from portal.ledger.models import Book, BudgetLine, Posting
from portal.ledger.states import BALANCES, Bucket

#: What entered each balance less what left it.
_RECOUNTED: dict[Bucket, ColumnElement[int]] = {
    bucket: func.coalesce(
        func.sum(
            case(
                (Posting.target == bucket, Posting.amount_cents),
                (Posting.source == bucket, -Posting.amount_cents),
                else_=0,
            )
        ),
        0,
    )
    for bucket in BALANCES
}
#: The name of a mismatch that is no balance: the number of the newest posting.
LAST_NUMBER = "last number"


@dataclass(frozen=True)
class LineBalances:
    """What stood on a line at the end of a day, in cents."""

    line_id: int
    code: str
    position: int
    budget_cents: int
    available_cents: int
    committed_cents: int
    bound_cents: int
    certified_cents: int
    paid_cents: int

    @property
    def outstanding_cents(self) -> int:
        """Committed and not yet paid (RAL, domain 6.1)."""
        return self.committed_cents + self.bound_cents + self.certified_cents


@dataclass(frozen=True)
class FileBalances:
    """What one file held on one line at the end of a day, in cents."""

    line_id: int
    file: str
    committed_cents: int
    bound_cents: int
    certified_cents: int
    paid_cents: int

    @property
    def holds_something(self) -> bool:
        """Whether any of its four balances is not zero."""
        return bool(
            self.committed_cents or self.bound_cents or self.certified_cents or self.paid_cents
        )


@dataclass(frozen=True)
class LockedLine:
    """What stands on a line under its lock, in cents, and the number of its newest posting."""

    book_id: int
    code: str
    last_number: int
    cents: dict[Bucket, int]


@dataclass(frozen=True)
class Mismatch:
    """A balance kept on a line, or its last number, that its postings do not confirm."""

    book: str
    line: str
    balance: str
    kept_cents: int
    recounted_cents: int


@dataclass(frozen=True)
class Unproven:
    """A posting that does not agree with the entry of the trail written beside it."""

    posting_id: int
    #: The line under which it stands, or its entry when the posting is gone: "LINE-12".
    chain: str
    problem: str


def by_ref(ref: str) -> Book:
    """The book of a file; raises `NotFound`."""
    if (book := find(ref)) is None:
        raise NotFound()
    return book


def find(ref: str) -> Book | None:
    """The book of a file, or None when it has none."""
    return db.session.scalar(select(Book).where(Book.ref == ref))


def line(line_id: int) -> BudgetLine:
    """A line with its book; raises `NotFound`."""
    query = select(BudgetLine).join(BudgetLine.book).options(contains_eager(BudgetLine.book))
    found = db.session.scalar(query.where(BudgetLine.id == line_id))
    if found is None:
        raise NotFound()
    return found


def line_by_code(book_id: int, code: str) -> BudgetLine:
    """A line of a book by its code; raises `NotFound`."""
    found = db.session.scalar(
        select(BudgetLine).where(BudgetLine.book_id == book_id, BudgetLine.code == code)
    )
    if found is None:
        raise NotFound()
    return found


def lines_of(book_id: int) -> list[BudgetLine]:
    """The lines of a book, in their order."""
    query = select(BudgetLine).where(BudgetLine.book_id == book_id)
    return list(db.session.scalars(query.order_by(BudgetLine.position, BudgetLine.id)))


def posting(book_id: int, number: int) -> Posting:
    """A posting of a book with its line and book; raises `NotFound`."""
    found = db.session.scalar(
        _whole_postings().where(Posting.id == number, BudgetLine.book_id == book_id)
    )
    if found is None:
        raise NotFound()
    return found


def lock_posting(posting_id: int) -> Posting:
    """A posting with its line and book, its line locked until the end of the transaction."""
    query = _whole_postings().where(Posting.id == posting_id).with_for_update(of=BudgetLine)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def lock_lines(line_ids: Iterable[int]) -> None:
    """Lock several lines until the end of the transaction, in the order of their ids."""
    query = select(BudgetLine.id).where(BudgetLine.id.in_(set(line_ids))).order_by(BudgetLine.id)
    db.session.execute(query.with_for_update())


def lock_to_post(line_ids: Collection[int]) -> dict[int, LockedLine]:
    """What stands on several lines, each locked until the end of the transaction, in the order of
    their ids; raises `NotFound`.

    What only refers to a line may be written meanwhile. What is read goes past the session: after a
    refusal it would be undone, so no object keeps it.
    """
    balances = [BudgetLine.__table__.c[f"{bucket}_cents"] for bucket in BALANCES]
    about = (BudgetLine.id, BudgetLine.book_id, BudgetLine.code, BudgetLine.last_number)
    query = select(*about, *balances).where(BudgetLine.id.in_(line_ids)).order_by(BudgetLine.id)
    locked = query.with_for_update(key_share=True)
    found = {
        line_id: LockedLine(book_id, code, last_number, dict(zip(BALANCES, cents, strict=True)))
        for line_id, book_id, code, last_number, *cents in db.session.execute(locked)
    }
    if len(found) != len(set(line_ids)):
        raise NotFound()
    return found


def is_reversed(posting_id: int) -> bool:
    """Whether a posting has been undone."""
    return (
        db.session.scalar(select(Posting.id).where(Posting.reverses_id == posting_id)) is not None
    )


def reversed_among(posting_ids: Iterable[int]) -> set[int]:
    """Which of the postings have been undone."""
    return {
        reversed_id
        for reversed_id in db.session.scalars(
            select(Posting.reverses_id).where(Posting.reverses_id.in_(posting_ids))
        )
        if reversed_id is not None
    }


def postings_of(subject: str) -> list[Posting]:
    """The postings for one subject, oldest first, with their lines."""
    query = select(Posting).join(Posting.line).options(contains_eager(Posting.line))
    return list(db.session.scalars(query.where(Posting.subject == subject).order_by(Posting.id)))


def postings_on(line_id: int) -> Select[Posting]:
    """The postings of a line, newest first, to be paginated."""
    return select(Posting).where(Posting.line_id == line_id).order_by(Posting.id.desc())


def postings_in_order(book_id: int) -> list[Posting]:
    """The postings of a book with their lines, oldest first."""
    query = select(Posting).join(Posting.line).options(contains_eager(Posting.line))
    return list(db.session.scalars(query.where(BudgetLine.book_id == book_id).order_by(Posting.id)))


def count_lines() -> int:
    """How many budget lines there are."""
    return db.session.scalar(select(func.count()).select_from(BudgetLine)) or 0


def held_for(line_id: int, subject: str, bucket: Bucket) -> int:
    """What a bucket of a line holds for the file behind a subject, in cents, from its postings."""
    file = rules.file_of(subject)
    return held_by_files((line_id,), (file,), (bucket,))[line_id, file, bucket]


def held_by_files(
    line_ids: Collection[int], files: Collection[str], buckets: Collection[Bucket]
) -> Counter[tuple[int, str, Bucket]]:
    """What buckets of lines hold for files, in cents, by line, file and bucket, in one query."""
    place = (Posting.line_id, Posting.file)
    query = select(*place, *(_RECOUNTED[bucket] for bucket in buckets)).group_by(*place)
    query = query.where(Posting.line_id.in_(line_ids), Posting.file.in_(files))
    found: Counter[tuple[int, str, Bucket]] = Counter()
    for line_id, file, *held in db.session.execute(query):
        for bucket, cents in zip(buckets, held, strict=True):
            found[line_id, file, bucket] = int(cents)
    return found


def balances_as_of(book_id: int, day: date) -> list[LineBalances]:
    """Every line of a book as it stood at the end of a day, rebuilt from the postings alone."""
    on_day = and_(Posting.line_id == BudgetLine.id, Posting.booked_on <= day)
    query = (
        select(BudgetLine.id, BudgetLine.code, BudgetLine.position, *_RECOUNTED.values())
        .outerjoin(Posting, on_day)
        .where(BudgetLine.book_id == book_id)
        .group_by(BudgetLine.id, BudgetLine.code, BudgetLine.position)
        .order_by(BudgetLine.position, BudgetLine.id)
    )
    return [
        LineBalances(row[0], row[1], row[2], sum(map(int, row[3:])), *map(int, row[3:]))
        for row in db.session.execute(query)
    ]


def files_as_of(book_id: int, day: date) -> list[tuple[LineBalances, list[FileBalances]]]:
    """Every line of a book at the end of a day, with what each file held on it, by reference.

    One statement: each line is the sum of its files and of what no file holds, whatever is being
    posted meanwhile. Files that hold nothing are left out.
    """
    on_day = and_(Posting.line_id == BudgetLine.id, Posting.booked_on <= day)
    line = (BudgetLine.id, BudgetLine.code, BudgetLine.position)
    moved = (Posting.file, Posting.source, Posting.target)
    query = (
        select(*line, *moved, func.sum(Posting.amount_cents))
        .outerjoin(Posting, on_day)
        .where(BudgetLine.book_id == book_id)
        .group_by(*line, *moved)
        .order_by(BudgetLine.position, BudgetLine.id)
    )
    lines: dict[tuple[int, str, int], dict[str, Counter[Bucket]]] = {}
    for line_id, code, position, file, source, target, cents in db.session.execute(query):
        files = lines.setdefault((line_id, code, position), {})
        if file is not None:
            held = files.setdefault(file, Counter())
            held[source] -= int(cents)
            held[target] += int(cents)
    return [_with_files(*line, files) for line, files in lines.items()]


def mismatches() -> list[Mismatch]:
    """Recount every balance of every line from the postings, in one query; empty when all agree.

    `LAST_NUMBER` stands among the balances: how many postings there are in turn.
    """
    kept = [getattr(BudgetLine, f"{bucket}_cents") for bucket in BALANCES]
    kept += [BudgetLine.budget_cents, BudgetLine.last_number]
    # No two have the same number: they are 1 to the last when so many lie between.
    in_turn = Posting.number.between(1, BudgetLine.last_number)
    counted = func.coalesce(func.sum(case((in_turn, 1), else_=0)), 0)
    query = (
        select(Book.ref, BudgetLine.code, *kept, *_RECOUNTED.values(), counted)
        .join(BudgetLine, BudgetLine.book_id == Book.id)
        .outerjoin(Posting, Posting.line_id == BudgetLine.id)
        .group_by(Book.ref, BudgetLine.code, BudgetLine.id, *kept)
        .order_by(Book.ref, BudgetLine.code)
    )
    names = [*BALANCES, "budget", LAST_NUMBER]
    found = []
    for book, code, *figures in db.session.execute(query):
        *recounted, number = map(int, figures[len(kept) :])
        pairs = zip(names, figures, [*recounted, sum(recounted), number], strict=False)
        found += [
            Mismatch(book, code, str(name), held, real)
            for name, held, real in pairs
            if held != real
        ]
    return found


def count_postings() -> int:
    """How many postings there are."""
    return db.session.scalar(select(func.count()).select_from(Posting)) or 0


def unproven() -> list[Unproven]:
    """Compare every posting with its entry in the trail, column by column; empty when all agree.

    What the entries themselves are worth is for `audit.queries.verify_chains` to say.
    """
    proofs, found = _proofs()
    changed: list[tuple[Posting, int]] = []
    query = select(Posting).order_by(Posting.id).execution_options(yield_per=1000)
    for posting in db.session.scalars(query):
        proof = proofs.pop(posting.id, None)
        if proof is None:
            found.append(Unproven(posting.id, posting.ref, "inserted: the trail does not know it"))
        elif proof.digest != _digest(posting.content()):
            changed.append((posting, proof.entry_id))
    found += [Unproven(gone, proof.chain, "missing") for gone, proof in proofs.items()]
    found += [_changed(posting, entry_id) for posting, entry_id in changed]
    return sorted(found, key=lambda each: each.posting_id)


@dataclass(frozen=True, slots=True)
class _Proof:
    """What is kept of an entry about a posting while all of them are compared."""

    digest: bytes
    entry_id: int
    chain: str


def _proofs() -> tuple[dict[int, _Proof], list[Unproven]]:
    """The first entry about each posting, and the postings about which there is another one."""
    proofs: dict[int, _Proof] = {}
    twice = []
    columns = select(AuditEntry.id, AuditEntry.subject, AuditEntry.details)
    query = columns.where(AuditEntry.verb.startswith(f"{Posting.noun}.")).order_by(AuditEntry.id)
    for entry_id, chain, details in db.session.execute(query.execution_options(yield_per=1000)):
        content = details.get("posting")
        if not isinstance(content, dict) or not isinstance(content.get("id"), int):
            continue  # the entry itself was changed: its chain says so, its posting has no proof
        if content["id"] in proofs:
            twice.append(Unproven(content["id"], chain, "a second entry of the trail tells of it"))
        else:
            proofs[content["id"]] = _Proof(_digest(content), entry_id, chain)
    return proofs, twice


def _digest(content: dict[str, Any]) -> bytes:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).digest()


def _changed(posting: Posting, entry_id: int) -> Unproven:
    entry = db.session.get_one(AuditEntry, entry_id)
    told = entry.details["posting"]
    columns = [name for name, value in posting.content().items() if value != told.get(name)]
    return Unproven(posting.id, entry.subject, f"changed: {', '.join(columns)}")


def _whole_postings() -> Select[Posting]:
    query = select(Posting).join(Posting.line).join(BudgetLine.book)
    return query.options(contains_eager(Posting.line).contains_eager(BudgetLine.book))


def _with_files(
    line_id: int, code: str, position: int, held: dict[str, Counter[Bucket]]
) -> tuple[LineBalances, list[FileBalances]]:
    """A line and its files from what each file holds in each bucket."""
    whole = [sum(cents[bucket] for cents in held.values()) for bucket in BALANCES]
    # What is available belongs to the line, whichever file gave it back.
    own = BALANCES[1:]
    files = [
        FileBalances(line_id, file, *(held[file][bucket] for bucket in own))
        for file in sorted(held)
    ]
    return (
        LineBalances(line_id, code, position, sum(whole), *whole),
        [file for file in files if file.holds_something],
    )
