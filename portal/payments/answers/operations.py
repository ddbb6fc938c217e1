"""Take a bank file in, attribute an entry that found no payment, or set it aside."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

from portal.audit.effects import Event, record, record_all
from portal.core import clock, files
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.ledger import queries as ledger
from portal.payments import effects
from portal.payments import policy as payments_policy
from portal.payments import queries as payments
from portal.payments.answers import imports, policy, queries, rules
from portal.payments.answers.imports import ReadAnswer, ReadEntry
from portal.payments.answers.models import BankAnswer, BankEntry
from portal.payments.answers.rules import Effect
from portal.payments.answers.states import LIFE, Action, State
from portal.payments.models import Payment
from portal.payments.recoveries import queries as recoveries

_XML = "application/xml"


def take_in(file: tuple[bytes, str] | None, *, actor: Actor) -> BankAnswer:
    """Enter a status report, a statement or a notification (content and name): all of it, or none.

    Each entry accepts, settles, rejects or takes back the payment it names, is noted, or waits. A
    file taken in before changes nothing and is given back as it was (domain 7.5). Raises
    `RuleBroken` for a file that cannot be read, names another currency, or reuses a message
    identifier.
    """
    ensure(policy.may_take_in(actor))
    if file is None:
        raise RuleBroken(Fault(_("Choose the file of the bank."), "file", "BANK-FILE"))
    content, name = file
    read = imports.read(content)
    known = queries.by_message(read.kind, read.message_id)
    if known is not None:
        return _same_again(known, content)
    answer, entries = _keep(read, content, name, actor)
    _apply_all(entries, actor)
    told = [_taken_in(entry) for entry in entries]
    record_all(actor, [*told, _read(answer, entries)])
    return answer


def _taken_in(entry: BankEntry) -> Event:
    """What the trail keeps of an entry that was read."""
    details = {"outcome": entry.outcome, "payment": entry.end_to_end}
    return Event(entry, Action.TAKE_IN, after={"state": entry.state}, details=details)


def _read(answer: BankAnswer, entries: Sequence[BankEntry]) -> Event:
    """What the trail keeps of the whole file."""
    applied = sum(entry.state is State.APPLIED for entry in entries)
    after = {
        "entries": len(entries),
        "applied": applied,
        "known_before": answer.known_before,
    }
    details = {
        "kind": answer.kind,
        "message_id": answer.message_id,
        "checksum": answer.file.sha256,
    }
    return Event(answer, Action.TAKE_IN, after=after, details=details)


def attribute(entry: BankEntry, *, payment: Payment, actor: Actor) -> BankEntry:
    """Say which payment an entry means; it then does what it would have done by itself.

    A credit attributed to a payment is its return. Raises `RuleBroken` when amount or state do not
    allow it.
    """
    ensure(policy.may_attribute(actor, entry) and payments_policy.may_settle(actor, payment))
    entry = queries.lock_entry(entry.id)
    payment = payments.lock_payment(payment.id)
    state = LIFE.step(entry.state, Action.ATTRIBUTE)
    outcome = rules.by_hand(entry.outcome)
    effect = rules.effect_of(
        outcome,
        payment.state,
        entry_cents=entry.amount_cents,
        payment_cents=payment.net_cents,
    )
    refuse_if(
        rules.attribution_faults(
            effect, entry_cents=entry.amount_cents, payment_cents=payment.net_cents
        )
    )
    if not _do(effect, entry, payment, actor):
        raise RuleBroken(
            Fault(_("The bank’s day is before the order, or in the future."), "payment")
        )
    entry.charges_cents = rules.charges_cents(
        outcome, entry_cents=entry.amount_cents, payment_cents=payment.net_cents
    )
    entry.state, entry.payment_id = state, payment.id
    entry.decided_by_id, entry.decided_at = actor.id, clock.now()
    record(actor, entry, Action.ATTRIBUTE, after={"payment": payment.ref}, effect=effect)
    return entry


def dismiss(entry: BankEntry, *, reason: str, actor: Actor) -> BankEntry:
    """Set an entry aside that concerns no payment of ours, and say why."""
    ensure(policy.may_dismiss(actor, entry))
    entry = queries.lock_entry(entry.id)
    before = entry.state
    entry.state = LIFE.step(before, Action.DISMISS)
    entry.reason, entry.decided_by_id, entry.decided_at = reason, actor.id, clock.now()
    record(
        actor,
        entry,
        Action.DISMISS,
        before={"state": before},
        after={"state": entry.state},
        reason=reason,
    )
    return entry


def _same_again(known: BankAnswer, content: bytes) -> BankAnswer:
    """The file taken in before, unless this one only bears its identifier."""
    if sha256(content).hexdigest() != known.file.sha256:
        message = _(
            "A different file with the same message identifier was imported as %(ref)s. Ask the "
            "bank which one is right.",
            ref=known.ref,
        )
        raise RuleBroken(Fault(message, "file", "BANK-FILE"))
    return known


def _keep(
    read: ReadAnswer, content: bytes, name: str, actor: Actor
) -> tuple[BankAnswer, list[BankEntry]]:
    """Store the file and a row for each entry not known before, waiting until it is applied."""
    told = _for_each_payment(read.entries)
    known = queries.known_keys([entry.bank_key for entry in told])
    fresh = {entry.bank_key: entry for entry in told if entry.bank_key not in known}
    assert actor.id is not None
    answer = BankAnswer(
        ref=next_reference("ANS", clock.today().year),
        kind=read.kind,
        message_id=read.message_id,
        known_before=len(told) - len(fresh),
        file=files.keep_generated(
            content, files.safe_name(name, ".xml"), _XML, made_by_id=actor.id
        ),
        taken_in_by_id=actor.id,
        taken_in_at=clock.now(),
    )
    db.session.add(answer)
    db.session.flush()
    entries = [_row(answer, number, entry) for number, entry in enumerate(fresh.values(), 1)]
    db.session.add_all(entries)
    db.session.flush()
    return answer, entries


def _for_each_payment(entries: Iterable[ReadEntry]) -> list[ReadEntry]:
    """A status of a whole order says the same of each of its payments."""
    found = []
    for entry in entries:
        refs = queries.refs_in_batch(entry.batch) if entry.batch and not entry.end_to_end else []
        found += [
            replace(entry, end_to_end=ref, bank_key=f"{entry.bank_key}|{ref}"[:200]) for ref in refs
        ] or [entry]
    return found


def _row(answer: BankAnswer, number: int, entry: ReadEntry) -> BankEntry:
    return BankEntry(
        answer_id=answer.id,
        ref=f"{answer.ref}/{number}",
        number=number,
        bank_key=entry.bank_key,
        outcome=entry.outcome,
        end_to_end=entry.end_to_end,
        iban=entry.iban,
        amount_cents=entry.amount_cents,
        charges_cents=0,
        booked_on=entry.booked_on,
        code=entry.code,
        text=entry.text,
        state=State.WAITING,
        reason="",
    )


def _apply_all(entries: list[BankEntry], actor: Actor) -> None:
    """Lock every payment named and its line, then let the entries take effect: what only says that
    a payment was executed all at once, the rest one by one, in the file's order.
    """
    ids = queries.payments_named({entry.end_to_end for entry in entries if entry.end_to_end})
    locked = payments.lock_payments(list(ids.values()))
    # Lines are locked in one order by everybody, as a posting locks them.
    ledger.lock_to_post({payment.line_id for payment in locked})
    by_ref = {payment.ref: payment for payment in locked}
    named = [(entry, by_ref[entry.end_to_end]) for entry in entries if entry.end_to_end in by_ref]
    told = Counter(payment.id for _entry, payment in named)
    by_day: dict[date, list[tuple[BankEntry, Payment]]] = {}
    for entry, payment in named:
        effect = _effect(entry, payment, actor)
        day = _day_executed(entry, payment)
        if effect is Effect.SETTLE and day is not None and told[payment.id] == 1:
            by_day.setdefault(day, []).append((entry, payment))
        elif _do(effect, entry, payment, actor):
            _applied(entry, payment)
    for day, executed in by_day.items():
        effects.settle(*(payment for _entry, payment in executed), executed_on=day, actor=actor)
        for entry, payment in executed:
            _applied(entry, payment)
    db.session.flush()


def _effect(entry: BankEntry, payment: Payment, actor: Actor) -> Effect:
    """What the entry may do by itself; `Effect.WAIT` leaves it to a person."""
    effect = rules.effect_of(
        entry.outcome,
        payment.state,
        entry_cents=entry.amount_cents,
        payment_cents=payment.net_cents,
    )
    # Nobody enters what the bank did with their own organisation's money: a colleague attributes.
    if not payments_policy.may_settle(actor, payment):
        return Effect.WAIT
    # Nor does money come back twice: what was recovered in part is for a person to sort out.
    if effect is Effect.TAKE_BACK and recoveries.came_back(payment.id):
        return Effect.WAIT
    return effect


def _applied(entry: BankEntry, payment: Payment) -> None:
    """Note on an entry that it took effect on a payment."""
    entry.charges_cents = rules.charges_cents(
        entry.outcome, entry_cents=entry.amount_cents, payment_cents=payment.net_cents
    )
    entry.state, entry.payment_id = State.APPLIED, payment.id


def _do(effect: Effect, entry: BankEntry, payment: Payment, actor: Actor) -> bool:
    """Let the entry take effect; False when it waits, or the bank's day cannot be right."""
    if effect is Effect.WAIT:
        return False
    reason = rules.reason_kept(entry.code, entry.text, entry.outcome)
    day = _day_executed(entry, payment)
    if effect is Effect.ACCEPT:
        effects.accept(payment, actor=actor)
    if effect is Effect.REJECT:
        effects.reject(payment, reason=reason, actor=actor)
    if effect in (Effect.SETTLE, Effect.TAKE_BACK) and day is None:
        return False
    if effect is Effect.SETTLE:
        assert day is not None
        effects.settle(payment, executed_on=day, actor=actor)
    if effect is Effect.TAKE_BACK:
        effects.take_back(payment, reason=reason, actor=actor, executed_on=day)
    return True


def _day_executed(entry: BankEntry, payment: Payment) -> date | None:
    """The day on which the payment was executed, as far as known with this entry."""
    if payment.executed_on is not None or payment.sent_at is None:
        return payment.executed_on
    sent_on = payment.sent_at.astimezone(clock.BRUSSELS).date()
    return rules.settles_on(entry.booked_on, sent_on=sent_on, today=clock.today())
