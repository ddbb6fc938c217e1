"""The packaged list of participating countries, parsed to plain data."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

#: What the rows of the list give as their source.
SOURCE = "COSME, list of participating countries"
#: Country, first day, last day if known; COSME's list, read from the programme's own pages.
PARTICIPATING = Path(__file__).parent / "reference" / "participating-countries-cosme.csv"


@dataclass(frozen=True)
class Row:
    """One line of the list."""

    country: str
    valid_from: date
    valid_to: date | None


def participating_countries(path: Path = PARTICIPATING) -> list[Row]:
    """The lines of the list; raises ValueError or KeyError when the file is misshapen."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Row(
                line["country"],
                date.fromisoformat(line["from"]),
                date.fromisoformat(line["to"]) if line["to"] else None,
            )
            for line in csv.DictReader(lines)
        ]
