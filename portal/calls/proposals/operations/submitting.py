"""Submitting, reopening and withdrawing a proposal."""

from portal.audit.effects import record
from portal.calls import effects as call_effects
from portal.calls import queries as calls
from portal.calls.models import Call
from portal.calls.proposals import notifications, policy, queries, rules
from portal.calls.proposals.models import Proposal, SubmittedCopy
from portal.calls.proposals.rules import Application, Budget, TabFault
from portal.calls.proposals.states import LIFE, OUTCOMES, Action, State, Tab
from portal.calls.rules import ensure_open
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.days import brussels_day
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.pdf import MissingGlyph
from portal.core.steps import as_json


def submit(proposal: Proposal, *, honour: bool, mandate: bool, actor: Actor) -> SubmittedCopy:
    """Send the proposal as it stands, keep a copy under its fingerprint, and send the receipts.

    `honour` is the declaration on exclusion situations, `mandate` the one on the partners' consent.
    The server's clock decides, and the second of the deadline is still in. Raises `RuleBroken` with
    every fault of the application at once.
    """
    ensure(policy.may_submit(actor, proposal))
    proposal, now = queries.lock_proposal(proposal.id), clock.now()
    call = calls.by_id(proposal.call_id)
    ensure_open(call, now)
    before, state = proposal.state, LIFE.step(proposal.state, Action.SUBMIT)
    today = brussels_day(now)
    application = queries.application_of(proposal, today)
    refuse_if([*_declarations(honour, mandate), *queries.faults_of(application, call, today)])
    budget = rules.budget(application.lines, call, application.asked_cents)
    copy = _keep_copy(proposal, application, budget, actor)
    proposal.state, proposal.submitted_at = state, now
    proposal.requested_cents = budget.grant_cents
    proposal.eligible_cents = budget.eligible_cents
    record(
        actor,
        proposal,
        Action.SUBMIT,
        before={"state": before},
        after={"state": state},
        number=copy.number,
        sha256=copy.sha256,
        requested_cents=budget.grant_cents,
        eligible_cents=budget.eligible_cents,
        steps=as_json(budget.steps),
    )
    _send_receipts(proposal, copy, call)
    return copy


def reopen(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Make a submitted proposal a draft again, until the deadline; only the last one counts."""
    ensure(policy.may_reopen(actor, proposal))
    proposal = queries.lock_proposal(proposal.id)
    call = calls.by_id(proposal.call_id)
    ensure_open(call, clock.now())
    before, state = proposal.state, LIFE.step(proposal.state, Action.REOPEN)
    number = queries.last_copy(proposal.id).number
    proposal.state, proposal.submitted_at = state, None
    proposal.requested_cents = proposal.eligible_cents = 0
    record(
        actor,
        proposal,
        Action.REOPEN,
        before={"state": before},
        after={"state": state},
        number=number,
    )
    notifications.reopened(proposal, call, number)
    return proposal


def withdraw(proposal: Proposal, *, reason: str = "", actor: Actor) -> Proposal:
    """Give a proposal up; a place on the main list is given back to the budget of the call.

    The trail does not say which list it was on: that is confidential until the call is informed.
    Raises `RuleBroken` when the outcome was told and it was not on a list.
    """
    ensure(policy.may_withdraw(actor, proposal))
    proposal = queries.lock_proposal(proposal.id)
    call = calls.lock_call(proposal.call_id)
    before, state = proposal.state, LIFE.step(proposal.state, Action.WITHDRAW)
    _ensure_withdrawable(before, call)
    if before is State.MAIN_LIST:
        call_effects.take_off_list(call, proposal.requested_cents)
    shown = State.SUBMITTED if before in OUTCOMES and call.state not in queries.TOLD else before
    proposal.state, proposal.list_position, proposal.reason = state, None, reason.strip()
    record(
        actor,
        proposal,
        Action.WITHDRAW,
        before={"state": shown},
        after={"state": state},
        reason=reason.strip(),
    )
    notifications.withdrawn(proposal)
    return proposal


def _declarations(honour: bool, mandate: bool) -> list[TabFault]:
    said = (
        (honour, "honour", _("Tick the declaration on honour.")),
        (mandate, "mandate", _("Tick the declaration that your partners agree.")),
    )
    return [
        TabFault(message, field, "PRP-20", {}, Tab.CHECK)
        for ticked, field, message in said
        if not ticked
    ]


def _keep_copy(
    proposal: Proposal, application: Application, budget: Budget, actor: Actor
) -> SubmittedCopy:
    number, now = queries.next_number(SubmittedCopy, proposal.id), clock.now()
    frozen = rules.freeze(application, budget, number=number, submitted_at=now, by=actor.name)
    copy = SubmittedCopy(
        proposal_id=proposal.id,
        number=number,
        content=frozen.content,
        sha256=frozen.sha256,
        submitted_at=now,
        submitted_by_id=actor.id,
    )
    db.session.add(copy)
    db.session.flush()
    return copy


def _send_receipts(proposal: Proposal, copy: SubmittedCopy, call: Call) -> None:
    try:
        notifications.received(proposal, copy, call)
    except MissingGlyph as missing:
        message = _(
            "The acronym, the title or a name contains characters that cannot be printed: "
            "%(signs)s.",
            signs=missing.characters,
        )
        raise RuleBroken(TabFault(message, "title", "PRP-21", {}, Tab.IDENTITY)) from missing


def _ensure_withdrawable(state: State, call: Call) -> None:
    refused = OUTCOMES - {State.MAIN_LIST, State.RESERVE}
    if state in refused and call.state in queries.TOLD:
        message = _("The decision on this proposal is final; there is nothing left to withdraw.")
        raise RuleBroken(Fault(message, None, "PRP-22"))
