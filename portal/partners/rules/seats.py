"""Where an organisation has its seat: countries served, towns known with their coordinates."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path

from portal.core import formats, places
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.places import Point
from portal.partners.rules import names

#: Where an organisation may be established to be registered; taking part in a programme is decided
#: by the programme's own dated table. The members of the Union and their neighbours (domain 2.3).
COUNTRIES = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
    *("AL", "AM", "BA", "CH", "FO", "GB", "GE", "IL", "IS", "LI", "MD", "ME", "MK", "NO", "RS"),
    *("TN", "TR", "UA", "XK"),
)
#: Coordinates typed for a known town may lie this far from its centre, in metres.
FARTHEST_FROM_TOWN_M = 40_000

_TOWNS = Path(__file__).resolve().parents[1] / "reference" / "towns.csv"
_DEGREES = Decimal(1_000_000)


@dataclass(frozen=True)
class Town:
    """A town of the packaged table."""

    name: str
    country: str
    point: Point


@cache
def towns() -> tuple[Town, ...]:
    """Every town of the table, in its order."""
    with _TOWNS.open(encoding="utf-8", newline="") as table:
        return tuple(_town(row) for row in csv.DictReader(table))


@cache
def town_names() -> tuple[str, ...]:
    """The names to offer while somebody types, in every language, without regard to accents."""
    return tuple(sorted({name for _country, name in _rows_by_name()}, key=names.fold))


def find_town(name: str, country: str) -> Town | None:
    """The town of that name in that country; accents, case and language do not matter."""
    return _by_name().get((country, names.fold(name)))


def degrees(text: str, *, most: int) -> int:
    """Millionths of a degree from decimal degrees such as 48.8566 or 48,8566.

    Raises ValueError for anything else, and beyond `most` degrees either way.
    """
    try:
        value = Decimal(text.strip().replace("\N{MINUS SIGN}", "-").replace(",", "."))
    except InvalidOperation:
        raise ValueError("not decimal degrees") from None
    if not value.is_finite() or abs(value) > most:
        raise ValueError("out of range")
    return int((value * _DEGREES).to_integral_value())


def degrees_text(millionths: int) -> str:
    """Millionths of a degree as decimal degrees, without zeros at the end."""
    return format((Decimal(millionths) / _DEGREES).normalize(), "f")


def country_faults(country: str) -> list[Fault]:
    """Whether organisations of that country can be registered."""
    if country in COUNTRIES:
        return []
    return [Fault(_("Choose the country of the organisation’s seat."), "country", "ORG-SEAT")]


def point_of(
    *, town: str, country: str, latitude_e6: int | None, longitude_e6: int | None
) -> tuple[Point | None, list[Fault]]:
    """Where the seat stands: as typed, or the centre of a known town; and what is wrong.

    Distances between seats decide on the lump sum (domain 2.5), so an unknown town needs its
    coordinates, and those typed for a known town must lie near it.
    """
    known = find_town(town, country)
    if latitude_e6 is None and longitude_e6 is None:
        if known:
            return known.point, []
        message = _(
            "The coordinates of “%(town)s” are not known here. Type them below; a map on the web "
            "shows them.",
            town=town,
        )
        return None, [Fault(message, "latitude_e6", "ORG-SEAT")]
    if latitude_e6 is None or longitude_e6 is None:
        missing = "latitude_e6" if latitude_e6 is None else "longitude_e6"
        return None, [Fault(_("Enter both the latitude and the longitude."), missing, "ORG-SEAT")]
    typed = Point(latitude_e6, longitude_e6)
    return typed, _far_faults(typed, known)


def region_faults(region: str, country: str) -> list[Fault]:
    """Whether a NUTS 2 code has its shape: the country's letters and two signs; empty is fine."""
    prefix = places.nuts_prefix(country)
    if not region or (len(region) == 4 and region.startswith(prefix) and region.isalnum()):
        return []
    message = _(
        "A NUTS 2 region of this country has 4 characters and begins with %(prefix)s, for example "
        "%(example)s.",
        prefix=prefix,
        example=f"{prefix}10",
    )
    return [Fault(message, "region", "ORG-SEAT")]


def _far_faults(typed: Point, known: Town | None) -> list[Fault]:
    away = places.distance_m(typed, known.point) if known else 0
    if known is None or away <= FARTHEST_FROM_TOWN_M:
        return []
    message = _(
        "These coordinates lie %(distance)s from %(town)s. Check them, or leave both fields empty.",
        distance=formats.km(away),
        town=known.name,
    )
    return [Fault(message, "latitude_e6", "ORG-SEAT")]


@cache
def _by_name() -> dict[tuple[str, str], Town]:
    return {(town.country, names.fold(name)): town for town, name in _rows_by_name()}


def _rows_by_name() -> Iterator[tuple[Town, str]]:
    with _TOWNS.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            for name in (row["name"], *filter(None, row["also"].split("|"))):
                yield _town(row), name


def _town(row: dict[str, str]) -> Town:
    point = Point.of_degrees(Decimal(row["latitude"]), Decimal(row["longitude"]))
    return Town(row["name"], row["country"], point)
