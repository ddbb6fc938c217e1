"""The blueprint, and a score as pages open it."""

from dataclasses import dataclass

from flask import Blueprint

from portal.calls.proposals.rules.themes import THEMES
from portal.core import formats
from portal.core.i18n import Text, _, current_language, n_
from portal.core.places import country_name, language_name
from portal.exchanges.matches.rules.score import HIGHEST, Score
from portal.exchanges.matches.rules.score import Part as Points
from portal.exchanges.matches.states import CRITERION_LABELS, Criterion
from portal.exchanges.profiles.states import (
    ACTIVITY_LABELS,
    OBJECTIVE_LABELS,
    ActivityType,
    Objective,
    WishKind,
)
from portal.partners.states import KIND_LABELS, OrganisationKind

blueprint = Blueprint("matches", __name__)


@dataclass(frozen=True)
class ShownPart:
    """One criterion of a score in the reader's words."""

    text: Text
    result: str


def out_of(found: Score) -> str:
    """The points of a score in words."""
    return _points(found.total, HIGHEST)


def _points(points: int, most: int) -> str:
    return str(_("%(points)s of %(most)s", points=points, most=most))


def shown(found: Score) -> list[ShownPart]:
    """Every criterion of a score with its points: why this match."""
    return [
        ShownPart(
            _("%(label)s: %(value)s", label=CRITERION_LABELS[one.criterion], value=_common(one)),
            _points(one.points, one.most),
        )
        for one in found.parts
    ]


def _common(part: Points) -> Text:
    """What the points of a criterion rest on."""
    if part.criterion is Criterion.DAYS:
        return n_("%(num)s working day", "%(num)s working days", part.count)
    if part.common:
        return formats.side_by_side(_word(part.criterion, code) for code in part.common)
    liked = part.criterion in (Criterion.COUNTRY, Criterion.HOST_KIND)
    return _("no preference") if liked and part.points else _("none")


def _word(criterion: Criterion, code: str) -> Text:
    if criterion is Criterion.SECTORS:
        return THEMES.get(code, code)
    if criterion is Criterion.COUNTRY:
        return country_name(code, current_language())
    if criterion is Criterion.LANGUAGE:
        return language_name(code, current_language())
    if criterion is Criterion.HOST_KIND:
        return KIND_LABELS[OrganisationKind(code)]
    kind, _colon, value = code.partition(":")
    if kind == WishKind.OBJECTIVE:
        return OBJECTIVE_LABELS[Objective(value)]
    return ACTIVITY_LABELS[ActivityType(value)]
