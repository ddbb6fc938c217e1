"""What an entry may do to a payment, in plain Python."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.i18n import use_locale
from portal.payments.answers import rules
from portal.payments.answers.rules import Effect
from portal.payments.answers.states import Outcome
from portal.payments.rules import reason_in_words
from portal.payments.states import State

SENT, EXECUTED, RETURNED = State.SENT, State.EXECUTED, State.RETURNED
ACCEPTED, REJECTED = State.ACCEPTED_BY_BANK, State.REJECTED_BY_BANK


@pytest.mark.parametrize(
    ("outcome", "state", "effect"),
    [
        (Outcome.PENDING, SENT, Effect.NOTE),
        (Outcome.PENDING, ACCEPTED, Effect.NOTE),
        (Outcome.ACCEPTED, SENT, Effect.ACCEPT),
        (Outcome.ACCEPTED_WITH_CHANGE, SENT, Effect.ACCEPT),
        (Outcome.ACCEPTED, ACCEPTED, Effect.NOTE),
        (Outcome.ACCEPTED, EXECUTED, Effect.NOTE),
        (Outcome.ACCEPTED, REJECTED, Effect.NOTE),
        (Outcome.EXECUTED, ACCEPTED, Effect.SETTLE),
        (Outcome.EXECUTED, REJECTED, Effect.WAIT),
        (Outcome.REJECTED, ACCEPTED, Effect.REJECT),
        (Outcome.REJECTED, REJECTED, Effect.NOTE),
        (Outcome.CANCELLED, ACCEPTED, Effect.REJECT),
        (Outcome.RETURNED, ACCEPTED, Effect.TAKE_BACK),
        (Outcome.RETURNED, REJECTED, Effect.WAIT),
        (Outcome.EXECUTED, SENT, Effect.SETTLE),
        (Outcome.EXECUTED, EXECUTED, Effect.NOTE),
        (Outcome.EXECUTED, RETURNED, Effect.NOTE),
        (Outcome.REJECTED, SENT, Effect.REJECT),
        (Outcome.REJECTED, EXECUTED, Effect.WAIT),
        (Outcome.CANCELLED, SENT, Effect.REJECT),
        (Outcome.RETURNED, SENT, Effect.TAKE_BACK),
        (Outcome.RETURNED, EXECUTED, Effect.TAKE_BACK),
        (Outcome.RETURNED, RETURNED, Effect.NOTE),
        (Outcome.CREDIT, EXECUTED, Effect.WAIT),
        (Outcome.UNKNOWN, SENT, Effect.WAIT),
        (Outcome.EXECUTED, State.AUTHORISED, Effect.WAIT),
        (Outcome.EXECUTED, State.CANCELLED, Effect.WAIT),
    ],
)
def test_an_entry_does_what_its_payment_allows(outcome, state, effect):
    assert rules.effect_of(outcome, state, entry_cents=None, payment_cents=39_000) is effect


def test_a_return_may_have_lost_charges_and_a_debit_may_not():
    less = {"entry_cents": 38_500, "payment_cents": 39_000}

    assert rules.effect_of(Outcome.RETURNED, EXECUTED, **less) is Effect.TAKE_BACK
    assert rules.charges_cents(Outcome.RETURNED, **less) == 500
    assert rules.effect_of(Outcome.EXECUTED, SENT, **less) is Effect.WAIT


@given(st.sampled_from(Outcome), st.sampled_from(State), st.integers(1, 10**11))
def test_no_entry_above_the_payment_ever_moves_money(outcome, state, more):
    effect = rules.effect_of(outcome, state, entry_cents=1000 + more, payment_cents=1000)

    assert effect is Effect.WAIT


@pytest.mark.parametrize(
    ("booked", "day"),
    [
        (None, date(2026, 3, 5)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 5), date(2026, 3, 5)),
        (date(2026, 3, 1), None),
        (date(2026, 3, 6), None),
    ],
)
def test_a_day_before_the_order_or_in_the_future_cannot_be_right(booked, day):
    found = rules.settles_on(booked, sent_on=date(2026, 3, 2), today=date(2026, 3, 5))

    assert found == day


@pytest.mark.parametrize(
    ("language", "kept", "said"),
    [
        ("en", "AC04", "AC04 – the account is closed"),
        ("fr", "AC04", "AC04 – le compte est clos"),
        ("fr", "AC01 IBAN", "AC01 – le numéro de compte est erroné (IBAN)"),
        ("fr", "Le compte a changé.", "Le compte a changé."),
    ],
)
def test_a_reason_code_is_said_in_words_of_the_reader(session, language, kept, said):
    words = reason_in_words(kept)

    with use_locale(language):
        assert str(words) == said


def test_a_bank_without_a_reason_gives_its_code_for_none():
    assert rules.reason_kept("", "") == "MS03"
    assert rules.reason_kept("AC04", "closed in May") == "AC04 closed in May"
    assert rules.reason_kept("", "", Outcome.CANCELLED) == "CANC"
