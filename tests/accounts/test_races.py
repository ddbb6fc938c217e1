"""Many at once: a link works once, and the limits of signing in hold."""

import json

from portal.accounts import operations, rules
from portal.core.db import db
from portal.core.outbox import OutboxMessage
from tests.racing import race


def test_a_link_works_once_however_often_it_is_followed_at_once(committed):
    operations.sign_up(name="Anna", email="anna@example.org", language="en")
    (mail,) = db.session.query(OutboxMessage)
    token = next(word for word in mail.body.split() if "/activate/" in word).rsplit("/", 1)[1]
    db.session.commit()

    outcomes = race(
        committed.url,
        "tests.accounts.racers:activate",
        [{"token": token, "password": f"three words of {name}"} for name in ("one", "two", "six")],
    )

    assert sum(outcome.won for outcome in outcomes) == 1, json.dumps([o.words for o in outcomes])


def test_ten_failures_are_the_limit_even_when_many_come_at_once(committed):
    many = 4

    outcomes = race(
        committed.url,
        "tests.accounts.racers:guess",
        [{"email": "anna@example.org", "address": f"192.0.2.{n}", "times": 6} for n in range(many)],
    )

    assert sum(outcome.value for outcome in outcomes) == rules.MOST_FAILURES_PER_ACCOUNT


def test_a_hundred_failures_are_the_limit_of_an_address(committed):
    many = 4

    outcomes = race(
        committed.url,
        "tests.accounts.racers:spray",
        [{"address": "192.0.2.7", "name": f"racer{n}", "times": 30} for n in range(many)],
    )

    assert sum(outcome.value for outcome in outcomes) == rules.MOST_FAILURES_PER_ADDRESS
