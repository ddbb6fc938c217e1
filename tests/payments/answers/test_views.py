"""Bank files on pages, in both languages."""

from io import BytesIO

import pytest

from portal.core import clock
from portal.core.actors import Role
from portal.payments.states import State
from tests.payments.answers.builders import a_booking, a_statement
from tests.payments.builders import a_payment, a_person


def upload(browser, content):
    form = {"file": (BytesIO(content), "releve.xml")}
    return browser.post("/bank-files/take-in", data=form)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Executed"), ("fr", "le compte est clos")],
)
def test_a_statement_is_imported_and_shown_in_the_readers_language(
    session, sign_in_as, language, said
):
    sent, executed = a_payment(State.SENT), a_payment(State.EXECUTED)
    day = clock.today().isoformat()
    content = a_statement(
        a_booking(sent.ref, sent.amount_cents, day=day, reference="D1"),
        a_booking(executed.ref, executed.amount_cents, code="AC04", day=day, reference="R1"),
    )
    browser = sign_in_as(a_person(Role.ACCOUNTANT, language=language))

    answer = upload(browser, content)

    assert answer.status_code == 303
    page = browser.page(answer.location).text
    assert said in page
    assert sent.ref in page
    assert executed.ref in page
    assert (sent.state, executed.state) == (State.EXECUTED, State.RETURNED)


def test_a_damaged_file_is_refused_and_nothing_is_kept(session, sign_in_as):
    sent = a_payment(State.SENT)
    content = a_statement(a_booking(sent.ref, sent.amount_cents))[:-30]
    browser = sign_in_as(a_person(Role.ACCOUNTANT))

    answer = upload(browser, content)

    assert answer.status_code == 422
    assert "damaged, cut off, or not XML" in answer.text
    assert "No file of the bank has been imported yet." in browser.page("/bank-files").text


def test_an_unknown_payment_is_a_mistake_in_the_form(session, sign_in_as):
    browser = sign_in_as(a_person(Role.ACCOUNTANT))
    day = clock.today().isoformat()
    shown = upload(browser, a_statement(a_booking("RENT", 1000, day=day))).location

    answer = browser.post(f"{shown}/entries/1/attribute", data={"payment": "PAY-1999-0001"})

    assert answer.status_code == 422
    assert "There is no payment with this reference." in answer.text
    assert "PAY-1999-0001" in answer.text
