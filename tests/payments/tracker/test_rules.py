"""What the payee is told of a payment, in every state."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from portal.core.i18n import use_locale
from portal.payments.states import ENDED, State
from portal.payments.tracker import rules

DUE = date(2026, 3, 11)
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def money(state=State.REQUESTED, **known):
    blank = {
        "due_on": DUE, "suspended_on": None, "requested_at": AT, "verified_at": None,
        "authorised_at": None, "sent_at": None, "executed_on": None, "refused_at": None,
        "refused_reason": "",
    }  # fmt: skip
    return SimpleNamespace(state=state, **blank | known)


def words(payment, day, **options):
    with use_locale("en"):
        told = rules.told(payment, day, **{"to_payee": True} | options)
        return told, str(told.standing), str(told.to_do)


@pytest.mark.parametrize(
    ("day", "expected", "bad"),
    [
        (date(2026, 3, 1), "10 days are left", False),
        (date(2026, 3, 10), "1 day is left", False),
        (date(2026, 3, 11), "must arrive today", False),
        (date(2026, 3, 12), "1 day late", True),
        (date(2026, 3, 21), "10 days late", True),
    ],
)
def test_the_days_left_and_the_days_late_are_said_in_words(app, day, expected, bad):
    told, clock, _to_do = words(money(), day)

    assert expected in clock
    assert told.is_bad is bad


def test_a_suspended_payment_says_since_when_why_and_what_to_do(app):
    payment = money(State.VERIFIED, verified_at=AT, suspended_on=date(2026, 3, 4))

    told, clock, to_do = words(payment, date(2026, 5, 1), suspended_because="The invoice.")

    assert "4 March 2026: 7 days will be left" in clock
    assert told.reason == "The invoice."
    assert "settle what the reason names" in to_do
    assert not told.is_bad


def test_money_that_came_back_says_why_and_leads_to_the_account(app):
    payment = money(State.RETURNED, sent_at=AT, refused_at=AT, refused_reason="AC04")

    told, clock, to_do = words(payment, DUE)

    assert "still due" in clock
    with use_locale("en"):
        assert "the account is closed" in str(told.reason)
    assert "propose the right one" in to_do
    assert told.about_account
    assert [stop.how for stop in told.stops][-1] == "ended"


def test_money_the_bank_refused_to_carry_is_still_due(app):
    payment = money(State.REJECTED_BY_BANK, sent_at=AT, refused_at=AT, refused_reason="AC01")

    told, clock, to_do = words(payment, DUE)

    assert "rejected" in clock
    assert "still due" in clock
    assert "propose the right one" in to_do
    assert told.about_account


@pytest.mark.parametrize("state", ENDED)
def test_a_payment_asked_for_again_leads_to_the_new_one_and_asks_for_nothing(app, state):
    payment = money(state, sent_at=AT, refused_at=AT, refused_reason="AC04")

    told, clock, to_do = words(payment, DUE, replaced_by="PAY-2026-0009")

    assert "PAY-2026-0009" in clock
    assert "still due" not in clock
    assert to_do == ""
    assert not told.about_account
    assert not told.is_bad


def test_advice_is_given_to_the_payee_alone(app):
    told, _clock, to_do = words(money(State.RETURNED, refused_at=AT), DUE, to_payee=False)

    assert to_do == ""
    assert not told.about_account


@pytest.mark.parametrize(
    ("executed_on", "expected", "bad"),
    [(DUE, "within the legal limit", False), (date(2026, 3, 14), "3 days after", True)],
)
def test_money_that_arrived_says_whether_it_was_in_time(app, executed_on, expected, bad):
    told, clock, _to_do = words(money(State.EXECUTED, executed_on=executed_on), DUE)

    assert expected in clock
    assert told.is_bad is bad


def test_the_next_step_is_marked_and_those_taken_bear_their_day(app):
    payment = money(State.VERIFIED, verified_at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))

    stops = words(payment, DUE)[0].stops

    assert [stop.how for stop in stops] == ["done", "done", "next", "later", "later"]
    assert stops[1].on == date(2026, 3, 2)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_has_its_words(app, state, language):
    with use_locale(language):
        told = rules.told(money(state, executed_on=DUE), DUE, to_payee=True)

        assert str(told.standing)
        assert str(told.badge.label)
