"""What people do with bank accounts: propose, validate, freeze, retire."""

from portal.audit.effects import record
from portal.core import clock, files
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.partners.bank_accounts import notifications, policy, queries, rules
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import LIFE, Action, State
from portal.partners.models import Organisation


def propose(
    organisation: Organisation,
    *,
    holder: str,
    iban: str,
    evidence: tuple[bytes, str] | None,
    actor: Actor,
    bic: str = "",
) -> BankAccount:
    """Enter an account with a document of the bank (content and name); every member is told.

    Raises `RuleBroken` for a wrong IBAN or BIC, a missing or unreadable document, and an account
    the organisation already has.
    """
    ensure(policy.may_propose(actor, organisation))
    numbers, faults = rules.read(iban=iban, bic=bic)
    if evidence is None:
        faults.append(Fault(_("Attach a document of the bank that shows the account."), "evidence"))
    refuse_if(faults)
    assert evidence is not None
    assert actor.id is not None
    content, name = evidence
    account = BankAccount(
        ref=next_reference("ACC", clock.today().year),
        organisation=organisation,
        holder=holder.strip(),
        iban=numbers.iban,
        bic=numbers.bic,
        evidence=files.keep(content, name, uploaded_by_id=actor.id, field="evidence"),
        state=State.PROPOSED,
        proposed_by_id=actor.id,
        proposed_at=clock.now(),
        reason="",
    )
    db.session.add(account)
    after = {"state": account.state, "ending": rules.last_digits(account.iban)}
    record(
        actor,
        account,
        Action.PROPOSE,
        after=after,
        organisation=organisation.ref,
        country=rules.country_of(account.iban),
        evidence=account.evidence.sha256,
    )
    notifications.proposed(account, by=actor.name)
    return account


def validate(
    account: BankAccount, *, actor: Actor, shared_account_checked: bool = False
) -> BankAccount:
    """Vouch for an account: payments go there from now on, and the one before is retired.

    Raises `RuleBroken` when another organisation uses the same account and the question about it is
    not answered with `shared_account_checked`.
    """
    ensure(policy.may_validate(actor, account))
    everything = queries.lock_accounts_of(account.organisation_id)
    account = next(one for one in everything if one.id == account.id)
    before, state = account.state, LIFE.step(account.state, Action.VALIDATE)
    sharing = queries.sharing(account)
    refuse_if(rules.shared_faults(sharing, answered=shared_account_checked))
    _replace_others(everything, account, actor)
    account.state, account.reason = state, ""
    account.validated_by_id, account.validated_at = actor.id, clock.now()
    _record_step(
        actor, account, Action.VALIDATE, before, shared_with=[other.ref for other in sharing]
    )
    notifications.validated(account)
    return account


def freeze(account: BankAccount, *, reason: str, actor: Actor) -> BankAccount:
    """Stop payments to an account until somebody validates it again; every member is told."""
    ensure(policy.may_freeze(actor, account))
    account = queries.lock_account(account.id)
    before, state = account.state, LIFE.step(account.state, Action.FREEZE)
    account.reason = _given(reason)
    account.state = state
    _record_step(actor, account, Action.FREEZE, before, reason=account.reason)
    notifications.frozen(account, by=actor.name)
    return account


def retire(account: BankAccount, *, reason: str, actor: Actor) -> BankAccount:
    """Use an account no longer; a retired account never comes back, it is proposed anew."""
    ensure(policy.may_retire(actor, account))
    account = queries.lock_account(account.id)
    before, state = account.state, LIFE.step(account.state, Action.RETIRE)
    account.reason = _given(reason)
    account.state, account.retired_at = state, clock.now()
    _record_step(actor, account, Action.RETIRE, before, reason=account.reason)
    notifications.retired(account, by=actor.name)
    return account


def _replace_others(everything: list[BankAccount], account: BankAccount, actor: Actor) -> None:
    """Retire what was validated or frozen before, and flush: only one may be validated."""
    for other in everything:
        if other is account or other.state not in (State.VALIDATED, State.FROZEN):
            continue
        before, other.state = other.state, LIFE.step(other.state, Action.RETIRE)
        other.retired_at = clock.now()
        other.replaced_by_id = account.id
        _record_step(actor, other, Action.RETIRE, before, replaced_by=account.ref)


def _record_step(
    actor: Actor,
    account: BankAccount,
    action: Action,
    before: State,
    *,
    reason: str = "",
    **details: object,
) -> None:
    record(
        actor,
        account,
        action,
        before={"state": before},
        after={"state": account.state},
        reason=reason,
        ending=rules.last_digits(account.iban),
        **details,
    )


def _given(reason: str) -> str:
    if not reason.strip():
        raise RuleBroken(Fault(_("Give a reason."), "reason"))
    return reason.strip()
