"""How a room above asks for a payment, and what the bank's word does to it."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.ledger import effects as ledger
from portal.ledger import queries as ledger_queries
from portal.ledger.states import Bucket
from portal.partners.bank_accounts import queries as account_queries
from portal.payments import notifications, queries, rules
from portal.payments.models import Payment
from portal.payments.states import LIFE, Action, Purpose, State


def request(
    *,
    payee_id: int,
    amount_cents: int,
    line_id: int,
    purpose: Purpose,
    subject: str,
    started_on: date,
    actor: Actor,
) -> Payment:
    """Ask for an amount in cents to be paid to an organisation, on its account validated today.

    `subject` is the public reference of what is paid for, `started_on` the day from which the legal
    limit counts (`rules.clock_starts` for a lump sum). The amount must stand as certified for the
    subject's file on the line. Raises `RuleBroken` when it does not, when the payee has no
    validated account, and when a payment for the subject is under way or executed. After a refusal,
    a cancellation or a return the new payment is linked to the failed one, and its clock goes on.
    """
    if actor.id is None:
        raise ValueError("a payment is asked for by a person: others will sign against that name")
    if queries.has_live(subject):
        raise RuleBroken(Fault(_("A payment for this file is already under way or executed.")))
    account = account_queries.valid_account_of(payee_id)
    certified = ledger_queries.held_for(line_id, subject, Bucket.CERTIFIED)
    refuse_if(
        rules.request_faults(
            account_found=account is not None, certified_cents=certified, amount_cents=amount_cents
        )
    )
    assert account is not None
    now, today = clock.now(), clock.today()
    failed = queries.last_ended(subject)
    payment = Payment(
        ref=next_reference("PAY", today.year),
        payee_id=payee_id,
        bank_account_id=account.id,
        amount_cents=amount_cents,
        line_id=line_id,
        purpose=purpose,
        subject=subject,
        replaces_id=failed.id if failed else None,
        started_on=failed.started_on if failed else started_on,
        due_on=_due_again(failed, today) if failed else rules.due_on(purpose, started_on),
        requested_by_id=actor.id,
        requested_at=now,
    )
    db.session.add(payment)
    db.session.flush()
    record(actor, payment, "request", after=_facts(payment), account=account.ref)
    return payment


def settle(payment: Payment, *, executed_on: date, actor: Actor) -> Payment:
    """A locked payment was executed by the bank on a day: certified money becomes paid money.

    Told by hand or by a bank file; the payee is told. Raises `IllegalStep` unless it was sent.
    """
    before = step(payment, Action.SETTLE)
    payment.executed_on = executed_on
    ledger.pay(
        payment.line_id,
        payment.net_cents,
        subject=payment.subject,
        why=payment.ref,
        actor=actor,
    )
    record_step(actor, payment, Action.SETTLE, before, executed_on=executed_on)
    notifications.executed(payment)
    return payment


def take_back(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """A locked payment was rejected or returned by the bank: the debt is open again.

    What had been paid on the line becomes certified again (domain 6.2, I5), except what was kept
    back: the bank never had it.
    """
    was_executed = payment.state == State.EXECUTED
    end(payment, Action.TAKE_BACK, reason=reason, actor=actor)
    if was_executed:
        ledger.take_back(
            payment.line_id,
            payment.net_cents,
            subject=payment.subject,
            why=payment.ref,
            actor=actor,
        )
    notifications.returned(payment)
    return payment


def keep_back(payment: Payment, cents: int, *, debt: str, actor: Actor) -> Payment:
    """Set part of a locked, unchecked payment off against what its payee owes, in cents.

    `debt` is the reference of what is owed. The part is paid on the payment's line at once, for
    what we owe the payee ends there; the bank is asked for the rest. Raises `RuleBroken` after the
    first check (every signature is given on the amount that leaves) and when nothing would be left.
    """
    refuse_if(rules.keep_back_faults(payment.state, payment.net_cents, cents))
    before = payment.kept_back_cents
    payment.kept_back_cents = before + cents
    ledger.pay(payment.line_id, cents, subject=payment.subject, why=debt, actor=actor)
    record(
        actor,
        payment,
        "keep_back",
        before={"kept_back_cents": before},
        after={"kept_back_cents": payment.kept_back_cents},
        amount_cents=payment.amount_cents,
        debt=debt,
    )
    return payment


def step(payment: Payment, action: Action) -> State:
    """Move a locked payment to its next state and give back the one before."""
    before = payment.state
    payment.state = LIFE.step(before, action)
    return before


def end(payment: Payment, action: Action, *, reason: str, actor: Actor) -> None:
    """Let a locked payment come to nothing, for a reason."""
    before = step(payment, action)
    # A failed payment that is cancelled keeps the moment at which its clock stopped.
    payment.refused_by_id, payment.refused_at = actor.id, payment.refused_at or clock.now()
    payment.refused_reason = reason
    record_step(actor, payment, action, before, reason=reason)


def record_step(
    actor: Actor,
    payment: Payment,
    action: Action,
    before: State,
    *,
    reason: str = "",
    **details: object,
) -> None:
    """Write one step of a payment into the trail, once what it changed is on the row."""
    record(
        actor,
        payment,
        action,
        before={"state": before},
        after={"state": payment.state},
        reason=reason,
        amount_cents=payment.amount_cents,
        subject=payment.subject,
        **details,
    )


def _due_again(failed: Payment, today: date) -> date:
    assert failed.refused_at is not None
    stopped_on = failed.executed_on or failed.refused_at.astimezone(clock.BRUSSELS).date()
    return rules.due_again(failed.due_on, stopped_on, today)


def _facts(payment: Payment) -> dict[str, object]:
    return {
        "state": payment.state,
        "amount_cents": payment.amount_cents,
        "purpose": payment.purpose,
        "subject": payment.subject,
        "due_on": payment.due_on,
    }
