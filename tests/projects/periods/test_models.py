"""What the database itself refuses about the payments of a grant."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.refusals import refusal
from portal.ledger import effects
from portal.payments.models import Payment
from portal.projects.periods.models import GrantInstalment
from portal.projects.periods.states import Kind
from tests.projects.periods.builders import a_pre_financed_grant, accept, report

#: The grant of the builders, its pre-financing over two periods, and its ceiling.
MAX, HALF = 59_500_000, 29_750_000
CEILING = MAX * 9 // 10


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reporting_period SET report = 'Another'",
        "DELETE FROM reporting_period WHERE state = 'accepted'",
        "UPDATE cost_claim SET claimed_cents = claimed_cents + 1",
        "DELETE FROM cost_claim",
        "UPDATE grant_instalment SET earned_cents = 1",
    ],
)
def test_an_accepted_report_and_its_decision_are_never_changed(session, change):
    grant = a_pre_financed_grant(1)
    report(grant, 1, _1_PERSONNEL=10_000_000)
    accept(grant, 1)

    with pytest.raises(IntegrityError) as refusing, db.session.begin_nested():
        db.session.execute(text(change))

    assert isinstance(refusal(refusing.value), RuleBroken)


def test_the_database_pays_no_more_than_the_ceiling_and_the_grant(session):
    grant = a_pre_financed_grant()
    plan, period = grant.plan, grant.period(1)

    def earn(kind: Kind, cents: int) -> None:
        db.session.add(
            GrantInstalment(
                plan_id=plan.id,
                number=1,
                kind=kind,
                period_id=period.id,
                earned_cents=cents,
                paid_out_cents=0,
                steps=[],
                decided_by_id=grant.officer.id,
                decided_at=plan.planned_at,
            )
        )
        db.session.flush()

    for kind, most in ((Kind.INTERIM, CEILING - HALF), (Kind.BALANCE, MAX - HALF)):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            earn(kind, most + 1)
        db.session.expire_all()


@pytest.mark.parametrize(
    ("purpose", "more"), [("interim", CEILING - HALF + 1), ("balance", MAX - HALF + 1)]
)
def test_the_database_lets_no_payment_go_beyond_the_grant(session, purpose, more):
    grant = a_pre_financed_grant()
    columns = [c.name for c in Payment.__table__.columns if c.name not in ("id", "ref")]
    taken = {"amount_cents": str(more), "purpose": f"'{purpose}'", "state": "'requested'"}
    taken |= {"subject": f"'{grant.project.ref}/1'", "replaces_id": "NULL", "executed_on": "NULL"}
    signed = ("verified", "authorised", "sent", "accepted", "batch")
    taken |= {c: "NULL" for c in columns if c.startswith(signed)}
    about = {"subject": grant.project.ref, "why": "", "actor": grant.officer}
    for move in (effects.commit, effects.bind, effects.certify):
        move(grant.plan.line_id, MAX, **about)
    values = ", ".join(taken.get(column, column) for column in columns)
    names = ", ".join(columns)

    with pytest.raises(IntegrityError) as refusing, db.session.begin_nested():
        db.session.execute(
            text(
                f"INSERT INTO payment (ref, {names}) SELECT 'PAY-2026-9999', {values} FROM payment"
            )
        )

    assert "grant_within_maximum" in str(refusing.value)
