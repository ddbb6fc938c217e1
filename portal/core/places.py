"""Countries and their names, the distance between two places, and where a place lies on the map."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from math import asin, cos, radians, sin, sqrt

from babel import Locale

#: Mean radius of the Earth in metres (domain 2.5, "Distance").
EARTH_RADIUS_M = 6_371_008.8

#: Width and height of the portal's map of Europe (`web/static/europe.svg`) in its own units.
MAP_SIZE = (700, 567)
#: How that map was drawn: Lambert's azimuthal equal-area projection about 52 N 10 E; where this
#: centre lies on the sheet, and how many units the radius of the Earth is long.
_MAP_CENTRE = (radians(52), radians(10))
_MAP_ORIGIN = (310.4, 303.6)
_MAP_SCALE = 841.0

_E6 = 1_000_000
_LOCALES = {"en": Locale("en", "GB"), "fr": Locale("fr", "FR")}
#: Codes used by VAT numbers or NUTS regions that are not ISO codes; XI is Northern Ireland.
_ISO_OF = {"EL": "GR", "UK": "GB", "XI": "GB"}
_VAT_OF = {"GR": "EL"}
_NUTS_OF = {"GR": "EL", "GB": "UK"}
#: Babel's territories that are groups or tests, not countries.
_NOT_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})


@dataclass(frozen=True)
class Point:
    """A place on Earth in millionths of a degree, north and east positive.

    Whole numbers, so that what is stored is what was computed with. Raises ValueError beyond
    90 degrees of latitude or 180 of longitude.
    """

    latitude_e6: int
    longitude_e6: int

    def __post_init__(self) -> None:
        if abs(self.latitude_e6) > 90 * _E6 or abs(self.longitude_e6) > 180 * _E6:
            raise ValueError("a point lies within 90 degrees of latitude and 180 of longitude")

    @classmethod
    def of_degrees(cls, latitude: Decimal, longitude: Decimal) -> "Point":
        """The point at these decimal degrees, to the nearest millionth; same errors."""
        return cls(_micro_degrees(latitude), _micro_degrees(longitude))


def distance_m(a: Point, b: Point) -> int:
    """Great-circle distance between two points in whole metres (haversine, domain 2.5).

    Rounded down, so that "less than 200 000 m" gives the answer the exact distance gives.
    """
    lat_a, lat_b = radians(a.latitude_e6 / _E6), radians(b.latitude_e6 / _E6)
    half_lat = (lat_b - lat_a) / 2
    half_lon = radians((b.longitude_e6 - a.longitude_e6) / _E6) / 2
    chord = sin(half_lat) ** 2 + cos(lat_a) * cos(lat_b) * sin(half_lon) ** 2
    return int(2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord))))


def on_map(point: Point) -> tuple[int, int] | None:
    """Where a point lies on the map of Europe, in tenths of its units from the top left corner.

    None beyond the edges of the sheet: islands in the Atlantic and overseas.
    """
    latitude, longitude = radians(point.latitude_e6 / _E6), radians(point.longitude_e6 / _E6)
    centre, turned = _MAP_CENTRE[0], longitude - _MAP_CENTRE[1]
    nearness = sin(centre) * sin(latitude) + cos(centre) * cos(latitude) * cos(turned)
    if nearness <= 0:
        return None
    stretch = _MAP_SCALE * sqrt(2 / (1 + nearness))
    east = stretch * cos(latitude) * sin(turned)
    north = stretch * (cos(centre) * sin(latitude) - sin(centre) * cos(latitude) * cos(turned))
    x, y = round(10 * (_MAP_ORIGIN[0] + east)), round(10 * (_MAP_ORIGIN[1] - north))
    return (x, y) if 0 <= x <= 10 * MAP_SIZE[0] and 0 <= y <= 10 * MAP_SIZE[1] else None


def country_name(code: str, language: str) -> str:
    """The name of a country (ISO code, or EL, UK, XI) in "en" or "fr".

    Raises ValueError for a code that is no country, or another language.
    """
    iso = iso_country(code)
    if language not in _LOCALES:
        raise ValueError(f"no country names in {language!r}")
    name = _LOCALES[language].territories.get(iso)
    if name is None or len(iso) != 2 or iso in _NOT_COUNTRIES:
        raise ValueError(f"{code!r} is not a country")
    return str(name).replace(" & ", " and ")


def language_name(code: str, language: str) -> str:
    """The name of a language (ISO 639 code) in "en" or "fr".

    Raises ValueError for a code that is no language, or another language to say it in.
    """
    if language not in _LOCALES:
        raise ValueError(f"no language names in {language!r}")
    name = _LOCALES[language].languages.get(code)
    if name is None:
        raise ValueError(f"{code!r} is not a language")
    return str(name)


def iso_country(code: str) -> str:
    """The ISO code behind a VAT or NUTS prefix: EL is GR, UK and XI are GB; others stay."""
    return _ISO_OF.get(code, code)


def vat_prefix(iso: str) -> str:
    """How a country's VAT numbers begin: EL for GR. Northern Ireland's XI is not deduced."""
    return _VAT_OF.get(iso, iso)


def nuts_prefix(iso: str) -> str:
    """How a country's NUTS regions begin: EL for GR, UK for GB."""
    return _NUTS_OF.get(iso, iso)


def _micro_degrees(degrees: Decimal) -> int:
    return int((degrees * _E6).to_integral_value(rounding=ROUND_HALF_EVEN))
