"""What came of the visits: the answers added up, for the scheme and for one partnership."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.core import formats
from portal.core.actors import ensure, ensure_seen
from portal.core.i18n import Text, _, current_language, n_
from portal.exchanges.surveys import exports, policy, queries, rules
from portal.exchanges.surveys.queries import Effects, Part
from portal.exchanges.surveys.rules import Figures
from portal.exchanges.surveys.states import SIDE_LABELS
from portal.exchanges.surveys.views.base import blueprint
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.web.respond import Answer, csv, page, paginate
from portal.web.session import current_actor

#: What stands in the place of a figure that is not shown.
_HIDDEN = _("not shown")
_NONE = "—"


@dataclass(frozen=True)
class Row:
    """One figure after each number of months, in words."""

    label: Text
    values: list[Text]


@dataclass(frozen=True)
class Bar:
    """One figure to be drawn beside others."""

    label: Text
    value_text: Text
    pct: int


@dataclass(frozen=True)
class Drawn:
    """One figure drawn after each number of months."""

    label: Text
    head: Text
    bars: list[Bar]


@dataclass(frozen=True)
class PartRow:
    """One partnership so many months after its visits."""

    ref: str
    acronym: str
    after: Text
    values: list[Text]


@blueprint.get("/effects")
def effects() -> Answer:
    """The whole scheme, and every partnership beside the others."""
    actor = current_actor()
    ensure(policy.may_see_effects(actor))
    found = queries.effects()
    shown = {months: rules.may_show(_of_months(found.whole, months)) for months in found.months}
    return page(
        "surveys/effects.html",
        **_side_by_side(found.whole, found.months, shown),
        parts=_parts(found),
    )


@blueprint.get("/effects/figures")
def figures() -> Answer:
    """The same figures as CSV."""
    ensure(policy.may_see_effects(current_actor()))
    language = current_language()
    content = exports.effects_csv(queries.effects(), language=language)
    return csv(content, f"effects-{language}.csv")


@blueprint.get("/projects/<ref>/effects")
def effects_of(ref: str) -> Answer:
    """One partnership's visits, with what was written freely for those who may read it."""
    project = _seen(ref)
    found = queries.effects()
    part = found.only(project.id)
    figures = {} if part is None else part.figures
    shown = {months: project.id not in found.protected(months) for months in found.months}
    reads = policy.may_read_comments(current_actor(), project)
    return page(
        "surveys/effects_of.html",
        project=project,
        **_side_by_side(figures, found.months, shown),
        reads=reads,
        comments=paginate(queries.comments(project.id)) if reads else None,
        sides=SIDE_LABELS,
        after={months: _after(months) for months in found.months},
        sees_scheme=policy.may_see_effects(current_actor()),
    )


@blueprint.get("/projects/<ref>/effects/figures")
def figures_of(ref: str) -> Answer:
    """One partnership's figures as CSV."""
    project, language = _seen(ref), current_language()
    found = queries.effects()
    own = found.only(project.id) or Part(project.id, project.ref, project.acronym, {})
    content = exports.effects_csv(found, language=language, only=own)
    return csv(content, f"{ref}-effects-{language}.csv")


def _seen(ref: str) -> Project:
    project = projects.by_ref(ref)
    ensure_seen(policy.may_see_effects_of(current_actor(), project))
    return project


def _side_by_side(
    figures: Mapping[int, Figures], months: Iterable[int], shown: Mapping[int, bool]
) -> dict[str, Any]:
    """Every figure, the numbers of months beside one another; some of them drawn."""
    columns = {each: _of_months(figures, each) for each in months}
    told = [_words(one, shown[each]) for each, one in columns.items()]
    return {
        "heads": [_after(each) for each in columns],
        "rows": [Row(label, [words[n] for words in told]) for n, label in enumerate(_labels())],
        "drawn": _drawn(columns, shown),
        "hidden": any(one.answered and not shown[each] for each, one in columns.items()),
        "least": rules.LEAST_ANSWERS,
    }


def _of_months(figures: Mapping[int, Figures], months: int) -> Figures:
    return figures.get(months, Figures())


def _after(months: int) -> Text:
    return n_("After %(num)s month", "After %(num)s months", months)


def _labels() -> list[Text]:
    return [
        _("Surveys sent"),
        _("Still to be answered"),
        _("Answers"),
        _("Response rate"),
        _("Visits with continued contact"),
        _("Joint projects and proposals"),
        _("Contracts and orders won"),
        _("Amount of these contracts"),
        _("New partners"),
        _("Jobs created or kept"),
        _("Answers that tell of new skills"),
        _("Mean satisfaction, from 1 to 5"),
    ]


def _words(one: Figures, shown: bool) -> list[Text]:
    counted: list[Text] = [
        formats.number(one.asked),
        formats.number(one.waiting),
        formats.number(one.answered),
        formats.percent(one.answered, one.asked) if one.asked else _NONE,
    ]
    if not shown or not one.answered:
        return [*counted, *[_HIDDEN if one.answered else _NONE] * 8]
    return [
        *counted,
        _of(one.continued, one.visits),
        formats.number(one.projects),
        formats.number(one.contracts),
        formats.money(one.contracts_cents),
        formats.number(one.partners),
        formats.number(one.jobs),
        _of(one.skills, one.answered),
        _mean(one),
    ]


def _of(part: int, whole: int) -> Text:
    return _(
        "%(part)s of %(whole)s (%(share)s)",
        part=formats.number(part),
        whole=formats.number(whole),
        share=formats.percent(part, whole),
    )


def _mean(one: Figures) -> Text:
    mean = one.mean_satisfaction
    return _NONE if mean is None else formats.money_plain(mean)


def _drawn(columns: Mapping[int, Figures], shown: Mapping[int, bool]) -> list[Drawn]:
    """Response, contact and satisfaction; what is not shown is not drawn."""
    told = {each: one for each, one in columns.items() if one.answered and shown[each]}
    found = [
        Drawn(
            _("Response rate"),
            _("Share"),
            [_bar(each, one.answered, one.asked) for each, one in columns.items() if one.asked],
        ),
        Drawn(
            _("Visits with continued contact"),
            _("Share"),
            [_bar(each, one.continued, one.visits) for each, one in told.items()],
        ),
        Drawn(
            _("Mean satisfaction, from 1 to 5"),
            _("Mean"),
            [
                Bar(_after(each), _mean(one), (one.mean_satisfaction or 0) // 5)
                for each, one in told.items()
            ],
        ),
    ]
    return [one for one in found if one.bars]


def _bar(months: int, part: int, whole: int) -> Bar:
    return Bar(_after(months), formats.percent(part, whole), part * 100 // whole)


def _parts(found: Effects) -> list[PartRow]:
    hidden = {months: found.protected(months) for months in found.months}
    return [
        PartRow(
            part.ref,
            part.acronym,
            _after(months),
            _words(one, part.project_id not in hidden[months]),
        )
        for part in found.parts
        for months, one in sorted(part.figures.items())
    ]
