"""Reads of organisations: one, many, who speaks for them, which clusters they belong to."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.accounts.states import State as AccountState
from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.partners.models import ClusterLink, Membership, Organisation
from portal.partners.rules import duplicates, names
from portal.partners.states import EccpProfile, OrganisationKind, State

#: How many tasks of one kind the desk shows.
MOST_TASKS = 50


def by_ref(ref: str) -> Organisation:
    """The organisation with this public reference; raises `NotFound`."""
    found = db.session.scalar(select(Organisation).where(Organisation.ref == ref))
    if found is None:
        raise NotFound()
    return found


def by_id(organisation_id: int) -> Organisation:
    """The organisation with this database id; raises `NotFound`."""
    found = db.session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound()
    return found


def by_ids(organisation_ids: Collection[int]) -> dict[int, Organisation]:
    """Several organisations by database id, in one query; unknown ids are left out."""
    if not organisation_ids:
        return {}
    query = select(Organisation).where(Organisation.id.in_(organisation_ids))
    return {organisation.id: organisation for organisation in db.session.scalars(query)}


def lock_organisation(organisation_id: int) -> Organisation:
    """The organisation, fresh and locked until the end of the transaction."""
    query = select(Organisation).where(Organisation.id == organisation_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(locked).one()


def search(
    text: str, *, kinds: Iterable[OrganisationKind] = (), limit: int = 20
) -> list[Organisation]:
    """Organisations whose name contains every word of `text` (accents and case do not matter).

    The words may also be a public reference, a PIC, a VAT or a registration number. By name.
    """
    query = select(Organisation).where(matches(text))
    if wanted := tuple(kinds):
        query = query.where(Organisation.kind.in_(wanted))
    return list(
        db.session.scalars(query.order_by(Organisation.search_name, Organisation.id).limit(limit))
    )


def matches(text: str) -> ColumnElement[bool]:
    """The condition behind `search`, for the lists of other rooms that join organisations."""
    words = names.fold(text).split()
    compact = "".join(sign for sign in text.upper() if sign.isalnum())
    by_name = and_(
        true(), *(Organisation.search_name.contains(word, autoescape=True) for word in words)
    )
    numbers = (Organisation.pic, Organisation.vat_number, Organisation.registration_number)
    by_number = or_(
        Organisation.ref == text.strip().upper(), *(column == compact for column in numbers)
    )
    return or_(by_name, by_number) if words else by_number


def directory(
    *,
    text: str = "",
    kind: OrganisationKind | None = None,
    country: str = "",
    state: State | None = None,
    sort: str = "name",
    descending: bool = False,
) -> Select[Organisation]:
    """The organisations that meet every given condition.

    Sorted by "name", "kind", "country", "state" or "registered".
    """
    columns = {
        "name": Organisation.search_name,
        "kind": Organisation.kind,
        "country": Organisation.country,
        "state": Organisation.state,
        "registered": Organisation.registered_at,
    }
    query = select(Organisation)
    if text.strip():
        query = query.where(matches(text))
    if kind:
        query = query.where(Organisation.kind == kind)
    if country:
        query = query.where(Organisation.country == country)
    if state:
        query = query.where(Organisation.state == state)
    name = Organisation.search_name
    column = columns.get(sort, name)
    wanted = column.desc() if descending else column
    # The name is not said twice: SQLite would sort all of them.
    order = (wanted,) if column is name else (wanted, name)
    return query.order_by(*order, Organisation.id)


def countries() -> list[str]:
    """The countries in which an organisation is registered."""
    return list(
        db.session.scalars(select(Organisation.country).distinct().order_by(Organisation.country))
    )


def clusters() -> list[Organisation]:
    """The cluster organisations and business networks that are not suspended, by name."""
    query = select(Organisation).where(
        Organisation.kind.in_((OrganisationKind.CLUSTER, OrganisationKind.NETWORK)),
        Organisation.state != State.SUSPENDED,
    )
    return list(db.session.scalars(query.order_by(Organisation.search_name)))


def known_in(country: str, *, except_id: int | None = None) -> list[duplicates.Known]:
    """Every organisation of a country as the duplicate check sees it."""
    query = select(
        Organisation.ref,
        Organisation.legal_name,
        Organisation.name_key,
        Organisation.registration_number,
    ).where(Organisation.country == country)
    if except_id is not None:
        query = query.where(Organisation.id != except_id)
    return [duplicates.Known(*row) for row in db.session.execute(query)]


def of_actor(actor: Actor) -> list[Organisation]:
    """The organisations the actor speaks for, by name."""
    return sorted(
        by_ids(actor.organisation_ids).values(), key=lambda found: (found.search_name, found.id)
    )


def actor_for(
    user: User, roles: Collection[Role], address: str = "", request_id: str = ""
) -> Actor:
    """The person as an actor: roles held, and the organisations spoken for today."""
    query = select(Membership.organisation_id).where(
        Membership.user_id == user.id, _in_force(clock.today())
    )
    return Actor(
        id=user.id,
        name=user.name,
        roles=frozenset(roles),
        organisation_ids=frozenset(db.session.scalars(query)),
        address=address,
        request_id=request_id,
    )


def people_of(organisation_ids: Collection[int]) -> list[User]:
    """The people with an active account who are members of one of them today, by name."""
    if not organisation_ids:
        return []
    members = select(Membership.user_id).where(
        Membership.organisation_id.in_(organisation_ids), _in_force(clock.today())
    )
    query = select(User).where(User.id.in_(members), User.state == AccountState.ACTIVE)
    return list(db.session.scalars(query.order_by(User.name, User.id)))


def people_by_organisation(organisation_ids: Collection[int]) -> dict[int, list[User]]:
    """The same for each of several organisations, in one query; those without people left out."""
    query = (
        select(Membership.organisation_id, User)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id.in_(organisation_ids),
            _in_force(clock.today()),
            User.state == AccountState.ACTIVE,
        )
        .order_by(User.name, User.id)
    )
    found: dict[int, list[User]] = {}
    for organisation_id, person in db.session.execute(query):
        people = found.setdefault(organisation_id, [])
        if person not in people:
            people.append(person)
    return found


def members_of(organisation_id: int) -> list[Membership]:
    """The memberships of an organisation that have not ended, with their people, oldest first."""
    query = select(Membership).where(
        Membership.organisation_id == organisation_id, Membership.ended_at.is_(None)
    )
    ordered = query.options(joinedload(Membership.user)).order_by(
        Membership.valid_from, Membership.id
    )
    return list(db.session.scalars(ordered))


def open_membership(organisation_id: int, user_id: int) -> Membership:
    """The membership of a person that has not ended; raises `NotFound`."""
    found = db.session.scalar(
        select(Membership).where(
            Membership.organisation_id == organisation_id,
            Membership.user_id == user_id,
            Membership.ended_at.is_(None),
        )
    )
    if found is None:
        raise NotFound()
    return found


def clusters_of(organisation_id: int) -> list[ClusterLink]:
    """The cluster links of an organisation, with their clusters, those without an end first."""
    query = select(ClusterLink).where(ClusterLink.organisation_id == organisation_id)
    ordered = query.order_by(
        ClusterLink.valid_to.is_not(None), ClusterLink.valid_from.desc(), ClusterLink.id
    )
    return list(db.session.scalars(ordered.options(joinedload(ClusterLink.cluster))))


def cluster_link(organisation_id: int, cluster_id: int) -> ClusterLink:
    """The link that has no end yet; raises `NotFound`."""
    found = db.session.scalar(
        select(ClusterLink).where(
            ClusterLink.organisation_id == organisation_id,
            ClusterLink.cluster_id == cluster_id,
            ClusterLink.valid_to.is_(None),
        )
    )
    if found is None:
        raise NotFound()
    return found


def members_of_cluster(cluster_id: int, day: date) -> Select[Organisation]:
    """The organisations linked to a cluster on a day, by name."""
    linked = select(ClusterLink.organisation_id).where(
        ClusterLink.cluster_id == cluster_id, _linked_on(day)
    )
    return (
        select(Organisation).where(Organisation.id.in_(linked)).order_by(Organisation.search_name)
    )


def is_cluster_member(organisation_id: int, day: date) -> bool:
    """Whether it belongs, that day, to a cluster organisation profiled on ECCP (CXC-E05).

    A business network or a suspended cluster does not count.
    """
    return organisation_id in cluster_members_among((organisation_id,), day)


def cluster_members_among(organisation_ids: Collection[int], day: date) -> frozenset[int]:
    """Those of the organisations for which `is_cluster_member` holds, in one query."""
    if not organisation_ids:
        return frozenset()
    profiled = exists().where(
        Organisation.id == ClusterLink.cluster_id,
        Organisation.kind == OrganisationKind.CLUSTER,
        Organisation.eccp_profile == EccpProfile.YES,
        Organisation.state != State.SUSPENDED,
    )
    query = select(ClusterLink.organisation_id).where(
        ClusterLink.organisation_id.in_(organisation_ids), _linked_on(day), profiled
    )
    return frozenset(db.session.scalars(query))


def tasks_for(actor: Actor) -> list[Task]:
    """The organisations an officer has to verify, those waiting longest first."""
    if not actor.has(Role.OFFICER):
        return []
    query = select(Organisation).where(Organisation.state == State.REGISTERED)
    waiting = db.session.scalars(query.order_by(Organisation.registered_at).limit(MOST_TASKS))
    return [
        Task(
            label=_("Verify the organisation"),
            ref=organisation.ref,
            title=organisation.legal_name,
            endpoint="partners.show",
            values={"ref": organisation.ref},
            since=days.brussels_day(organisation.registered_at),
        )
        for organisation in waiting
        if not actor.speaks_for(organisation.id)
    ]


def _in_force(day: date) -> ColumnElement[bool]:
    return and_(Membership.valid_from <= day, Membership.ended_at.is_(None))


def _linked_on(day: date) -> ColumnElement[bool]:
    return and_(
        ClusterLink.valid_from <= day,
        or_(ClusterLink.valid_to.is_(None), ClusterLink.valid_to >= day),
    )
