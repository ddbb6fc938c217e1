"""Who may do what today, asked of the circuit's own permissions with a simulated payment."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from portal.accounts.models import RoleGrant, User
from portal.accounts.states import State as AccountState
from portal.core import clock
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.i18n import _
from portal.core.tasks import Task
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.models import Membership, Organisation
from portal.payments import policy
from portal.payments.delegations import queries as delegations
from portal.payments.delegations.rules import Right
from portal.payments.models import Payment
from portal.payments.separation import rules
from portal.payments.separation.rules import Act, Duties, Way

#: A permission of the circuit: this person, this payment, these rights lent to them.
May = Callable[[Actor, Payment, Collection[Right]], bool]
#: Whose work leads to the request of a payment in the rooms above: the managers who validate visits
#: and accept milestones, and the officers who ask again.
REQUESTERS = (Role.MANAGER, Role.OFFICER)
MAY: dict[Act, May] = {
    Act.VERIFY: policy.may_verify,
    Act.AUTHORISE: policy.may_authorise,
    Act.RELEASE: policy.may_send,
}
#: Who stands on the simulated payment where nobody in particular is meant: no person's number.
_STRANGERS = {act: -number for number, act in enumerate(Act, 1)}
_NOBODY = -9


@dataclass(frozen=True)
class Person:
    """An active person with the roles and rights that matter here."""

    id: int
    ref: str
    name: str
    roles: frozenset[Role] = frozenset()
    lent: tuple[Right, ...] = ()
    #: Organisations they belong to that have been paid, or are about to be, by name.
    payees: tuple[str, ...] = field(default=())


def people_on(day: date) -> dict[int, Person]:
    """The active people who hold a role or a lent right on a day, by number, in five statements."""
    held: dict[int, set[Role]] = {}
    named: dict[int, tuple[str, str]] = {}
    query = (
        select(User.id, User.ref, User.name, RoleGrant.role)
        .join(RoleGrant, RoleGrant.person_id == User.id)
        .where(User.state == AccountState.ACTIVE, RoleGrant.revoked_at.is_(None))
        .order_by(User.name, User.id)
    )
    for person, ref, name, role in db.session.execute(query):
        named[person] = (ref, name)
        held.setdefault(person, set()).add(role)
    lent, payees = delegations.lent_on(day), _payees_of(set(named), day)
    return {
        person: Person(
            person,
            ref,
            name,
            frozenset(held[person]),
            tuple(lent.get(person, ())),
            tuple(payees.get(person, ())),
        )
        for person, (ref, name) in named.items()
    }


def duties(people: Collection[Person], *, may: Mapping[Act, May] = MAY) -> Duties:
    """What each of them may do, and what one of them could do twice on the same payment.

    Asked of the permissions in `may`, which are those of the circuit.
    """
    ways: dict[Act, list[Way]] = {act: [] for act in Act}
    for person in people:
        if person.roles & set(REQUESTERS):
            ways[Act.REQUEST].append(Way(person.id, person.id))
        for act in may:
            ways[act] += _ways(person, may[act], _simulated({}))
    able = {act: {way.person for way in found} for act, found in ways.items()}
    acts = tuple(Act)
    twice = frozenset(
        (person.id, earlier, later)
        for person in people
        for place, later in enumerate(acts)
        for earlier in acts[:place]
        if person.id in able[earlier] & able[later]
        and _ways(person, may[later], _simulated({earlier: person.id}))
    )
    return Duties(ways, twice)


def tasks_for(actor: Actor) -> list[Task]:
    """The alarms, for administrators: they give the roles."""
    if not actor.has(Role.ADMIN):
        return []
    found = rules.alarms(duties(people_on(clock.today()).values()))
    return [
        Task(
            label=_("Put the separation of duties right"),
            ref="",
            title=str(alarm.message),
            endpoint="separation.show",
        )
        for alarm in found
    ]


def _ways(person: Person, may: May, payment: Payment) -> list[Way]:
    """How the person may do the act on the payment: by their own right, or by one lent."""
    own = Actor(person.id, person.name, person.roles)
    found = [Way(person.id, person.id)] if may(own, payment, ()) else []
    if found:
        return found
    return [
        Way(person.id, right.delegator_id) for right in person.lent if may(own, payment, (right,))
    ]


def _simulated(done: dict[Act, int]) -> Payment:
    """A payment that strangers have brought as far as possible, but for the acts in `done`."""
    by = {act: done.get(act, stranger) for act, stranger in _STRANGERS.items()}
    return Payment(
        payee_id=_NOBODY,
        account=BankAccount(proposed_by_id=_NOBODY),
        initiated_by_id=by[Act.REQUEST],
        requested_by_id=by[Act.REQUEST],
        verified_by_id=by[Act.VERIFY],
        authorised_by_id=by[Act.AUTHORISE],
    )


def _payees_of(people: Collection[int], day: date) -> dict[int, list[str]]:
    """The names of the paid organisations each of the people belongs to."""
    query = (
        select(Membership.user_id, Organisation.legal_name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(
            Membership.user_id.in_(people),
            Membership.valid_from <= day,
            Membership.ended_at.is_(None),
            select(Payment.id).where(Payment.payee_id == Organisation.id).exists(),
        )
        .order_by(Organisation.search_name)
    )
    found: dict[int, list[str]] = {}
    for person, name in db.session.execute(query):
        found.setdefault(person, []).append(name)
    return found
