"""What the map shows: places become circles and pairs of places lines, so that the template
computes nothing.
"""

from collections import Counter
from dataclasses import dataclass

from portal.core import formats
from portal.core.i18n import Text, _, n_
from portal.core.places import on_map
from portal.exchanges.partnerships.documents import drawn_words, place_name
from portal.exchanges.partnerships.rules import Journeys, Place, radius

#: How far a line swings out of the straight one, in hundredths of its length: there and back
#: differ.
_SWING = 12
#: The thickest line, in tenths of a unit of the map.
_THICKEST = 40


@dataclass(frozen=True)
class Line:
    """A curve from one place to another, in tenths of a unit of the map."""

    path: str
    width: int
    words: str


@dataclass(frozen=True)
class Dot:
    """A circle at a place, in tenths of a unit of the map."""

    css: str
    x: int
    y: int
    radius: int
    words: str


@dataclass(frozen=True)
class JourneyRow:
    """A line of the table beside the map."""

    origin: str
    destination: str
    visits: str


@dataclass(frozen=True)
class Chart:
    """The map and everything it says in words."""

    lines: tuple[Line, ...]
    dots: tuple[Dot, ...]
    rows: tuple[JourneyRow, ...]
    shown: Text
    #: What lies beyond the edges of the map; empty when nothing does.
    beyond: Text


def chart(found: Journeys, language: str) -> Chart:
    """The map of journeys in the reader's language, the most travelled on top."""
    lines = []
    leaving: Counter[Place] = Counter()
    arriving: Counter[Place] = Counter()
    beyond = 0
    for one in reversed(found.shown):
        start, end = on_map(one.origin.point), on_map(one.destination.point)
        if start is None or end is None:
            beyond += one.visits
            continue
        names = (place_name(place, language) for place in (one.origin, one.destination))
        way, visits = " → ".join(names), n_("%(num)s visit", "%(num)s visits", one.visits)
        words = str(_("%(place)s: %(visits)s", place=way, visits=visits))
        lines.append(Line(_curve(start, end), min(_THICKEST, 10 + one.visits), words))
        leaving[one.origin] += one.visits
        arriving[one.destination] += one.visits
    return Chart(
        tuple(lines),
        (*_dots("from", leaving, language), *_dots("to", arriving, language)),
        tuple(
            JourneyRow(
                place_name(one.origin, language),
                place_name(one.destination, language),
                formats.number(one.visits),
            )
            for one in found.shown
        ),
        drawn_words(len(found.shown), found.pairs, found.visits),
        n_(
            "%(num)s visit leads from or to a place beyond the edges of the map; the table has it.",
            "%(num)s visits lead from or to a place beyond the edges of the map; the table has "
            "them.",
            beyond,
        )
        if beyond
        else "",
    )


def _dots(css: str, counted: Counter[Place], language: str) -> list[Dot]:
    """The largest first, so that the small ones lie on top."""
    dots = []
    for place, visits in counted.most_common():
        spot = on_map(place.point)
        if spot:
            words = _leaving(visits) if css == "from" else _arriving(visits)
            said = _("%(place)s: %(visits)s", place=place_name(place, language), visits=words)
            dots.append(Dot(css, *spot, radius(visits), str(said)))
    return dots


def _leaving(visits: int) -> Text:
    return n_("%(num)s visit leaves from here", "%(num)s visits leave from here", visits)


def _arriving(visits: int) -> Text:
    return n_("%(num)s visit leads here", "%(num)s visits lead here", visits)


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A curve that swings to the left of its way."""
    (x, y), (to_x, to_y) = start, end
    middle_x = (x + to_x) // 2 + _SWING * (to_y - y) // 100
    middle_y = (y + to_y) // 2 - _SWING * (to_x - x) // 100
    return f"M{x} {y}Q{middle_x} {middle_y} {to_x} {to_y}"
