"""The blueprint, and what several pages of the room show."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for

from portal.calls.models import Call
from portal.calls.proposals import policy, queries, rules
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.rules import Budget
from portal.calls.proposals.states import CATEGORY_LABELS, TAB_LABELS, CostCategory, Tab
from portal.calls.queries import phase_of
from portal.calls.states import Phase
from portal.calls.states import State as CallState
from portal.core import clock
from portal.core.actors import Actor, ensure_seen
from portal.core.errors import Fault, Stale
from portal.core.i18n import Text, _
from portal.web.forms import PortalForm
from portal.web.respond import attempt
from portal.web.transaction import as_read, undo

blueprint = Blueprint("proposals", __name__)

#: Where each tab is filled in: its endpoint has the name of what is done there.
TAB_ENDPOINTS = {
    Tab.IDENTITY: "proposals.edit",
    Tab.PARTNERS: "proposals.add_partner",
    Tab.COSTS: "proposals.plan_costs",
    Tab.DOCUMENTS: "proposals.attach",
    Tab.CHECK: "proposals.submit",
}

SAVED, REFUSED, STALE = 303, 422, 409


@dataclass(frozen=True)
class ShownTab:
    """One tab of the application in the navigation above the form."""

    label: Text
    href: str
    missing: int
    is_current: bool


@dataclass(frozen=True)
class ShownFault:
    """One fault of the application, and the place where it is put right."""

    message: Text
    tab: Text
    href: str


@dataclass(frozen=True)
class ShownStep:
    """One step of a calculation in the reader's language."""

    text: Text
    clause: str
    result: str


@dataclass(frozen=True)
class Matrix:
    """A budget as a table: one row for each heading, one column for each partner."""

    names: tuple[str, ...]
    rows: tuple[tuple[Text, tuple[int, ...], int], ...]
    totals: tuple[int, ...]


def seen(actor: Actor, ref: str) -> Proposal:
    """The proposal with this reference, if the actor may see it; raises `NotFound`."""
    proposal = queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, proposal))
    return proposal


def is_open(call: Call) -> bool:
    """Whether proposals are taken now."""
    return call.state is CallState.PUBLISHED and phase_of(call, clock.now()) is Phase.OPEN


def tried(form: PortalForm, operation: Callable[..., object], *args: Any, **kwargs: Any) -> int:
    """Save a tab: 303 when it is saved, 422 with its faults, 409 when somebody was faster.

    In the last two cases what was typed stays in the form.
    """
    read = as_read()
    try:
        return SAVED if attempt(form, operation, *args, **kwargs) else REFUSED
    except Stale:
        undo(read)
        message = _(
            "Somebody else has saved this tab while you were working on it. What you typed is kept "
            "below and not saved. Compare it with what is saved now, then save again to replace it."
        )
        form.faults.append(Fault(message, None, "PRP-23"))
        return STALE


def tab_context(proposal: Proposal, current: Tab) -> dict[str, Any]:
    """What every tab shows: the navigation with what is missing, and whether the door is open."""
    application = queries.application_of(proposal, clock.today())
    found = queries.faults_of(application, proposal.call, clock.today())
    missing = rules.missing_by_tab(found)
    return {
        "proposal": proposal,
        "call": proposal.call,
        "application": application,
        "faults": [_shown_fault(fault, proposal) for fault in found],
        "tabs": [
            ShownTab(
                TAB_LABELS[tab],
                url_for(TAB_ENDPOINTS[tab], ref=proposal.ref),
                missing[tab],
                tab is current,
            )
            for tab in Tab
        ],
        "next_tab": _next(proposal, current),
        "is_open": is_open(proposal.call),
    }


def shown(budget: Budget) -> list[ShownStep]:
    """The steps of a calculation as a page opens them; none while there is nothing to calculate."""
    steps = budget.steps if budget.direct_cents else ()
    return [ShownStep(rules.explain(step), step.clause, rules.result(step)) for step in steps]


def matrix(application: rules.Application, budget: Budget) -> Matrix:
    """The budget as a table: direct costs by heading and partner, then the indirect costs."""
    members = application.members
    sums: dict[tuple[int, CostCategory], int] = {}
    for line in application.lines:
        key = (line.organisation_id, line.category)
        sums[key] = sums.get(key, 0) + line.amount_cents
    ids = [member.organisation_id for member in members]
    rows = [
        (CATEGORY_LABELS[category], tuple(sums.get((each, category), 0) for each in ids))
        for category in CostCategory
        if any(sums.get((each, category)) for each in ids)
    ]
    totals = tuple(sum(values[place] for _label, values in rows) for place in range(len(ids)))
    return Matrix(
        names=tuple(member.name for member in members),
        rows=tuple((label, values, sum(values)) for label, values in rows),
        totals=(*totals, budget.direct_cents),
    )


def share_context(budget: Budget, call: Call) -> dict[str, Any]:
    """The 75 % rule as a gauge, where the call asks for it and there is a budget."""
    if not call.sme_share_bp or not budget.eligible_cents:
        return {"share": None}
    return {
        "share": {
            "pct": min(100, 100 * budget.sme_direct_cents // budget.eligible_cents),
            "direct_cents": budget.sme_direct_cents,
            "total_cents": budget.eligible_cents,
            "minimum_cents": budget.sme_minimum_cents,
            "slack_cents": abs(budget.sme_slack_cents),
            "is_met": budget.sme_slack_cents >= 0,
        }
    }


def _shown_fault(fault: rules.TabFault, proposal: Proposal) -> ShownFault:
    anchor = fault.field if fault.field else None
    href = url_for(TAB_ENDPOINTS[fault.tab], ref=proposal.ref, _anchor=anchor)
    return ShownFault(fault.message, TAB_LABELS[fault.tab], href)


def _next(proposal: Proposal, current: Tab) -> str:
    order = list(Tab)
    following = order[min(order.index(current) + 1, len(order) - 1)]
    return url_for(TAB_ENDPOINTS[following], ref=proposal.ref)
