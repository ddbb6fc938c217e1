"""The page « Who could pay whom »."""

import pytest

from portal.core.actors import Role
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person
from tests.payments.delegations.builders import a_delegation

READERS = (Role.ADMIN, Role.AUDITOR, Role.ACCOUNTANT)


@pytest.mark.parametrize("role", Role)
def test_auditors_administrators_and_accountants_read_it(sign_in_as, role):
    answer = sign_in_as(a_person(role)).get("/who-could-pay")

    assert answer.status_code == (200 if role in READERS else 403)


def test_it_says_who_can_do_what_and_whom_to_keep_an_eye_on(sign_in_as):
    a_circuit()
    lent = a_delegation()
    member = a_person(Role.VERIFIER)
    payee = a_payee(members=(member,))
    a_payment(payee=payee)
    several = a_person(Role.VERIFIER, Role.ACCOUNTANT)

    page = sign_in_as(a_person(Role.AUDITOR)).page("/who-could-pay")

    assert "The duties are apart" in page.text
    assert f"{lent.delegate.name} in the place of {lent.delegator.name}" in page.text
    assert several.ref in page.text
    assert payee.legal_name in page.text


def test_it_raises_the_alarm_where_nobody_can_do_an_act(sign_in_as):
    page = sign_in_as(a_person(Role.AUDITOR)).page("/who-could-pay")

    assert "Payments cannot be carried" in page.text
