"""Which limit is in force on a day, and what is wrong with a new one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.payments.clocks.states import Kind

#: A lump sum is due 10 calendar days after the later of the last day at the host and the validation
#: (domain 6.5, CLAMTEX; domain 12-09).
LUMP_SUM_DAYS = 10
#: An instalment is due 30 calendar days after its milestone was accepted (domain 6.5, assumption).
INSTALMENT_DAYS = 30
#: Pre-financing of a grant: 30 calendar days (domain 6.5, FFG).
PRE_FINANCING_DAYS = 30
#: Interim payment and balance of a grant: 90 calendar days; 60 in some grants (domain 6.5, FFG).
REPORT_DAYS = 90
#: What the portal is born with; a dated row decides from its first day on.
REFERENCE: dict[Kind, int] = {
    Kind.LUMP_SUM: LUMP_SUM_DAYS,
    Kind.INSTALMENT: INSTALMENT_DAYS,
    Kind.PRE_FINANCING: PRE_FINANCING_DAYS,
    Kind.INTERIM: REPORT_DAYS,
    Kind.BALANCE: REPORT_DAYS,
}
#: Where the limits of the beginning were read.
SOURCES: dict[Kind, Text] = {
    Kind.LUMP_SUM: _("Financial agreement of the exchange scheme"),
    Kind.INSTALMENT: _("Assumed: 30 days after the milestone is accepted"),
    Kind.PRE_FINANCING: _("Model grant agreement"),
    Kind.INTERIM: _("Model grant agreement"),
    Kind.BALANCE: _("Model grant agreement"),
}
#: No limit of the Union's rules is longer than a year; one day is the shortest.
MOST_DAYS = 365


class Dated(Protocol):
    """A row of the dated table; `order` tells rows entered later from earlier ones."""

    kind: Kind
    days: int
    valid_from: date

    @property
    def order(self) -> int:
        """Position in the order of entry."""


@dataclass(frozen=True)
class Limit:
    """The limit of one kind of debt in calendar days, as it stands on a day."""

    kind: Kind
    days: int
    #: None while the limit the portal was born with is in force.
    valid_from: date | None


def limit_on(rows: Iterable[Dated], kind: Kind, day: date) -> Limit:
    """The limit of a kind of debt whose clock starts on a day; the first day of a row counts.

    The row that began last decides; of rows that began on the same day, the one entered last;
    before all of them, the limit the portal was born with.
    """
    begun = [row for row in rows if row.kind == kind and row.valid_from <= day]
    if not begun:
        return Limit(kind, REFERENCE[kind], None)
    newest = max(begun, key=lambda row: (row.valid_from, row.order))
    return Limit(kind, newest.days, newest.valid_from)


def limit_faults(days: int) -> list[Fault]:
    """Whether a limit lies between one day and `MOST_DAYS`, both included."""
    if 1 <= days <= MOST_DAYS:
        return []
    message = _("A limit lies between 1 and %(most)s calendar days.", most=MOST_DAYS)
    return [Fault(message, "days", "payment-limit")]
