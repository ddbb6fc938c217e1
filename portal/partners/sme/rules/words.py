"""The steps of an assessment in words."""

from portal.core import formats
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.partners.sme.rules.figures import WHOLE_BP, Figures
from portal.partners.sme.rules.relations import PUBLIC_CONTROL_FROM_BP
from portal.partners.sme.states import CATEGORY_LABELS, Category


def explain(step: Step) -> Text:
    """A step of the calculation as a sentence."""
    values = step.values
    quarter = formats.percent(PUBLIC_CONTROL_FROM_BP, WHOLE_BP)
    name, percent = (
        values.get("name", ""),
        formats.percent(int(values.get("share_bp", 0)), WHOLE_BP),
    )
    sentences: dict[str, Text] = {
        "own": _("Own figures"),
        "linked": _("%(name)s, linked: counted in full", name=name),
        "partner": _("%(name)s, partner: counted for %(percent)s", name=name, percent=percent),
        "apart": _("%(name)s, holding of %(percent)s: not counted", name=name, percent=percent),
        "total": _("Counted together"),
        "public": _("Public bodies hold %(share)s or more: no SME", share=quarter),
        "computed": _("Category by the figures of the reference year"),
        "first": _("No year before: the reference year decides"),
        "changed": _("The owner has changed: the reference year decides at once"),
        "same": _("The year before gave the same category"),
        "two_years": _("A ceiling crossed in one year only: the status of the year before remains"),
        "result": _("Status"),
    }
    return sentences[step.code]


def figures_of(step: Step) -> Figures | None:
    """The figures a step gives, if it gives any."""
    names = ("headcount_hundredths", "turnover_cents", "balance_cents")
    if not step.values.keys() >= set(names):
        return None
    return Figures(*(int(step.values[name]) for name in names))


def outcome_of(step: Step) -> Text:
    """The category a step gives in words, or nothing."""
    names = {"computed": "category", "result": "category", "same": "before", "two_years": "before"}
    if step.code not in names:
        return ""
    value = str(step.values[names[step.code]])
    return category_words(Category(value) if value else None)


def category_words(category: Category | None) -> Text:
    """A category in words, also the absence of one."""
    return CATEGORY_LABELS[category] if category else _("Not an SME")
