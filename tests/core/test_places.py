"""Distances as whole metres, names of countries, and the three families of codes."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import places
from portal.core.places import Point
from portal.partners.rules import seats
from tests.architecture.source import PORTAL

MAP = (PORTAL / "web" / "static" / "europe.svg").read_text()
LILLE = Point.of_degrees(Decimal("50.6292"), Decimal("3.0573"))
BRUSSELS = Point.of_degrees(Decimal("50.8503"), Decimal("4.3517"))
POINTS = st.builds(
    Point, st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000)
)


def test_lille_is_near_brussels() -> None:
    assert 94_000 < places.distance_m(LILLE, BRUSSELS) < 95_000


def test_one_degree_along_the_equator_is_a_hundred_and_eleven_kilometres() -> None:
    assert places.distance_m(Point(0, 0), Point(0, 1_000_000)) == 111_195


def test_the_distance_across_the_globe_is_half_its_girth() -> None:
    assert places.distance_m(Point(0, 0), Point(0, 180_000_000)) == 20_015_114


@given(POINTS, POINTS)
def test_distance_is_the_same_both_ways_and_nothing_to_oneself(a: Point, b: Point) -> None:
    assert abs(places.distance_m(a, b) - places.distance_m(b, a)) <= 1
    assert 0 <= places.distance_m(a, b) <= 20_015_115
    assert places.distance_m(a, a) == 0


def test_degrees_are_kept_as_whole_millionths() -> None:
    assert Point(50_629_200, 3_057_300) == LILLE
    assert Point.of_degrees(Decimal("-0.0000014"), Decimal(0)) == Point(-1, 0)


@pytest.mark.parametrize(("latitude", "longitude"), [(90_000_001, 0), (0, -180_000_001)])
def test_points_off_the_globe_are_refused(latitude: int, longitude: int) -> None:
    with pytest.raises(ValueError):
        Point(latitude, longitude)


@pytest.mark.parametrize(
    ("code", "english", "french"),
    [
        ("XK", "Kosovo", "Kosovo"),
        ("TR", "Türkiye", "Turquie"),
        ("MK", "North Macedonia", "Macédoine du Nord"),
        ("CZ", "Czechia", "Tchéquie"),
        ("MD", "Moldova", "Moldavie"),
        ("BA", "Bosnia and Herzegovina", "Bosnie-Herzégovine"),
        ("EL", "Greece", "Grèce"),
        ("UK", "United Kingdom", "Royaume-Uni"),
    ],
)
def test_countries_have_their_usual_names(code: str, english: str, french: str) -> None:
    assert places.country_name(code, "en") == english
    assert places.country_name(code, "fr") == french


@pytest.mark.parametrize("code", ["EU", "ZZ", "150", "fr", "", "XA"])
def test_codes_that_are_no_country_are_refused(code: str) -> None:
    with pytest.raises(ValueError):
        places.country_name(code, "en")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError):
        places.country_name("FR", "de")


def test_vat_and_nuts_prefixes_are_told_from_iso_codes() -> None:
    assert [places.iso_country(code) for code in ("EL", "UK", "XI", "FR")] == [
        "GR",
        "GB",
        "GB",
        "FR",
    ]
    assert [places.vat_prefix(code) for code in ("GR", "FR")] == ["EL", "FR"]
    assert [places.nuts_prefix(code) for code in ("GR", "GB", "FR")] == ["EL", "UK", "FR"]


def test_every_town_lies_on_its_country_as_the_map_draws_it() -> None:
    """Towns at the sea may stand a little outside a coast that is drawn with few points."""
    drawn = {code: _rings(path) for code, path in re.findall(r'id="(..)" d="([^"]+)"', MAP)}
    beyond, wrong = [], []
    for town in seats.towns():
        spot = places.on_map(town.point)
        if spot is None:
            beyond.append(town.name)
        elif not any(
            _within(near, drawn[town.country]) for near in _around(spot[0] / 10, spot[1] / 10)
        ):
            wrong.append(town.name)

    assert wrong == []
    assert sorted(beyond) == [
        "Cayenne",
        "Fort-de-France",
        "Funchal",
        "Las Palmas de Gran Canaria",
        "Pointe-à-Pitre",
        "Ponta Delgada",
        "Saint-Denis (La Réunion)",
    ]


def test_what_lies_on_the_other_side_of_the_earth_is_not_on_the_map() -> None:
    assert places.on_map(Point(-52_000_000, -170_000_000)) is None
    assert places.on_map(Point(90_000_000, 0)) is None


def _rings(path: str) -> list[list[tuple[float, float]]]:
    parts = [re.findall(r"-?[0-9.]+", part) for part in path.split("M")[1:]]
    return [
        [(float(x), float(y)) for x, y in zip(part[::2], part[1::2], strict=True)] for part in parts
    ]


def _around(x: float, y: float) -> list[tuple[float, float]]:
    return [(x + east, y + south) for east in (0, -1, 1) for south in (0, -1, 1)]


def _within(spot: tuple[float, float], rings: list[list[tuple[float, float]]]) -> bool:
    x, y = spot
    crossed = 0
    for ring in rings:
        for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
            crossed += (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
    return crossed % 2 == 1
