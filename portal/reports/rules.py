"""What a budget statement holds, how its totals are made, and the fingerprint that names its
content.

Each euro of a line stands in exactly one column: available, committed, bound, certified or paid
(domain 6.1). Amounts are integer cents.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date


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
        """SHA-256 of the content, the same in every language and format."""
        content = json.dumps(asdict(self), default=str, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


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
