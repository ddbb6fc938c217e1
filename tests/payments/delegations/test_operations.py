"""Rights lent and used on both engines: by whom, until when, up to which amount."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.core.refusals import refusal
from portal.payments import operations as payments
from portal.payments import queries as payment_queries
from portal.payments.delegations import operations, queries
from portal.payments.delegations.models import Delegation
from portal.payments.delegations.states import State
from portal.payments.models import Payment
from portal.payments.states import State as PaymentState
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person, acting, an_account
from tests.payments.delegations.builders import a_delegation

STEPS = {
    Role.VERIFIER: (PaymentState.REQUESTED, payments.verify, "verified"),
    Role.AUTHORISER: (PaymentState.VERIFIED, payments.authorise, "authorised"),
    Role.ACCOUNTANT: (PaymentState.AUTHORISED, payments.send, "sent"),
}


def change(session, payment, **values):
    session.execute(
        update(Payment)
        .where(Payment.id == payment.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


@pytest.mark.parametrize("role", STEPS)
def test_a_delegate_gives_the_signature_lent_and_the_payment_says_for_whom(session, role):
    owner, delegate = a_person(role), a_person(Role.OFFICER)
    lent = a_delegation(role=role, owner=owner, delegate=delegate, cents=500)
    state, operation, step = STEPS[role]
    payment = a_payment(state, cents=500)

    operation(payment, actor=acting(delegate, Role.OFFICER))

    assert getattr(payment, f"{step}_by_id") == delegate.id
    assert getattr(payment, f"{step}_under").ref == lent.ref
    assert {owner.id, delegate.id} <= payment.signed_by_ids
    details = trail_of(payment.ref)[0].details
    assert (details["delegation"], details["in_place_of"]) == (lent.ref, owner.name)


def test_a_delegation_gives_one_signature_and_no_other(session):
    delegate = a_person(Role.OFFICER)
    a_delegation(role=Role.AUTHORISER, delegate=delegate)
    actor = acting(delegate, Role.OFFICER)

    for state, verb in ((PaymentState.REQUESTED, "verify"), (PaymentState.AUTHORISED, "send")):
        with pytest.raises(NotAllowed):
            getattr(payments, verb)(a_payment(state), actor=actor)
    with pytest.raises(NotAllowed):
        payments.refuse(a_payment(PaymentState.VERIFIED), reason="No.", actor=actor)
    with pytest.raises(NotAllowed):
        operations.propose(
            role=Role.AUTHORISER,
            delegate=a_person(Role.VERIFIER),
            starts_on=clock.today(),
            ends_on=clock.today(),
            ceiling_cents=1,
            reason="Passed on.",
            actor=actor,
        )


def test_a_payment_above_the_ceiling_is_refused_in_words(session):
    delegate = a_person(Role.OFFICER)
    a_delegation(delegate=delegate, cents=499)
    a_delegation(delegate=delegate, cents=100)
    payment = a_payment(PaymentState.VERIFIED, cents=500)

    with pytest.raises(RuleBroken, match="delegation-ceiling") as refused:
        payments.authorise(payment, actor=acting(delegate, Role.OFFICER))

    assert "€4.99" in str(refused.value.faults[0].message)
    assert payment.state is PaymentState.VERIFIED


@pytest.mark.parametrize("state", [State.PROPOSED, State.DECLINED, State.REVOKED])
def test_only_an_approved_delegation_counts(session, state):
    delegate = a_person(Role.OFFICER)
    a_delegation(state, delegate=delegate)

    with pytest.raises(NotAllowed):
        payments.authorise(a_payment(PaymentState.VERIFIED), actor=acting(delegate, Role.OFFICER))


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 30, 22, 0, tzinfo=UTC), False),
    ],
    ids=["the evening before", "first minute", "last minute in summer time", "a minute late"],
)
def test_the_days_are_those_of_brussels_in_the_rule_and_in_the_database(session, moment, allowed):
    with clock.at(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        delegate = a_person(Role.OFFICER)
        lent = a_delegation(
            delegate=delegate, starts_on=date(2026, 3, 29), ends_on=date(2026, 3, 30)
        )
        payment = a_payment(PaymentState.VERIFIED)
        by_hand = a_payment(PaymentState.VERIFIED)

    with clock.at(moment):
        actor = acting(delegate, Role.OFFICER)
        assert bool(queries.lent_to(actor, clock.today())) is allowed
        if allowed:
            payments.authorise(payment, actor=actor)
            sign_by_hand(session, by_hand, lent)
            return
        with pytest.raises(NotAllowed):
            payments.authorise(payment, actor=actor)
        with pytest.raises(IntegrityError):
            sign_by_hand(session, by_hand, lent)


def sign_by_hand(session, payment, lent, **overrides):
    """Write a signature past every rule of Python."""
    values = {
        "state": PaymentState.AUTHORISED,
        "authorised_by_id": lent.delegate_id,
        "authorised_at": clock.now(),
        "authorised_under_id": lent.id,
    }
    change(session, payment, **values | overrides)


def test_the_database_itself_holds_ceiling_person_and_act(session):
    lent, small = a_delegation(cents=500), a_delegation(cents=499)
    wrong = a_delegation(role=Role.VERIFIER)
    payment = a_payment(PaymentState.VERIFIED, cents=500)

    for each, overrides in (
        (small, {}),
        (wrong, {}),
        (lent, {"authorised_by_id": a_person().id}),
        (lent, {"authorised_by_id": lent.delegator_id}),
    ):
        with pytest.raises(IntegrityError) as refused, session.begin_nested():
            sign_by_hand(session, payment, each, **overrides)
        assert refusal(refused.value) is not None

    sign_by_hand(session, payment, lent)


def test_the_database_refuses_a_revoked_delegation_and_keeps_what_was_signed_before(session):
    lent = a_delegation()
    signed, late = a_payment(PaymentState.VERIFIED), a_payment(PaymentState.VERIFIED)
    people = a_circuit()
    payments.authorise(signed, actor=acting(lent.delegate, Role.OFFICER))
    with clock.at(clock.now() + timedelta(minutes=1)):
        operations.revoke(lent, reason="Back early.", actor=acting(lent.delegator))

        with pytest.raises(IntegrityError) as refused, session.begin_nested():
            sign_by_hand(session, late, lent)
        payments.send(signed, actor=people.accountant)

    assert "does not allow" in str(refusal(refused.value).faults[0].message)
    assert signed.state is PaymentState.SENT


def test_nobody_signs_for_somebody_who_is_already_on_the_payment(session):
    people = a_circuit()
    owner = a_person(Role.VERIFIER, Role.AUTHORISER)
    lent = a_delegation(role=Role.AUTHORISER, owner=owner)
    payment = a_payment(circuit=people)
    payments.verify(payment, actor=acting(owner, Role.VERIFIER))

    with pytest.raises(NotAllowed):
        payments.authorise(payment, actor=acting(lent.delegate, Role.OFFICER))
    with pytest.raises(IntegrityError):
        sign_by_hand(session, payment, lent)


def test_who_was_signed_for_does_not_sign_another_step(session):
    owner = a_person(Role.VERIFIER, Role.AUTHORISER)
    lent = a_delegation(role=Role.VERIFIER, owner=owner)
    payment = a_payment()
    payments.verify(payment, actor=acting(lent.delegate, Role.OFFICER))

    with pytest.raises(NotAllowed):
        payments.authorise(payment, actor=acting(owner, Role.AUTHORISER))
    with pytest.raises(IntegrityError):
        change(
            session,
            payment,
            state=PaymentState.AUTHORISED,
            authorised_by_id=owner.id,
            authorised_at=clock.now(),
        )


def test_one_owner_is_not_signed_for_twice(session):
    owner = a_person(Role.VERIFIER, Role.AUTHORISER)
    first = a_delegation(role=Role.VERIFIER, owner=owner)
    second = a_delegation(role=Role.AUTHORISER, owner=owner)
    payment = a_payment()
    payments.verify(payment, actor=acting(first.delegate, Role.OFFICER))

    with pytest.raises(NotAllowed):
        payments.authorise(payment, actor=acting(second.delegate, Role.OFFICER))
    with pytest.raises(IntegrityError):
        sign_by_hand(session, payment, second)


def test_nobody_lends_a_signature_they_could_not_give(session):
    member, proposer = a_person(Role.AUTHORISER), a_person(Role.AUTHORISER)
    theirs = a_payment(PaymentState.VERIFIED, payee=a_payee(members=(member,)))
    payee = a_payee(with_account=False)
    an_account(payee, proposed_by=proposer)
    proposed = a_payment(PaymentState.VERIFIED, payee=payee)

    for owner, payment in ((member, theirs), (proposer, proposed)):
        lent = a_delegation(owner=owner)
        with pytest.raises(NotAllowed):
            payments.authorise(payment, actor=acting(lent.delegate, Role.OFFICER))


def test_a_right_that_its_owner_lost_is_lent_no_longer(session):
    owner = a_person(Role.AUTHORISER)
    lent = a_delegation(owner=owner)
    actor = acting(lent.delegate, Role.OFFICER)
    session.refresh(owner, ["grants"])
    assert len(queries.lent_to(actor, clock.today())) == 1

    owner.grants[0].revoked_at = clock.now()
    session.flush()

    assert queries.lent_to(actor, clock.today()) == []
    with pytest.raises(NotAllowed):
        payments.authorise(a_payment(PaymentState.VERIFIED), actor=actor)


def test_neither_owner_nor_delegate_approves(session):
    owner = a_person(Role.AUTHORISER, Role.ADMIN)
    delegate = a_person(Role.OFFICER, Role.ADMIN)
    lent = a_delegation(State.PROPOSED, owner=owner, delegate=delegate)

    for person in (owner, delegate):
        with pytest.raises(NotAllowed):
            operations.approve(lent, actor=acting(person, Role.ADMIN))
    with pytest.raises(IntegrityError):
        session.execute(
            update(Delegation)
            .where(Delegation.id == lent.id)
            .values(state=State.APPROVED, approved_by_id=delegate.id, approved_at=clock.now())
        )


def test_a_delegation_is_not_approved_after_its_last_day_and_ends_once(session):
    with clock.at(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        late = a_delegation(State.PROPOSED, ends_on=date(2026, 3, 3))
    ended = a_delegation(State.REVOKED)
    admin = acting(a_person(), Role.ADMIN)

    with pytest.raises(RuleBroken, match="past"):
        operations.approve(late, actor=admin)
    with pytest.raises(IllegalStep):
        operations.revoke(ended, reason="Again.", actor=admin)


def test_what_was_approved_never_changes(session):
    lent = a_delegation()

    for column, value in (("ceiling_cents", 10**9), ("ends_on", date(2099, 1, 1))):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(
                update(Delegation).where(Delegation.id == lent.id).values(**{column: value})
            )


def test_both_people_are_told_in_their_language(session, mails):
    owner = a_person(Role.AUTHORISER, language="fr")
    lent = a_delegation(owner=owner)

    operations.revoke(lent, reason="Retour anticipé.", actor=acting(owner))

    assert [mail.language for mail in mails(to=owner.email)] == ["fr", "fr"]
    assert len(mails(to=lent.delegate.email)) == 2


def test_the_desk_shows_delegates_what_they_may_sign_and_administrators_what_to_approve(session):
    delegate = a_person(Role.OFFICER)
    a_delegation(delegate=delegate, cents=500)
    waiting = a_delegation(State.PROPOSED)
    fits = a_payment(PaymentState.VERIFIED, cents=500)
    a_payment(PaymentState.VERIFIED, cents=501)

    signing = payment_queries.tasks_for(acting(delegate, Role.OFFICER))
    approving = queries.tasks_for(acting(a_person(), Role.ADMIN))

    assert [task.ref for task in signing] == [fits.ref]
    assert [task.ref for task in approving] == [waiting.ref]
