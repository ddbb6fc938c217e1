"""Who may do what with bank accounts; nobody vouches for an account of their own."""

from portal.core.actors import Actor, Role
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import LIFE, Action
from portal.partners.models import Organisation

#: Who compares an account with its evidence.
VALIDATORS = (Role.OFFICER, Role.ACCOUNTANT)
#: Who may stop money to an account at any moment.
FINANCE = (Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT)


def may_list(actor: Actor) -> bool:
    """Those who validate or pay, auditors, and members for their own organisations."""
    return actor.has(*VALIDATORS, *FINANCE, Role.AUDITOR) or bool(actor.organisation_ids)


def may_list_of(actor: Actor, organisation: Organisation) -> bool:
    """The accounts of one organisation: members, those who validate or pay, auditors."""
    return actor.speaks_for(organisation.id) or actor.has(*VALIDATORS, *FINANCE, Role.AUDITOR)


def may_see(actor: Actor, account: BankAccount) -> bool:
    """Members, those who validate or pay, auditors."""
    return actor.speaks_for(account.organisation_id) or actor.has(
        *VALIDATORS, *FINANCE, Role.AUDITOR
    )


def may_see_number(actor: Actor, account: BankAccount) -> bool:
    """The whole IBAN and the evidence: only those who must compare them, and the members."""
    return actor.speaks_for(account.organisation_id) or actor.has(*VALIDATORS, *FINANCE)


def may_propose(actor: Actor, organisation: Organisation) -> bool:
    """Members only."""
    return actor.speaks_for(organisation.id)


def may_validate(actor: Actor, account: BankAccount) -> bool:
    """An officer or accountant who neither proposed the account, nor lifted its wait, nor is a
    member.
    """
    return (
        actor.has(*VALIDATORS)
        and not actor.speaks_for(account.organisation_id)
        and actor.id not in (account.proposed_by_id, account.lifted_by_id)
    )


def may_lift(actor: Actor, account: BankAccount) -> bool:
    """A second officer or accountant: neither proposer nor validator, nor a member."""
    return (
        actor.has(*VALIDATORS)
        and not actor.speaks_for(account.organisation_id)
        and actor.id not in (account.proposed_by_id, *account.vouched_by_ids)
    )


def may_freeze(actor: Actor, account: BankAccount) -> bool:
    """Members and everybody who handles the money: stopping is always safe."""
    return actor.speaks_for(account.organisation_id) or actor.has(*VALIDATORS, *FINANCE)


def may_retire(actor: Actor, account: BankAccount) -> bool:
    """Members, officers and accountants."""
    return actor.speaks_for(account.organisation_id) or actor.has(*VALIDATORS)


def available(actor: Actor, account: BankAccount) -> tuple[Action, ...]:
    """What this actor can do with this account now."""
    allowed = {
        Action.VALIDATE: may_validate,
        Action.LIFT: may_lift,
        Action.FREEZE: may_freeze,
        Action.RETIRE: may_retire,
    }
    return tuple(
        action for action in LIFE.actions_from(account.state) if allowed[action](actor, account)
    )
