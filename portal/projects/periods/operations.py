"""The verbs people perform on the plan of a grant and on the reports of its periods.

Locks are taken from the project down: project, call, period, payments, line.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from portal.audit.effects import record
from portal.calls import queries as calls
from portal.core import clock, days
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.steps import as_json
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.payments import rules as payment_rules
from portal.payments.clocks import queries as limits
from portal.payments.clocks.states import Kind as Clock
from portal.payments.models import Payment
from portal.projects import effects as project_effects
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.periods import effects, notifications, policy, queries, rules
from portal.projects.periods.models import (
    CostClaim,
    GrantInstalment,
    GrantPlan,
    GrantTerms,
    Period,
)
from portal.projects.periods.states import LIFE, Action, Kind, State
from portal.projects.states import LIFE as PROJECT_LIFE
from portal.projects.states import Action as ProjectAction


def set_terms(
    *, programme_id: int, fund_bp: int, ceiling_bp: int, valid_from: date, source: str, actor: Actor
) -> GrantTerms:
    """Add a row: plans of a programme laid down on `valid_from` or later follow it (basis points).

    Nothing is overwritten, and plans laid down before keep theirs. Raises `RuleBroken` for a fund
    above a tenth, and for a ceiling below one half or of the whole.
    """
    ensure(policy.may_set_terms(actor))
    refuse_if(rules.terms_faults(fund_bp, ceiling_bp))
    grant_terms = GrantTerms(
        programme_id=programme_id,
        fund_bp=fund_bp,
        ceiling_bp=ceiling_bp,
        valid_from=valid_from,
        source=source,
        added_by=actor.name,
        added_at=clock.now(),
    )
    db.session.add(grant_terms)
    db.session.flush()
    after = {"fund_bp": fund_bp, "ceiling_bp": ceiling_bp, "valid_from": valid_from}
    record(actor, grant_terms, "set_terms", after=after, reason=source)
    return grant_terms


def plan(project: Project, *, count: int, actor: Actor) -> GrantPlan:
    """Lay down `count` reporting periods, and commit the whole grant on the line of its call.

    The figures of the pre-financing are computed and kept here. Raises `RuleBroken` when they are
    laid down already, and when the call has no money left for the grant.
    """
    ensure(policy.may_plan(actor, project))
    project = projects.lock_project(project.id)
    refuse_if(
        rules.plan_faults(
            project.state,
            is_planned=queries.plan_of(project.id) is not None,
            count=count,
            starts_on=project.starts_on,
            ends_on=project.ends_on,
        )
    )
    found = rules.pre_financing(
        project.max_grant_cents, count, queries.terms_on(project, clock.today())
    )
    refuse_if(rules.advance_faults(found))
    call = calls.lock_call(project.call_id)
    line = effects.line_of(call, actor=actor)
    kept = effects.keep_plan(project, call, line, count, found, actor=actor)
    ledger.commit(
        line.id, project.max_grant_cents, subject=project.ref, why=project.ref, actor=actor
    )
    record(
        actor,
        project,
        Action.PLAN,
        after={"periods": count, "pre_financing_cents": found.cents},
        fund_cents=found.fund_cents,
        before_balance_cents=found.ceiling_cents,
        steps=as_json(found.steps),
    )
    return kept


def pre_finance(project: Project, *, actor: Actor) -> Payment:
    """Bind the grant on the line of its call, and ask for the pre-financing of a signed agreement.

    Due 30 days after entry into force or 10 days before the start, the later of the two (domain
    5.7). Raises `RuleBroken` without a plan, a second time, unless the agreement is in force, and
    when the coordinator has no validated account.
    """
    ensure(policy.may_pre_finance(actor, project))
    project = projects.lock_project(project.id)
    found = queries.plan_of(project.id)
    asked = found is not None and queries.instalment(found.id, 0) is not None
    refuse_if(rules.pre_finance_faults(project.state, is_planned=found is not None, is_asked=asked))
    assert found is not None
    assert project.signed_at is not None
    signed_on = days.brussels_day(project.signed_at)
    limit = limits.limit_on(Clock.PRE_FINANCING, signed_on).days
    ledger.bind(
        found.line_id, found.max_grant_cents, subject=project.ref, why=project.ref, actor=actor
    )
    cents = found.pre_financing_cents - found.fund_cents
    started_on = rules.clock_starts(signed_on, project.starts_on, limit)
    payment = effects.pay(
        found, 0, Kind.PRE_FINANCING, cents, started_on=started_on, limit_days=limit, actor=actor
    )
    earned = rules.Earned(found.pre_financing_cents, cents, 0, ())
    effects.decide(found, 0, Kind.PRE_FINANCING, earned, payment, steps=found.steps, actor=actor)
    record(
        actor, project, Action.PRE_FINANCE, after={"paid_out_cents": cents},
        payment=payment.ref, due_on=payment.due_on, fund_cents=found.fund_cents,
    )  # fmt: skip
    notifications.pre_financed(project, payment)
    return payment


def submit(period: Period, *, report: str, claims: Mapping[int, int], actor: Actor) -> Period:
    """Send the report of a period: what was done, and the costs in cents by line of the budget.

    The clock of its payment starts, or runs again after a return. Raises `RuleBroken` before the
    period is over, while an earlier report is open, and for costs that cannot be claimed;
    `IllegalStep` when the report is with the officers or accepted.
    """
    ensure(policy.may_submit(actor, period))
    period = _locked(period)
    before, state = period.state, LIFE.step(period.state, Action.SUBMIT)
    today = clock.today()
    refuse_if(rules.running_faults(period.plan.project.state))
    earlier_open = queries.is_earlier_open(period)
    refuse_if(rules.submission_faults(ends_on=period.ends_on, day=today, earlier_open=earlier_open))
    _claim(period, claims)
    _run_clock(period, today)
    period.state, period.report = state, report
    period.submitted_at, period.submitted_by_id = clock.now(), actor.id
    period.reviewed_by_id = None
    db.session.flush()
    record(
        actor,
        period,
        Action.SUBMIT,
        before={"state": before},
        after={"state": state, "due_on": period.due_on},
        claimed_cents=sum(claims.values()),
        claims={str(line_id): cents for line_id, cents in sorted(claims.items())},
    )
    notifications.submitted(period)
    return period


def send_back(period: Period, *, reason: str, actor: Actor) -> Period:
    """Return a report for completion: the clock of its payment stands still from today (6.5)."""
    ensure(policy.may_send_back(actor, period))
    period = _locked(period)
    before = period.state
    period.state = LIFE.step(before, Action.SEND_BACK)
    refuse_if(rules.running_faults(period.plan.project.state))
    period.stopped_on = clock.today()
    _review(period, reason, actor)
    after = {"state": period.state, "suspended_on": period.stopped_on}
    record(actor, period, Action.SEND_BACK, before={"state": before}, after=after, reason=reason)
    notifications.sent_back(period)
    return period


def accept(
    period: Period,
    *,
    accepted: Mapping[int, int],
    reasons: Mapping[int, str],
    actor: Actor,
) -> GrantInstalment:
    """Accept the costs of a report, in cents by line, and decide what the period earns.

    Each cut names its reason. A periodic report earns an interim payment up to the ceiling, the
    final one the balance, which may be a recovery instead; what the grant needs no more goes back
    to the call. Raises `RuleBroken` before the pre-financing, while payments or recoveries of the
    grant are open before the balance, and when something is due to a coordinator without account.
    """
    ensure(policy.may_accept(actor, period))
    period = _locked(period)
    before, state = period.state, LIFE.step(period.state, Action.ACCEPT)
    found, is_last = period.plan, period.is_last
    _ensure_acceptable(period)
    costs = _decided_costs(period, accepted, reasons)
    eligible, steps = rules.eligible(costs, found.indirect_rate_bp)
    earned = _earned(period, eligible)
    kind = Kind.BALANCE if is_last else Kind.INTERIM
    assert period.due_on is not None
    assert period.limit_days is not None
    payment = effects.settle(
        found,
        period.number,
        kind,
        earned,
        started_on=period.due_on - timedelta(days=period.limit_days),
        limit_days=period.limit_days,
        actor=actor,
    )
    period.state, period.eligible_cents = state, eligible
    _review(period, "", actor)
    decided = effects.decide(
        found,
        period.number,
        kind,
        earned,
        payment,
        steps=as_json((*steps, *earned.steps)),
        period_id=period.id,
        actor=actor,
    )
    _record_acceptance(period, before, decided, payment, actor)
    notifications.accepted(period, decided, payment)
    return decided


def close(project: Project, *, reason: str, actor: Actor) -> Project:
    """End a grant: settle it when its agreement ended early, free what it needs no more.

    The project is closed with it; one that was never signed stays terminated. Raises `IllegalStep`
    unless the agreement is signed or terminated, `RuleBroken` before the balance of one in force,
    and while money of third parties, payments or recoveries are open.
    """
    ensure(policy.may_close(actor, project))
    project = projects.lock_project(project.id)
    PROJECT_LIFE.step(project.state, ProjectAction.CLOSE)
    found, payment = queries.plan_of(project.id), None
    if found is not None:
        queries.lock_payments_of(found)
    closing = queries.closing(project, found)
    refuse_if(closing.faults)
    if found is not None and closing.earned is not None:
        limit = limits.limit_on(Clock.BALANCE, clock.today()).days
        payment = effects.settle_early(found, closing.earned, limit_days=limit, actor=actor)
    before = project_effects.close(project)
    record(
        actor,
        project,
        ProjectAction.CLOSE,
        before={"state": before},
        after={"state": project.state},
        reason=reason,
        released_cents=closing.release_cents,
        paid_out_cents=closing.earned.paid_out_cents if closing.earned else 0,
        give_back_cents=closing.earned.give_back_cents if closing.earned else 0,
        steps=as_json(closing.earned.steps) if closing.earned else [],
        payment=payment.ref if payment else "",
    )
    notifications.closed(project, earned=closing.earned, payment=payment, reason=reason)
    return project


def _locked(period: Period) -> Period:
    projects.lock_project(period.plan.project_id)
    return queries.lock_period(period.id)


def _claim(period: Period, claims: Mapping[int, int]) -> None:
    """Put these claims in the place of those of an earlier submission."""
    rows = {row.line_id: row for row in projects.budget_of(period.plan.project_id)}
    if not set(claims) <= set(rows):
        raise RuleBroken(Fault(_("Choose lines of this project."), None, "PRJ-R5"))
    third_party = queries.third_party_cents(period)
    faults = []
    for line_id, cents in claims.items():
        found = rules.claim_faults(
            rows[line_id].category, cents, third_party_cents=third_party.get(line_id, 0)
        )
        faults += [Fault(each.message, f"claimed_{line_id}", each.rule) for each in found]
    refuse_if(faults)
    period.claims.clear()
    db.session.flush()
    period.claims.extend(
        CostClaim(line_id=line_id, claimed_cents=cents)
        for line_id, cents in sorted(claims.items())
        if cents
    )
    db.session.flush()


def _run_clock(period: Period, today: date) -> None:
    if period.due_on is None:
        kind = Clock.BALANCE if period.is_last else Clock.INTERIM
        period.received_on, period.limit_days = today, limits.limit_on(kind, today).days
        period.due_on = payment_rules.due_on(today, period.limit_days)
    elif period.stopped_on is not None:
        period.due_on = payment_rules.due_again(period.due_on, period.stopped_on, today)
    period.stopped_on = None


def _ensure_acceptable(period: Period) -> None:
    """Refuse a decision whose time has not come; the balance counts payments that stand still."""
    found = period.plan
    unsettled: list[str] = []
    if period.is_last:
        queries.lock_payments_of(found)
        unsettled = queries.unsettled(found)
    refuse_if(rules.running_faults(found.project.state))
    refuse_if(
        rules.acceptance_faults(
            is_pre_financed=queries.instalment(found.id, 0) is not None,
            is_last=period.is_last,
            unsettled=unsettled,
        )
    )


def _decided_costs(
    period: Period, accepted: Mapping[int, int], reasons: Mapping[int, str]
) -> list[rules.Cost]:
    """The costs of a report as decided; what is not named is accepted as claimed."""
    categories = {row.line_id: row.category for row in projects.budget_of(period.plan.project_id)}
    costs = [
        rules.Cost(
            claim.line_id,
            categories[claim.line_id],
            claim.claimed_cents,
            accepted.get(claim.line_id, claim.claimed_cents),
            reasons.get(claim.line_id, "").strip(),
        )
        for claim in period.claims
    ]
    refuse_if([fault for cost in costs for fault in rules.decision_faults(cost)])
    for claim, cost in zip(period.claims, costs, strict=True):
        claim.accepted_cents, claim.reason = cost.accepted_cents, cost.reason
    db.session.flush()
    return costs


def _earned(period: Period, eligible_cents: int) -> rules.Earned:
    found = period.plan
    before = queries.earned_cents(found.id)
    if not period.is_last:
        return rules.interim(
            eligible_cents,
            rate_bp=found.funding_rate_bp,
            ceiling_cents=found.ceiling_cents,
            before_cents=before,
        )
    return rules.balance(
        eligible_cents + queries.eligible_before(found.id, period.number),
        rate_bp=found.funding_rate_bp,
        max_grant_cents=found.max_grant_cents,
        before_cents=before,
        paid_cents=queries.held(found, Bucket.PAID),
    )


def _record_acceptance(
    period: Period,
    before: State,
    decided: GrantInstalment,
    payment: Payment | None,
    actor: Actor,
) -> None:
    record(
        actor,
        period,
        Action.ACCEPT,
        before={"state": before},
        after={"state": period.state, "eligible_cents": period.eligible_cents},
        earned_cents=decided.earned_cents,
        paid_out_cents=decided.paid_out_cents,
        give_back_cents=decided.give_back_cents,
        cuts={str(claim.line_id): claim.reason for claim in period.claims if claim.reason},
        steps=decided.steps,
        payment=payment.ref if payment else "",
    )


def _review(period: Period, reason: str, actor: Actor) -> None:
    period.reason = reason
    period.reviewed_at, period.reviewed_by_id = clock.now(), actor.id
    db.session.flush()
