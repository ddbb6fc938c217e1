"""Reads of the trail: of one thing, by search, and the verification of every chain."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from portal.audit import rules
from portal.audit.models import AuditEntry
from portal.core.db import db


@dataclass(frozen=True)
class BrokenEntry:
    """An entry that does not agree with its chain, and what is wrong with it."""

    subject: str
    number: int
    problem: str


def last_of(subject: str) -> AuditEntry | None:
    """The newest entry of a thing."""
    return db.session.scalar(
        select(AuditEntry)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )


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
    from_at: datetime | None = None,
    to_at: datetime | None = None,
) -> Select[AuditEntry]:
    """The entries that meet every given condition, newest first; `to_at` is exclusive."""
    query = select(AuditEntry)
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if actor:
        query = query.where(
            func.lower(AuditEntry.actor_name).contains(actor.lower(), autoescape=True)
        )
    if verb:
        query = query.where(AuditEntry.verb == verb)
    if from_at:
        query = query.where(AuditEntry.at >= from_at)
    if to_at:
        query = query.where(AuditEntry.at < to_at)
    return query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())


def verbs() -> list[str]:
    """Every verb found in the trail."""
    return list(db.session.scalars(select(AuditEntry.verb).distinct().order_by(AuditEntry.verb)))


def verify_chains() -> Iterator[BrokenEntry]:
    """Walk every chain and yield each entry that was changed, removed, inserted or reordered."""
    subject, number, previous = "", 0, rules.GENESIS
    query = select(AuditEntry).order_by(AuditEntry.subject, AuditEntry.number)
    for entry in db.session.scalars(query.execution_options(yield_per=1000)):
        if entry.subject != subject:
            subject, number, previous = entry.subject, 0, rules.GENESIS
        if entry.number != number + 1:
            yield BrokenEntry(subject, number + 1, "missing")
        if entry.previous_hash != previous:
            yield BrokenEntry(subject, entry.number, "does not follow the entry before")
        if entry.hash != rules.entry_hash(entry.previous_hash, entry.content()):
            yield BrokenEntry(subject, entry.number, "changed")
        number, previous = entry.number, entry.hash


def count() -> int:
    """How many entries the trail holds."""
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
