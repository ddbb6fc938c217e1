"""The visits of a partnership as CSV and as a workbook, for spreadsheets."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache, partial

from portal.core import csvfile, formats, xlsxfile
from portal.core.i18n import Text, _, use_locale
from portal.core.places import country_name
from portal.core.xlsxfile import Euros
from portal.exchanges.partnerships.queries import ListedVisit
from portal.exchanges.states import KLASS_LABELS, LIFE, State


def visits_csv(visits: Iterable[ListedVisit], *, language: str) -> bytes:
    """One row for each visit and a last one with the totals, as people of that language open it.

    Amounts are in euros, distances in whole kilometres; the days are those really spent once they
    are known. What is not known yet is left empty.
    """
    with use_locale(language):
        day = cache(formats.day_short)
        written = partial(_written, language=language, day=day)
        rows = (list(map(written, row)) for row in _table(visits, language))
        return csvfile.write(_header(), rows, language=language)


def visits_xlsx(visits: Iterable[ListedVisit], *, language: str) -> bytes:
    """The same table as a workbook: amounts, days and distances are numbers to compute with."""
    with use_locale(language):
        return xlsxfile.write(str(_("Visits")), _header(), _table(visits, language))


def _table(visits: Iterable[ListedVisit], language: str) -> Iterator[list[object]]:
    words, held = _Words(language), 0
    for visit in visits:
        yield _row(visit, words)
        held += visit.held_cents
    yield [_("Total"), *[""] * (len(_header()) - 3), Euros(held), ""]


def _header() -> list[Text]:
    return [
        _("Exchange"),
        _("State"),
        _("Visitor"),
        _("Visitor’s town"),
        _("Visitor’s country"),
        _("Host"),
        _("Host’s town"),
        _("Host’s country"),
        _("Virtual"),
        _("First day"),
        _("Last day"),
        _("Working days"),
        _("Distance in km"),
        _("Class"),
        _("Lump sum agreed"),
        _("Lump sum earned"),
        _("Held or earned"),
        _("Paid on"),
    ]


class _Words:
    """What is said over and over in a long list, found once."""

    def __init__(self, language: str) -> None:
        self.country = cache(partial(country_name, language=language))
        self.states = {state: str(LIFE.badge(state).label) for state in State}
        self.klasses = {klass: str(label) for klass, label in KLASS_LABELS.items()}
        self.virtual = {True: str(_("yes")), False: str(_("no"))}


def _row(visit: ListedVisit, words: _Words) -> list[object]:
    return [
        visit.ref,
        words.states[visit.state],
        visit.visitor,
        visit.visitor_town,
        words.country(visit.visitor_country),
        visit.host,
        visit.host_town,
        words.country(visit.host_country),
        words.virtual[visit.virtual],
        visit.first_on,
        visit.last_on,
        visit.working_days,
        None if visit.distance_m is None else visit.distance_m // 1000,
        words.klasses[visit.klass] if visit.klass else "",
        _amount(visit.lump_sum_cents),
        _amount(visit.final_cents),
        _amount(visit.held_cents),
        visit.paid_on,
    ]


def _amount(cents: int | None) -> Euros | None:
    return None if cents is None else Euros(cents)


def _written(value: object, *, language: str, day: Callable[[date], str]) -> object:
    """As CSV has it; amounts without separators between thousands, to be read as numbers."""
    if isinstance(value, Euros):
        mark = "," if language == "fr" else "."
        return f"{value.cents // 100}{mark}{value.cents % 100:02d}"
    return day(value) if isinstance(value, date) else value
