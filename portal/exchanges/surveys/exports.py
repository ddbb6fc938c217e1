"""What came of the visits as CSV, for spreadsheets."""

from collections.abc import Iterable, Iterator

from portal.core import csvfile, formats
from portal.core.i18n import Text, _, use_locale
from portal.exchanges.surveys import rules
from portal.exchanges.surveys.queries import Effects, Part
from portal.exchanges.surveys.rules import Figures


def effects_csv(found: Effects, *, language: str, only: Part | None = None) -> bytes:
    """One row for each partnership and number of months, then those of the scheme; or `only` one
    partnership’s.

    Amounts are in euros. Figures that rest on too few answers are left empty.
    """
    with use_locale(language):
        parts = found.parts if only is None else [only]
        rows = list(_parts(found, parts, language))
        if only is None:
            rows += _whole(found, language)
        return csvfile.write(_header(), rows, language=language)


def _header() -> list[Text]:
    return [
        _("Partnership"),
        _("Acronym"),
        _("Months after the visit"),
        _("Surveys sent"),
        _("Still to be answered"),
        _("Answers"),
        _("Response rate"),
        _("Visits with an answer"),
        _("Visits with continued contact"),
        _("Share of visits with continued contact"),
        _("Joint projects and proposals"),
        _("Contracts and orders won"),
        _("Amount of these contracts in euros"),
        _("New partners"),
        _("Jobs"),
        _("Answers that tell of new skills"),
        _("Mean satisfaction (1 to 5)"),
    ]


def _parts(found: Effects, parts: Iterable[Part], language: str) -> Iterator[list[object]]:
    for part in parts:
        for months, figures in part.figures.items():
            hidden = part.project_id in found.protected(months)
            yield [part.ref, part.acronym, months, *_figures(figures, language, shown=not hidden)]


def _whole(found: Effects, language: str) -> Iterator[list[object]]:
    for months, figures in sorted(found.whole.items()):
        yield [_("Scheme"), "", months, *_figures(figures, language, shown=rules.may_show(figures))]


def _figures(figures: Figures, language: str, *, shown: bool) -> list[object]:
    asked, answered = figures.asked, figures.answered
    counted = [asked, figures.waiting, answered, formats.percent(answered, asked)]
    if not shown or not answered:
        return [*counted, *[""] * 10]
    mean = figures.mean_satisfaction
    return [
        *counted,
        figures.visits,
        figures.continued,
        formats.percent(figures.continued, figures.visits),
        figures.projects,
        figures.contracts,
        _decimal(figures.contracts_cents, language),
        figures.partners,
        figures.jobs,
        figures.skills,
        "" if mean is None else _decimal(mean, language),
    ]


def _decimal(hundredths: int, language: str) -> str:
    """Without separators between thousands, to be read as a number."""
    return f"{hundredths // 100}{',' if language == 'fr' else '.'}{hundredths % 100:02d}"
