"""Pages of payments: what each person finds there, and what a form does."""

import pytest
from sqlalchemy import event

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.payments import operations, queries
from portal.payments.answers import operations as answers
from portal.payments.states import State
from portal.web import respond
from tests.ledger.builders import a_line
from tests.payments.answers.builders import a_report, a_status
from tests.payments.builders import (
    a_change,
    a_circuit,
    a_payee,
    a_payment,
    a_person,
    an_account,
)
from tests.reading import read_pdf

READER = Role.AUDITOR


def reload(payment):
    db.session.expire_all()
    return queries.by_ref(payment.ref)


@pytest.fixture
def statements(session):
    """How many statements a request costs."""
    counted = []
    connection = session.connection()

    def count(*_arguments) -> None:
        counted.append(1)

    event.listen(connection, "before_cursor_execute", count)
    yield counted
    event.remove(connection, "before_cursor_execute", count)


def test_the_desk_shows_counts_sums_and_legal_dates(sign_in_as):
    payment = a_payment(cents=39_000)

    page = sign_in_as(a_person(READER)).page("/payments?state=requested")

    assert payment.ref in page.text
    assert "€390.00" in page.text
    assert "Total of the list" in page.text


def test_the_desk_costs_the_same_for_few_and_many_payments(sign_in_as, statements):
    people, line = a_circuit(), a_line(1_000_000)
    client = sign_in_as(a_person(READER))
    costs = []
    for more in (1, 20):
        for _ in range(more):
            a_payment(circuit=people, line=line, cents=100)
        db.session.commit()
        statements.clear()
        client.get("/payments")
        costs.append(len(statements))

    assert costs[0] == costs[1] <= 9


def test_people_of_the_payee_find_their_payment_without_the_names_of_officers(sign_in_as):
    member, people = a_person(language="en"), a_circuit()
    payment = a_payment(State.VERIFIED, circuit=people, payee=a_payee(members=(member,)))
    client = sign_in_as(member)

    listed, shown = client.page("/payments"), client.page(f"/payments/{payment.ref}")

    assert payment.ref in listed.text
    assert "Legal date" in shown.text
    assert "FR14 2004 1010 0505 0001 3M02 606" in shown.text
    assert people.verifier.name not in shown.text


def test_who_asked_does_not_see_the_account_number(sign_in_as):
    requester = a_person(Role.MANAGER)
    payment = a_payment(circuit=a_circuit_with(requester))

    shown = sign_in_as(requester).page(f"/payments/{payment.ref}")

    assert "FR14 2004" not in shown.text


def a_circuit_with(requester):
    from dataclasses import replace  # noqa: PLC0415

    from tests.payments.builders import acting  # noqa: PLC0415

    return replace(a_circuit(), requester=acting(requester, Role.MANAGER))


def test_a_stranger_does_not_learn_that_a_payment_exists(sign_in_as):
    payment = a_payment()

    sign_in_as(a_person()).page(f"/payments/{payment.ref}", status=404)


def test_a_verifying_officer_verifies_with_one_button(sign_in_as):
    payment = a_payment()
    client = sign_in_as(a_person(Role.VERIFIER))
    page = client.page(f"/payments/{payment.ref}")

    assert f"/payments/{payment.ref}/verify" in [form.action for form in page.forms]
    answer = client.post(f"/payments/{payment.ref}/verify")

    assert answer.status_code == 303
    assert reload(payment).state is State.VERIFIED


def test_a_step_that_was_already_taken_answers_409(sign_in_as):
    payment = a_payment(State.VERIFIED)

    answer = sign_in_as(a_person(Role.VERIFIER)).post(f"/payments/{payment.ref}/verify")

    assert answer.status_code == 409


def test_the_requester_is_told_why_they_may_not_verify(sign_in_as):
    requester = a_person(Role.MANAGER, Role.VERIFIER)
    payment = a_payment(circuit=a_circuit_with(requester))

    answer = sign_in_as(requester).post(f"/payments/{payment.ref}/verify")

    assert answer.status_code == 403
    assert "Different people must request" in answer.text


def test_a_batch_is_looked_at_before_it_is_released(sign_in_as):
    people = a_circuit()
    payments = [a_payment(State.AUTHORISED, circuit=people, cents=cents) for cents in (100, 250)]
    client = sign_in_as(a_person(Role.ACCOUNTANT))
    chosen = "&".join(f"ref={payment.ref}" for payment in payments)

    preview = client.page(f"/payments/send?{chosen}")
    form = next(form for form in preview.forms if form.method == "post" and "refs" in form.data())
    answer = client.post("/payments/send", data=form.data())

    assert "€3.50" in preview.text
    assert answer.status_code == 303
    assert {reload(payment).state for payment in payments} == {State.SENT}
    assert "€3.50" in client.page(answer.location).text


def test_what_changed_since_the_preview_is_not_released(sign_in_as):
    payment = a_payment(State.AUTHORISED, cents=100)
    sent = {"refs": payment.ref, "seen_count": "1", "seen_total_cents": "99"}

    answer = sign_in_as(a_person(Role.ACCOUNTANT)).post("/payments/send", data=sent)

    assert answer.status_code == 422
    assert "changed since you looked" in answer.text
    assert reload(payment).state is State.AUTHORISED


@pytest.mark.parametrize("path", ["/payments/verify", "/payments/authorise", "/payments/send"])
def test_choosing_nothing_leads_back_to_the_list(sign_in_as, path):
    page = sign_in_as(a_person(READER, Role.OFFICER)).page(path)

    assert "No payment was chosen" in page.text


def test_several_payments_are_verified_together(sign_in_as):
    payments = [a_payment(), a_payment()]
    client = sign_in_as(a_person(Role.VERIFIER))

    refs = ",".join(payment.ref for payment in payments)
    answer = client.post("/payments/verify", data={"refs": refs})

    assert answer.status_code == 303
    assert {reload(payment).state for payment in payments} == {State.VERIFIED}


def test_a_refusal_wants_a_reason(sign_in_as):
    payment = a_payment()
    client = sign_in_as(a_person(Role.VERIFIER))

    nothing = client.post(f"/payments/{payment.ref}/refuse", data={"reason": " "})
    something = client.post(f"/payments/{payment.ref}/refuse", data={"reason": "No proof."})

    assert nothing.status_code == 422
    assert 'id="reason-error"' in nothing.text
    assert something.status_code == 303
    assert reload(payment).refused_reason == "No proof."


def test_a_batch_is_settled_with_the_day_of_the_bank(sign_in_as):
    payment = a_payment(State.SENT)
    client = sign_in_as(a_person(Role.ACCOUNTANT))
    address = f"/payment-batches/{reload(payment).batch.ref}/settle"

    wrong = client.post(address, data={"executed_on": "2019-01-01"})
    right = client.post(address, data={"executed_on": clock.today().isoformat()})

    assert wrong.status_code == 422
    assert right.status_code == 303
    assert reload(payment).executed_on == clock.today()
    assert client.get(address).status_code == 409


def test_the_payment_order_is_a_pdf_in_the_readers_language(sign_in_as):
    payment = a_payment(State.SENT, cents=39_000)
    client = sign_in_as(a_person(READER, language="fr"))

    answer = client.get(f"/payment-batches/{reload(payment).batch.ref}/order")

    assert answer.mimetype == "application/pdf"
    assert read_pdf(answer.data).has("390,00 €")


def test_a_failed_payment_leads_to_the_one_that_stands_in_for_it(sign_in_as):
    payment = a_payment(State.RETURNED)
    client = sign_in_as(a_person(Role.OFFICER))

    answer = client.post(f"/payments/{payment.ref}/request-again")

    assert answer.status_code == 303
    new = answer.location.rpartition("/")[2]
    assert new in client.page(f"/payments/{payment.ref}").text
    assert payment.ref in client.page(f"/payments/{new}").text


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_page(sign_in_as, state):
    payment = a_payment(state)

    page = sign_in_as(a_person(*Role)).page(f"/payments/{payment.ref}")

    assert "Where it stands" in page.text


@pytest.mark.parametrize(
    "path", ["/payments?state=nonsense", "/payments?page=9", "/payments?q=%25"]
)
def test_odd_addresses_get_an_answer(sign_in_as, path):
    answer = sign_in_as(a_person(READER)).get(path)

    assert answer.status_code in (200, 422)


def test_batches_are_listed_with_where_their_payments_stand(sign_in_as):
    payment = a_payment(State.EXECUTED, cents=39_000)

    page = sign_in_as(a_person(READER)).page("/payment-batches")

    assert reload(payment).batch.ref in page.text
    assert "€390.00" in page.text


def test_an_amended_payment_says_that_its_signatures_are_void(sign_in_as):
    payment = a_payment(State.AUTHORISED, cents=39_000)
    client = sign_in_as(a_person(Role.OFFICER))
    address = f"/payments/{payment.ref}/amend"

    more = client.post(address, data={"amount_cents": "390.01", "reason": "A slip."})
    less = client.post(address, data={"amount_cents": "380.00", "reason": "A slip."})

    assert more.status_code == 422
    assert 'id="amount_cents-error"' in more.text
    assert "390.01" in more.text
    assert less.status_code == 303
    for page in (client.page(less.location), client.page(f"/payments/{payment.ref}")):
        assert "Signatures void: amount changed from €390.00 to €380.00." in page.text
    assert client.post(address, data={}).status_code == 409


def test_a_batch_shows_its_payments_page_by_page(sign_in_as, monkeypatch):
    people = a_circuit()
    payments = [a_payment(State.AUTHORISED, circuit=people) for _ in range(3)]
    batch = operations.send(*payments, actor=people.accountant)
    refs = sorted(payment.ref for payment in payments)
    monkeypatch.setattr(respond, "ROWS", 2)
    client = sign_in_as(a_person(READER))

    first = client.page(f"/payment-batches/{batch.ref}").text
    second = client.page(f"/payment-batches/{batch.ref}?page=2").text

    assert [ref in first for ref in refs] == [True, True, False]
    assert [ref in second for ref in refs] == [False, False, True]


def test_an_acceptance_with_a_change_raises_an_alert(sign_in_as):
    people = a_circuit()
    payment = a_payment(State.SENT, circuit=people)
    report = a_report(a_status(payment.ref, "ACWC"))
    answers.take_in((report, "report.xml"), actor=people.accountant)

    page = sign_in_as(a_person(READER)).page(f"/payments/{payment.ref}")

    assert "accepted this payment with a change" in page.text
    assert "Accepted by the bank" in page.text


def test_a_held_payment_says_why_and_offers_no_signature(sign_in_as):
    payee = a_payee()
    payment = a_payment(payee=payee)
    a_change(payee)
    client = sign_in_as(a_person(Role.VERIFIER))

    page = client.page(f"/payments/{payment.ref}")
    listed = client.page("/payments?state=requested")
    tried = client.post(f"/payments/{payment.ref}/verify")

    assert "another bank account is proposed for the payee" in page.text
    assert f"/payments/{payment.ref}/verify" not in [form.action for form in page.forms]
    assert "Held: account being changed" in listed.text
    assert f"Choose {payment.ref}" not in listed.text
    assert not any("ref" in form.data() for form in listed.forms)
    assert tried.status_code == 422
    assert reload(payment).state is State.REQUESTED


def test_a_batch_leaves_without_the_payments_that_cannot_go(sign_in_as):
    people = a_circuit()
    going = a_payment(State.AUTHORISED, circuit=people)
    payee, abroad = a_payee(), a_payee(with_account=False)
    an_account(abroad, iban="TR330006100519786457841326", bic=None)
    held = a_payment(State.AUTHORISED, circuit=people, payee=payee)
    unreachable = a_payment(State.AUTHORISED, circuit=people, payee=abroad)
    a_change(payee)
    client = sign_in_as(a_person(Role.ACCOUNTANT))
    refs = "&".join(f"ref={payment.ref}" for payment in (going, held, unreachable))

    page = client.page(f"/payments/send?{refs}")
    form = next(form for form in page.forms if form.method == "post" and "refs" in form.data())
    answer = client.post("/payments/send", data=form.data())
    nothing = client.page(f"/payments/send?ref={held.ref}")

    assert "Payments set aside" in page.text
    assert "not reached by a SEPA transfer" in page.text
    assert answer.status_code == 303
    states = [reload(payment).state for payment in (going, held, unreachable)]
    assert states == [State.SENT, State.AUTHORISED, State.AUTHORISED]
    assert "None of the payments you chose can go on now" in nothing.text
