"""A grant from its plan to its balance: amounts, legal dates, the ledger, what is refused."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import queries as ledger
from portal.ledger.states import Bucket
from portal.payments import operations as payments
from portal.payments import queries as asked
from portal.payments.models import Payment
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import Cause
from portal.payments.states import Purpose
from portal.payments.states import State as PaymentState
from portal.programme import queries as programmes
from portal.projects import operations as projects
from portal.projects import queries as project_queries
from portal.projects.periods import operations, queries
from portal.projects.periods.states import Kind, State
from tests.partners.builders import acting
from tests.projects.builders import a_call, an_award, an_officer
from tests.projects.periods.builders import (
    START,
    a_grant,
    a_planned_grant,
    a_pre_financed_grant,
    accept,
    at,
    execute,
    report,
)

#: The grant of the builders, and its pre-financing over two periods.
MAX, HALF = 59_500_000, 29_750_000
CEILING = MAX * 9 // 10


def held(grant) -> dict[str, int]:
    """What the line of the call holds for the grant."""
    return {
        str(bucket): ledger.held_for(grant.plan.line_id, grant.project.ref, bucket)
        for bucket in (Bucket.COMMITTED, Bucket.BOUND, Bucket.CERTIFIED, Bucket.PAID)
    }


def refused(operation, *args, **kwargs) -> str:
    with pytest.raises(RuleBroken) as broken:
        operation(*args, **kwargs)
    return " ".join(str(fault.message) for fault in broken.value.faults)


def test_a_plan_commits_the_grant_on_its_call_and_opens_the_periods(session):
    grant = a_grant()

    plan = operations.plan(grant.project, count=2, actor=grant.officer)

    assert (plan.max_grant_cents, plan.pre_financing_cents, plan.fund_cents) == (MAX, HALF, 0)
    assert held(grant) == {"committed": MAX, "bound": 0, "certified": 0, "paid": 0}
    spans = [(each.ref, each.starts_on, each.ends_on) for each in queries.of_plan(plan.id)]
    assert spans == [
        (f"{grant.project.ref}/1", START, date(2027, 8, 31)),
        (f"{grant.project.ref}/2", date(2027, 9, 1), date(2028, 8, 31)),
    ]
    assert trail_of(grant.project.ref)[0].verb == "project.plan"


def test_grants_of_one_call_stand_on_one_line_which_holds_the_budget_of_the_call(session):
    call = a_call()
    first, second = a_planned_grant(call=call), a_planned_grant(call=call)

    line = ledger.line(first.plan.line_id)

    assert second.plan.line_id == line.id
    assert (line.book.ref, line.budget_cents) == (call.ref, call.budget_cents)
    assert line.available_cents == call.budget_cents - 2 * MAX


def test_the_budget_of_the_project_is_untouched_by_the_payments_of_its_grant(session):
    grant = a_grant()
    before = project_queries.total(project_queries.budget_of(grant.project.id))

    operations.plan(grant.project, count=2, actor=grant.officer)
    execute(grant, operations.pre_finance(grant.project, actor=grant.officer))

    rows = project_queries.budget_of(grant.project.id)
    assert project_queries.total(rows) == before
    assert project_queries.payments_of(grant.project).count == 0
    assert ledger.mismatches() == []
    assert ledger.unproven() == []


def test_a_plan_is_laid_down_once_and_its_row_stays(session):
    grant = a_planned_grant()

    said = refused(operations.plan, grant.project, count=3, actor=grant.officer)

    assert "already" in said
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text("UPDATE grant_plan SET max_grant_cents = 1"))


def test_a_grant_beyond_what_the_call_has_left_is_not_committed(session):
    grant = a_grant()
    db.session.execute(text("UPDATE call SET budget_cents = 500000000"))
    db.session.execute(
        text(f"UPDATE project SET total_cents = 10 * {MAX}, max_grant_cents = 500000001")
    )
    db.session.expire_all()

    said = refused(operations.plan, grant.project, count=2, actor=grant.officer)

    assert "GRANTS" in said


def test_pre_financing_binds_the_grant_and_asks_for_a_payment_due_in_30_days(session):
    grant = a_planned_grant()

    payment = operations.pre_finance(grant.project, actor=grant.officer)

    signed_on = grant.project.signed_at.date()
    assert (payment.purpose, payment.amount_cents) == (Purpose.PRE_FINANCING, HALF)
    assert payment.subject == f"{grant.project.ref}/0"
    assert payment.payee_id == grant.project.coordinator_id
    assert payment.due_on == max(signed_on + timedelta(days=30), START - timedelta(days=10))
    assert payment.requested_by_id == grant.officer.id
    assert held(grant) == {"committed": 0, "bound": MAX - HALF, "certified": HALF, "paid": 0}
    execute(grant, payment)
    assert held(grant) == {"committed": 0, "bound": MAX - HALF, "certified": 0, "paid": HALF}


def test_pre_financing_needs_a_plan_an_agreement_in_force_and_comes_once(session):
    grant = a_grant()
    assert "periods" in refused(operations.pre_finance, grant.project, actor=grant.officer)
    operations.plan(grant.project, count=2, actor=grant.officer)
    projects.suspend(grant.project, reason="a doubt", actor=grant.officer)
    assert "in force" in refused(operations.pre_finance, grant.project, actor=grant.officer)
    projects.resume(grant.project, actor=grant.officer)
    operations.pre_finance(grant.project, actor=grant.officer)

    assert "already" in refused(operations.pre_finance, grant.project, actor=grant.officer)


def test_a_plan_may_be_laid_down_before_the_signatures_but_nothing_is_paid(session):
    project, officer = an_award(), an_officer()

    operations.plan(project, count=3, actor=officer)

    assert "in force" in refused(operations.pre_finance, project, actor=officer)


def test_without_a_validated_account_nothing_is_asked_for(session):
    grant = a_planned_grant(with_account=False)

    said = refused(operations.pre_finance, grant.project, actor=grant.officer)

    assert "account" in said


def test_terms_of_a_later_day_keep_a_part_in_the_fund(session):
    grant = a_grant()
    programme = programmes.by_id(grant.project.programme_id)
    operations.set_terms(
        programme_id=programme.id,
        fund_bp=500,
        ceiling_bp=8000,
        valid_from=date(2020, 1, 1),
        source="Art. 21",
        actor=grant.officer,
    )

    plan = operations.plan(grant.project, count=2, actor=grant.officer)

    assert (plan.fund_cents, plan.ceiling_cents) == (MAX * 5 // 100, MAX * 8 // 10)
    payment = operations.pre_finance(grant.project, actor=grant.officer)
    assert payment.amount_cents == HALF - MAX * 5 // 100


def test_a_report_starts_the_clock_and_a_return_lets_it_stand_still(session):
    grant = a_pre_financed_grant()
    first = report(grant, 1, _1_PERSONNEL=4_000_000)
    assert first.due_on == first.received_on + timedelta(days=90)

    with at(first.received_on + timedelta(days=5)):
        operations.send_back(first, reason="The timesheets are missing.", actor=grant.officer)
    with at(first.received_on + timedelta(days=25)):
        again = operations.submit(
            first,
            report="With timesheets.",
            claims={grant.line("1-PERSONNEL"): 3_500_000},
            actor=grant.cast.coordinator,
        )

    assert again.due_on == again.received_on + timedelta(days=110)
    assert [claim.claimed_cents for claim in again.claims] == [3_500_000]
    with at(again.received_on + timedelta(days=30)):
        decided = operations.accept(again, accepted={}, reasons={}, actor=grant.officer)
    payment = db.session.get(Payment, decided.payment_id)
    assert (payment.due_on, payment.limit_days) == (again.due_on, 90)


def test_an_interim_payment_is_the_share_of_what_is_accepted(session):
    grant = a_pre_financed_grant()
    report(grant, 1, _1_PERSONNEL=4_000_000, _2_TRAVEL=1_000_000)
    line = grant.line("1-PERSONNEL")

    decided = accept(
        grant, 1, accepted={line: 3_000_000}, reasons={line: "One invoice is of another project."}
    )

    eligible = 4_000_000 + 1_000_000  # 25 % of indirect costs on 4 000 000
    assert grant.period(1).eligible_cents == eligible
    assert (decided.kind, decided.earned_cents) == (Kind.INTERIM, eligible * 7 // 10)
    payment = db.session.get(Payment, decided.payment_id)
    assert (payment.purpose, payment.amount_cents) == (Purpose.INTERIM, eligible * 7 // 10)
    assert [step["code"] for step in decided.steps] == [
        "direct", "indirect", "eligible", "share", "room", "interim",
    ]  # fmt: skip


def test_interim_payments_stop_at_the_ceiling_and_the_balance_pays_the_rest(session):
    grant = a_pre_financed_grant()
    report(grant, 1, _1_PERSONNEL=80_000_000)
    first = accept(grant, 1)
    assert first.paid_out_cents == CEILING - HALF
    execute(grant, db.session.get(Payment, first.payment_id))
    report(grant, 2)

    last = accept(grant, 2)

    assert (last.kind, last.paid_out_cents) == (Kind.BALANCE, MAX - CEILING)
    execute(grant, db.session.get(Payment, last.payment_id))
    assert held(grant) == {"committed": 0, "bound": 0, "certified": 0, "paid": MAX}
    assert ledger.mismatches() == []


def test_a_balance_below_what_was_paid_becomes_a_recovery_and_frees_the_call(session):
    grant = a_pre_financed_grant(1)
    advance = grant.plan.pre_financing_cents
    report(grant, 1, _1_PERSONNEL=10_000_000)

    decided = accept(grant, 1)

    final = 10_000_000 * 5 // 4 * 7 // 10
    assert (decided.paid_out_cents, decided.give_back_cents) == (0, advance - final)
    found = db.session.query(Recovery).one()
    assert (found.cause, found.amount_cents) == (Cause.BALANCE, advance - final)
    assert found.debtor_id == grant.project.coordinator_id
    assert held(grant) == {"committed": 0, "bound": 0, "certified": 0, "paid": advance}


def test_the_balance_waits_until_every_payment_is_at_its_end(session):
    grant = a_pre_financed_grant(1, paid=False)
    report(grant, 1, _1_PERSONNEL=10_000_000)

    said = refused(accept, grant, 1)

    assert asked.of_subject(f"{grant.project.ref}/0")[0].ref in said


def test_what_a_payment_given_up_left_behind_is_paid_with_the_balance(session):
    grant = a_pre_financed_grant(1, paid=False)
    payment = asked.of_subject(f"{grant.project.ref}/0")[0]
    payments.cancel(payment, reason="The coordinator asked us to wait.", actor=grant.officer)
    report(grant, 1, _1_PERSONNEL=10_000_000)

    decided = accept(grant, 1)

    final = 10_000_000 * 5 // 4 * 7 // 10
    assert decided.paid_out_cents == final
    assert held(grant) == {"committed": 0, "bound": 0, "certified": final, "paid": 0}


def test_reports_come_in_order_after_their_period_and_from_the_coordinator(session):
    grant = a_pre_financed_grant()
    first, second = grant.period(1), grant.period(2)
    with at(first.ends_on):
        given = {"report": "", "claims": {}, "actor": grant.cast.coordinator}
        assert "ends on" in refused(operations.submit, first, **given)
    with at(second.ends_on + timedelta(days=1)):
        assert "earlier" in refused(operations.submit, second, **given)
        with pytest.raises(NotAllowed):
            operations.submit(first, report="", claims={}, actor=grant.cast.partner)
    with pytest.raises(IllegalStep):
        operations.accept(first, accepted={}, reasons={}, actor=grant.officer)


def test_costs_are_claimed_on_lines_of_the_project_and_support_as_far_as_it_was_paid(session):
    grant, other = a_pre_financed_grant(), a_grant()
    period = grant.period(1)
    given = {"report": "", "actor": grant.cast.coordinator}

    with at(period.ends_on + timedelta(days=1)):
        foreign = refused(operations.submit, period, claims={other.line("VOUCHERS"): 1}, **given)
        unpaid = refused(operations.submit, period, claims={grant.line("VOUCHERS"): 1}, **given)
        flat = refused(operations.submit, period, claims={grant.line("1-INDIRECT"): 1}, **given)

    assert "lines of this project" in foreign
    assert "third parties" in unpaid
    assert "computed" in flat


def test_who_sent_the_report_and_the_consortium_do_not_decide(session):
    grant = a_pre_financed_grant()
    period = report(grant, 1, _1_PERSONNEL=1_000_000)
    inside = acting(grant.cast.people[1], Role.OFFICER)

    for verb, given in (
        ("accept", {"accepted": {}, "reasons": {}}),
        ("send_back", {"reason": "x"}),
    ):
        with pytest.raises(NotAllowed):
            getattr(operations, verb)(period, **given, actor=inside)


def test_nothing_moves_while_the_project_is_suspended(session):
    grant = a_pre_financed_grant()
    report(grant, 1, _1_PERSONNEL=1_000_000)
    projects.suspend(grant.project, reason="a doubt", actor=grant.officer)

    assert "in force" in refused(accept, grant, 1)


def test_one_payment_is_live_for_each_period_and_one_refused_is_asked_for_again(session):
    grant = a_pre_financed_grant(paid=False)
    payment = asked.of_subject(f"{grant.project.ref}/0")[0]
    payments.refuse(payment, reason="not convinced", actor=grant.circuit.verifier)

    again = payments.request_again(payment, actor=grant.officer)

    assert (again.subject, again.purpose) == (payment.subject, Purpose.PRE_FINANCING)
    assert [each.payment.ref for each in queries.standings(grant.project, grant.plan)] == [
        again.ref
    ]
    assert again.state is PaymentState.REQUESTED


def test_the_coordinator_and_the_officers_are_told(session, mails):
    grant = a_pre_financed_grant()
    report(grant, 1, _1_PERSONNEL=1_000_000)
    accept(grant, 1)

    told = [mail.subject for mail in mails(to=grant.cast.people[0].email)]
    assert any("pre-financing" in subject for subject in told)
    assert any("report is accepted" in subject for subject in told)
    officers = [mail.subject for mail in mails() if "report has arrived" in mail.subject]
    assert officers


def test_the_desk_asks_for_what_waits(session):
    grant = a_planned_grant()
    assert [task.ref for task in queries.tasks_for(grant.officer)] == [grant.project.ref]
    execute(grant, operations.pre_finance(grant.project, actor=grant.officer))
    first = grant.period(1)
    with at(first.ends_on + timedelta(days=1)):
        assert [task.ref for task in queries.tasks_for(grant.cast.coordinator)] == [first.ref]
    with at(grant.period(2).ends_on + timedelta(days=1)):
        assert [task.ref for task in queries.tasks_for(grant.cast.coordinator)] == [first.ref]
    report(grant, 1)

    assert [task.ref for task in queries.tasks_for(grant.officer)] == [first.ref]
    assert queries.tasks_for(grant.cast.coordinator) == []
    assert grant.period(1).state is State.SUBMITTED
