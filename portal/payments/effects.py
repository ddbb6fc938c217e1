"""How a room above asks for a payment, and what the bank's word does to it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import update

from portal.audit.effects import Event, record, record_all
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.errors import Fault, IllegalStep, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.ledger import effects as ledger
from portal.ledger import queries as ledger_queries
from portal.ledger.states import Bucket
from portal.partners.bank_accounts import queries as account_queries
from portal.payments import notifications, queries, rules
from portal.payments.clocks import effects as clocks
from portal.payments.clocks import queries as limits
from portal.payments.clocks.models import PaymentSuspension
from portal.payments.clocks.states import Kind
from portal.payments.models import Payment
from portal.payments.states import AT_BANK, LIFE, Action, Purpose, State


def request(
    *,
    payee_id: int,
    amount_cents: int,
    line_id: int,
    purpose: Purpose,
    subject: str,
    started_on: date,
    actor: Actor,
    limit_days: int | None = None,
) -> Payment:
    """Ask for an amount in cents to be paid to an organisation, on its account validated today.

    `subject` is the public reference of what is paid for, `started_on` the day from which the legal
    limit in force that day counts (`rules.clock_starts` for a lump sum); a clock that began before
    brings its limit along, in calendar days. The amount must stand as
    certified for the subject's file on the line, beside what its other payments under way need.
    Raises `RuleBroken` when it does not, when the payee has no validated account, and when a
    payment for the subject is under way or executed.
    After a refusal, a cancellation, a rejection or a return the new payment is linked to the failed
    one, keeps its limit, and its clock goes on; who asked first stays on it beside who asks now,
    and signs neither.

    A payment may be asked for while its account waits or a change is proposed: the debt is due, its
    legal date runs, and the page says why. The signatures, from `verify` to `send`, are what waits.
    """
    if actor.id is None:
        raise ValueError("a payment is asked for by a person: others will sign against that name")
    if queries.has_live(subject):
        raise RuleBroken(Fault(_("A payment for this file is already under way or executed.")))
    account = account_queries.valid_account_of(payee_id)
    ledger_queries.lock_lines([line_id])
    certified = ledger_queries.held_for(line_id, subject, Bucket.CERTIFIED)
    certified -= queries.under_way_of(line_id, subject)
    refuse_if(
        rules.request_faults(
            account_found=account is not None, certified_cents=certified, amount_cents=amount_cents
        )
    )
    assert account is not None
    now, today = clock.now(), clock.today()
    failed = queries.last_ended(subject)
    days = limit_days or limits.limit_on(Kind(purpose), started_on).days
    days = failed.limit_days if failed else days
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
        due_on=_due_again(failed, today) if failed else rules.due_on(started_on, days),
        limit_days=days,
        initiated_by_id=failed.initiated_by_id if failed else actor.id,
        requested_by_id=actor.id,
        requested_at=now,
    )
    db.session.add(payment)
    db.session.flush()
    record(actor, payment, "request", after=_facts(payment), account=account.ref)
    return payment


def accept(payment: Payment, *, actor: Actor) -> Payment:
    """The bank has accepted a locked payment and will execute it; no money moves yet.

    Raises `IllegalStep` unless it was sent and nothing more is known of it.
    """
    before = step(payment, Action.ACCEPT)
    payment.accepted_at = clock.now()
    record_step(actor, payment, Action.ACCEPT, before)
    return payment


def settle(*payments: Payment, executed_on: date, actor: Actor) -> None:
    """Locked payments were executed by the bank on a day: certified money becomes paid money.

    Told by hand or by a bank file; the payees are told. All are entered or none, and many cost few
    more statements than one. Raises `IllegalStep` unless the bank has each: a statement may come
    without a status report, or before it.
    """
    _execute(payments, executed_on=executed_on, actor=actor)
    notifications.executed(payments)


def reject(payment: Payment, *, reason: str, actor: Actor) -> Payment:
    """The bank rejected a locked payment before executing it: the debt is open as it was.

    Nothing was paid, so nothing moves in the ledger. The payee and who asked are told.
    """
    end(payment, Action.REJECT, reason=reason, actor=actor)
    notifications.rejected(payment)
    return payment


def take_back(
    payment: Payment, *, reason: str, actor: Actor, executed_on: date | None = None
) -> Payment:
    """A locked payment was returned after its execution: what was paid is certified again (I5).

    What was kept back stays paid: the bank never had it.
    A return that arrives before its debit says on which day, at the latest, the bank executed the
    payment (`executed_on`): it is then entered as executed first. Payee and who asked are told.
    """
    if payment.state in AT_BANK and executed_on is not None:
        _execute((payment,), executed_on=executed_on, actor=actor)
    end(payment, Action.TAKE_BACK, reason=reason, actor=actor)
    ledger.take_back(
        payment.line_id,
        payment.net_cents,
        subject=payment.subject,
        why=payment.ref,
        actor=actor,
    )
    notifications.returned(payment)
    return payment


def stop(payment: Payment, *, reason: str, actor: Actor) -> PaymentSuspension:
    """Let the clock of a locked payment stand still from today, for a reason the payee reads."""
    today = clock.today()
    # The row first: the database lets no payment be suspended without it.
    suspension = clocks.stop(payment.id, reason=reason, day=today, now=clock.now(), actor=actor)
    payment.suspended_on = today
    return suspension


def restart(payment: Payment, *, actor: Actor) -> PaymentSuspension:
    """Let the clock of a locked payment run again; raises `IllegalStep` unless it stands still.

    The legal date moves by the days in between, unless it had been reached (domain 6.5).
    """
    since, today = payment.suspended_on, clock.today()
    if since is None:
        raise IllegalStep(payment.state, Action.RESUME)
    suspension = clocks.restart(payment.id, day=today, now=clock.now(), actor=actor)
    payment.due_on = rules.due_again(payment.due_on, since, today)
    payment.suspended_on = None
    return suspension


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


def end(payment: Payment, action: Action, *, reason: str, actor: Actor, **details: object) -> None:
    """Let a locked payment come to nothing, for a reason."""
    stood: dict[str, object] = {}
    if payment.suspended_on is not None:
        stood["suspended_on"] = restart(payment, actor=actor).suspended_on
        stood["due_on"] = payment.due_on
    before = step(payment, action)
    # A failed payment that is cancelled keeps the moment at which its clock stopped.
    payment.refused_by_id, payment.refused_at = actor.id, payment.refused_at or clock.now()
    payment.refused_reason = reason
    record_step(actor, payment, action, before, reason=reason, **stood, **details)


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
    record_all(actor, [told(payment, action, before, reason=reason, **details)])


def told(
    payment: Payment, action: Action, before: State, *, reason: str = "", **details: object
) -> Event:
    """What the trail keeps of one step of a payment, once what it changed is on the row."""
    return Event(
        payment,
        action,
        before={"state": before},
        after={"state": payment.state},
        reason=reason,
        details={
            "amount_cents": payment.amount_cents,
            "subject": payment.subject,
            **details,
        },
    )


def _execute(payments: Sequence[Payment], *, executed_on: date, actor: Actor) -> None:
    before = [payment.state for payment in payments]
    (after,) = {LIFE.step(state, Action.SETTLE) for state in before}
    # One statement for all: the session would write each row by its own, for its version's sake.
    db.session.execute(
        update(Payment)
        .where(Payment.id.in_([payment.id for payment in payments]))
        .values(state=after, executed_on=executed_on, version=Payment.version + 1)
    )
    events = [
        told(payment, Action.SETTLE, stood, executed_on=executed_on)
        for payment, stood in zip(payments, before, strict=True)
    ]
    ledger.pay_all(
        [ledger.Part(each.line_id, each.net_cents, each.subject, each.ref) for each in payments],
        actor=actor,
        beside=events,
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
