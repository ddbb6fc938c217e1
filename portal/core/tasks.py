"""What waits for somebody: rooms report their own tasks in this shape, the desk gathers them."""

from dataclasses import dataclass, field
from datetime import date

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
