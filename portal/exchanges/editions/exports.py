"""A replay as CSV, for spreadsheets: one row for each visit, and a last one with the totals."""

from portal.core import csvfile, formats
from portal.core.i18n import Text, _, use_locale
from portal.core.places import country_name
from portal.exchanges.editions.queries import Replay
from portal.exchanges.editions.rules.replay import Replayed
from portal.exchanges.editions.states import DIFFERENCE_BADGES, HALVING_LABELS


def replay_csv(found: Replay, *, language: str) -> bytes:
    """Every visit of the period, whether it differs or not, as people of that language open it.

    Amounts are in euros.
    """
    with use_locale(language):
        total: list[object] = [_("Total"), *[""] * (len(_header()) - 1)]
        total[_OLD] = _amount(found.summary.old_cents, language)
        total[_NEW] = _amount(found.summary.new_cents, language)
        rows = [_row(one, language) for one in found.rows]
        return csvfile.write(_header(), [*rows, total], language=language)


_OLD, _NEW = 6, 7


def _header() -> list[Text]:
    return [
        _("Exchange"),
        _("Visitor"),
        _("Host"),
        _("Host’s country"),
        _("First day"),
        _("Last day"),
        _("Amount in force"),
        _("Amount under the draft"),
        _("Difference"),
        _("Halving"),
        _("Rules"),
        _("Reasons"),
    ]


def _row(one: Replayed, language: str) -> list[object]:
    past = one.past
    return [
        past.ref,
        past.visitor,
        past.host,
        country_name(past.host_country, language),
        formats.day_short(past.first_on),
        formats.day_short(past.last_on),
        _amount(one.old_cents, language),
        _amount(one.new_cents, language),
        DIFFERENCE_BADGES[one.difference].label,
        HALVING_LABELS[one.halving],
        ", ".join(reason.rule for reason in one.reasons),
        " ".join(str(reason.text) for reason in one.reasons),
    ]


def _amount(cents: int, language: str) -> str:
    """Without separators between thousands, to be read as a number."""
    mark = "," if language == "fr" else "."
    return f"{cents // 100}{mark}{cents % 100:02d}"
