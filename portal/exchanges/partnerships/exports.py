"""The visits of a partnership as CSV, for spreadsheets."""

from collections.abc import Iterable
from functools import cache, partial

from portal.core import csvfile, formats
from portal.core.i18n import Text, _, use_locale
from portal.core.places import country_name
from portal.exchanges.partnerships.queries import ListedVisit
from portal.exchanges.states import KLASS_LABELS, LIFE, State


def visits_csv(visits: Iterable[ListedVisit], *, language: str) -> bytes:
    """One row for each visit and a last one with the totals, as people of that language open it.

    Amounts are in euros, distances in whole kilometres; the days are those really spent once they
    are known. What is not known yet is left empty.
    """
    with use_locale(language):
        words, rows, held = _Words(language), [], 0
        for visit in visits:
            rows.append(_row(visit, words))
            held += visit.held_cents
        label = _("Total")
        last = [label, *[""] * (len(_header()) - 3), _euros(held, language), ""]
        return csvfile.write(_header(), [*rows, last], language=language)


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
        self.language = language
        self.day = cache(formats.day_short)
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
        words.day(visit.first_on),
        words.day(visit.last_on),
        visit.working_days,
        None if visit.distance_m is None else visit.distance_m // 1000,
        words.klasses[visit.klass] if visit.klass else "",
        _euros(visit.lump_sum_cents, words.language),
        _euros(visit.final_cents, words.language),
        _euros(visit.held_cents, words.language),
        words.day(visit.paid_on) if visit.paid_on else "",
    ]


def _euros(cents: int | None, language: str) -> str:
    """Without separators between thousands: a spreadsheet reads it as a number."""
    if cents is None:
        return ""
    mark = "," if language == "fr" else "."
    return f"{cents // 100}{mark}{cents % 100:02d}"
