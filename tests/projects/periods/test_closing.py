"""A grant is closed: settled when its agreement ended early, freed of what it needs no more."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.accounts.models import User
from portal.audit.queries import trail_of
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import effects as ledger
from portal.ledger import queries as books
from portal.ledger.states import Bucket
from portal.payments import queries as asked
from portal.payments.recoveries.models import Recovery
from portal.payments.recoveries.states import Cause
from portal.projects import operations as project_operations
from portal.projects import queries as projects
from portal.projects.periods import operations, policy, queries
from portal.projects.periods.states import Action, Kind
from portal.projects.states import State
from tests.projects.builders import a_cast, an_award, an_officer
from tests.projects.periods.builders import (
    START,
    Grant,
    a_grant,
    a_pre_financed_grant,
    accept,
    at,
    execute,
    report,
)
from tests.reading import own_form

OVER = START + timedelta(days=500)


def terminate(grant):
    with at(OVER):
        project_operations.terminate(grant.project, reason="Bankrupt", actor=grant.officer)


def close(grant, actor=None):
    with at(OVER + timedelta(days=1)):
        return operations.close(
            projects.by_ref(grant.project.ref),
            reason="The agreement ended early",
            actor=actor or grant.officer,
        )


def held(grant):
    assert books.mismatches() == []
    buckets = (Bucket.COMMITTED, Bucket.BOUND, Bucket.CERTIFIED, Bucket.PAID)
    return [queries.held(grant.plan, bucket) for bucket in buckets]


def refused(grant):
    with pytest.raises(RuleBroken) as broken, db.session.begin_nested():
        close(grant)
    return " ".join(str(fault.message) for fault in broken.value.faults)


def test_what_was_paid_and_never_reported_must_come_back_and_the_rest_is_free(session, mails):
    grant = a_pre_financed_grant()
    advance = grant.plan.pre_financing_cents
    terminate(grant)

    assert close(grant).state is State.CLOSED

    decided = queries.instalment(grant.plan.id, 1)
    assert (decided.kind, decided.paid_out_cents, decided.give_back_cents) == (
        Kind.BALANCE,
        0,
        advance,
    )
    (recovery,) = db.session.query(Recovery).all()
    assert (recovery.cause, recovery.amount_cents) == (Cause.BALANCE, advance)
    assert held(grant) == [0, 0, 0, advance]
    entry = next(one for one in trail_of(grant.project.ref) if one.verb == "project.close")
    assert entry.reason == "The agreement ended early"
    told = [mail for mail in mails() if "is closed" in mail.subject or "close" in mail.subject]
    assert told
    assert len({mail.recipient for mail in told}) == len(told)


def test_what_accepted_reports_earned_beyond_what_was_paid_is_still_due(session):
    grant = a_pre_financed_grant()
    report(grant, 1, _1_PERSONNEL=80_000_000)
    interim = accept(grant, 1)
    execute(grant, asked.of_subject(f"{grant.project.ref}/1")[0])
    terminate(grant)

    close(grant)

    final = min(grant.plan.max_grant_cents, 80_000_000 * 5 // 4 * 7 // 10)
    paid = grant.plan.pre_financing_cents + interim.paid_out_cents
    decided = queries.instalment(grant.plan.id, 2)
    assert (decided.paid_out_cents, decided.give_back_cents) == (final - paid, 0)
    assert held(grant) == [0, 0, final - paid, paid]
    assert asked.of_subject(f"{grant.project.ref}/2")[0].amount_cents == final - paid


def test_a_grant_is_closed_once_and_by_an_officer_outside_the_consortium(session):
    grant = a_pre_financed_grant()
    terminate(grant)
    with pytest.raises(NotAllowed):
        close(grant, grant.cast.coordinator)

    close(grant)

    with pytest.raises(IllegalStep):
        close(grant)


def test_a_grant_in_force_is_closed_after_its_balance_is_paid(session):
    grant = a_pre_financed_grant(1)
    assert "final report comes first" in refused(grant)
    report(grant, 1, _1_PERSONNEL=66_000_000)
    accept(grant, 1)
    payment = asked.of_subject(f"{grant.project.ref}/1")[0]
    assert payment.ref in refused(grant)
    execute(grant, payment)
    assert policy.available_for(grant.officer, grant.project, grant.plan) == (Action.CLOSE,)

    assert close(grant).state is State.CLOSED


def test_the_desk_of_the_officers_asks_for_it_until_it_is_done(session):
    grant = a_pre_financed_grant()
    assert queries.tasks_for(grant.officer) == []
    terminate(grant)

    (task,) = queries.tasks_for(grant.officer)
    assert (task.endpoint, task.values) == ("periods.close", {"ref": grant.project.ref})
    assert queries.tasks_for(grant.cast.coordinator) == []

    close(grant)
    assert queries.tasks_for(grant.officer) == []


def test_what_is_open_comes_first(session):
    grant = a_pre_financed_grant(paid=False)
    terminate(grant)
    line = grant.line("VOUCHERS")
    ledger.commit(line, 5_000, subject="VCH-2026-9999", why="", actor=grant.officer)

    said = refused(grant)

    assert asked.of_subject(f"{grant.project.ref}/0")[0].ref in said
    assert "€50.00 is still promised to third parties" in said


def test_a_grant_that_was_never_signed_is_freed_and_stays_terminated(session):
    cast = a_cast()
    grant = Grant(cast, an_award(cast, starts_on=START), an_officer())
    operations.plan(grant.project, count=2, actor=grant.officer)
    terminate(grant)

    assert close(grant).state is State.TERMINATED

    assert held(grant) == [0, 0, 0, 0]
    assert "nothing of the grant is set aside" in refused(grant)
    assert policy.available_for(grant.officer, grant.project, grant.plan) == ()


def test_a_terminated_project_without_a_plan_is_closed(session):
    grant = a_grant()
    terminate(grant)

    assert close(grant).state is State.CLOSED


def test_the_database_closes_no_grant_without_its_balance_and_opens_none_again(session):
    grant = a_pre_financed_grant()

    def refused_by_the_database(state):
        change = text("UPDATE project SET state = :state WHERE id = :id")
        with pytest.raises(DBAPIError, match="project_closing"), db.session.begin_nested():
            db.session.execute(change, {"state": state, "id": grant.project.id})

    refused_by_the_database("closed")
    terminate(grant)
    close(grant)
    db.session.flush()
    refused_by_the_database("signed")


def test_the_page_says_what_closing_comes_to_before_it_does(session, sign_in_as):
    grant = a_pre_financed_grant()
    terminate(grant)
    home = f"/projects/{grant.project.ref}/periods"
    with at(OVER):
        browser = sign_in_as(db.session.get_one(User, grant.officer.id))
        assert f"{home}/close" in browser.page(home).links
        page = browser.page(f"{home}/close")
        form = own_form(page)

        refused_page = browser.post(f"{home}/close", data=form.data())
        accepted = browser.post(f"{home}/close", data=form.data(reason="Bankrupt"))

    assert "€297,500.00" in page.text
    assert refused_page.status_code == 422
    assert accepted.status_code == 303
    assert projects.by_ref(grant.project.ref).state is State.CLOSED
