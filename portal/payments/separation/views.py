"""The page « Who could pay whom »."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint

from portal.core import clock, formats
from portal.core.actors import ROLE_LABELS, Role, ensure
from portal.core.i18n import Text, _
from portal.payments.delegations.states import SIGNING
from portal.payments.separation import policy, queries, rules
from portal.payments.separation.queries import Person
from portal.payments.separation.rules import ACT_LABELS, Act, Alarm, Duties
from portal.web.respond import Answer, page
from portal.web.session import current_actor

blueprint = Blueprint("separation", __name__)


@dataclass(frozen=True)
class ActRow:
    """One act, and everybody who can do it."""

    label: Text
    count: int
    names: str


@dataclass(frozen=True)
class Warned:
    """A person to keep an eye on: what they hold, and why that matters."""

    person: Person
    roles: str
    why: str


@blueprint.get("/who-could-pay")
def show() -> Answer:
    """Who can do which act of the circuit today, and whether the duties are apart."""
    ensure(policy.may_see(current_actor()))
    today = clock.today()
    people = queries.people_on(today)
    duties = queries.duties(people.values())
    chain = rules.fewest_chain(duties)
    return page(
        "separation/show.html",
        day=today,
        alarms=[_told(alarm, people) for alarm in rules.alarms(duties)],
        fewest=len({way.person for way in chain.values()}) if chain else None,
        needed=rules.FEWEST_PEOPLE,
        acts=[_act(act, duties, people) for act in Act],
        several=[
            Warned(people[number], _roles(people[number]), _acts(acts))
            for number, acts in rules.several(duties).items()
        ],
        members=[
            Warned(person, _roles(person), formats.listing(person.payees))
            for person in people.values()
            if person.payees and (person.roles & set(SIGNING) or person.lent)
        ],
    )


def _told(alarm: Alarm, people: Mapping[int, Person]) -> tuple[Text, str]:
    return alarm.message, formats.listing(people[number].name for number in alarm.people)


def _act(act: Act, duties: Duties, people: Mapping[int, Person]) -> ActRow:
    ways = sorted(duties.ways[act], key=lambda way: (people[way.person].name, way.owner))
    names = [
        people[way.person].name
        if way.person == way.owner
        else str(
            _(
                "%(name)s in the place of %(owner)s",
                name=people[way.person].name,
                owner=people[way.owner].name,
            )
        )
        for way in ways
    ]
    count = len({way.person for way in ways})
    return ActRow(ACT_LABELS[act], count, formats.listing(names) if names else "")


def _roles(person: Person) -> str:
    held = [role for role in Role if role in person.roles]
    return formats.listing(str(ROLE_LABELS[role]) for role in held)


def _acts(acts: list[Act]) -> str:
    return formats.listing(str(ACT_LABELS[act]) for act in acts)
