"""What a budget statement holds, how its totals are made, the fingerprint that names its content,
and the code by which an exported one is found again.

Each euro of a line stands in exactly one column: available, committed, bound, certified or paid
(domain 6.1). Amounts are integer cents.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.core import formats
from portal.core.days import end_of_day
from portal.core.errors import Fault
from portal.core.i18n import _

#: Digits and capital letters without I, L, O and U, which people mistake for others (Crockford).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: What people type instead of a sign of the alphabet.
_MISTAKEN = str.maketrans("OIL", "011")
#: A code has 16 signs of 5 bits: nobody finds one by trying.
CODE_BITS = 80
#: What began before midnight is written by then: a day is over for good when this has passed.
SETTLED_AFTER = timedelta(hours=1)


class Kind(StrEnum):
    """The kinds of file a budget is exported as."""

    PDF = "pdf"
    CSV = "csv"


@dataclass(frozen=True)
class Balances:
    """Where the euros are, in cents."""

    available: int = 0
    committed: int = 0
    bound: int = 0
    certified: int = 0
    paid: int = 0

    @property
    def budget(self) -> int:
        """The whole: every euro stands in exactly one place."""
        return self.available + self.committed + self.bound + self.certified + self.paid

    @property
    def outstanding(self) -> int:
        """Committed and not yet paid (RAL, domain 6.1)."""
        return self.committed + self.bound + self.certified


@dataclass(frozen=True)
class FileRow:
    """A visit or a voucher behind a line: who it is for, where it stands, what it holds."""

    ref: str
    who: str
    state: str
    balances: Balances
    #: Day of the payment, when it was paid.
    paid_on: date | None = None


@dataclass(frozen=True)
class LineRow:
    """One budget line with the files behind it."""

    code: str
    organisation: str
    category: str
    balances: Balances
    files: tuple[FileRow, ...] = ()


@dataclass(frozen=True)
class BudgetStatement:
    """A project's budget at the end of a day."""

    ref: str
    acronym: str
    title: str
    coordinator: str
    starts_on: date
    ends_on: date
    as_of: date
    max_grant: int
    lines: tuple[LineRow, ...]

    @property
    def totals(self) -> Balances:
        """The sum of every line."""
        return total(line.balances for line in self.lines)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the content, the same in every language and format.

        Documents handed out years ago are compared with it: no value may be added or renamed.
        """
        content = json.dumps(asdict(self), default=str, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Head:
    """The newest entry of one chain of the trail at the end of a day: its number and its hash."""

    chain: str
    number: int
    hash: str


@dataclass(frozen=True)
class Seal:
    """What an export carries beside its figures, to be found again and compared."""

    #: The code in groups, and the address that shows what it stands for.
    code: str
    address: str
    #: Made before the day was over for good: its figures may still change.
    provisional: bool
    heads: tuple[Head, ...]


def code_of(number: int) -> str:
    """A number below 2 ** `CODE_BITS` as people read it: 4 groups of 4 signs."""
    signs = [ALPHABET[(number >> shift) & 31] for shift in range(CODE_BITS - 5, -5, -5)]
    return "-".join("".join(signs[start : start + 4]) for start in range(0, len(signs), 4))


def read_code(typed: str) -> str:
    """The code somebody typed, or the end of an address they pasted; "" when it cannot be one.

    Small letters, spaces, missing hyphens, and O, I or L for 0 and 1 are understood.
    """
    last = typed.strip().rstrip("/").rpartition("/")[2].upper()
    signs = "".join(last.replace("-", " ").split()).translate(_MISTAKEN)
    if len(signs) * 5 != CODE_BITS or not set(signs) <= set(ALPHABET):
        return ""
    return "-".join(signs[start : start + 4] for start in range(0, len(signs), 4))


def is_provisional(day: date, now: datetime) -> bool:
    """Whether something may still be booked on a day, which is not over for good."""
    return now <= end_of_day(day) + SETTLED_AFTER


def day_faults(day: date, *, first: date, today: date) -> list[Fault]:
    """Why there is no budget of that day; `first` and `today` are the bounds, inclusive."""
    if day > today:
        message = _(
            "%(day)s is still to come. Choose today or an earlier day.", day=formats.day(day)
        )
        return [Fault(message, "day")]
    if day < first:
        message = _(
            "The budget of this project begins on %(first)s, the day of its award. Choose that day "
            "or a later one.",
            first=formats.day(first),
        )
        return [Fault(message, "day")]
    return []


def kind_faults(kind: str) -> list[Fault]:
    """Why there is no such kind of file."""
    return [] if kind in set(Kind) else [Fault(_("Choose PDF or CSV."), "kind")]


def unknown_code() -> Fault:
    """What is said of a code under which nothing was exported, and of what cannot be a code."""
    message = _(
        "No document made here bears this code. Compare each sign with the document: a code has "
        "four groups of four digits and letters."
    )
    return Fault(message, "code")


def unknown_file() -> Fault:
    """What is said of a file whose content was not exported, or not under the code given."""
    message = _(
        "This file is not, byte for byte, a document made here. It may have been changed, or saved "
        "anew by another program: trust the figures of the page that its code leads to."
    )
    return Fault(message, "file")


def nothing_to_verify() -> Fault:
    """What is said when neither a code nor a file was given."""
    return Fault(_("Type the code of the document, or choose its file."), "code")


def total(rows: Iterable[Balances]) -> Balances:
    """The sum of balances, column by column."""
    listed = list(rows)
    return Balances(
        available=sum(row.available for row in listed),
        committed=sum(row.committed for row in listed),
        bound=sum(row.bound for row in listed),
        certified=sum(row.certified for row in listed),
        paid=sum(row.paid for row in listed),
    )
