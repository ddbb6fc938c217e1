"""Groups: one, locked, lists, the exchanges that fit, what waits for an answer."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.tasks import Kind
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import rules
from portal.exchanges.groups.models import GroupMember, GroupVisit
from portal.exchanges.groups.states import ENDED, HELD, Place, State
from portal.exchanges.models import Exchange, Signature
from portal.exchanges.states import State as ExchangeState
from portal.partners.models import Organisation
from portal.projects.queries import of_organisations

#: How many tasks the desk shows.
MOST_TASKS = 50
#: How many exchanges or groups a form offers.
MOST_OFFERED = 50


def by_ref(ref: str) -> GroupVisit:
    """The group with its host, partnership, places and their exchanges; raises `NotFound`."""
    return _one(select(GroupVisit).where(GroupVisit.ref == ref))


def lock_group(group_id: int) -> GroupVisit:
    """The group, fresh and locked until the end of the transaction."""
    query = select(GroupVisit).where(GroupVisit.id == group_id).with_for_update(of=GroupVisit)
    return _one(query.execution_options(populate_existing=True))


def lock_members(group: GroupVisit) -> list[Exchange]:
    """The exchanges that take part, fresh and locked in the order of their ids."""
    joined = sorted(one.exchange_id for one in group.members if one.state is Place.JOINED)
    return [exchanges.lock_exchange(each) for each in joined]


def listed(visible: ColumnElement[bool], *, state: State | None = None) -> Select[GroupVisit]:
    """The groups that meet the conditions, the latest days first, with what a list shows."""
    query = select(GroupVisit).where(visible)
    if state is not None:
        query = query.where(GroupVisit.state == state)
    whole = query.options(*_sides(), selectinload(GroupVisit.members))
    return whole.order_by(GroupVisit.first_on.desc(), GroupVisit.id.desc())


def held_by(exchange_id: int) -> tuple[GroupVisit, GroupMember] | None:
    """The group an exchange has a place in, and the place; None when it has none."""
    query = (
        select(GroupVisit, GroupMember)
        .join(GroupMember, GroupMember.group_id == GroupVisit.id)
        .where(GroupMember.exchange_id == exchange_id, GroupMember.state.in_(HELD))
    )
    found = db.session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None


def to_invite(group: GroupVisit) -> list[Exchange]:
    """The exchanges to the group's host that could be invited, by their first day."""
    query = select(Exchange).where(
        Exchange.host_id == group.host_id,
        Exchange.first_on <= group.last_on,
        Exchange.last_on >= group.first_on,
        _is_free(),
    )
    found = query.options(joinedload(Exchange.visitor, innerjoin=True))
    return list(
        db.session.scalars(found.order_by(Exchange.first_on, Exchange.id).limit(MOST_OFFERED))
    )


def to_apply_to(exchange: Exchange) -> list[GroupVisit]:
    """The open groups at the exchange's host on its days, by their first day."""
    query = select(GroupVisit).where(
        GroupVisit.host_id == exchange.host_id,
        GroupVisit.state == State.OPEN,
        GroupVisit.first_on <= exchange.last_on,
        GroupVisit.last_on >= exchange.first_on,
    )
    return list(
        db.session.scalars(query.order_by(GroupVisit.first_on, GroupVisit.id).limit(MOST_OFFERED))
    )


def to_close() -> list[GroupVisit]:
    """The open groups whose visits have all ended, locked; those held left out."""
    query = select(GroupVisit).where(_is_over()).options(*_whole()).order_by(GroupVisit.id)
    return list(db.session.scalars(query.with_for_update(of=GroupVisit, skip_locked=True)).unique())


def refs_to_close() -> list[str]:
    """The references of the groups that `to_close` finds, without locking them."""
    return list(
        db.session.scalars(select(GroupVisit.ref).where(_is_over()).order_by(GroupVisit.id))
    )


def involving(
    organisation_ids: frozenset[int], managed: Select[int] | None, visible: ColumnElement[bool]
) -> ColumnElement[bool]:
    """The condition of groups that organisations host or managed partnerships run, to which a
    visible exchange belongs, or which one that is still being built could join.
    """
    own: list[ColumnElement[bool]] = [GroupVisit.host_id.in_(organisation_ids)]
    if managed is not None:
        own.append(GroupVisit.project_id.in_(managed))
    member = (
        select(GroupMember.group_id)
        .join(Exchange, Exchange.id == GroupMember.exchange_id)
        .where(GroupMember.state.in_(HELD), visible)
    )
    hosts = select(Exchange.host_id).where(Exchange.state == ExchangeState.BUILDING, visible)
    open_to = and_(GroupVisit.state == State.OPEN, GroupVisit.host_id.in_(hosts))
    return or_(*own, GroupVisit.id.in_(member), open_to)


def is_among(group: GroupVisit, condition: ColumnElement[bool]) -> bool:
    """Whether a condition holds for one group."""
    query = select(GroupVisit.id).where(GroupVisit.id == group.id, condition)
    return db.session.scalar(query) is not None


#: What waits for an answer, as the desk shows it.
KINDS = {
    "group_applied": Kind(_("Accept into the group visit"), "groups.show"),
    "group_invited": Kind(_("Join the group visit"), "groups.show"),
}


def waiting_for(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The places that wait for the actor's answer: asked of the host, or offered to a visitor."""
    mine = actor.organisation_ids
    managed = of_organisations(mine if actor.has(Role.MANAGER) else ())
    hosts = or_(GroupVisit.host_id.in_(mine), GroupVisit.project_id.in_(managed))
    visits = or_(Exchange.visitor_id.in_(mine), Exchange.project_id.in_(managed))
    visitor = aliased(Organisation)
    applied = GroupMember.state == Place.APPLIED
    invited = GroupMember.state == Place.INVITED
    return (
        select(
            case((applied, "group_applied"), else_="group_invited").label("kind"),
            GroupVisit.ref,
            visitor.legal_name.label("first"),
            GroupVisit.title.label("second"),
            GroupVisit.first_on.label("due_on"),
            GroupMember.asked_at.label("since"),
        )
        .join(GroupVisit, GroupVisit.id == GroupMember.group_id)
        .join(Exchange, Exchange.id == GroupMember.exchange_id)
        .join(visitor, visitor.id == GroupMember.visitor_id)
        .where(
            GroupVisit.state == State.OPEN,
            or_(and_(applied, hosts), and_(invited, visits)),
        )
        .order_by(GroupVisit.first_on, GroupMember.id)
        .limit(MOST_TASKS)
    )


def _is_free() -> ColumnElement[bool]:
    """Being built, physical, unsigned, and in no group."""
    signed = exists().where(Signature.exchange_id == Exchange.id)
    held = exists().where(GroupMember.exchange_id == Exchange.id, GroupMember.state.in_(HELD))
    return and_(Exchange.state == ExchangeState.BUILDING, ~Exchange.virtual, ~signed, ~held)


def _is_over() -> ColumnElement[bool]:
    joined = (
        select(GroupMember.id)
        .join(Exchange, Exchange.id == GroupMember.exchange_id)
        .where(GroupMember.group_id == GroupVisit.id, GroupMember.state == Place.JOINED)
    )
    under_way = joined.where(Exchange.state.not_in(ENDED)).exists()
    return and_(GroupVisit.state == State.OPEN, joined.exists(), ~under_way)


def _sides() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(GroupVisit.host, innerjoin=True),
        joinedload(GroupVisit.project, innerjoin=True),
    )


def _whole() -> tuple[ExecutableOption, ...]:
    places = selectinload(GroupVisit.members)
    visit = places.joinedload(GroupMember.exchange, innerjoin=True)
    return (
        *_sides(),
        visit.joinedload(Exchange.visitor, innerjoin=True),
        visit.joinedload(Exchange.project, innerjoin=True),
        visit.selectinload(Exchange.signatures),
    )


def _one(query: Select[GroupVisit]) -> GroupVisit:
    found = db.session.scalars(query.options(*_whole())).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found


def is_over(group: GroupVisit) -> bool:
    """Whether every visit that takes part has ended."""
    return rules.is_over(one.exchange.state for one in group.members if one.state is Place.JOINED)
