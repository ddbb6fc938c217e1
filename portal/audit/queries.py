"""Reads of the trail: of one thing, by search, and the verification of every chain."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    String,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy import column as table_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from portal.audit import rules
from portal.audit.models import AuditEntry, AuditHead
from portal.core.db import db
from portal.core.errors import NotFound


@dataclass(frozen=True)
class BrokenEntry:
    """An entry that does not agree with its chain, and what is wrong with it."""

    subject: str
    number: int
    problem: str


def trail_of(*subjects: str, limit: int = 200) -> list[AuditEntry]:
    """The newest entries of one or several things, newest first, at most `limit`."""
    query = select(AuditEntry).where(AuditEntry.subject.in_(subjects))
    return list(
        db.session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit))
    )


def search(
    *,
    subject: str = "",
    actor: str = "",
    verb: str = "",
    least_cents: int | None = None,
    most_cents: int | None = None,
    from_at: datetime | None = None,
    to_at: datetime | None = None,
) -> Select[AuditEntry]:
    """The entries that meet every given condition, newest first; `to_at` is exclusive.

    The bounds of an amount are inclusive: one amount of the entry, whatever its name, lies between.
    """
    query = select(AuditEntry)
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if actor:
        query = query.where(
            func.lower(AuditEntry.actor_name).contains(actor.lower(), autoescape=True)
        )
    if verb:
        query = query.where(AuditEntry.verb == verb)
    if least_cents is not None or most_cents is not None:
        query = query.where(_has_amount(least_cents, most_cents))
    if from_at:
        query = query.where(AuditEntry.at >= from_at)
    if to_at:
        query = query.where(AuditEntry.at < to_at)
    return query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def _has_amount(least: int | None, most: int | None) -> ColumnElement[bool]:
    """Whether a value whose name ends in "cents" lies between the bounds, wherever it is kept."""
    found = []
    for column in (AuditEntry.details, AuditEntry.after, AuditEntry.before):
        name, cents = _whole_numbers(column)
        bounds = [cents >= least] if least is not None else []
        bounds += [cents <= most] if most is not None else []
        found.append(exists().where(name.like("%cents"), *bounds))
    return or_(*found)


def _whole_numbers(column: InstrumentedAttribute[Any]) -> tuple[ColumnElement[Any], ...]:
    """Name and number of each value a JSON column holds; the number is null for other values."""
    if db.session.get_bind().dialect.name == "postgresql":
        pairs = (
            func.jsonb_each(column)
            .table_valued("key", table_column("value", JSONB))
            .alias(f"{column.key}_values")
        )
        is_number = func.jsonb_typeof(pairs.c.value) == "number"
        return pairs.c.key, case((is_number, cast(pairs.c.value, Numeric)))
    pairs = func.json_each(column).table_valued("key", "value", "type")
    pairs = pairs.alias(f"{column.key}_values")
    return pairs.c.key, case((pairs.c.type == "integer", pairs.c.value))


def verbs() -> list[str]:
    """Every verb found in the trail."""
    return list(db.session.scalars(select(AuditEntry.verb).distinct().order_by(AuditEntry.verb)))


def by_number(subject: str, number: int) -> AuditEntry:
    """One entry of a thing's chain; raises `NotFound`."""
    query = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.number == number)
    entry = db.session.scalar(query)
    if entry is None:
        raise NotFound()
    return entry


def head_of(subject: str) -> tuple[int, str]:
    """Number and hash of a thing's newest entry; of a chain not begun, 0 and the genesis."""
    return heads_of((subject,))[subject]


def heads_of(subjects: Collection[str]) -> dict[str, tuple[int, str]]:
    """The same for several things, in one query."""
    found = dict.fromkeys(subjects, (0, rules.GENESIS))
    columns = select(AuditHead.subject, AuditHead.number, AuditHead.hash)
    for head in db.session.execute(columns.where(AuditHead.subject.in_(subjects))):
        found[head.subject] = head.number, head.hash
    return found


def heads_at(
    subjects: Collection[str], moment: datetime, *, but: str = ""
) -> dict[str, tuple[int, str]]:
    """Number and hash of each thing's newest entry at a moment, inclusive; entries with the verb
    `but` do not count.

    A chain not begun by then is left out. Each hash stands for every entry before it.
    """
    # From the newest entry backwards: of a long chain, only what came after the moment is read.
    newest = (
        select(AuditEntry.number)
        .where(
            AuditEntry.subject == AuditHead.subject,
            AuditEntry.at <= moment,
            AuditEntry.verb != but,
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    named = select(AuditHead.subject, newest.label("number"))
    found = db.session.execute(_these(named.where(AuditHead.subject.in_(subjects))))
    return {entry.subject: (entry.number, entry.hash) for entry in found}


def holds(heads: Mapping[str, tuple[int, str]]) -> bool:
    """Whether each of these entries, by subject, is still in the trail with the hash it had."""
    columns = (AuditEntry.subject, AuditEntry.number)
    wanted = [(subject, number) for subject, (number, _hash) in heads.items()]
    # The subjects alone are said too: SQLite finds no index by pairs.
    query = select(*columns, AuditEntry.hash).where(
        AuditEntry.subject.in_(heads), tuple_(*columns).in_(wanted)
    )
    found = {row.subject: (row.number, row.hash) for row in db.session.execute(query)}
    return found == dict(heads)


def value_at(noun: str, name: str, subjects: Select[str], moment: datetime) -> dict[str, str]:
    """What a value of each thing was at a moment, inclusive, by the newest entry that tells it.

    Things about which no entry tells it by then are left out.
    """
    told = AuditEntry.after[name].as_string()
    newest = (
        select(AuditEntry.subject, func.max(AuditEntry.number).label("number"))
        .where(
            AuditEntry.subject.in_(subjects),
            AuditEntry.at <= moment,
            AuditEntry.verb.startswith(f"{noun}."),
            told.is_not(None),
        )
        .group_by(AuditEntry.subject)
    )
    query = _these(newest).add_columns(told.label("told"))
    return {entry.subject: entry.told for entry in db.session.execute(query)}


def replaced_since(
    subjects: Select[str] | Collection[str], moment: datetime
) -> dict[str, dict[str, Any]]:
    """The values that were replaced after a moment, as they stood then, by subject and name.

    What is not among them is today's: for values whose first entry may be older than the trail.
    """
    query = (
        select(AuditEntry.subject, AuditEntry.before)
        .where(
            AuditEntry.subject.in_(subjects),
            AuditEntry.at > moment,
            cast(AuditEntry.before, String) != "{}",
        )
        .order_by(AuditEntry.subject, AuditEntry.number)
    )
    found: dict[str, dict[str, Any]] = {}
    for subject, before in db.session.execute(query):
        found[subject] = before | found.get(subject, {})
    return found


def _these(chosen: Select[str, int]) -> Select[str, int, str]:
    """The entries that a query names by subject and number."""
    named = chosen.subquery()
    same = (AuditEntry.subject == named.c.subject) & (AuditEntry.number == named.c.number)
    return select(AuditEntry.subject, AuditEntry.number, AuditEntry.hash).join(named, same)


class Read(NamedTuple):
    """An entry as the walk reads it, with the head of its chain if there is one."""

    content: dict[str, Any]
    id: int
    previous_hash: str
    hash: str
    head: tuple[int, str] | None
    #: How many entries the whole trail holds.
    total: int

    @property
    def subject(self) -> str:
        """The reference of the thing acted on."""
        return str(self.content["subject"])

    @property
    def number(self) -> int:
        """The place in the chain, from 1."""
        return int(self.content["number"])


def whole_trail() -> Iterator[Read]:
    """Every entry, chain by chain, with the head of its chain and the number of all entries.

    One statement, read as it comes: it sees one moment, whatever is being written beside it. Plain
    columns: a million objects would take longer than all their hashes.
    """
    total = select(func.count(AuditEntry.id)).correlate(None).scalar_subquery()
    covered = [getattr(AuditEntry, name) for name in rules.COVERED]
    links = (AuditEntry.id, AuditEntry.previous_hash, AuditEntry.hash)
    query = (
        select(*covered, *links, AuditHead.number, AuditHead.hash, total)
        .outerjoin(AuditHead, AuditHead.subject == AuditEntry.subject)
        .order_by(AuditEntry.subject, AuditEntry.number)
        .execution_options(yield_per=1000)
    )
    for row in db.session.execute(query):
        told = dict(zip(rules.COVERED, row, strict=False))
        entry_id, previous_hash, own_hash, head_number, head_hash, entries = row[len(told) :]
        head = None if head_number is None else (head_number, head_hash)
        yield Read(rules.content(told), entry_id, previous_hash, own_hash, head, entries)


def heads_alone() -> list[AuditHead]:
    """The heads of chains of which no entry is left."""
    left = select(AuditEntry.id).where(AuditEntry.subject == AuditHead.subject)
    return list(
        db.session.scalars(select(AuditHead).where(~left.exists()).order_by(AuditHead.subject))
    )


def verify_chains() -> Iterator[BrokenEntry]:
    """Walk every chain and yield each entry that was changed, removed, inserted or reordered.

    A tail or a whole chain that was cut off is found by the head that is left of it.
    """
    last: Read | None = None
    for entry in whole_trail():
        if last is not None and entry.subject != last.subject:
            yield from _broken_end(last)
            last = None
        yield from _broken_link(last, entry)
        last = entry
    if last is not None:
        yield from _broken_end(last)
    for lonely in heads_alone():
        yield from _missing(lonely.subject, 1, lonely.number)


def _broken_link(last: Read | None, entry: Read) -> Iterator[BrokenEntry]:
    """What is wrong with an entry, or between it and the one before (None for the first)."""
    number, previous = (last.number, last.hash) if last else (0, rules.GENESIS)
    yield from _missing(entry.subject, number + 1, entry.number - 1)
    if entry.previous_hash != previous:
        yield BrokenEntry(entry.subject, entry.number, "does not follow the entry before")
    if entry.hash != rules.entry_hash(entry.previous_hash, entry.content):
        yield BrokenEntry(entry.subject, entry.number, "changed")
    if last and entry.id <= last.id:
        yield BrokenEntry(entry.subject, entry.number, f"written before entry {last.number}")


def _broken_end(last: Read) -> Iterator[BrokenEntry]:
    """What is wrong between the last entry of a chain and its head."""
    number, found = last.head or (0, "")
    if last.head is None:
        yield BrokenEntry(last.subject, last.number, "the head of its chain is missing")
    elif number < last.number:
        yield BrokenEntry(last.subject, last.number, "inserted after the head of its chain")
    elif number > last.number:
        yield from _missing(last.subject, last.number + 1, number)
    elif found != last.hash:
        yield BrokenEntry(last.subject, last.number, "does not agree with the head of its chain")


def _missing(subject: str, first: int, last: int) -> Iterator[BrokenEntry]:
    """One line for a run of numbers that are not there, bounds inclusive; none for an empty run."""
    if first == last:
        yield BrokenEntry(subject, first, "missing")
    elif first < last:
        yield BrokenEntry(subject, first, f"missing, and all up to {last}")


def count() -> int:
    """How many entries the trail holds."""
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
