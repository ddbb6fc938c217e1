"""A small programme around one visit: organisations, partnerships with envelopes, people,
exchanges.

Everything is valid by default and stands on Monday 7 September 2026; the visit goes from a French
SME to a Portuguese cluster from 12 to 16 October 2026.
"""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from portal.accounts.models import RoleGrant, User
from portal.audit.models import AuditEntry
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import SYSTEM, Actor, Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.exchanges import operations, queries
from portal.exchanges.models import Exchange
from portal.exchanges.rules import commitment
from portal.exchanges.states import Klass, Party, Reporter, State
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine
from portal.partners.models import Membership, Organisation
from portal.partners.states import OrganisationKind
from portal.programme.models import Programme
from portal.projects.models import Envelope, Project
from tests.exchanges.surroundings import (
    PDF,
    TODAY,
    a_partnership,
    a_person,
    a_programme,
    an_organisation,
)

DEPARTURE, FIRST, LAST, RETURN = (date(2026, 10, day) for day in (11, 12, 16, 17))
_numbers = itertools.count(1)
PORTO = (41_150_000, -8_611_000)


def at(day: date = TODAY, hour: int = 10):
    """The clock of the story, at an hour of a day in Brussels."""
    return clock.at(datetime.combine(day, time(hour), clock.BRUSSELS))


def actor_of(person: User) -> Actor:
    """The person as an actor: roles held and organisations spoken for."""
    roles = db.session.scalars(
        db.select(RoleGrant.role).where(RoleGrant.person_id == person.id)
    ).all()
    organisations = db.session.scalars(
        db.select(Membership.organisation_id).where(Membership.user_id == person.id)
    ).all()
    return Actor(person.id, person.name, frozenset(roles), frozenset(organisations))


@dataclass
class World:
    """Who takes part in the story; the actors are those people at work."""

    visitor: Organisation
    host: Organisation
    project: Project
    host_project: Project
    people: dict[str, User]

    def actor(self, who: str) -> Actor:
        """One of visitor, host, payer, receiver, officer, auditor, stranger."""
        return actor_of(self.people[who])

    @property
    def line_id(self) -> int:
        """The partnership's line for exchanges."""
        return db.session.scalars(
            db.select(Envelope.line_id).where(Envelope.project_id == self.project.id)
        ).one()


def a_world(*, envelope_cents: int = 1_000_000, one_partnership: bool = False) -> World:
    """A visitor, a host, two partnerships with their managers, an officer, an auditor, a
    stranger.
    """
    with at():
        if not queries.has_terms("CXC-PILOT"):
            operations.load_reference(actor=SYSTEM)
        people = {
            "visitor": a_person("Vera Visite", language="fr"),
            "host": a_person("Hugo Hóspede"),
            "payer": a_person("Marek Payer", roles=(Role.MANAGER,)),
            "receiver": a_person("Rita Receiver", roles=(Role.MANAGER,)),
            "officer": a_person("Oskar Officer", roles=(Role.OFFICER,)),
            "auditor": a_person("Aude Auditor", roles=(Role.AUDITOR,)),
            "stranger": a_person("Sven Stranger"),
        }
        programme = a_programme()
        visitor = an_organisation("Filature du Nord", people=(people["visitor"],))
        host = an_organisation(
            "Tecelagem do Porto",
            OrganisationKind.CLUSTER,
            "PT",
            place=PORTO,
            people=(people["host"],),
        )
        payer = an_organisation(
            "Up-tex", OrganisationKind.CLUSTER, people=(people["payer"],), with_account=False
        )
        receiver = an_organisation(
            "CITEVE",
            OrganisationKind.CLUSTER,
            "PT",
            people=(people["receiver"],),
            with_account=False,
        )
        an_organisation("Elsewhere", OrganisationKind.CLUSTER, "DE", people=(people["stranger"],))
        project = a_partnership(payer, programme=programme, envelope_cents=envelope_cents)
        other = (
            project
            if one_partnership
            else a_partnership(receiver, programme=programme, acronym="TEXPORT")
        )
        return World(visitor, host, project, other, people)


def an_exchange(world: World, state: State = State.BUILDING, **changes: Any) -> Exchange:
    """An exchange brought to a state by the people whose job it is, each on a fitting day."""
    with at():
        exchange = start(world, **changes)
        if state is State.BUILDING:
            return exchange
        if state is State.CANCELLED:
            operations.cancel(exchange, reason="Not now", actor=world.actor("visitor"))
            return exchange
        sign_all(world, exchange)
        if state is State.SIGNED:
            return exchange
        operations.approve(exchange, actor=world.actor("payer"))
        if state is State.APPROVED:
            return exchange
        operations.accept_agreement(exchange, actor=world.actor("visitor"))
        operations.conclude(exchange, actor=world.actor("payer"))
    return _after_the_stay(world, exchange, state)


def _after_the_stay(world: World, exchange: Exchange, state: State) -> Exchange:
    payer = world.actor("payer")
    if state is State.AGREED:
        return exchange
    with at(exchange.last_on + timedelta(days=3)):
        if state is State.NO_SHOW:
            return operations.mark_no_show(exchange, reason="Never came", actor=payer)
        report_both(world, exchange)
        if state is State.RETURNED:
            operations.send_back(exchange, reason="The ticket is missing", actor=payer)
        if state is State.REFUSED:
            operations.refuse(exchange, reason="Nobody was there", actor=payer)
        if state is State.VALIDATED:
            operations.validate(
                exchange, first_on=exchange.first_on, last_on=exchange.last_on, actor=payer
            )
    return exchange


def aim(world: World, target: int) -> None:
    """Let the partnership aim at so many exchanges, from the first day of the story on."""
    with at():
        operations.set_terms(
            world.project,
            amount_cents=None,
            shortest_days=None,
            target=target,
            valid_from=TODAY,
            actor=world.actor("officer"),
        )


def a_file(world: World, klass: Klass, state: State = State.SIGNED, **changes: Any) -> Exchange:
    """An exchange of a class by a visitor of its own, brought to a state."""
    kinds = {Klass.SME: OrganisationKind.SME, Klass.OTHER: OrganisationKind.NETWORK}
    visitor = an_organisation(
        f"Visitor {next(_numbers)}",
        kinds.get(klass, OrganisationKind.CLUSTER),
        people=(world.people["visitor"],),
    )
    if klass is Klass.INTERNAL:
        programme = db.session.get_one(Programme, world.project.programme_id)
        a_partnership(visitor, programme=programme, acronym="ELSEWHERE")
    return an_exchange(world, state, visitor=visitor, **changes)


def start(world: World, **changes: Any) -> Exchange:
    """Start the exchange of the story, or one that differs from it."""
    values: dict[str, Any] = {
        "visitor": world.visitor,
        "host": world.host,
        "project": world.project,
        "host_project": world.host_project,
        "departure_on": DEPARTURE,
        "first_on": FIRST,
        "last_on": LAST,
        "return_on": RETURN,
        "objectives": "Find a weaver for recycled yarn.",
        "activities": ["networking"],
        "agenda": "Monday: the mill. Friday: conclusions.",
        "actor": world.actor("visitor"),
    }
    return operations.start(**{**values, **changes})


def sign_all(world: World, exchange: Exchange) -> None:
    """Every party signs what is there."""
    who = {
        Party.VISITOR: "visitor",
        Party.HOST: "host",
        Party.VISITOR_PARTNERSHIP: "payer",
        Party.HOST_PARTNERSHIP: "receiver",
    }
    for party in commitment.parties(one_partnership=exchange.one_partnership):
        sign(world, exchange, party, who[party])


def sign(world: World, exchange: Exchange, party: Party, who: str) -> None:
    """One party signs."""
    operations.sign(
        exchange,
        party=party,
        fingerprint=commitment.fingerprint(exchange.commitment),
        traveller_entitled=party is Party.VISITOR,
        actor=world.actor(who),
    )


def a_report(**changes: Any) -> dict[str, Any]:
    """What a side fills into its closing report."""
    values = {
        "first_on": FIRST,
        "last_on": LAST,
        "activities": "We visited the mill.",
        "results": "A first order.",
        "follow_up": "A second visit by video.",
        "satisfaction": 5,
    }
    return {**values, **changes}


def report_both(world: World, exchange: Exchange, **changes: Any) -> None:
    """Both sides report, the visitor with its evidence."""
    days = {"first_on": exchange.first_on, "last_on": exchange.last_on, **changes}
    operations.report(
        exchange,
        side=Reporter.VISITOR,
        travel=(PDF, "ticket.pdf"),
        presence=(PDF + b"\n", "attendance.pdf"),
        actor=world.actor("visitor"),
        **a_report(**days),
    )
    operations.report(exchange, side=Reporter.HOST, actor=world.actor("host"), **a_report(**days))


@contextmanager
def refused(*rules: str):
    """The block is refused for exactly these rules."""
    with pytest.raises(RuleBroken) as broken:
        yield broken
    assert [fault.rule for fault in broken.value.faults] == list(rules)


def balances(world: World) -> tuple[int, int, int, int]:
    """Available, committed, bound and certified on the partnership's line, in euros."""
    line = db.session.get(BudgetLine, world.line_id, populate_existing=True)
    assert ledger.mismatches() == []
    return (
        line.available_cents // 100,
        line.committed_cents // 100,
        line.bound_cents // 100,
        line.certified_cents // 100,
    )


def counted(world: World) -> tuple[int, int]:
    """Committed and reached exchanges with SMEs; the counters agree with a recount."""
    assert queries.miscounts() == queries.misplaced() == []
    counts = queries.quota(world.project.id, TODAY).counts
    return counts.committed[Klass.SME], counts.reached[Klass.SME]


def verbs(exchange: Exchange) -> list[str]:
    return [entry.verb.partition(".")[2] for entry in trail(exchange)]


def trail(exchange: Exchange) -> list[AuditEntry]:
    """What happened, in the order of the chain: the clock of the story runs in circles."""
    return sorted(trail_of(exchange.ref), key=lambda entry: entry.number)
