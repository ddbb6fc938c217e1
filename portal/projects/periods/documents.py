"""The annex of a grant agreement: reporting periods and terms of payment, as they were laid down.

They are laid down after the award, so they are no part of the text that was frozen then and signed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reportlab.platypus import Flowable

from portal.core import formats
from portal.core.i18n import Text, _
from portal.core.pdf import pieces
from portal.core.steps import from_json
from portal.projects.models import Project
from portal.projects.periods import rules
from portal.projects.periods.models import GrantPlan, Period
from portal.projects.periods.rules import WHOLE_BP
from portal.projects.periods.states import KIND_LABELS, Kind
from portal.projects.rules import agreement

#: From when each payment is asked for, in the words of the domain (5.7).
_WHEN: Mapping[Kind, Text] = {
    Kind.PRE_FINANCING: _(
        "entry into force of the agreement; not earlier than %(days)s days before the start of the "
        "action",
        days=rules.BEFORE_START.days,
    ),
    Kind.INTERIM: _(
        "reception of the report of a period; the time stands still while it is returned"
    ),
    Kind.BALANCE: _("reception of the final report; the time stands still while it is returned"),
}


def annex_title(project: Project) -> Text:
    """What the document is called."""
    return _("Annex to grant agreement %(ref)s: reports and payments", ref=project.ref)


def annex(
    project: Project, plan: GrantPlan, periods: Sequence[Period], limits: Mapping[Kind, int]
) -> list[Flowable]:
    """Periods and days of their reports, payments with their limits in days, the figures."""
    return [
        pieces.heading(annex_title(project)),
        pieces.text(f"{project.acronym} – {project.title}", "strong"),
        pieces.facts(_facts(project, plan)),
        pieces.heading(_("1. Reporting periods"), 2),
        *_periods(periods),
        pieces.heading(_("2. Terms of payment"), 2),
        *_payments(limits),
        pieces.heading(_("3. The pre-financing"), 2),
        *_pre_financing(plan),
    ]


def fingerprint(project: Project, plan: GrantPlan, periods: Sequence[Period]) -> str:
    """SHA-256 of what was laid down, the same in every language."""
    return agreement.fingerprint(_plain(project, plan, periods))


def _plain(project: Project, plan: GrantPlan, periods: Sequence[Period]) -> dict[str, Any]:
    days = [[each.starts_on.isoformat(), each.ends_on.isoformat()] for each in periods]
    return {
        "agreement": project.fingerprint,
        "max_grant_cents": plan.max_grant_cents,
        "funding_rate_bp": plan.funding_rate_bp,
        "pre_financing_cents": plan.pre_financing_cents,
        "fund_cents": plan.fund_cents,
        "ceiling_cents": plan.ceiling_cents,
        "periods": days,
    }


def _facts(project: Project, plan: GrantPlan) -> list[tuple[Text, Text | Flowable]]:
    return [
        (_("Coordinator"), project.coordinator.legal_name),
        (_("Duration"), formats.day_range(project.starts_on, project.ends_on)),
        (_("Maximum grant amount"), formats.money(plan.max_grant_cents)),
        (_("Funding rate"), formats.percent(plan.funding_rate_bp, WHOLE_BP)),
        (_("Periods laid down on"), formats.moment(plan.planned_at)),
    ]


def _periods(periods: Sequence[Period]) -> list[Flowable]:
    rows = [
        (
            formats.number(each.number),
            formats.day_range(each.starts_on, each.ends_on),
            formats.day(rules.report_due(each.ends_on)),
        )
        for each in periods
    ]
    told = _(
        "The coordinator reports the costs of each period within %(days)s days of its end.",
        days=rules.REPORT_DAYS,
    )
    header = (_("Period"), _("Duration"), _("Report due by"))
    return [pieces.text(told), *pieces.table(header, rows, widths=(1, 4, 2.5))]


def _payments(limits: Mapping[Kind, int]) -> list[Flowable]:
    rows = [
        (KIND_LABELS[kind], _("within %(days)s days", days=limits[kind]), _WHEN[kind])
        for kind in Kind
    ]
    header = (_("Payment"), _("Time to pay"), _("Counted from"))
    told = _(
        "The times are those in force on the day on which the periods were laid down; a payment "
        "keeps the time under which it began."
    )
    return [*pieces.table(header, rows, widths=(2, 1.5, 4)), pieces.text(told, "small")]


def _pre_financing(plan: GrantPlan) -> list[Flowable]:
    rows: list[tuple[Text, Text]] = [
        (rules.explain(step), pieces.money_cell(int(step.values["result"])))
        for step in from_json(plan.steps)
    ]
    told = _(
        "Interim payments are the accepted costs at the funding rate, up to the ceiling before the "
        "balance. The balance is the final grant less what was received; the guarantee fund, if "
        "any, is released with it, and what was received beyond the final grant is given back."
    )
    header = (_("Step"), _("Amount"))
    return [
        *pieces.table(header, rows, widths=(5, 1.5), numeric_columns=(1,)),
        pieces.gap(2),
        pieces.text(told),
    ]
