"""Two payments leave together, the bank returns one, and its payee follows it until it is paid."""

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.cli.story import money
from portal.core import clock, formats
from portal.core.db import db, reading
from portal.core.i18n import _, p_, use_locale
from portal.ledger import queries as ledger
from portal.ledger.states import Bucket
from portal.partners.models import Organisation
from portal.payments.models import Batch, Payment
from portal.payments.states import LIFE, Action, State
from portal.vouchers.models import Voucher
from tests.browser import Way
from tests.journeys.conftest import ONCE
from tests.payments.answers.builders import a_booking, a_report, a_statement, euros

#: Who speaks for Atelier Garonne, and reads their mail in French.
PAYEE = "applicant"
#: The step taken from the list, the state of the payments it is offered for, and who takes it.
CIRCUIT = (
    (Action.VERIFY, State.REQUESTED, "verifier"),
    (Action.AUTHORISE, State.VERIFIED, "authoriser"),
    (Action.SEND, State.AUTHORISED, "accountant"),
)
STILL_DUE = "The bank returned the money. It is still due."
ADVICE = (
    "Please check the bank account of your organisation. If it is wrong, propose the right one; "
    "once it is validated, the payment is requested again."
)


@pytest.fixture
def days(told):
    """days(2): it is ten o'clock, two days after the first day of the journey; gives the date."""
    first = clock.today() + timedelta(days=1)

    def come(after):
        day = first + timedelta(days=after)
        clock.move_to(datetime(day.year, day.month, day.day, 10, tzinfo=clock.BRUSSELS))
        return day

    return come


@pytest.fixture
def enter(app, client, person, way):
    """enter("officer"): somebody of the story, signed in for the day at a window kept open.

    The payee comes the way of the journey; everybody else in English, at a desk.
    """
    windows = {}

    def come_in(login):
        own = way if login == PAYEE else Way("en", "desktop", way.kind, axe=way.axe)
        windows[login] = windows.get(login) or person(own=own)
        with reading():
            user = db.session.scalars(select(User).filter_by(email=f"{login}@example.org")).one()
        probe = app.test_client()
        probe.carry(client.open_session(user))
        return windows[login].hold(probe)

    return come_in


class Standing(NamedTuple):
    """What is so of the money for one subject: its payments, cents paid, mails to the payee."""

    payments: list
    paid_cents: int
    mails: list


def first(query):
    """What the database holds now, read outside any page."""
    with reading():
        return db.session.scalars(query).first()


def the_payment(**wanted):
    """The newest payment of this kind, as it stands now."""
    return first(select(Payment).filter_by(**wanted).order_by(Payment.id.desc()))


def stands(asked, mails):
    """How things stand for the subject of a payment."""
    with reading():
        query = select(Payment.ref, Payment.state, Payment.executed_on, Payment.replaces_id)
        rows = db.session.execute(query.filter_by(subject=asked.subject).order_by(Payment.id))
        return Standing(
            [tuple(row) for row in rows],
            ledger.held_for(asked.line_id, asked.subject, Bucket.PAID),
            [mail.subject for mail in mails(to=f"{PAYEE}@example.org")],
        )


def said(somebody, formatted, value):
    """A day or an amount as this person reads it."""
    with use_locale(somebody.way.language):
        return formatted(value)


def what_the_payee_was_told(cents):
    """Subjects of the mails on one payment returned and one made, in the payee's language."""
    with use_locale("fr"):
        amount = formats.money(cents)
        return [
            str(_("The bank returned the payment of %(amount)s", amount=amount)),
            str(_("%(amount)s paid to your organisation", amount=amount)),
        ]


def an_instalment_is_asked_for(day):
    """The second milestone of the workshop's voucher is proved and accepted."""
    voucher = first(
        select(Voucher)
        .join(Organisation, Organisation.id == Voucher.holder_id)
        .where(Organisation.legal_name == "Atelier Garonne")
    )
    money.prove(voucher.ref, 2, day, PAYEE)
    money.review(voucher.ref, 2, day)
    return the_payment(subject=f"{voucher.ref}/2")


def sent_together(enter, *payments):
    """Three people choose the payments on the list, look at them and sign; gives batch and file."""
    total = sum(payment.amount_cents for payment in payments)
    for action, state, login in CIRCUIT:
        somebody = enter(login).go(f"/payments?state={state}")
        for payment in payments:
            somebody.tick(f"Choose {payment.ref}")
        somebody.press(f"{somebody.say(LIFE.labels[action])}: review the chosen payments")
        somebody.sees(*(payment.ref for payment in payments), "Either all of them are done")
        somebody.sees(said(somebody, formats.money, total))
        somebody.press(LIFE.labels[action], within="main form")
    batch = first(select(Batch).order_by(Batch.id.desc()))
    somebody.sees(f"Batch {batch.ref} is released.", said(somebody, formats.money, total))
    file = somebody.download("Bank file (XML)").decode()
    assert f"<CtrlSum>{euros(total)}</CtrlSum>" in file
    assert file.count("<EndToEndId>") == len(payments)
    assert all(f"<EndToEndId>{payment.ref}</EndToEndId>" in file for payment in payments)
    return batch


def taken_in(accountant, content):
    """The accountant imports a file of the bank."""
    accountant.go("/bank-files/take-in")
    accountant.attach("File of the bank", "bank.xml", content, "application/xml")
    return accountant.press("Import", within="main form")


def pays_one_and_returns_the_other(enter, paid, returned, booked):
    """The bank's statement on a batch of two, as accountant and payee read it; gives the file."""
    day = booked.isoformat()
    answer = a_statement(
        a_booking(paid.ref, paid.amount_cents, day=day, reference="D1"),
        a_booking(returned.ref, returned.amount_cents, day=day, reference="R1", code="AC06"),
    )
    accountant = taken_in(enter("accountant"), answer)
    accountant.sees(p_("bank", "Executed"), p_("bank", "Returned"), "the account is blocked")
    payee = enter(PAYEE).go("/").press(returned.ref)
    payee.sees(LIFE.badge(State.RETURNED).label, STILL_DUE, "the account is blocked", ADVICE)
    payee.press("Bank accounts of your organisation").sees("Atelier Garonne")
    return answer


def asked_for_again(enter, returned):
    """The officer finds the returned payment on the desk and asks again; gives the new payment."""
    officer = enter("officer").go("/").press(LIFE.labels[Action.REQUEST_AGAIN])
    officer.sees(returned.ref, "the account is blocked")
    officer.press(LIFE.labels[Action.REQUEST_AGAIN]).sees("The payment is requested again.")
    again = the_payment(subject=returned.subject)
    officer.sees(again.ref, "Replaces", returned.ref)
    assert not any(officer.can_press(LIFE.labels[action]) for action, *_rest in CIRCUIT)
    payee = enter(PAYEE).go(f"/payments/{returned.ref}").does_not_see(STILL_DUE, ADVICE)
    payee.sees(_("This payment came to nothing: %(ref)s takes its place.", ref=again.ref))
    payee.press(again.ref).sees("Replaces", returned.ref, LIFE.badge(State.REQUESTED).label)
    payee.sees(said(payee, formats.day, again.due_on))
    return again


def reads_that_it_arrived(payee, payment, paid_on):
    """The payee's last look: at the payment, and at what it was for."""
    due = said(payee, formats.day, payment.due_on)
    payee.go(f"/payments/{payment.ref}").sees(LIFE.badge(State.EXECUTED).label)
    payee.sees(_("Executed within the legal limit, which ended on %(day)s.", day=due))
    payee.press(payment.subject).sees(said(payee, formats.money, payment.amount_cents))
    payee.sees(_("Paid on %(day)s", day=said(payee, formats.day, paid_on)))


# The payee on a phone in French, then on a larger screen and the other database.
@pytest.mark.parametrize("way", ONCE, ids=str, indirect=True)
def test_a_payment_the_bank_returned_reaches_its_payee(told, days, enter, mails):
    other = the_payment(state=State.REQUESTED)
    asked = an_instalment_is_asked_for(days(0) - timedelta(days=1))
    began = stands(asked, mails)
    batch = sent_together(enter, asked, other)
    accountant = taken_in(enter("accountant"), a_report(batch=batch.ref, group="ACSP"))
    accountant.sees(p_("bank", "Accepted by the bank"), asked.ref, other.ref)
    payee = enter(PAYEE).go("/").sees("Your money", asked.ref, asked.subject)
    payee.sees(LIFE.badge(State.ACCEPTED_BY_BANK).label, said(payee, formats.day, asked.due_on))

    booked, _today = days(1), days(2)
    answer = pays_one_and_returns_the_other(enter, other, asked, booked)
    enter("accountant").go(f"/payment-batches/{batch.ref}").sees(LIFE.badge(State.RETURNED).label)
    assert stands(asked, mails).paid_cents == began.paid_cents

    days(5)
    again = asked_for_again(enter, asked)
    assert (again.replaces_id, again.amount_cents) == (asked.id, asked.amount_cents)
    assert again.due_on - asked.due_on == timedelta(days=4)
    assert sent_together(enter, again).ref != batch.ref

    paid_on = days(6)
    booking = a_booking(again.ref, again.amount_cents, day=paid_on.isoformat(), reference="D2")
    last = a_statement(booking, message="STM-2")
    accountant = taken_in(enter("accountant"), last).sees(p_("bank", "Executed"), again.ref)
    ended = stands(asked, mails), stands(other, mails)
    for told_before in (answer, last):
        taken_in(accountant, told_before).sees("Nothing was entered twice.")
        assert (stands(asked, mails), stands(other, mails)) == ended
    reads_that_it_arrived(enter(PAYEE), again, paid_on)

    ours, others = ended
    assert [state for _ref, state, *_rest in ours.payments] == [State.RETURNED, State.EXECUTED]
    assert [state for _ref, state, *_rest in others.payments] == [State.EXECUTED]
    assert ours.paid_cents == began.paid_cents + asked.amount_cents
    assert ours.mails[len(began.mails) :] == what_the_payee_was_told(asked.amount_cents)
    with reading():
        assert ledger.mismatches() == []
