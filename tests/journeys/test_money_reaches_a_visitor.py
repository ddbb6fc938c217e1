"""One real euro on its way: approved, agreed, validated, carried to the bank, and on paper."""

import re

from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, reading
from portal.exchanges.models import Exchange
from portal.exchanges.states import State
from portal.ledger import queries as ledger
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState
from portal.projects.models import Project
from tests.reading import read_pdf


def the_visit(state):
    """Reference of the first visit of the story in this state, with its paying project's."""
    with reading():
        query = select(Exchange.ref, Project.ref).join(Project, Project.id == Exchange.project_id)
        found = query.where(Exchange.state == state, Project.acronym == "AEROLINK")
        return db.session.execute(found.order_by(Exchange.id)).first()


def the_payment(subject):
    """Reference of the payment for a subject that is not over."""
    with reading():
        return db.session.scalars(
            select(Payment.ref).where(
                Payment.subject == subject, Payment.state != PaymentState.CANCELLED
            )
        ).first()


def test_a_signed_visit_is_approved_and_its_agreement_concluded(told, person):
    ref, _project = the_visit(State.SIGNED)
    coordinator = person("coordinator@example.org")

    coordinator.go(f"/exchanges/{ref}/approve").press("Approve", within="main form")
    visitor = person("applicant@example.org").go(f"/exchanges/{ref}/accept-agreement")
    visitor.tick("I have read the financial agreement and accept it.")
    visitor.press("Accept", within="main form")
    coordinator.go(f"/exchanges/{ref}/conclude")
    coordinator.tick("I conclude the financial agreement for the partnership.")
    coordinator.press("Conclude the agreement", within="main form")

    with reading():
        visit = db.session.scalars(select(Exchange).where(Exchange.ref == ref)).one()
        assert visit.state is State.AGREED
        assert ledger.mismatches() == []


def test_a_reported_visit_is_validated_paid_and_printed(told, person):
    ref, project = the_visit(State.REPORTED)

    coordinator = person("coordinator@example.org").go(f"/exchanges/{ref}/validate")
    coordinator.tick("I have checked the days, the place and the evidence.")
    coordinator.press("Validate", within="main form")
    payment = the_payment(ref)
    person("verifier@example.org").go(f"/payments/{payment}").press("Verify the payment")
    person("authoriser@example.org").go(f"/payments/{payment}").press("Authorise the payment")
    accountant = person("accountant@example.org")
    accountant.go(f"/payments/send?ref={payment}").press("Send to the bank", within="main form")
    accountant.go(f"/payments/{payment}/settle")
    accountant.fill("Execution date", clock.today().isoformat())
    accountant.press("Record the execution", within="main form")
    auditor = person("auditor@example.org")
    auditor.go(f"/projects/{project}/budget")
    shown = re.findall(r"[0-9a-f]{64}", auditor.text)[0]
    content = auditor.download("Export the budget")

    with reading():
        paid = db.session.scalars(select(Payment).where(Payment.ref == payment)).one()
        assert paid.state is PaymentState.EXECUTED
        assert ledger.mismatches() == []
    assert content.startswith(b"%PDF-")
    printed = read_pdf(content)
    assert shown in re.sub(r"\s", "", str(printed))
    assert ref in str(printed)


def test_the_requester_of_a_payment_is_offered_no_second_signature(told, person):
    with reading():
        payment = db.session.scalars(
            select(Payment.ref).where(Payment.state == PaymentState.VERIFIED)
        ).first()

    verifier = person("verifier@example.org").go(f"/payments/{payment}")

    assert not verifier.can_press("Authorise the payment")
    assert not verifier.can_press("Verify the payment")
