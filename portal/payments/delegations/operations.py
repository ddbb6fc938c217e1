"""Propose a delegation, approve or decline it, revoke it."""

from datetime import date

from portal.accounts.models import User
from portal.accounts.states import State as AccountState
from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, Role, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.payments.delegations import notifications, policy, queries, rules
from portal.payments.delegations.models import Delegation
from portal.payments.delegations.states import LIFE, Action, State


def propose(
    *,
    role: Role,
    delegate: User,
    starts_on: date,
    ends_on: date,
    ceiling_cents: int,
    reason: str,
    actor: Actor,
) -> Delegation:
    """Lend one's own right to sign to another person, both days included, once it is approved.

    The ceiling, in cents and included, holds for each payment. Raises `RuleBroken` for days in the
    past or in the wrong order, and for a person to whom nothing can be lent (domain 6.3).
    """
    ensure(policy.may_propose(actor, role))
    refuse_if(
        [
            *rules.proposal_faults(
                starts_on=starts_on,
                ends_on=ends_on,
                ceiling_cents=ceiling_cents,
                today=clock.today(),
            ),
            *_delegate_faults(delegate, role, actor.id),
        ]
    )
    assert actor.id is not None
    delegation = Delegation(
        ref=next_reference("DEL", clock.today().year),
        role=role,
        delegator_id=actor.id,
        delegate_id=delegate.id,
        starts_on=starts_on,
        ends_on=ends_on,
        ceiling_cents=ceiling_cents,
        reason=reason,
        proposed_at=clock.now(),
    )
    db.session.add(delegation)
    db.session.flush()
    record(actor, delegation, Action.PROPOSE, after=_facts(delegation), reason=reason)
    return delegation


def approve(delegation: Delegation, *, actor: Actor) -> Delegation:
    """Let the delegate sign from the first day on; both people are told.

    Raises `RuleBroken` when the last day is past, the owner no longer holds the role, or nothing
    can be lent to the delegate any more.
    """
    ensure(policy.may_approve(actor, delegation))
    delegation = queries.lock_delegation(delegation.id)
    state = LIFE.step(delegation.state, Action.APPROVE)
    holds = delegation.role in queries.roles_of(delegation.delegator_id)
    active = delegation.delegator.state is AccountState.ACTIVE
    refuse_if(
        [
            *rules.end_faults(delegation.ends_on, clock.today()),
            *rules.owner_faults(still_holds=holds and active),
            *_delegate_faults(delegation.delegate, delegation.role, delegation.delegator_id),
        ]
    )
    before, delegation.state = delegation.state, state
    delegation.approved_by_id, delegation.approved_at = actor.id, clock.now()
    record(
        actor,
        delegation,
        Action.APPROVE,
        before={"state": before},
        after={"state": delegation.state},
    )
    notifications.approved(delegation)
    return delegation


def decline(delegation: Delegation, *, reason: str, actor: Actor) -> Delegation:
    """Say that the right is not lent, and why; both people are told."""
    ensure(policy.may_decline(actor, delegation))
    return _end(delegation, Action.DECLINE, reason, actor)


def revoke(delegation: Delegation, *, reason: str, actor: Actor) -> Delegation:
    """End a delegation at once: what was signed under it stays, nothing more is; both are told."""
    ensure(policy.may_revoke(actor, delegation))
    return _end(delegation, Action.REVOKE, reason, actor)


def _end(delegation: Delegation, action: Action, reason: str, actor: Actor) -> Delegation:
    delegation = queries.lock_delegation(delegation.id)
    before, state = delegation.state, LIFE.step(delegation.state, action)
    if not reason.strip():
        raise RuleBroken(Fault(_("Give a reason."), "reason"))
    delegation.state, delegation.end_reason = state, reason.strip()
    delegation.ended_by_id, delegation.ended_at = actor.id, clock.now()
    record(
        actor,
        delegation,
        action,
        before={"state": before},
        after={"state": delegation.state},
        reason=delegation.end_reason,
    )
    notifications.ended(delegation)
    return delegation


def _delegate_faults(delegate: User, role: Role, delegator_id: int | None) -> list[Fault]:
    return rules.delegate_faults(
        is_delegator=delegate.id == delegator_id,
        is_active=delegate.state is AccountState.ACTIVE,
        roles=queries.roles_of(delegate.id),
        lent=role,
    )


def _facts(delegation: Delegation) -> dict[str, object]:
    return {
        "state": State.PROPOSED,
        "role": delegation.role,
        "delegate": delegation.delegate.name,
        "starts_on": delegation.starts_on,
        "ends_on": delegation.ends_on,
        "ceiling_cents": delegation.ceiling_cents,
    }
