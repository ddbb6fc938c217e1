"""People of the circuit, payees with an account, and payments as far as a test needs them.

The organisation and its account are made with their models: how they came to be valid is told in
the tests of their own rooms.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from portal.accounts.models import RoleGrant, User
from portal.accounts.states import State as AccountState
from portal.core import clock, files
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.ledger.models import BudgetLine
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import State as BankState
from portal.partners.models import Membership, Organisation
from portal.partners.states import OrganisationKind
from portal.payments import effects, operations
from portal.payments.models import Payment
from portal.payments.states import Purpose, State
from tests.ledger.builders import a_line, money_certified

_numbers = count(1)
IBAN = "FR1420041010050500013M02606"


def a_person(*roles: Role, language: str = "en", **overrides) -> User:
    """A person who can sign in, holding these roles."""
    number = next(_numbers)
    person = User(
        **{
            "ref": f"PER-2026-{number:04}",
            "email": f"person{number}@example.org",
            "name": f"Person {number}",
            "language": language,
            "state": AccountState.ACTIVE,
            "password_hash": "not used in tests",
            "created_at": clock.now(),
        }
        | overrides
    )
    db.session.add(person)
    db.session.flush()
    for role in roles:
        db.session.add(RoleGrant(person_id=person.id, role=role, granted_at=clock.now()))
    db.session.flush()
    return person


def acting(person: User, *roles: Role, organisations: tuple[int, ...] = ()) -> Actor:
    """The person as an actor."""
    return Actor(person.id, person.name, frozenset(roles), frozenset(organisations))


@dataclass(frozen=True)
class Circuit:
    """The four people a payment needs, and an officer."""

    requester: Actor
    verifier: Actor
    authoriser: Actor
    accountant: Actor
    officer: Actor


def a_circuit() -> Circuit:
    """Four different people with the roles of the circuit."""
    roles = (Role.MANAGER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.OFFICER)
    return Circuit(*(acting(a_person(role), role) for role in roles))


def a_payee(
    *, with_account: bool = True, members: tuple[User, ...] = (), **overrides
) -> Organisation:
    """A verified organisation with a validated account and these people."""
    number = next(_numbers)
    payee = Organisation(
        **{
            "ref": f"ORG-2026-{number:04}",
            "legal_name": f"Pôle Textile {number}",
            "short_name": f"Pôle {number}",
            "kind": OrganisationKind.SME,
            "country": "FR",
            "town": "Roubaix",
            "latitude_e6": 50_690_000,
            "longitude_e6": 3_180_000,
            "registered_at": clock.now(),
        }
        | overrides
    )
    db.session.add(payee)
    db.session.flush()
    for person in members:
        since = clock.today() - timedelta(days=365)
        membership = Membership(user_id=person.id, organisation_id=payee.id, valid_from=since)
        db.session.add(membership)
    if with_account:
        an_account(payee)
    db.session.flush()
    return payee


def an_account(payee: Organisation, *, proposed_by: User | None = None, **overrides) -> BankAccount:
    """A validated account of the organisation."""
    number = next(_numbers)
    evidence = files.keep_generated(b"%PDF-1.4 a statement", "rib.pdf", files.PDF, made_by_id=None)
    account = BankAccount(
        **{
            "ref": f"ACC-2026-{number:04}",
            "organisation_id": payee.id,
            "holder": payee.legal_name,
            "iban": IBAN,
            "bic": "PSSTFRPPXXX",
            "evidence_id": evidence.id,
            "state": BankState.VALIDATED,
            "proposed_by_id": (proposed_by or a_person()).id,
            "proposed_at": clock.now(),
            "validated_by_id": a_person().id,
            "validated_at": clock.now(),
            "usable_from": clock.today(),
        }
        | overrides
    )
    db.session.add(account)
    db.session.flush()
    return account


def a_change(payee: Organisation, **overrides) -> BankAccount:
    """Another account proposed for the organisation."""
    return an_account(
        payee,
        iban="DE89370400440532013000",
        state=BankState.PROPOSED,
        validated_by_id=None,
        validated_at=None,
        usable_from=None,
        **overrides,
    )


def a_payment(
    state: State = State.REQUESTED,
    *,
    circuit: Circuit | None = None,
    payee: Organisation | None = None,
    line: BudgetLine | None = None,
    cents: int = 39_000,
    subject: str = "",
    started_on: date | None = None,
) -> Payment:
    """A lump sum brought to a state of the circuit by its own people."""
    people = circuit or a_circuit()
    line, subject = line or a_line(1_000_000), subject or f"CXC-2026-{next(_numbers):04}"
    money_certified(line, cents, subject, actor=people.requester)
    payment = effects.request(
        payee_id=(payee or a_payee()).id,
        amount_cents=cents,
        line_id=line.id,
        purpose=Purpose.LUMP_SUM,
        subject=subject,
        started_on=started_on or clock.today(),
        actor=people.requester,
    )
    bring(payment, state, people)
    return payment


def bring(payment: Payment, state: State, people: Circuit) -> None:
    """Let the people of the circuit do what leads from requested to the state."""
    today, why = clock.today(), "a reason"
    steps = {
        State.VERIFIED: lambda: operations.verify(payment, actor=people.verifier),
        State.AUTHORISED: lambda: operations.authorise(payment, actor=people.authoriser),
        State.SENT: lambda: operations.send(payment, actor=people.accountant),
        State.ACCEPTED_BY_BANK: lambda: effects.accept(payment, actor=people.accountant),
        State.EXECUTED: lambda: operations.settle(
            payment, executed_on=today, actor=people.accountant
        ),
    }
    ways_out = {
        State.REFUSED: lambda: operations.refuse(payment, reason=why, actor=people.verifier),
        State.CANCELLED: lambda: operations.cancel(payment, reason=why, actor=people.officer),
    }
    if state in ways_out:
        ways_out[state]()
        return
    before = {State.RETURNED: State.EXECUTED, State.REJECTED_BY_BANK: State.SENT}
    wanted = before.get(state, state)
    for reached, step in steps.items() if wanted is not State.REQUESTED else ():
        if reached is not State.ACCEPTED_BY_BANK or wanted is reached:
            step()
        if reached is wanted:
            break
    if state is State.RETURNED:
        operations.take_back(payment, reason=why, actor=people.accountant)
    if state is State.REJECTED_BY_BANK:
        operations.reject(payment, reason=why, actor=people.accountant)
