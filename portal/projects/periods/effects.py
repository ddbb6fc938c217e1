"""What a decision does below: line of the call, payments, recoveries, and what is kept of it."""

from datetime import date

from portal.audit.effects import record
from portal.calls.models import Call
from portal.core import clock
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.i18n import _
from portal.core.steps import as_json
from portal.ledger import effects as ledger
from portal.ledger import queries as books
from portal.ledger.models import BudgetLine
from portal.ledger.states import Bucket
from portal.payments import effects as payments
from portal.payments.models import Payment
from portal.payments.recoveries import effects as recoveries
from portal.payments.recoveries import queries as recovering
from portal.payments.recoveries.states import Cause
from portal.payments.states import Purpose
from portal.projects.models import Project
from portal.projects.periods import queries, rules
from portal.projects.periods.models import GrantInstalment, GrantPlan, Period
from portal.projects.periods.states import Action, Kind, State

#: The code of the line of a call on which its grants stand.
GRANTS = "GRANTS"


def line_of(call: Call, *, actor: Actor) -> BudgetLine:
    """The line of a locked call on which its grants stand, opened with the first of them."""
    book = books.find(call.ref)
    if book is not None:
        return books.line_by_code(book.id, GRANTS)
    book = ledger.open_book(call.ref, call.title_en)
    return ledger.open_line(book, GRANTS, call.budget_cents, position=1, actor=actor)


def keep_plan(
    project: Project,
    call: Call,
    line: BudgetLine,
    count: int,
    found: rules.Advance,
    *,
    actor: Actor,
) -> GrantPlan:
    """Keep the figures of a plan and open its periods."""
    assert actor.id is not None
    kept = GrantPlan(
        project=project,
        line_id=line.id,
        periods=count,
        max_grant_cents=project.max_grant_cents,
        funding_rate_bp=project.funding_rate_bp,
        indirect_rate_bp=call.indirect_rate_bp,
        pre_financing_cents=found.cents,
        fund_cents=found.fund_cents,
        ceiling_cents=found.ceiling_cents,
        steps=as_json(found.steps),
        planned_by_id=actor.id,
        planned_at=clock.now(),
    )
    db.session.add(kept)
    db.session.flush()
    spans = rules.periods_of(project.starts_on, project.ends_on, count)
    for number, (starts_on, ends_on) in enumerate(spans, start=1):
        period = Period(
            ref=queries.subject(project, number),
            plan_id=kept.id,
            number=number,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        db.session.add(period)
        db.session.flush()
        after = {"state": period.state, "starts_on": starts_on, "ends_on": ends_on}
        record(actor, period, Action.PLAN, after=after)
    return kept


def settle(
    found: GrantPlan,
    number: int,
    kind: Kind,
    earned: rules.Earned,
    *,
    started_on: date,
    limit_days: int,
    actor: Actor,
) -> Payment | None:
    """Ask for what is due, or draft the recovery; the balance gives the call back what is left."""
    payment = None
    if kind is Kind.BALANCE:
        _free_certified(found, actor=actor)
    if earned.paid_out_cents:
        payment = pay(
            found,
            number,
            kind,
            earned.paid_out_cents,
            started_on=started_on,
            limit_days=limit_days,
            actor=actor,
        )
    if earned.give_back_cents:
        _recover(found, earned.give_back_cents, actor=actor)
    if kind is Kind.BALANCE:
        for bucket in (Bucket.COMMITTED, Bucket.BOUND):
            _release(found, bucket, queries.held(found, bucket), actor=actor)
    return payment


def settle_early(
    found: GrantPlan, earned: rules.Earned, *, limit_days: int, actor: Actor
) -> Payment | None:
    """Settle a grant whose agreement ended early, in the place of its first report not accepted."""
    period = next(one for one in queries.of_plan(found.id) if one.state is not State.ACCEPTED)
    payment = settle(
        found,
        period.number,
        Kind.BALANCE,
        earned,
        started_on=clock.today(),
        limit_days=limit_days,
        actor=actor,
    )
    decide(
        found,
        period.number,
        Kind.BALANCE,
        earned,
        payment,
        steps=as_json(earned.steps),
        period_id=period.id,
        actor=actor,
    )
    return payment


def pay(
    found: GrantPlan,
    number: int,
    kind: Kind,
    cents: int,
    *,
    started_on: date,
    limit_days: int,
    actor: Actor,
) -> Payment:
    """Certify an amount on the line of the call, and ask for its payment to the coordinator."""
    project = found.project
    subject = queries.subject(project, number)
    ledger.certify(found.line_id, cents, subject=subject, why=subject, actor=actor)
    return payments.request(
        payee_id=project.coordinator_id,
        amount_cents=cents,
        line_id=found.line_id,
        purpose=Purpose(kind),
        subject=subject,
        started_on=started_on,
        limit_days=limit_days,
        actor=actor,
    )


def _free_certified(found: GrantPlan, *, actor: Actor) -> None:
    """What a payment given up for good, or a recovery, left behind is bound again for the balance.

    The ledger knows no way back from certified: it is released, committed and bound anew.
    """
    certified = queries.held(found, Bucket.CERTIFIED)
    _release(found, Bucket.CERTIFIED, certified, actor=actor)
    ref = found.project.ref
    if certified:
        ledger.commit(found.line_id, certified, subject=ref, why=ref, actor=actor)
    committed = queries.held(found, Bucket.COMMITTED)
    if committed:
        ledger.bind(found.line_id, committed, subject=ref, why=ref, actor=actor)


def _release(found: GrantPlan, bucket: Bucket, cents: int, *, actor: Actor) -> None:
    if cents:
        ref = found.project.ref
        ledger.release(found.line_id, cents, source=bucket, subject=ref, why=ref, actor=actor)


def _recover(found: GrantPlan, cents: int, *, actor: Actor) -> None:
    """Draft recoveries of the payments made, the newest first, until the amount is reached."""
    left = cents
    for payment in queries.executed_payments(found):
        part = min(left, recovering.recoverable_cents(payment))
        if part:
            reason = str(
                _("The final grant of %(ref)s is below what was paid.", ref=found.project.ref)
            )
            recoveries.draft(
                payment, cause=Cause.BALANCE, amount_cents=part, reason=reason, actor=actor
            )
        left -= part


def decide(
    found: GrantPlan,
    number: int,
    kind: Kind,
    earned: rules.Earned,
    payment: Payment | None,
    *,
    steps: list[dict[str, object]],
    period_id: int | None = None,
    actor: Actor,
) -> GrantInstalment:
    """Keep what was decided: the amounts, the steps, and the payment that was asked for."""
    assert actor.id is not None
    decided = GrantInstalment(
        plan_id=found.id,
        number=number,
        kind=kind,
        period_id=period_id,
        steps=steps,
        earned_cents=earned.cents,
        paid_out_cents=earned.paid_out_cents,
        give_back_cents=earned.give_back_cents,
        payment_id=payment.id if payment else None,
        decided_by_id=actor.id,
        decided_at=clock.now(),
    )
    db.session.add(decided)
    db.session.flush()
    return decided
