"""Delegations as far as a test needs them, and the people in them."""

from datetime import date, timedelta

from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Role
from portal.payments.delegations import operations
from portal.payments.delegations.models import Delegation
from portal.payments.delegations.states import State
from tests.payments.builders import a_person, acting


def a_delegation(
    state: State = State.APPROVED,
    *,
    role: Role = Role.AUTHORISER,
    owner: User | None = None,
    delegate: User | None = None,
    cents: int = 100_000,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Delegation:
    """A delegation from today for ten days, brought to a state by its own people."""
    owner = owner or a_person(role)
    delegation = operations.propose(
        role=role,
        delegate=delegate or a_person(Role.OFFICER),
        starts_on=starts_on or clock.today(),
        ends_on=ends_on or clock.today() + timedelta(days=10),
        ceiling_cents=cents,
        reason="Annual leave.",
        actor=acting(owner, role),
    )
    admin = acting(a_person(Role.ADMIN), Role.ADMIN)
    if state is State.DECLINED:
        operations.decline(delegation, reason="Not needed.", actor=admin)
    if state in (State.APPROVED, State.REVOKED):
        operations.approve(delegation, actor=admin)
    if state is State.REVOKED:
        operations.revoke(delegation, reason="Back early.", actor=admin)
    return delegation
