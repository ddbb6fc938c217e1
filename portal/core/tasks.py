"""What waits for somebody: rooms report their own tasks in this shape, the desk gathers them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, select, union_all

from portal.core import days
from portal.core.db import db
from portal.core.i18n import Text


@dataclass(frozen=True)
class Task:
    """One thing that waits for a person."""

    #: What is to be done: "Approve the exchange".
    label: Text
    ref: str
    #: What it is about, in the words of the file: organisations, title.
    title: str
    endpoint: str
    values: dict[str, str] = field(default_factory=dict)
    due_on: date | None = None
    since: date | None = None


@dataclass(frozen=True)
class Kind:
    """How a kind of waiting thing is called on the desk, and the page that shows it."""

    label: Text
    endpoint: str


def gathered(waiting: Iterable[Select[*tuple[Any, ...]]], kinds: Mapping[str, Kind]) -> list[Task]:
    """The tasks of several rooms in one statement.

    Each select yields a kind, a reference, two names that make the title, the day it is due and
    the moment since when it waits, under the names `kind, ref, first, second, due_on, since`.
    """
    parts = [select(each.subquery()) for each in waiting]
    if not parts:
        return []
    return [
        Task(
            label=kinds[row.kind].label,
            ref=row.ref,
            title=f"{row.first} → {row.second}",
            endpoint=kinds[row.kind].endpoint,
            values={"ref": row.ref},
            due_on=row.due_on,
            since=days.brussels_day(row.since),
        )
        for row in db.session.execute(union_all(*parts))
    ]
