"""Which row of the dated table is in force on a day; rates in hundredths of a percent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.core.errors import Fault
from portal.core.i18n import Text, _

#: 100 %, in basis points: rates are whole hundredths of a percent.
WHOLE_BP = 10_000
#: COSME pays up to 75 % of eligible costs (domain 5.7, call COS-CLUSTER-2018-03-02).
COSME_FUNDING_BP = 7_500
#: Indirect costs of COSME: 7 % of direct costs less subcontracting and third parties (domain 6.2).
COSME_INDIRECT_BP = 700
#: H2020 innovation actions: 70 %; the 100 % of non-profit bodies is not modelled (domain 3.1).
H2020_FUNDING_BP = 7_000
#: Indirect costs of H2020: 25 % of the same base (domain 6.2, GRANTS8).
H2020_INDIRECT_BP = 2_500


@dataclass(frozen=True)
class Terms:
    """A programme as the portal is born with it."""

    code: str
    name_en: str
    name_fr: str
    funding_rate_bp: int
    indirect_rate_bp: int


COSME = Terms(
    "COSME",
    "Competitiveness of Enterprises and Small and Medium-sized Enterprises (COSME)",
    "Compétitivité des entreprises et des petites et moyennes entreprises (COSME)",
    COSME_FUNDING_BP,
    COSME_INDIRECT_BP,
)
H2020 = Terms(
    "H2020",
    "Horizon 2020, Innovation in SMEs (INNOSUP)",
    "Horizon 2020, Innovation dans les PME (INNOSUP)",
    H2020_FUNDING_BP,
    H2020_INDIRECT_BP,
)
#: Both begin with the packaged list of countries; each then gets rows of its own.
REFERENCE = (COSME, H2020)


class Dated(Protocol):
    """A row of the dated table; `order` tells rows entered later from earlier ones."""

    country: str
    valid_from: date
    valid_to: date | None

    @property
    def order(self) -> int:
        """Position in the order of entry."""


def takes_part(rows: Iterable[Dated], day: date) -> bool:
    """Whether a country whose rows these are takes part on a day; both bounds count.

    The row that began last decides; of rows that began on the same day, the one entered last.
    """
    begun = [row for row in rows if row.valid_from <= day]
    if not begun:
        return False
    newest = max(begun, key=lambda row: (row.valid_from, row.order))
    return newest.valid_to is None or day <= newest.valid_to


def countries_on(rows: Iterable[Dated], day: date) -> list[str]:
    """The countries that take part on a day, by code."""
    of_country: dict[str, list[Dated]] = {}
    for row in rows:
        of_country.setdefault(row.country, []).append(row)
    return sorted(country for country, own in of_country.items() if takes_part(own, day))


def participation_faults(
    *, known_country: bool, valid_from: date, valid_to: date | None
) -> list[Fault]:
    """Everything that is wrong with a new row."""
    faults = []
    if not known_country:
        message = _("This is not the code of a country. Use two letters, such as FR or GR.")
        faults.append(Fault(message, "country"))
    if valid_to is not None and valid_to < valid_from:
        faults.append(Fault(_("The last day is before the first."), "valid_to"))
    return faults


def rate_faults(*, funding_rate_bp: int, indirect_rate_bp: int) -> list[Fault]:
    """Whether rates are more than nothing and at most the whole; an indirect rate may be zero."""
    message: Text = _("A rate lies between 0 and 100 per cent.")
    faults = []
    if not 0 < funding_rate_bp <= WHOLE_BP:
        faults.append(Fault(message, "funding_rate_bp"))
    if not 0 <= indirect_rate_bp <= WHOLE_BP:
        faults.append(Fault(message, "indirect_rate_bp"))
    return faults
