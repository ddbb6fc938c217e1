"""The packaged table of host-country ceilings, parsed to plain data."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

#: Country, amount in cents, first day, where it was found (domain 2.5, default data set).
HOST_CEILINGS = Path(__file__).parent / "reference" / "host-country-ceilings.csv"


@dataclass(frozen=True)
class Row:
    """One line of the table; the amount is in cents."""

    country: str
    amount_cents: int
    valid_from: date
    note: str


def host_ceilings(path: Path = HOST_CEILINGS) -> list[Row]:
    """The lines of the table; raises ValueError or KeyError when the file is misshapen."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                line["country"],
                int(line["cents"]),
                date.fromisoformat(line["valid_from"]),
                line["note"],
            )
            for line in csv.DictReader(lines)
        ]
