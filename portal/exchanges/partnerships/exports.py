"""The visits of a partnership as CSV, for spreadsheets."""

from collections.abc import Iterable

from portal.core import csvfile, formats
from portal.core.i18n import Text, _, use_locale
from portal.core.places import country_name
from portal.exchanges.partnerships.queries import ListedVisit
from portal.exchanges.states import KLASS_LABELS, LIFE


def visits_csv(visits: Iterable[ListedVisit], *, language: str) -> bytes:
    """One row for each visit and a last one with the totals, as people of that language open it.

    Amounts are in euros, distances in whole kilometres; the days are those really spent once they
    are known. What is not known yet is left empty.
    """
    with use_locale(language):
        rows, held = [], 0
        for visit in visits:
            rows.append(_row(visit, language))
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


def _row(visit: ListedVisit, language: str) -> list[object]:
    return [
        visit.ref,
        LIFE.badge(visit.state).label,
        visit.visitor,
        visit.visitor_town,
        country_name(visit.visitor_country, language),
        visit.host,
        visit.host_town,
        country_name(visit.host_country, language),
        _("yes") if visit.virtual else _("no"),
        formats.day_short(visit.first_on),
        formats.day_short(visit.last_on),
        visit.working_days,
        None if visit.distance_m is None else visit.distance_m // 1000,
        KLASS_LABELS[visit.klass] if visit.klass else "",
        _euros(visit.lump_sum_cents, language),
        _euros(visit.final_cents, language),
        _euros(visit.held_cents, language),
        formats.day_short(visit.paid_on) if visit.paid_on else "",
    ]


def _euros(cents: int | None, language: str) -> str:
    """Without separators between thousands: a spreadsheet reads it as a number."""
    if cents is None:
        return ""
    mark = "," if language == "fr" else "."
    return f"{cents // 100}{mark}{cents % 100:02d}"
