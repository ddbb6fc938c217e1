"""Reads of delegations: one, all, and the rights lent to a person today."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import joinedload

from portal.accounts.models import RoleGrant, User
from portal.accounts.states import State as AccountState
from portal.core import days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.tasks import Task
from portal.partners.models import Membership
from portal.payments.delegations.models import Delegation
from portal.payments.delegations.rules import Right
from portal.payments.delegations.states import DELEGATES, LIFE, Action, State

#: How many tasks the desk shows.
MOST_TASKS = 50

_PEOPLE = (joinedload(Delegation.delegator), joinedload(Delegation.delegate))


def by_ref(ref: str) -> Delegation:
    """A delegation with its two people; raises `NotFound`."""
    found = db.session.scalar(select(Delegation).where(Delegation.ref == ref).options(*_PEOPLE))
    if found is None:
        raise NotFound()
    return found


def lock_delegation(delegation_id: int) -> Delegation:
    """The delegation with its people, fresh and locked until the end of the transaction."""
    query = select(Delegation).where(Delegation.id == delegation_id).options(*_PEOPLE)
    locked = query.with_for_update(of=Delegation)
    return db.session.scalars(locked.execution_options(populate_existing=True)).one()


def hold(delegation_ids: Collection[int]) -> None:
    """Let delegations stay as they are until the end of the transaction: who revokes one waits."""
    query = select(Delegation.id).where(Delegation.id.in_(delegation_ids))
    db.session.execute(query.order_by(Delegation.id).with_for_update(read=True)).all()


def listed(visible: ColumnElement[bool]) -> Select[Delegation]:
    """Delegations with their people: those that end last first."""
    ordered = select(Delegation).where(visible).options(*_PEOPLE)
    return ordered.order_by(Delegation.ends_on.desc(), Delegation.id.desc())


def of_person(person_id: int) -> ColumnElement[bool]:
    """Those a person lends or receives."""
    return (Delegation.delegator_id == person_id) | (Delegation.delegate_id == person_id)


def by_ids(delegation_ids: Collection[int | None]) -> dict[int, Delegation]:
    """Several delegations with their people, by id."""
    wanted = {number for number in delegation_ids if number is not None}
    if not wanted:
        return {}
    query = select(Delegation).where(Delegation.id.in_(wanted)).options(*_PEOPLE)
    return {delegation.id: delegation for delegation in db.session.scalars(query)}


def lent_to(actor: Actor, day: date) -> list[Right]:
    """The rights in force on a day that the actor may use beside their own, in two statements.

    None for people outside the staff, nor when the owner has lost the role or the account.
    """
    if not actor.has(*DELEGATES):
        return []
    return _rights(Delegation.delegate_id == actor.id, day)


def lent_on(day: date) -> dict[int, list[Right]]:
    """Every right in force on a day, by the person it is lent to, in two statements."""
    found: dict[int, list[Right]] = {}
    for right in _rights(true(), day):
        found.setdefault(right.delegate_id, []).append(right)
    return found


def in_force(day: date) -> ColumnElement[bool]:
    """Approved, not ended, and the day is one of its own; its owner still holds the role."""
    holds = select(RoleGrant.id).where(
        RoleGrant.person_id == Delegation.delegator_id,
        RoleGrant.role == Delegation.role,
        RoleGrant.revoked_at.is_(None),
    )
    active = select(User.id).where(
        User.id == Delegation.delegator_id, User.state == AccountState.ACTIVE
    )
    return and_(
        Delegation.state == State.APPROVED,
        Delegation.starts_on <= day,
        Delegation.ends_on >= day,
        holds.exists(),
        active.exists(),
    )


def _rights(condition: ColumnElement[bool], day: date) -> list[Right]:
    query = select(Delegation).where(condition, in_force(day)).options(*_PEOPLE)
    found = list(db.session.scalars(query.order_by(Delegation.id)))
    houses = _organisations_of({each.delegator_id for each in found}, day) if found else {}
    return [
        Right(
            delegation_id=each.id,
            ref=each.ref,
            role=each.role,
            delegator_id=each.delegator_id,
            delegator=each.delegator.name,
            delegate_id=each.delegate_id,
            ceiling_cents=each.ceiling_cents,
            ends_on=each.ends_on,
            organisation_ids=frozenset(houses.get(each.delegator_id, ())),
        )
        for each in found
    ]


def _organisations_of(people: Collection[int], day: date) -> dict[int, set[int]]:
    query = select(Membership.user_id, Membership.organisation_id).where(
        Membership.user_id.in_(people), Membership.valid_from <= day, Membership.ended_at.is_(None)
    )
    found: dict[int, set[int]] = {}
    for person, organisation in db.session.execute(query):
        found.setdefault(person, set()).add(organisation)
    return found


def roles_of(person_id: int) -> frozenset[Role]:
    """The roles a person holds now."""
    query = select(RoleGrant.role).where(
        RoleGrant.person_id == person_id, RoleGrant.revoked_at.is_(None)
    )
    return frozenset(db.session.scalars(query))


def candidates(delegator_id: int) -> Sequence[User]:
    """The active staff to whom a right can be lent, by name."""
    holders = select(RoleGrant.person_id).where(
        RoleGrant.role.in_(DELEGATES), RoleGrant.revoked_at.is_(None)
    )
    query = select(User).where(
        User.id.in_(holders), User.id != delegator_id, User.state == AccountState.ACTIVE
    )
    return list(db.session.scalars(query.order_by(User.name, User.id)))


def tasks_for(actor: Actor) -> list[Task]:
    """Delegations that wait for an administrator."""
    if not actor.has(Role.ADMIN):
        return []
    query = select(Delegation).where(
        Delegation.state == State.PROPOSED,
        Delegation.delegator_id != actor.id,
        Delegation.delegate_id != actor.id,
    )
    found = db.session.scalars(
        query.options(*_PEOPLE).order_by(Delegation.starts_on, Delegation.id).limit(MOST_TASKS)
    )
    return [
        Task(
            label=LIFE.labels[Action.APPROVE],
            ref=each.ref,
            title=f"{each.delegator.name} → {each.delegate.name}",
            endpoint="delegations.show",
            values={"ref": each.ref},
            due_on=each.starts_on,
            since=days.brussels_day(each.proposed_at),
        )
        for each in found
    ]
