"""After the stay: reports and evidence, sent back or validated."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import chain

from portal.audit.effects import record
from portal.core import clock, files
from portal.core.actors import Actor, ensure
from portal.core.errors import Fault, refuse_if
from portal.core.i18n import _
from portal.core.steps import as_json
from portal.exchanges import effects, notifications, policy, queries
from portal.exchanges.models import ClosingReport, Evidence, Exchange
from portal.exchanges.rules import closing, lump_sum
from portal.exchanges.rules.lump_sum import Sum
from portal.exchanges.states import LIFE, Action, EvidenceKind, Party, Reporter, State
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.payments import effects as payments
from portal.payments import rules as payment_rules
from portal.payments.states import Purpose

#: A file as it was sent: its bytes and its name.
Upload = tuple[bytes, str]


def report(
    exchange: Exchange,
    *,
    side: Reporter,
    first_on: date,
    last_on: date,
    activities: str,
    results: str,
    follow_up: str,
    satisfaction: int,
    travel: Upload | None = None,
    presence: Upload | None = None,
    actor: Actor,
) -> Exchange:
    """File or correct one side's closing report; the visitor adds the evidence.

    With both reports and one proof of each kind the exchange can be checked (domain 2.6, 12-12).
    """
    ensure(policy.may_report(actor, exchange, side))
    exchange = queries.lock_exchange(exchange.id)
    complete = LIFE.step(exchange.state, Action.REPORT)
    now, today = clock.now(), clock.today()
    refuse_if(
        chain(
            closing.days_faults(first_on, last_on),
            closing.too_early(last_on, today=today),
            closing.satisfaction_faults(satisfaction),
        )
    )
    mine = _report_of(exchange, side)
    mine.first_on, mine.last_on = first_on, last_on
    mine.activities, mine.results, mine.follow_up = activities, results, follow_up
    mine.satisfaction = satisfaction
    mine.filed_by_id, mine.filed_at = actor.id, now
    sent = [(EvidenceKind.TRAVEL, travel), (EvidenceKind.PRESENCE, presence)]
    added = _add_evidence(exchange, sent, now, actor) if side is Reporter.VISITOR else []
    missing = closing.missing(
        reporters=[one.side for one in exchange.reports],
        evidence=[one.kind for one in exchange.evidence],
        virtual=exchange.virtual,
        required=exchange.scheme.terms.evidence_kinds,
    )
    if not missing:
        exchange.state = complete
    record(
        actor,
        exchange,
        Action.REPORT,
        after={"state": exchange.state, "first_on": first_on, "last_on": last_on},
        party=Party(side.value),
        evidence=[f"{one.kind}: {one.file.name} {one.file.sha256}" for one in added],
    )
    if not missing:
        notifications.reported(exchange)
    return exchange


def send_back(exchange: Exchange, *, reason: str, actor: Actor) -> Exchange:
    """Ask for completion, saying what is missing: of the signed text, or of the reports.

    A text that goes back is drawn up anew, so its signatures are void.
    """
    ensure(policy.may_send_back(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    before = exchange.state
    exchange.state = LIFE.step(exchange.state, Action.SEND_BACK)
    if exchange.state is State.BUILDING:
        exchange.signatures.clear()
        exchange.traveller_entitled = False
        effects.lapse_override(exchange, at=clock.now())
    record(
        actor,
        exchange,
        Action.SEND_BACK,
        before={"state": before},
        after={"state": exchange.state},
        reason=reason,
    )
    notifications.sent_back(exchange, reason)
    return exchange


def validate(
    exchange: Exchange,
    *,
    first_on: date,
    last_on: date,
    seen_cents: int | None = None,
    note: str = "",
    actor: Actor,
) -> Exchange:
    """Certify the visit as it really was, and ask for the lump sum it earned to be paid.

    The days actually spent at the host decide: fewer days may halve the amount, under the shortest
    stay nothing is due. What is not due goes back to the envelope at once.
    """
    ensure(policy.may_validate(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    state = LIFE.step(exchange.state, Action.VALIDATE)
    now, today = clock.now(), clock.today()
    refuse_if(
        chain(closing.days_faults(first_on, last_on), closing.too_early(last_on, today=today))
    )
    found = queries.final_sum(exchange, first_on, last_on)
    refuse_if(_changed(found, seen_cents))
    stay = exchange.stay_between(first_on, last_on)
    exchange.state = state
    exchange.final_first_on, exchange.final_last_on = first_on, last_on
    exchange.final_working_days = stay.working_days
    exchange.final_cents, exchange.final_steps = found.cents, as_json(found.steps)
    exchange.validated_by_id, exchange.validated_at = actor.id, now
    exchange.counts = lump_sum.is_exchange(stay, exchange.scheme.terms)
    _count(exchange)
    paid = _settle(exchange, found, last_on, today, actor)
    record(
        actor,
        exchange,
        Action.VALIDATE,
        after={"state": state, "final_cents": found.cents, "payment": paid},
        steps=exchange.final_steps,
        counts=exchange.counts,
        note=note,
    )
    notifications.validated(exchange)
    return exchange


def _report_of(exchange: Exchange, side: Reporter) -> ClosingReport:
    found = next((one for one in exchange.reports if one.side is side), None)
    if found is None:
        found = ClosingReport(side=side)
        exchange.reports.append(found)
    return found


def _add_evidence(
    exchange: Exchange,
    sent: Sequence[tuple[EvidenceKind, Upload | None]],
    at: datetime,
    actor: Actor,
) -> list[Evidence]:
    until = closing.kept_until(
        ends_on=exchange.project.ends_on, last_on=exchange.last_on, terms=exchange.scheme.terms
    )
    added = [
        Evidence(
            kind=kind,
            file=files.keep(*upload, uploaded_by_id=actor.id, field=kind.value),
            kept_until=until,
            added_by_id=actor.id,
            added_at=at,
        )
        for kind, upload in sent
        if upload is not None
    ]
    exchange.evidence.extend(added)
    return added


def _count(exchange: Exchange) -> None:
    if exchange.counts:
        effects.count_reached(exchange)
        return
    effects.count_no_longer(exchange)


def _settle(exchange: Exchange, found: Sum, last_on: date, today: date, actor: Actor) -> str | None:
    """Release what is not due, certify what is, and ask for its payment; the payment's
    reference.
    """
    if exchange.line_id is None:
        return None
    line, ref, agreed = exchange.line_id, exchange.ref, exchange.lump_sum_cents or 0
    if found.cents < agreed:
        ledger.release(
            line,
            agreed - found.cents,
            source=Bucket.BOUND,
            subject=ref,
            why=ref,
            actor=actor,
        )
    if not found.cents:
        return None
    ledger.certify(line, found.cents, subject=ref, why=ref, actor=actor)
    payment = payments.request(
        payee_id=exchange.visitor_id,
        amount_cents=found.cents,
        line_id=line,
        purpose=Purpose.LUMP_SUM,
        subject=ref,
        started_on=payment_rules.clock_starts(last_on, today),
        actor=actor,
    )
    return payment.ref


def _changed(found: Sum, seen_cents: int | None) -> tuple[Fault, ...]:
    if seen_cents in (None, found.cents):
        return ()
    message = _("The days have changed since the calculation was shown. Check it again.")
    return (Fault(message, None, "2.6", {"cents": found.cents}),)
