"""A recovery brought as far as a test needs it, by its own people."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.payments.recoveries import operations
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import Cause, State
from portal.payments.states import State as PaymentState
from tests.payments.builders import Circuit, a_circuit, a_payee, a_payment, a_person, acting

REASON = "The visit ended two days early."


@dataclass(frozen=True)
class Crew:
    """Who handles a recovery, and somebody of the debtor."""

    circuit: Circuit
    officer: Actor
    authoriser: Actor
    accountant: Actor
    debtor: Actor
    organisation: Organisation


def a_crew(language: str = "en") -> Crew:
    """Different people for each step, and a debtor with one member."""
    member = a_person(language=language)
    organisation = a_payee(members=(member,))
    return Crew(
        circuit=a_circuit(),
        officer=acting(a_person(Role.OFFICER), Role.OFFICER),
        authoriser=acting(a_person(Role.AUTHORISER), Role.AUTHORISER),
        accountant=acting(a_person(Role.ACCOUNTANT), Role.ACCOUNTANT),
        debtor=acting(member, organisations=(organisation.id,)),
        organisation=organisation,
    )


def a_paid_payment(crew: Crew, cents: int = 39_000, **about) -> Payment:
    """A payment that the bank has executed to the crew's debtor."""
    return a_payment(
        PaymentState.EXECUTED, circuit=crew.circuit, payee=crew.organisation, cents=cents, **about
    )


def a_recovery(
    state: State = State.DRAFTED,
    *,
    crew: Crew | None = None,
    payment: Payment | None = None,
    cents: int = 10_000,
) -> Recovery:
    """A recovery of part of an executed payment, in a state up to issued."""
    people = crew or a_crew()
    recovery = operations.draft(
        payment or a_paid_payment(people),
        cause=Cause.SHORTENED,
        amount_cents=cents,
        reason=REASON,
        actor=people.officer,
    )
    bring(recovery, state, people)
    return recovery


def bring(recovery: Recovery, state: State, people: Crew) -> None:
    """Lead a drafted recovery to a state; it is issued without waiting, its comments answered."""
    steps = {
        State.PRE_INFORMATION: lambda: operations.inform(recovery, actor=people.officer),
        State.CONTESTED: lambda: operations.contest(
            recovery, comment="We stayed until Thursday.", actor=people.debtor
        ),
        State.ANSWERED: lambda: operations.uphold(
            recovery, reason="The host says Wednesday.", actor=people.officer
        ),
        State.ISSUED: lambda: operations.issue(recovery, actor=people.authoriser),
    }
    if state is State.DRAFTED:
        return
    for reached, step in steps.items():
        step()
        if reached is state:
            return


def receive(recovery: Recovery, cents: int, people: Crew, reference: str = "A1", on=None):
    """Enter a receipt of today, or of another day."""
    return operations.receive(
        recovery,
        amount_cents=cents,
        received_on=on or clock.today(),
        bank_reference=reference,
        actor=people.accountant,
    )


def days_later(days: int) -> datetime:
    """The same time of day, some days from now."""
    return clock.now() + timedelta(days=days)


def also(actor: Actor, *roles: Role) -> Actor:
    """The same person with these roles."""
    return replace(actor, roles=frozenset(roles))
