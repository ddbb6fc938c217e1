"""Signing while the right is revoked, or while its owner signs, each in a process of their own."""

import pytest

from portal.core.actors import Role
from portal.core.db import db, transaction
from portal.payments import queries as payments
from portal.payments.delegations import queries
from portal.payments.delegations.states import State
from portal.payments.states import State as PaymentState
from tests.payments.builders import a_payment, a_person
from tests.payments.delegations.builders import a_delegation
from tests.racing import race


@pytest.mark.parametrize("turn", [1, 2])
def test_what_is_signed_was_signed_before_the_right_was_revoked(committed, turn):
    with transaction():
        lent, payment = a_delegation(), a_payment(PaymentState.VERIFIED)
        given = {"payment": payment.ref, "delegation": lent.ref}
        delegate, admin = lent.delegate_id, a_person().id

    signing, revoking = race(
        committed.url,
        "tests.payments.delegations.racers:decide",
        [
            given | {"person_id": delegate, "verb": "sign"},
            given | {"person_id": admin, "verb": "revoke"},
        ],
    )

    db.session.rollback()
    payment, lent = payments.by_ref(given["payment"]), queries.by_ref(given["delegation"])
    assert revoking.won
    assert lent.state is State.REVOKED
    assert signing.won is (payment.authorised_by_id == delegate)
    if signing.won:
        assert payment.authorised_at < lent.ended_at
    else:
        assert signing.kind in ("NotAllowed", "RuleBroken")


def test_owner_and_delegate_sign_at_once_and_one_counts(committed):
    with transaction():
        lent, payment = a_delegation(), a_payment(PaymentState.VERIFIED)
        ref, owner, delegate = payment.ref, lent.delegator_id, lent.delegate_id

    outcomes = race(
        committed.url,
        "tests.payments.delegations.racers:authorise",
        [
            {"payment": ref, "person_id": owner, "role": Role.AUTHORISER},
            {"payment": ref, "person_id": delegate, "role": Role.OFFICER},
        ],
    )

    db.session.rollback()
    payment = payments.by_ref(ref)
    assert sum(outcome.won for outcome in outcomes) == 1
    assert (payment.authorised_under_id is not None) is (payment.authorised_by_id == delegate)
