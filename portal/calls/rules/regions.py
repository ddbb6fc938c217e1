"""Which regions are less developed or in transition, from a dated table of NUTS 2 codes."""

import csv
from datetime import date
from functools import cache
from pathlib import Path

#: Categories of the cohesion policy 2014-2020 (Implementing Decision 2014/99/EU; assumption:
#: recalled, to be confirmed by the programme owner). Codes of NUTS 2010 and of NUTS 2016.
_TABLE = Path(__file__).resolve().parents[1] / "reference" / "region-categories.csv"

LESS_DEVELOPED = "less developed"
TRANSITION = "transition"


def category(region: str, day: date) -> str | None:
    """LESS_DEVELOPED, TRANSITION, or None for any other or unknown NUTS 2 region, on a day."""
    return next(
        (found for first, last, found in _rows().get(region, ()) if first <= day <= last), None
    )


@cache
def _rows() -> dict[str, tuple[tuple[date, date, str], ...]]:
    rows: dict[str, tuple[tuple[date, date, str], ...]] = {}
    with _TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            last = date.fromisoformat(row["to"]) if row["to"] else date.max
            entry = (date.fromisoformat(row["from"]), last, row["category"])
            rows[row["region"]] = (*rows.get(row["region"], ()), entry)
    return rows
