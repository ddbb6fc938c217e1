"""Pages of recoveries: what each person finds there, and what a form does."""

import pytest

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.payments.recoveries import queries
from portal.payments.recoveries.states import State
from tests.payments.builders import a_payment, a_person
from tests.payments.recoveries.builders import (
    a_crew,
    a_paid_payment,
    a_recovery,
    days_later,
)
from tests.reading import read_pdf


def somebody(crew, who):
    """The person behind an actor of the crew."""
    from portal.accounts import queries as accounts  # noqa: PLC0415

    return accounts.by_id(getattr(crew, who).id)


def reload(recovery):
    db.session.expire_all()
    return queries.by_ref(recovery.ref)


def test_an_officer_drafts_from_the_page_of_the_payment(sign_in_as):
    crew = a_crew()
    payment = a_paid_payment(crew)
    client = sign_in_as(somebody(crew, "officer"))
    assert f"/payments/{payment.ref}/recover" in client.get(f"/payments/{payment.ref}").text

    data = {"cause": "error", "amount_cents": "390.01", "reason": "Paid twice"}
    refused = client.post(f"/payments/{payment.ref}/recover", data=data)
    assert refused.status_code == 422
    assert "390.01" in refused.text
    assert "Paid twice" in refused.text
    answer = client.post(
        f"/payments/{payment.ref}/recover", data={**data, "amount_cents": "390.00"}
    )

    assert answer.status_code == 303
    (recovery,) = queries.of_payment(payment.id)
    assert recovery.amount_cents == 39_000
    assert recovery.ref in client.page(f"/payments/{payment.ref}").text


@pytest.mark.parametrize("amount", ["", "abc", "-1", "0", "1,00.0"])
def test_a_wrong_amount_is_explained(sign_in_as, amount):
    crew = a_crew()
    payment = a_paid_payment(crew)

    answer = sign_in_as(somebody(crew, "officer")).post(
        f"/payments/{payment.ref}/recover",
        data={"cause": "error", "amount_cents": amount, "reason": "Paid twice"},
    )

    assert answer.status_code == 422
    assert "Paid twice" in answer.text


def test_the_debtor_sees_and_comments_once_it_is_told(sign_in_as):
    crew = a_crew()
    recovery = a_recovery(crew=crew)
    debtor, officer = sign_in_as(somebody(crew, "debtor")), sign_in_as(somebody(crew, "officer"))
    debtor.page(f"/recoveries/{recovery.ref}", status=404)
    assert recovery.ref not in debtor.page("/recoveries").text

    assert officer.post(f"/recoveries/{recovery.ref}/inform").status_code == 303
    shown = debtor.page(f"/recoveries/{recovery.ref}")
    assert "Comments possible until" in shown.text
    assert "What happened" not in shown.text
    answer = debtor.post(f"/recoveries/{recovery.ref}/contest", data={"comment": "Not so."})

    assert answer.status_code == 303
    assert reload(recovery).state is State.CONTESTED
    assert "Not so." in officer.page(f"/recoveries/{recovery.ref}").text
    assert recovery.ref in officer.page("/").text


def test_a_stranger_does_not_learn_that_a_recovery_exists(sign_in_as):
    recovery = a_recovery(State.ISSUED)

    sign_in_as(a_person()).page(f"/recoveries/{recovery.ref}", status=404)
    sign_in_as(a_person()).page(f"/recoveries/{recovery.ref}/note/en", status=404)


def test_the_debit_note_is_there_in_both_languages(sign_in_as):
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    client = sign_in_as(somebody(crew, "debtor"))

    for language in ("en", "fr"):
        answer = client.get(f"/recoveries/{recovery.ref}/note/{language}")
        assert recovery.ref in read_pdf(answer.data).text
    assert client.get(f"/recoveries/{recovery.ref}/note/de").status_code == 404


def test_a_receipt_too_big_keeps_what_was_typed(sign_in_as):
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew, cents=10_000)
    client = sign_in_as(somebody(crew, "accountant"))
    data = {
        "amount_cents": "100.01",
        "received_on": clock.today().isoformat(),
        "bank_reference": "FT 77",
    }

    refused = client.post(f"/recoveries/{recovery.ref}/receive", data=data)
    assert refused.status_code == 422
    assert "FT 77" in refused.text
    assert "€100.00 is still open" in refused.text
    data["amount_cents"] = "40.00"
    assert client.post(f"/recoveries/{recovery.ref}/receive", data=data).status_code == 303
    again = client.post(f"/recoveries/{recovery.ref}/receive", data=data)

    assert again.status_code == 422
    assert "entered already" in again.text
    assert reload(recovery).received_cents == 4_000


def test_a_set_off_is_seen_on_both_pages(sign_in_as):
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew, cents=10_000)
    later = a_payment(circuit=crew.circuit, payee=crew.organisation, cents=25_000)
    client = sign_in_as(somebody(crew, "accountant"))
    wrong = client.post(
        f"/recoveries/{recovery.ref}/net", data={"payment": "PAY-1999-0001", "amount_cents": "1.00"}
    )
    assert wrong.status_code == 422

    answer = client.post(
        f"/recoveries/{recovery.ref}/net", data={"payment": later.ref, "amount_cents": "60.00"}
    )

    assert answer.status_code == 303
    shown = client.page(f"/payments/{later.ref}").text
    assert recovery.ref in shown
    assert "The bank transfers €190.00." in shown
    assert later.ref in client.page(f"/recoveries/{recovery.ref}").text


def test_a_waiver_is_proposed_by_one_and_approved_by_another(sign_in_as):
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    officer, authoriser = (sign_in_as(somebody(crew, who)) for who in ("officer", "authoriser"))

    assert authoriser.post(f"/recoveries/{recovery.ref}/waive").status_code == 422
    data = {"reason": "Insolvent."}
    assert officer.post(f"/recoveries/{recovery.ref}/propose-waiver", data=data).status_code == 303
    assert officer.post(f"/recoveries/{recovery.ref}/waive").status_code == 403
    assert authoriser.post(f"/recoveries/{recovery.ref}/waive").status_code == 303

    assert reload(recovery).state is State.WAIVED
    assert authoriser.post(f"/recoveries/{recovery.ref}/waive").status_code == 409


def test_the_accountant_switches_interest_on_and_others_only_look(sign_in_as):
    data = {"valid_from": clock.today().isoformat(), "rate_bp": "7.25", "source": "ECB + 3.5"}
    auditor = sign_in_as(a_person(Role.AUDITOR))
    assert auditor.post("/recoveries/interest", data=data).status_code == 403
    accountant = sign_in_as(a_person(Role.ACCOUNTANT))
    early = accountant.post("/recoveries/interest", data={**data, "valid_from": "2020-01-01"})
    assert early.status_code == 422

    assert accountant.post("/recoveries/interest", data=data).status_code == 303

    assert "7.25%" in auditor.page("/recoveries/interest").text


def test_overdue_debit_notes_are_listed_and_wait_for_the_accountant(sign_in_as):
    crew = a_crew()
    recovery = a_recovery(State.ISSUED, crew=crew)
    accountant = somebody(crew, "accountant")
    for days, is_late in ((30, False), (31, True)):
        with clock.at(days_later(days)):
            client = sign_in_as(accountant)
            assert (recovery.ref in client.page("/recoveries?overdue=y").text) is is_late
            assert (recovery.ref in client.page("/").text) is is_late
