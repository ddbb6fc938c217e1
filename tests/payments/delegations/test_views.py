"""Pages of delegations."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.payments import queries as payments
from portal.payments.delegations import queries
from portal.payments.delegations.states import State
from portal.payments.states import State as PaymentState
from tests.payments.builders import a_payment, a_person
from tests.payments.delegations.builders import a_delegation


def typed(delegate, /, **overrides):
    today = clock.today()
    return {
        "role": "authoriser",
        "delegate": delegate.ref,
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=5)).isoformat(),
        "ceiling_cents": "1,000.00",
        "reason": "Annual leave.",
    } | overrides


def test_a_right_is_proposed_approved_and_used_from_the_pages(sign_in_as):
    owner, delegate = a_person(Role.AUTHORISER), a_person(Role.OFFICER)
    payment = a_payment(PaymentState.VERIFIED, cents=39_000)

    answer = sign_in_as(owner).post("/delegations/propose", data=typed(delegate))
    ref = answer.location.rpartition("/")[2]
    approved = sign_in_as(a_person(Role.ADMIN)).post(f"/delegations/{ref}/approve")
    client = sign_in_as(delegate)
    page = client.page(f"/payments/{payment.ref}")
    signed = client.post(f"/payments/{payment.ref}/authorise")

    assert (answer.status_code, approved.status_code, signed.status_code) == (303, 303, 303)
    assert f"You sign in the place of {owner.name}" in page.text
    after = client.page(f"/payments/{payment.ref}").text
    assert f"In the place of {owner.name}" in after
    assert ref in after


@pytest.mark.parametrize(
    ("overrides", "field"),
    [
        ({"starts_on": "2019-01-01"}, "starts_on"),
        ({"ends_on": "2019-01-01"}, "ends_on"),
        ({"ceiling_cents": "0"}, "ceiling_cents"),
        ({"ceiling_cents": "much"}, "ceiling_cents"),
        ({"delegate": "PER-0000-0000"}, "delegate"),
        ({"role": "verifier"}, "role"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(sign_in_as, overrides, field):
    owner, delegate = a_person(Role.AUTHORISER), a_person(Role.OFFICER)

    answer = sign_in_as(owner).post("/delegations/propose", data=typed(delegate, **overrides))

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert field == "reason" or "Annual leave." in answer.text


def test_a_delegation_above_whose_ceiling_a_payment_is_answers_in_words(sign_in_as):
    lent = a_delegation(cents=100)
    payment = a_payment(PaymentState.VERIFIED, cents=101)

    answer = sign_in_as(lent.delegate).post(f"/payments/{payment.ref}/authorise")

    assert answer.status_code == 422
    assert "€1.01" in answer.text
    db.session.expire_all()
    assert payments.by_ref(payment.ref).state is PaymentState.VERIFIED


@pytest.mark.parametrize("verb", ["decline", "revoke"])
def test_an_end_wants_a_reason(sign_in_as, verb):
    lent = a_delegation(State.PROPOSED)
    client = sign_in_as(a_person(Role.ADMIN))

    nothing = client.post(f"/delegations/{lent.ref}/{verb}", data={"reason": " "})
    something = client.post(f"/delegations/{lent.ref}/{verb}", data={"reason": "Not needed."})

    assert (nothing.status_code, something.status_code) == (422, 303)
    db.session.expire_all()
    assert queries.by_ref(lent.ref).end_reason == "Not needed."


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_page(sign_in_as, state):
    lent = a_delegation(state)

    page = sign_in_as(a_person(Role.AUDITOR)).page(f"/delegations/{lent.ref}")

    assert lent.delegator.name in page.text


def test_a_stranger_does_not_learn_of_a_delegation(sign_in_as):
    lent = a_delegation()
    client = sign_in_as(a_person())

    client.page(f"/delegations/{lent.ref}", status=404)
    client.page("/delegations", status=403)
