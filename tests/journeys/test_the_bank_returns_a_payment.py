"""A batch is paid, the bank returns one of its payments, and that one is asked for again."""

from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, reading
from portal.core.i18n import p_
from portal.ledger import queries as ledger
from portal.payments.models import Payment
from portal.payments.states import LIFE, Action, State
from tests.payments.answers.builders import a_booking, a_statement


def the_payment(**wanted):
    """A payment as it stands now, read outside any page."""
    with reading():
        return db.session.scalars(
            select(Payment).filter_by(**wanted).order_by(Payment.id.desc())
        ).first()


def test_a_returned_payment_is_paid_again(told, person):
    sent, day = the_payment(state=State.SENT), clock.today().isoformat()
    accountant = person("accountant@example.org")
    statement = a_statement(
        a_booking(sent.ref, sent.net_cents, day=day, reference="D1"),
        a_booking(sent.ref, sent.net_cents, day=day, reference="R1", code="AC04"),
    )

    accountant.go("/bank-files/take-in")
    accountant.attach("File of the bank", "statement.xml", statement, "application/xml")
    accountant.press("Import", within="main form")
    accountant.sees(p_("bank", "Executed"), p_("bank", "Returned"), "the account is closed")
    officer = person("officer@example.org").go(f"/payments/{sent.ref}")
    officer.sees(LIFE.badge(State.RETURNED).label, "the account is closed")
    officer.press(LIFE.labels[Action.REQUEST_AGAIN])

    again = the_payment(subject=sent.subject)
    payee = person("firm4@example.org").go(f"/payments/{again.ref}")
    payee.sees(sent.ref, LIFE.badge(State.REQUESTED).label)
    assert (again.replaces_id, again.state) == (sent.id, State.REQUESTED)
    with reading():
        assert ledger.mismatches() == []
