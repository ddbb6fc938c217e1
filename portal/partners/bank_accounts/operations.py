"""What people do with bank accounts: propose, validate, lift the wait, freeze, retire.

Each verb locks the organisation, then its accounts in the order of their ids: changes happen one
after the other, and a payment being signed at that moment comes wholly before or wholly after.
"""

from datetime import datetime

from portal.audit.effects import record
from portal.core import clock, days, files
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

    From now on payments to the account used before are held: that another account is proposed is
    the hold. An account that SEPA does not reach is taken with a warning; nothing can be sent there
    until it does. Raises `RuleBroken` for a wrong IBAN or BIC, a missing or unreadable document,
    and an account the organisation already has.
    """
    ensure(policy.may_propose(actor, organisation))
    numbers, faults = rules.read(iban=iban, bic=bic)
    if evidence is None:
        faults.append(Fault(_("Attach a document of the bank that shows the account."), "evidence"))
    refuse_if(faults)
    assert evidence is not None
    assert actor.id is not None
    queries.lock_accounts_of(organisation.id)
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


def validate(account: BankAccount, *, actor: Actor, shared_reason: str = "") -> BankAccount:
    """Vouch for an account; the one before is retired.

    Payments go there from now on when it is the first account of the organisation ever validated,
    otherwise after the waiting period (`rules.usable_from`). An account validated again after it
    was frozen keeps its first validator, its first day for payments and a lifted wait; who vouched
    this time stands beside them. Raises `RuleBroken` when another organisation uses the same
    account and `shared_reason` does not say why.
    """
    ensure(policy.may_validate(actor, account))
    account, everything = _locked(account)
    ensure(policy.may_validate(actor, account))
    before, state = account.state, LIFE.step(account.state, Action.VALIDATE)
    sharing = queries.sharing(account)
    refuse_if(rules.shared_faults(sharing, reason=shared_reason))
    replaces = queries.has_validated_another(account)
    _replace_others(everything, account, actor)
    account.state, account.reason = state, ""
    account.shared_reason = shared_reason.strip() if sharing else ""
    _vouch(account, actor, replaces=replaces)
    _record_step(
        actor,
        account,
        Action.VALIDATE,
        before,
        reason=account.shared_reason,
        usable_from=account.usable_from,
        shared_with=[other.ref for other in sharing],
    )
    notifications.validated(account)
    return account


def lift(
    account: BankAccount,
    *,
    called_name: str,
    called_number: str,
    called_at: datetime,
    note: str,
    actor: Actor,
) -> BankAccount:
    """End the waiting period of an account after a call-back; every member is told.

    `called_name` is who of the organisation confirmed the change on the telephone, `called_at` the
    moment of the call: not before the proposal, not in the future. Written once. Raises
    `RuleBroken` for another moment, an empty answer, and an account that does not wait.
    """
    ensure(policy.may_lift(actor, account))
    account, _everything = _locked(account)
    ensure(policy.may_lift(actor, account))
    before = LIFE.step(account.state, Action.LIFT)
    now = clock.now()
    refuse_if(_lift_faults(account, now, called_name, called_number, note))
    refuse_if(rules.call_faults(called_at, proposed_at=account.proposed_at, now=now))
    account.lifted_by_id, account.lifted_at, account.called_at = actor.id, now, called_at
    account.called_name, account.called_number = called_name.strip(), called_number.strip()
    account.call_note = note.strip()
    record(
        actor,
        account,
        Action.LIFT,
        before={"state": before, "usable_from": account.usable_from},
        after={"state": account.state, "usable_from": clock.today()},
        reason=account.call_note,
        ending=rules.last_digits(account.iban),
        called_name=account.called_name,
        called_number=account.called_number,
        called_at=called_at,
    )
    notifications.lifted(account, by=actor.name)
    return account


def freeze(account: BankAccount, *, reason: str, actor: Actor) -> BankAccount:
    """Stop payments to an account until somebody validates it again; every member is told."""
    ensure(policy.may_freeze(actor, account))
    account, _everything = _locked(account)
    before, state = account.state, LIFE.step(account.state, Action.FREEZE)
    account.reason = _given(reason)
    account.state = state
    _record_step(actor, account, Action.FREEZE, before, reason=account.reason)
    notifications.frozen(account, by=actor.name)
    return account


def retire(account: BankAccount, *, reason: str, actor: Actor) -> BankAccount:
    """Use an account no longer; a retired account never comes back, it is proposed anew."""
    ensure(policy.may_retire(actor, account))
    account, _everything = _locked(account)
    before, state = account.state, LIFE.step(account.state, Action.RETIRE)
    account.reason = _given(reason)
    account.state, account.retired_at = state, clock.now()
    _record_step(actor, account, Action.RETIRE, before, reason=account.reason)
    notifications.retired(account, by=actor.name)
    return account


def _locked(account: BankAccount) -> tuple[BankAccount, list[BankAccount]]:
    """The account, fresh and locked with every other of its organisation."""
    everything = queries.lock_accounts_of(account.organisation_id)
    return next(one for one in everything if one.id == account.id), everything


def _vouch(account: BankAccount, actor: Actor, *, replaces: bool) -> None:
    """Write who vouched: the first time for good, with the first day for payments."""
    now = clock.now()
    if account.validated_at is not None:
        account.confirmed_by_id, account.confirmed_at = actor.id, now
        return
    account.validated_by_id, account.validated_at = actor.id, now
    account.usable_from = rules.usable_from(days.brussels_day(now), replaces=replaces)


def _lift_faults(
    account: BankAccount, now: datetime, called_name: str, called_number: str, note: str
) -> list[Fault]:
    if not rules.is_waiting(account, days.brussels_day(now)):
        return [Fault(_("This account does not wait: payments may go there already."))]
    said = {"called_name": called_name, "called_number": called_number, "note": note}
    empty = [field for field, text in said.items() if not text.strip()]
    return [Fault(_("Say who was called, on which number, and what was said."), f) for f in empty]


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
