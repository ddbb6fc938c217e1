"""What a consortium does while it prepares a proposal; drafts may be incomplete.

Everything here is shut after the deadline, by the server's clock.
"""

from collections.abc import Sequence

from sqlalchemy import delete

from portal.audit.effects import record
from portal.calls import effects as call_effects
from portal.calls import queries as calls
from portal.calls.models import Call
from portal.calls.proposals import notifications, policy, queries, rules
from portal.calls.proposals.models import Attachment, CostItem, Proposal, ProposalPartner
from portal.calls.proposals.rules import Line
from portal.calls.proposals.rules.themes import THEMES
from portal.calls.proposals.states import (
    LIFE,
    Action,
    AttachmentKind,
    CostCategory,
    PartnerRole,
)
from portal.calls.rules import ensure_open
from portal.core import clock, files, ids
from portal.core.actors import Actor, ensure
from portal.core.days import brussels_day
from portal.core.db import db
from portal.core.errors import Fault, NotFound, RuleBroken, Stale, refuse_if
from portal.core.i18n import _
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.partners.states import State as OrganisationState

#: Longest acronym, in characters.
LONGEST_ACRONYM = 40


def start(call: Call, *, organisation: str, acronym: str, title: str, actor: Actor) -> Proposal:
    """Begin a draft for an organisation (by reference) the actor speaks for, in an open call."""
    ensure(policy.may_start(actor, partners.by_ref(organisation)))
    coordinator, now = partners.by_ref(organisation), clock.now()
    ensure_open(call, now)
    refuse_if(_standing_faults(coordinator))
    proposal = Proposal(
        ref=ids.next_reference("PRP", brussels_day(now).year),
        call_id=call.id,
        coordinator_id=coordinator.id,
        acronym=acronym,
        title=title,
        started_at=now,
        started_by_id=actor.id,
    )
    db.session.add(proposal)
    db.session.flush()
    db.session.add(
        ProposalPartner(
            proposal_id=proposal.id,
            organisation_id=coordinator.id,
            role=PartnerRole.COORDINATOR,
            position=1,
            invited_at=now,
            confirmed_at=now,
            confirmed_by_id=actor.id,
        )
    )
    call_effects.follow(call, coordinator.id)
    record(actor, proposal, Action.START, after={"state": proposal.state}, call=call.ref)
    return proposal


def edit(
    proposal: Proposal,
    *,
    acronym: str,
    title: str,
    abstract: str,
    months: int | None,
    themes: Sequence[str],
    version: int,
    actor: Actor,
) -> Proposal:
    """Save who we are and what we want to do; `version` is that of the form (`identity_version`).

    Raises `Stale` when somebody saved this tab in the meantime, `RuleBroken` after the deadline.
    """
    ensure(policy.may_edit(actor, proposal))
    proposal = _opened(proposal, Action.EDIT)
    _ensure_fresh(proposal.identity_version, version)
    refuse_if(_identity_faults(themes, months))
    after = {
        "acronym": acronym,
        "title": title,
        "abstract": abstract,
        "months": months,
        "themes": list(themes),
    }
    before = {name: getattr(proposal, name) for name in after}
    for name, value in after.items():
        setattr(proposal, name, value)
    proposal.identity_version += 1
    changed = [name for name, value in after.items() if before[name] != value]
    record(
        actor,
        proposal,
        Action.EDIT,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return proposal


def plan_costs(
    proposal: Proposal,
    *,
    lines: Sequence[Line],
    asked_cents: int | None,
    planned_exchanges: int | None,
    planned_vouchers: int | None,
    version: int,
    actor: Actor,
) -> Proposal:
    """Replace the whole budget; `version` is that of the form (`costs_version`).

    Lines of no amount are left out. Raises `Stale` as `edit` does, and `RuleBroken` for amounts
    below zero, for typed indirect costs and for organisations outside the consortium.
    """
    ensure(policy.may_plan_costs(actor, proposal))
    proposal = _opened(proposal, Action.PLAN_COSTS)
    _ensure_fresh(proposal.costs_version, version)
    kept = [line for line in lines if line.amount_cents]
    refuse_if(_line_faults(kept, queries.organisation_ids(proposal.id), asked_cents))
    terms = calls.by_id(proposal.call_id)
    before = rules.budget(queries.items_of(proposal.id), terms, proposal.asked_cents)
    db.session.execute(delete(CostItem).where(CostItem.proposal_id == proposal.id))
    for line in kept:
        db.session.add(CostItem(proposal_id=proposal.id, **vars(line)))
    proposal.asked_cents = asked_cents
    proposal.planned_exchanges = planned_exchanges or None
    proposal.planned_vouchers = planned_vouchers or None
    proposal.costs_version += 1
    after = rules.budget(kept, terms, asked_cents)
    record(
        actor,
        proposal,
        Action.PLAN_COSTS,
        before={"eligible_cents": before.eligible_cents, "grant_cents": before.grant_cents},
        after={"eligible_cents": after.eligible_cents, "grant_cents": after.grant_cents},
        lines=len(kept),
    )
    return proposal


def add_partner(proposal: Proposal, *, organisation: str, actor: Actor) -> ProposalPartner:
    """Name an organisation (by reference) as a partner and ask its people to confirm."""
    ensure(policy.may_add_partner(actor, proposal))
    proposal = _opened(proposal, Action.ADD_PARTNER)
    found = _organisation(organisation)
    consortium = queries.partners_of(proposal.id)
    if any(each.organisation_id == found.id for each in consortium):
        message = _("%(name)s is already part of the consortium.", name=found.legal_name)
        raise RuleBroken(Fault(message, "organisation", "PRP-02"))
    refuse_if(_standing_faults(found))
    call = calls.by_id(proposal.call_id)
    partner = ProposalPartner(
        proposal_id=proposal.id,
        organisation_id=found.id,
        role=PartnerRole.PARTNER,
        position=consortium[-1].position + 1,
        invited_at=clock.now(),
    )
    db.session.add(partner)
    call_effects.follow(call, found.id)
    _touch(proposal)
    record(actor, proposal, Action.ADD_PARTNER, organisation=found.ref)
    notifications.partner_added(proposal, found, call)
    return partner


def remove_partner(proposal: Proposal, *, organisation: str, actor: Actor) -> Proposal:
    """Take a partner and its costs out of the proposal; the coordinator cannot be removed."""
    ensure(policy.may_remove_partner(actor, proposal, partners.by_ref(organisation)))
    proposal, found = _opened(proposal, Action.REMOVE_PARTNER), partners.by_ref(organisation)
    partner = queries.partner_of(proposal.id, found.id)
    if partner.role is PartnerRole.COORDINATOR:
        message = _("The coordinator cannot leave its own proposal. Withdraw it instead.")
        raise RuleBroken(Fault(message, "organisation", "PRP-19"))
    removed = sum(
        item.amount_cents
        for item in queries.items_of(proposal.id)
        if item.organisation_id == found.id
    )
    db.session.execute(
        delete(CostItem).where(
            CostItem.proposal_id == proposal.id, CostItem.organisation_id == found.id
        )
    )
    db.session.delete(partner)
    proposal.costs_version += 1
    _touch(proposal)
    record(
        actor,
        proposal,
        Action.REMOVE_PARTNER,
        organisation=found.ref,
        removed_cents=removed,
    )
    notifications.partner_removed(proposal, found)
    return proposal


def confirm_partner(proposal: Proposal, *, organisation: str, actor: Actor) -> ProposalPartner:
    """A partner confirms that it takes part; confirming twice changes nothing."""
    ensure(policy.may_confirm_partner(actor, proposal, partners.by_ref(organisation)))
    proposal, found = _opened(proposal, Action.CONFIRM_PARTNER), partners.by_ref(organisation)
    partner = queries.partner_of(proposal.id, found.id)
    if partner.confirmed_at is not None:
        message = _("%(name)s has already confirmed its participation.", name=found.legal_name)
        raise RuleBroken(Fault(message, None, "PRP-16"))
    partner.confirmed_at, partner.confirmed_by_id = clock.now(), actor.id
    _touch(proposal)
    record(actor, proposal, Action.CONFIRM_PARTNER, organisation=found.ref)
    notifications.partner_confirmed(proposal, found)
    return partner


def attach(
    proposal: Proposal, *, content: bytes, name: str, kind: AttachmentKind, actor: Actor
) -> Attachment:
    """Add a document; raises `RuleBroken` for one that is too large or of a wrong type."""
    ensure(policy.may_attach(actor, proposal))
    proposal = _opened(proposal, Action.ATTACH)
    file = files.keep(content, name, uploaded_by_id=actor.id, field="document")
    attachment = Attachment(
        proposal_id=proposal.id,
        file_id=file.id,
        number=queries.next_number(Attachment, proposal.id),
        kind=kind,
        attached_at=clock.now(),
        attached_by_id=actor.id,
    )
    db.session.add(attachment)
    record(actor, proposal, Action.ATTACH, file=file.name, sha256=file.sha256, kind=kind)
    return attachment


def detach(proposal: Proposal, *, number: int, actor: Actor) -> Proposal:
    """Take a document out of the application; it is kept, for an earlier submission may name it."""
    ensure(policy.may_detach(actor, proposal))
    proposal = _opened(proposal, Action.DETACH)
    attachment = queries.attachment(proposal.id, number)
    if attachment.removed_at is not None:
        raise NotFound
    attachment.removed_at = clock.now()
    record(actor, proposal, Action.DETACH, file=attachment.file.name, sha256=attachment.file.sha256)
    return proposal


def _opened(proposal: Proposal, action: Action) -> Proposal:
    """The proposal, locked, if the call is still open and the step is possible."""
    locked = queries.lock_proposal(proposal.id)
    ensure_open(calls.by_id(locked.call_id), clock.now())
    LIFE.step(locked.state, action)
    return locked


def _touch(proposal: Proposal) -> None:
    """Read the consortium anew the next time somebody asks."""
    db.session.flush()
    db.session.expire(proposal, ["partners"])


def _ensure_fresh(is_now: int, seen: int) -> None:
    if is_now != seen:
        raise Stale


def _organisation(ref: str) -> Organisation:
    try:
        return partners.by_ref(ref.strip().upper())
    except NotFound:
        message = _("There is no organisation with this reference. Search for it by its name.")
        raise RuleBroken(Fault(message, "organisation", "PRP-02")) from None


def _standing_faults(organisation: Organisation) -> list[Fault]:
    if organisation.state is not OrganisationState.SUSPENDED:
        return []
    message = _("%(name)s is suspended and cannot take part.", name=organisation.legal_name)
    return [Fault(message, "organisation", "PRP-15")]


def _identity_faults(themes: Sequence[str], months: int | None) -> list[Fault]:
    found = []
    if unknown := [theme for theme in themes if theme not in THEMES]:
        message = _("Choose themes from the list only: %(unknown)s.", unknown=", ".join(unknown))
        found.append(Fault(message, "themes", "PRP-03"))
    if months is not None and months < 1:
        message = _("The duration is a number of whole months, at least 1.")
        found.append(Fault(message, "months", "PRP-06"))
    return found


def _line_faults(
    lines: Sequence[Line], members: frozenset[int], asked_cents: int | None
) -> list[Fault]:
    found = []
    if any(line.amount_cents < 0 for line in lines) or (asked_cents or 0) < 0:
        found.append(Fault(_("Amounts cannot be below zero."), None, "PRP-17"))
    if any(line.category is CostCategory.INDIRECT for line in lines):
        message = _("Indirect costs are computed by the portal; they are not entered.")
        found.append(Fault(message, None, "PRP-17"))
    if any(line.organisation_id not in members for line in lines):
        message = _("A partner in this budget has left the consortium. Reload the page.")
        found.append(Fault(message, None, "PRP-17"))
    keys = [(line.organisation_id, line.category, line.sme_direct) for line in lines]
    if len(set(keys)) < len(keys):
        message = _("Enter one amount for each partner and budget heading.")
        found.append(Fault(message, None, "PRP-17"))
    return found
