"""Pages about clocks: suspend, resume, limits."""

import pytest

from portal.core.actors import Role
from portal.payments import operations, queries
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person

WHY = "The invoice is missing. Please send it."


def test_a_suspension_wants_a_reason_and_keeps_what_was_typed(sign_in_as):
    payment = a_payment()
    client = sign_in_as(a_person(Role.OFFICER))
    address = f"/payments/{payment.ref}/suspend"

    nothing = client.post(address, data={"reason": " "})
    much = client.post(address, data={"reason": "too long " * 300})
    right = client.post(address, data={"reason": WHY})

    assert nothing.status_code == much.status_code == 422
    assert 'id="reason-error"' in nothing.text
    assert "too long too long" in much.text
    assert right.status_code == 303
    assert WHY in client.page(f"/payments/{payment.ref}").text


def test_a_suspended_payment_offers_to_be_resumed_and_nothing_to_sign(sign_in_as):
    people = a_circuit()
    payment = operations.suspend(a_payment(circuit=people), reason=WHY, actor=people.officer)
    client = sign_in_as(a_person(Role.VERIFIER))

    actions = [form.action for form in client.page(f"/payments/{payment.ref}").forms]
    verified = client.post(f"/payments/{payment.ref}/verify")
    together = client.post("/payments/verify", data={"refs": payment.ref})
    resumed = client.post(f"/payments/{payment.ref}/resume")
    again = client.post(f"/payments/{payment.ref}/resume")

    assert f"/payments/{payment.ref}/resume" in actions
    assert f"/payments/{payment.ref}/verify" not in actions
    assert verified.status_code == together.status_code == 422
    assert "must be resumed first" in together.text
    assert (resumed.status_code, again.status_code) == (303, 409)
    assert queries.by_ref(payment.ref).suspended_on is None


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ACCOUNTANT, 403), (Role.AUDITOR, 403), (Role.AUTHORISER, 303)]
)
def test_who_may_suspend(sign_in_as, role, status):
    payment = a_payment()

    answer = sign_in_as(a_person(role)).post(
        f"/payments/{payment.ref}/suspend", data={"reason": WHY}
    )

    assert answer.status_code == status


def test_the_desk_filters_by_clock_and_offers_no_suspended_payment_for_signing(sign_in_as):
    people = a_circuit()
    running = a_payment(circuit=people)
    waiting = operations.suspend(a_payment(circuit=people), reason=WHY, actor=people.officer)
    client = sign_in_as(a_person(Role.VERIFIER))

    page = client.page("/payments?clock=suspended")
    choice = client.get("/payments?state=requested")

    assert waiting.ref in page.text
    assert running.ref not in page.text
    assert f'value="{running.ref}"' in choice.text
    assert f'value="{waiting.ref}"' not in choice.text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_payee_reads_on_the_desk_and_on_the_page_what_to_do(sign_in_as, language):
    member, people = a_person(language=language), a_circuit()
    payment = a_payment(circuit=people, payee=a_payee(members=(member,)))
    operations.suspend(payment, reason=WHY, actor=people.officer)
    client = sign_in_as(member)
    to_do = {
        "en": "Please settle what the reason names",
        "fr": "Veuillez régler ce que le motif indique",
    }

    for address in ("/", f"/payments/{payment.ref}"):
        page = client.page(address)
        assert WHY in page.text
        assert to_do[language] in page.text


def test_an_officer_sets_a_limit_that_everyone_reads(sign_in_as):
    client = sign_in_as(a_person(Role.OFFICER))
    row = {"kind": "interim", "days": "60", "valid_from": "2026-01-01", "source": "Article 22"}

    wrong = client.post("/payment-limits/set-limit", data=row | {"days": "0"})
    unknown = client.post("/payment-limits/set-limit", data=row | {"kind": "bribe"})
    right = client.post("/payment-limits/set-limit", data=row)

    assert wrong.status_code == unknown.status_code == 422
    assert "Article 22" in wrong.text
    assert right.status_code == 303
    assert "Article 22" in sign_in_as(a_person()).page("/payment-limits").text
