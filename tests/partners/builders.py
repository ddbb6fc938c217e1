"""Organisations, their people, declarations and accounts: valid by default, one line each."""

from datetime import date
from typing import Any

from schwifty import IBAN

from portal.accounts.models import RoleGrant, User
from portal.accounts.states import State as AccountState
from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.files import PDF, keep_generated
from portal.core.ids import next_reference
from portal.partners import queries
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import State as AccountLife
from portal.partners.models import ClusterLink, Membership, Organisation
from portal.partners.sme import operations as sme
from portal.partners.sme.models import Assessment
from portal.partners.sme.rules.figures import Figures
from portal.partners.states import EccpProfile, OrganisationKind, State

#: Good numbers of the domain reference and of the banks' own examples.
IBAN_FR = "FR1420041010050500013M02606"
A_PDF = b"%PDF-1.4\nthe bank's letter\n%%EOF\n"

_numbers = iter(range(1, 1_000_000))


def a_person(name: str = "", **overrides: Any) -> User:
    """Somebody with an active account."""
    number = next(_numbers)
    now = clock.now()
    person = User(
        **{
            "ref": next_reference("PER", now.year),
            "email": f"person{number}@example.org",
            "name": name or f"Person {number}",
            "language": "en",
            "state": AccountState.ACTIVE,
            "password_hash": "x",
            "created_at": now,
            "activated_at": now,
            "grants": [],
            **overrides,
        }
    )
    db.session.add(person)
    db.session.flush()
    return person


def acting(person: User, *roles: Role) -> Actor:
    """The person at work, with these roles and the organisations spoken for at this moment."""
    return queries.actor_for(person, roles)


def an_organisation(*members: User, **overrides: Any) -> Organisation:
    """A verified SME in Toulouse with these members."""
    number = next(_numbers)
    now = clock.now()
    said: dict[str, Any] = {
        "ref": next_reference("ORG", now.year),
        "legal_name": f"Atelier {number} Garonne {number}",
        "short_name": f"Atelier {number}",
        "kind": OrganisationKind.SME,
        "country": "FR",
        "town": "Toulouse",
        "latitude_e6": 43_604_700,
        "longitude_e6": 1_444_200,
        "state": State.VERIFIED,
        "suspension_reason": "",
        "registered_at": now,
        **overrides,
    }
    if said["state"] is State.VERIFIED:
        said.setdefault("verified_at", now)
    organisation = Organisation(**said)
    db.session.add(organisation)
    db.session.flush()
    for member in members:
        a_membership(organisation, member)
    return organisation


def a_cluster(*members: User, **overrides: Any) -> Organisation:
    """A verified cluster organisation profiled on ECCP."""
    made = {"kind": OrganisationKind.CLUSTER, "eccp_profile": EccpProfile.YES, **overrides}
    return an_organisation(*members, **made)


def a_membership(organisation: Organisation, person: User, **overrides: Any) -> Membership:
    """The person acts for the organisation from today on."""
    membership = Membership(
        **{
            "user_id": person.id,
            "organisation_id": organisation.id,
            "valid_from": clock.today(),
            **overrides,
        }
    )
    db.session.add(membership)
    db.session.flush()
    return membership


def a_cluster_link(
    organisation: Organisation, cluster: Organisation, **overrides: Any
) -> ClusterLink:
    """The organisation is a member of the cluster from today on."""
    link = ClusterLink(
        **{
            "organisation_id": organisation.id,
            "cluster_id": cluster.id,
            "valid_from": clock.today(),
            "recorded_at": clock.now(),
            **overrides,
        }
    )
    db.session.add(link)
    db.session.flush()
    return link


def an_assessment(organisation: Organisation, **overrides: Any) -> Assessment:
    """A declaration of ten people and two million euros, by a member, for last year."""
    member = a_person()
    a_membership(organisation, member)
    return sme.declare(
        organisation,
        **{
            "reference_year": clock.today().year - 1,
            "figures": figures(10, 2_000_000, 1_500_000),
            "signatory": "Lucie Bernard, director",
            "actor": acting(member),
            **overrides,
        },
    )


def figures(staff: float, turnover: int, balance: int) -> Figures:
    """Figures from people and whole euros."""
    return Figures(round(staff * 100), turnover * 100, balance * 100)


def an_iban(country: str = "FR") -> str:
    """A made-up account with right check digits, another one each time."""
    bank = {"FR": "30006", "DE": "37040044", "PT": "0002"}[country]
    return str(IBAN.generate(country, bank_code=bank, account_code=f"{next(_numbers)}"))


def an_account(
    organisation: Organisation, state: AccountLife = AccountLife.VALIDATED, **overrides: Any
) -> BankAccount:
    """An account of the organisation, validated by somebody from outside unless said otherwise."""
    now = clock.now()
    said: dict[str, Any] = {
        "ref": next_reference("ACC", now.year),
        "organisation": organisation,
        "holder": organisation.legal_name,
        "iban": an_iban(),
        "evidence": keep_generated(A_PDF, "letter.pdf", PDF, made_by_id=None),
        "state": state,
        "proposed_by_id": a_person().id,
        "proposed_at": now,
        "reason": "",
        **overrides,
    }
    if state in (AccountLife.VALIDATED, AccountLife.FROZEN):
        said.setdefault("validated_by_id", a_person().id)
        said.setdefault("validated_at", now)
    if said.get("validated_at"):
        said.setdefault("usable_from", days.brussels_day(said["validated_at"]))
    if state is AccountLife.FROZEN:
        said["reason"] = said["reason"] or "A doubt"
    if state is AccountLife.RETIRED:
        said.setdefault("retired_at", now)
    account = BankAccount(**said)
    db.session.add(account)
    db.session.flush()
    return account


def a_day(text: str) -> date:
    """A day written as 2026-03-10."""
    return date.fromisoformat(text)


def give_role(person: User, role: Role) -> None:
    """The person holds the role from now on, as at the next sign-in."""
    db.session.add(RoleGrant(person_id=person.id, role=role, granted_at=clock.now()))
    db.session.flush()
