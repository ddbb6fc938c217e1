"""Attendance confirmed by the host with the visitor’s codes, in place of boarding passes."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed
from portal.exchanges import operations, policy, queries
from portal.exchanges.models import Attendance, WrongCode
from portal.exchanges.rules import attendance as rules
from portal.exchanges.rules import closing
from portal.exchanges.states import Passage, Reporter, State
from tests.exchanges.browsing import main_form, post
from tests.exchanges.builders import (
    FIRST,
    LAST,
    a_report,
    a_world,
    an_exchange,
    at,
    refused,
    trail,
    verbs,
)
from tests.exchanges.surroundings import an_organisation

MONDAY, FRIDAY = date(2026, 10, 12), date(2026, 10, 16)
SECRET = "s" * 32


@pytest.fixture
def world(session):
    return a_world()


@pytest.fixture
def exchange(world):
    return an_exchange(world, State.AGREED)


def confirm(world, exchange, day=FIRST, *, on=None, code=None, passage=Passage.ARRIVAL, who="host"):
    """The host types the code of a passage on a day, for that day or another."""
    typed = queries.attendance_code(exchange, passage) if code is None else code
    with at(on or day):
        return operations.confirm_attendance(exchange, code=typed, day=day, actor=world.actor(who))


def confirm_both(world, exchange):
    confirm(world, exchange, FIRST)
    confirm(world, exchange, LAST, passage=Passage.DEPARTURE)


def wrong_code(exchange):
    right = queries.attendance_code(exchange, Passage.ARRIVAL)
    return f"{(int(right) + 1) % 10**rules.DIGITS:0{rules.DIGITS}d}"


def report(world, exchange, side, who, **changes):
    with at(LAST + timedelta(days=1)):
        operations.report(exchange, side=side, actor=world.actor(who), **a_report(**changes))


# The rules


def test_a_code_is_six_digits_of_its_own_for_each_visit_and_passage():
    refs = [f"CXC-2026-{number:04d}" for number in range(200)]

    codes = [rules.code(SECRET, ref, passage) for ref in refs for passage in Passage]

    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(set(codes)) > 395
    assert codes[0] == rules.code(SECRET, refs[0], Passage.ARRIVAL)
    assert codes[0] != rules.code("t" * 32, refs[0], Passage.ARRIVAL)


@pytest.mark.parametrize(
    ("today", "taken"),
    [
        (MONDAY - timedelta(days=1), False),
        (MONDAY, True),
        (FRIDAY + timedelta(days=3), True),
        (FRIDAY + timedelta(days=4), False),
    ],
)
def test_codes_are_taken_from_the_first_day_to_three_days_after_the_last(today, taken):
    assert rules.is_time(MONDAY, FRIDAY, today=today) is taken
    assert (list(rules.time_faults(MONDAY, FRIDAY, today=today)) == []) is taken


@pytest.mark.parametrize(
    ("day", "arrived", "fine"),
    [
        (MONDAY, None, True),
        (MONDAY - timedelta(days=1), None, False),
        (FRIDAY + timedelta(days=1), None, False),
        (FRIDAY, MONDAY, True),
        (MONDAY, FRIDAY, False),
    ],
)
def test_a_day_confirmed_is_one_of_the_stay_and_a_departure_follows_its_arrival(day, arrived, fine):
    faults = rules.day_faults(
        day, first_on=MONDAY, last_on=FRIDAY, arrived_on=arrived, today=FRIDAY + timedelta(days=2)
    )
    assert (list(faults) == []) is fine


def test_nobody_confirms_a_day_to_come():
    found = rules.day_faults(FRIDAY, first_on=MONDAY, last_on=FRIDAY, arrived_on=None, today=MONDAY)
    assert [fault.field for fault in found] == ["day"]


def test_the_arrival_comes_first_and_only_both_prove_the_visit():
    assert rules.next_passage([]) is Passage.ARRIVAL
    assert rules.next_passage([Passage.ARRIVAL]) is Passage.DEPARTURE
    assert not rules.is_proved([Passage.ARRIVAL])
    assert rules.is_proved(Passage)


def test_a_proved_attendance_needs_no_paper_but_still_both_reports():
    assert closing.missing(reporters=Reporter, evidence=(), virtual=False, attended=True) == ()
    left = closing.missing(reporters=(), evidence=(), virtual=False, attended=True)
    assert len(left) == 2


def test_reported_days_are_compared_with_the_confirmed_ones():
    confirmed = {Passage.ARRIVAL: MONDAY, Passage.DEPARTURE: FRIDAY}

    assert not rules.differs(confirmed, [(MONDAY, FRIDAY)])
    assert rules.differs(confirmed, [(MONDAY, FRIDAY), (MONDAY, FRIDAY - timedelta(days=1))])
    assert not rules.differs({Passage.ARRIVAL: MONDAY}, [(MONDAY, FRIDAY - timedelta(days=1))])
    assert not rules.differs({}, [(MONDAY, FRIDAY)])


# The operation


def test_with_both_codes_and_both_reports_no_paper_is_asked_for(world, exchange):
    confirm_both(world, exchange)
    report(world, exchange, Reporter.HOST, "host")
    assert exchange.state is State.AGREED

    report(world, exchange, Reporter.VISITOR, "visitor")

    assert exchange.state is State.REPORTED
    kept = [(one.passage, one.day, one.confirmed_by_id) for one in exchange.attendance]
    host = world.people["host"].id
    assert kept == [(Passage.ARRIVAL, FIRST, host), (Passage.DEPARTURE, LAST, host)]


def test_a_departure_confirmed_after_both_reports_completes_the_file(world, exchange):
    confirm(world, exchange)
    for side, who in ((Reporter.HOST, "host"), (Reporter.VISITOR, "visitor")):
        report(world, exchange, side, who)
    assert exchange.state is State.AGREED

    confirm(world, exchange, LAST, on=LAST + timedelta(days=3), passage=Passage.DEPARTURE)

    assert exchange.state is State.REPORTED


def test_the_trail_tells_what_was_confirmed_and_no_code(world, exchange):
    confirm(world, exchange, code=wrong_code(exchange))
    confirm(world, exchange)

    assert verbs(exchange)[-2:] == ["mistype", "confirm_attendance"]
    last = trail(exchange)[-1]
    assert (last.after["passage"], last.after["day"]) == ("arrival", FIRST.isoformat())
    told = "".join(f"{one.before}{one.after}{one.details}{one.reason}" for one in trail(exchange))
    for code in (wrong_code(exchange), queries.attendance_code(exchange, Passage.ARRIVAL)):
        assert code not in told


def test_after_five_wrong_codes_not_even_the_right_one_is_taken(world, exchange):
    for _try in range(rules.TRIES):
        assert confirm(world, exchange, code=wrong_code(exchange)) is None

    with refused("2.7"):
        confirm(world, exchange)

    assert queries.wrong_codes(exchange.id) == 5
    assert exchange.attendance == []


def test_a_refusal_uses_up_no_try_and_tells_nothing_about_the_code(world, exchange):
    for code in (wrong_code(exchange), None):
        with refused("2.7"):
            confirm(world, exchange, FIRST - timedelta(days=1), on=FIRST, code=code)

    assert queries.wrong_codes(exchange.id) == 0


def test_the_code_of_the_arrival_confirms_no_departure(world, exchange):
    confirm(world, exchange)

    with refused("2.7"):
        confirm(world, exchange, passage=Passage.ARRIVAL)
    assert queries.wrong_codes(exchange.id) == 0
    assert confirm(world, exchange, LAST, passage=Passage.DEPARTURE) is Passage.DEPARTURE
    with refused("2.7"):
        confirm(world, exchange, LAST, passage=Passage.DEPARTURE)


@pytest.mark.parametrize("who", ["visitor", "payer", "receiver", "officer"])
def test_only_the_host_confirms(world, exchange, who):
    with pytest.raises(NotAllowed):
        confirm(world, exchange, who=who)


def test_who_speaks_for_both_sides_confirms_nothing(world):
    both = an_organisation("Elo", "cluster", "PT", people=(world.people["visitor"],))
    exchange = an_exchange(world, host=both, actor=world.actor("payer"))

    with pytest.raises(NotAllowed):
        confirm(world, exchange, who="visitor")
    assert not policy.may_see_code(world.actor("visitor"), exchange)


def test_nothing_is_confirmed_before_the_agreement(world):
    with pytest.raises(IllegalStep):
        confirm(world, an_exchange(world, State.APPROVED))


def test_a_virtual_exchange_has_no_arrival(world):
    with refused("2.7"):
        confirm(world, an_exchange(world, State.AGREED, virtual=True))


# The database itself


def test_the_database_keeps_confirmations_and_wrong_codes_as_they_were(world, exchange):
    confirm(world, exchange)
    confirm(world, exchange, code=wrong_code(exchange))
    db.session.flush()

    for change in (
        "UPDATE exchange_attendance SET day = '2026-10-13'",
        "DELETE FROM exchange_attendance",
        "DELETE FROM exchange_wrong_code",
    ):
        with pytest.raises(DBAPIError, match="append_only"), db.session.begin_nested():
            db.session.execute(text(change))


def test_the_database_takes_no_sixth_wrong_code(world, exchange):
    with pytest.raises(DBAPIError, match="tries_left"), at(), db.session.begin_nested():
        db.session.execute(
            db.insert(WrongCode).values(
                exchange_id=exchange.id,
                number=6,
                typed_by_id=world.people["host"].id,
                typed_at=exchange.started_at,
            )
        )


# The pages


def digits(exchange, passage=Passage.ARRIVAL):
    code = queries.attendance_code(exchange, passage)
    return f"{code[:3]} {code[3:]}"


def test_the_visitor_is_shown_the_code_and_nobody_else(world, exchange, sign_in_as):
    shown = {}
    for day in (FIRST - timedelta(days=1), FIRST):
        with at(day):
            for who in ("visitor", "host", "payer", "auditor"):
                page = sign_in_as(world.people[who]).page(f"/exchanges/{exchange.ref}")
                shown[who, day] = digits(exchange) in page.text

    assert [key for key, found in shown.items() if found] == [("visitor", FIRST)]


def test_the_host_types_the_code_and_reads_how_often_it_may_be_wrong(world, exchange, sign_in_as):
    path = f"/exchanges/{exchange.ref}/confirm-attendance"
    with at(FIRST):
        client = sign_in_as(world.people["host"])
        form = main_form(client.page(path))
        post(client, path, 422, **form.data(code="12"))
        post(client, path, **main_form(client.page(path)).data(code=wrong_code(exchange)))
        page = client.page(path)
        assert "4 wrong codes may still be typed" in page.text
        assert "This code is wrong" in page.text
        post(client, path, **main_form(page).data(code=digits(exchange)))
        page = client.page(f"/exchanges/{exchange.ref}")

    assert "Confirmed by Hugo Hóspede" in page.text
    assert db.session.query(Attendance).one().day == FIRST


def test_who_validates_sees_the_confirmed_days_and_is_warned_when_they_differ(
    world, exchange, sign_in_as
):
    confirm_both(world, exchange)
    report(world, exchange, Reporter.HOST, "host")
    path = f"/exchanges/{exchange.ref}/validate"
    report(world, exchange, Reporter.VISITOR, "visitor", last_on=LAST - timedelta(days=1))

    with at(LAST + timedelta(days=2)):
        page = sign_in_as(world.people["payer"]).page(path)

    assert "Arrival, confirmed by the host" in page.text
    assert "The days reported are not those the host confirmed" in page.text
