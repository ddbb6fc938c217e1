"""The verbs people perform on projects."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from portal.audit.effects import record
from portal.calls import queries as calls
from portal.calls.models import Call
from portal.calls.proposals import effects as proposal_effects
from portal.calls.proposals import queries as proposals
from portal.calls.proposals.models import Proposal, ProposalPartner
from portal.core import clock, days
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.core.steps import as_json
from portal.ledger import effects as ledger
from portal.ledger.models import Book, Posting
from portal.programme import queries as programmes
from portal.projects import notifications, policy, queries
from portal.projects.models import Beneficiary, Envelope, Project, ProjectLine, ProjectSignature
from portal.projects.rules import agreement, budget, transfers
from portal.projects.states import LIFE, Action, Instrument, Side, State


def award(
    proposal: Proposal,
    *,
    starts_on: date,
    actor: Actor,
    exchange_target: int | None = None,
    voucher_target: int | None = None,
) -> Project:
    """Turn a proposal of the main list into a project with its consortium, budget and envelopes.

    `exchange_target` and `voucher_target` are how many of each are promised; without them what the
    proposal planned applies, then the programme's default. Raises `IllegalStep` unless the proposal
    is on the main list of a call whose applicants are informed, `RuleBroken` for the rest.
    """
    ensure(policy.may_award(actor, proposal))
    proposal = proposals.lock_proposal(proposal.id)
    call = calls.by_id(proposal.call_id)
    targets = {Instrument.EXCHANGE: exchange_target, Instrument.VOUCHER: voucher_target}
    refuse_if(
        agreement.award_faults(
            starts_on=starts_on,
            closed_on=days.brussels_day(call.closes_at),
            targets=targets,
        )
    )
    proposal_effects.mark_awarded(proposal, actor=actor)
    project = _draw_up(proposal, call, starts_on=starts_on, actor=actor)
    consortium = proposals.partners_of(proposal.id)
    _add_consortium(project, consortium)
    lines = _open_lines(project, proposal, consortium, actor=actor)
    _open_envelopes(project, lines, _promised(proposal, targets))
    _freeze(project, proposal, call)
    record(
        actor,
        project,
        Action.AWARD,
        after={"state": project.state, "starts_on": starts_on, "ends_on": project.ends_on},
        proposal=proposal.ref,
        total_cents=project.total_cents,
        max_grant_cents=project.max_grant_cents,
        fingerprint=project.fingerprint,
    )
    project = queries.by_id(project.id)
    notifications.awarded(project)
    return project


def sign(project: Project, *, actor: Actor) -> Project:
    """Put one of the two signatures under the grant agreement; the second one brings it into force.

    Raises `IllegalStep` unless the agreement is in preparation, `RuleBroken` when the actor's side
    has signed already.
    """
    ensure(policy.may_sign(actor, project))
    project = queries.lock_project(project.id)
    state = LIFE.step(project.state, Action.SIGN)
    side = policy.side_of(actor, project)
    assert side is not None
    before, now = project.state, clock.now()
    project.signatures.append(_signature(project, side, now, actor))
    if len(project.signatures) == len(Side):
        project.state, project.signed_at = state, now
    record(
        actor,
        project,
        Action.SIGN,
        before={"state": before},
        after={"state": project.state},
        side=side,
        fingerprint=project.fingerprint,
    )
    if project.state is State.SIGNED:
        notifications.signed(project)
    else:
        notifications.half_signed(project, side)
    return project


def shift_budget(
    project: Project,
    *,
    from_line_id: int,
    to_line_id: int,
    cents: int,
    reason: str,
    actor: Actor,
) -> transfers.Transfer:
    """Move available budget from one line of the project to another (domain 5.7).

    Returns how it was decided, with warnings to show. Raises `IllegalStep` unless the agreement is
    signed, `RuleBroken` when the giving line has less left or the share for SMEs would break.
    """
    ensure(policy.may_shift_budget(actor, project))
    project = queries.lock_project(project.id)
    project.state = LIFE.step(project.state, Action.SHIFT_BUDGET)
    rows = _rows(project, from_line_id, to_line_id)
    decided = transfers.transfer(
        [row.as_figures() for row in rows.values()],
        from_line_id=from_line_id,
        to_line_id=to_line_id,
        cents=cents,
        required_bp=project.sme_share_bp,
    )
    giver, taker = rows[from_line_id], rows[to_line_id]
    given = _move(project, giver, taker, cents, reason=reason, actor=actor)
    record(
        actor,
        project,
        Action.SHIFT_BUDGET,
        before=_budgets(giver, taker),
        after=_budgets(giver, taker, cents),
        reason=reason,
        cents=cents,
        steps=as_json(decided.steps),
        warnings=as_json(decided.warnings),
    )
    notifications.budget_shifted(project, given, giver.code, taker.code)
    return decided


def suspend(project: Project, *, reason: str, actor: Actor) -> Project:
    """Stop new commitments of a signed project until it is resumed; what is committed stays."""
    ensure(policy.may_suspend(actor, project))
    project = _step(project, Action.SUSPEND, reason=reason, actor=actor)
    notifications.suspended(project, reason)
    return project


def resume(project: Project, *, actor: Actor, reason: str = "") -> Project:
    """Let a suspended project commit money again."""
    ensure(policy.may_resume(actor, project))
    project = _step(project, Action.RESUME, reason=reason, actor=actor)
    notifications.resumed(project)
    return project


def terminate(project: Project, *, reason: str, actor: Actor) -> Project:
    """End a grant agreement early; nothing new can be committed from now on."""
    ensure(policy.may_terminate(actor, project))
    project = _step(project, Action.TERMINATE, reason=reason, actor=actor)
    notifications.terminated(project, reason)
    return project


def _signature(project: Project, side: Side, now: datetime, actor: Actor) -> ProjectSignature:
    if queries.has_signed(project, side):
        fault = Fault(_("Your side has already signed the grant agreement."), None, "PRJ-02")
        raise RuleBroken(fault)
    assert actor.id is not None
    return ProjectSignature(
        project_id=project.id,
        side=side,
        person_id=actor.id,
        person_name=actor.name,
        signed_at=now,
        fingerprint=project.fingerprint,
    )


def _step(project: Project, action: Action, *, reason: str, actor: Actor) -> Project:
    project = queries.lock_project(project.id)
    before = project.state
    project.state = LIFE.step(project.state, action)
    record(
        actor,
        project,
        action,
        before={"state": before},
        after={"state": project.state},
        reason=reason,
    )
    return project


def _rows(project: Project, *wanted: int) -> dict[int, queries.BudgetRow]:
    """The lines of a project by id; raises `RuleBroken` when a wanted one is not among them."""
    rows = {row.line_id: row for row in queries.budget_of(project.id)}
    if not set(wanted) <= set(rows):
        raise RuleBroken(Fault(_("Choose lines of this project."), "to_line_id", "PRJ-T0"))
    return rows


def _move(
    project: Project,
    giver: queries.BudgetRow,
    taker: queries.BudgetRow,
    cents: int,
    *,
    reason: str,
    actor: Actor,
) -> Posting:
    """The posting on the line that gives; the other one stands on the line that receives."""
    given, _taken = ledger.transfer(
        giver.line_id, taker.line_id, cents, subject=project.ref, why=reason, actor=actor
    )
    return given


def _draw_up(proposal: Proposal, call: Call, *, starts_on: date, actor: Actor) -> Project:
    """The project and its book; what is signed is frozen once the lines are open."""
    assert actor.id is not None
    assert proposal.months is not None
    now = clock.now()
    ref = next_reference("PRJ", days.brussels_day(now).year)
    project = Project(
        ref=ref,
        proposal_id=proposal.id,
        call_id=call.id,
        programme_id=call.programme_id,
        acronym=proposal.acronym,
        title=proposal.title,
        coordinator_id=proposal.coordinator_id,
        total_cents=proposal.eligible_cents,
        max_grant_cents=proposal.requested_cents,
        funding_rate_bp=call.funding_rate_bp,
        sme_share_bp=call.sme_share_bp,
        starts_on=starts_on,
        ends_on=agreement.last_day(starts_on, proposal.months),
        book_id=ledger.open_book(ref, f"{proposal.acronym} – {proposal.title}").id,
        awarded_at=now,
        awarded_by_id=actor.id,
        agreement={},
        fingerprint="",
    )
    db.session.add(project)
    db.session.flush()
    return project


def _add_consortium(project: Project, consortium: Sequence[ProposalPartner]) -> None:
    for position, partner in enumerate(consortium, start=1):
        beneficiary = Beneficiary(
            project_id=project.id,
            organisation_id=partner.organisation_id,
            role=partner.role,
            position=position,
        )
        db.session.add(beneficiary)
    db.session.flush()


def _open_lines(
    project: Project,
    proposal: Proposal,
    consortium: Sequence[ProposalPartner],
    *,
    actor: Actor,
) -> list[ProjectLine]:
    costs = [
        budget.PlannedCost(item.organisation_id, item.category, item.amount_cents, item.sme_direct)
        for item in proposals.items_of(proposal.id)
    ]
    order = [partner.organisation_id for partner in consortium]
    indirect = proposal.eligible_cents - sum(cost.amount_cents for cost in costs)
    planned = budget.lay_out(costs, indirect_cents=indirect, consortium=order)
    book = db.session.get_one(Book, project.book_id)
    return [
        _open_line(project, book, line, order, position, actor)
        for position, line in enumerate(planned, start=1)
    ]


def _open_line(
    project: Project,
    book: Book,
    planned: budget.PlannedLine,
    order: Sequence[int],
    position: int,
    actor: Actor,
) -> ProjectLine:
    number = order.index(planned.organisation_id) + 1 if planned.organisation_id else 0
    code = budget.line_code(number, planned.category, sme_direct=planned.sme_direct)
    kept = ledger.open_line(book, code, planned.cents, position=position, actor=actor)
    line = ProjectLine(
        project_id=project.id,
        organisation_id=planned.organisation_id,
        category=planned.category,
        line_id=kept.id,
        position=position,
        sme_direct=planned.sme_direct,
        awarded_cents=planned.cents,
    )
    db.session.add(line)
    db.session.flush()
    return line


def _promised(
    proposal: Proposal, targets: Mapping[Instrument, int | None]
) -> dict[Instrument, int | None]:
    """How many of each were promised: on the award, or else in the proposal."""
    planned = {
        Instrument.EXCHANGE: proposal.planned_exchanges,
        Instrument.VOUCHER: proposal.planned_vouchers,
    }
    return {instrument: targets[instrument] or planned[instrument] for instrument in Instrument}


def _open_envelopes(
    project: Project,
    lines: Sequence[ProjectLine],
    promised: Mapping[Instrument, int | None],
) -> None:
    for line in lines:
        instrument = budget.INSTRUMENTS.get(line.category)
        if instrument is None:
            continue
        target = budget.target(instrument, line.awarded_cents, promised[instrument])
        envelope = Envelope(
            project_id=project.id, instrument=instrument, line_id=line.line_id, target=target
        )
        db.session.add(envelope)
    db.session.flush()


def _freeze(project: Project, proposal: Proposal, call: Call) -> None:
    """Write down what the parties sign, as names and amounts stand at this moment."""
    project.agreement = {
        "reference": project.ref,
        "proposal": proposal.ref,
        "call": call.ref,
        "programme": programmes.by_id(project.programme_id).ref,
        "acronym": project.acronym,
        "title": project.title,
        "starts_on": project.starts_on.isoformat(),
        "ends_on": project.ends_on.isoformat(),
        "funding_rate_bp": project.funding_rate_bp,
        "sme_share_bp": project.sme_share_bp,
        "total_cents": project.total_cents,
        "max_grant_cents": project.max_grant_cents,
        "beneficiaries": [_named(partner) for partner in queries.beneficiaries(project.id)],
        "lines": [_priced(row) for row in queries.budget_of(project.id)],
        "envelopes": [_pledged(kept) for kept in queries.envelopes_of(project.id)],
    }
    project.fingerprint = agreement.fingerprint(project.agreement)


def _named(partner: Beneficiary) -> dict[str, Any]:
    organisation = partner.organisation
    return {
        "ref": organisation.ref,
        "name": organisation.legal_name,
        "town": organisation.town,
        "country": organisation.country,
        "role": str(partner.role),
    }


def _priced(row: queries.BudgetRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "organisation": row.organisation.short_name if row.organisation else "",
        "category": str(row.category),
        "cents": row.awarded_cents,
    }


def _pledged(kept: queries.EnvelopeFigures) -> dict[str, Any]:
    return {
        "instrument": str(kept.instrument),
        "target": kept.target,
        "cents": kept.figures.budget_cents,
    }


def _budgets(giver: queries.BudgetRow, taker: queries.BudgetRow, moved: int = 0) -> dict[str, int]:
    """The two budgets a transfer touches, by the codes of their lines."""
    return {
        giver.code: giver.figures.budget_cents - moved,
        taker.code: taker.figures.budget_cents + moved,
    }
