from datetime import UTC, date, datetime, timedelta

from portal.core import clock


def test_now_is_in_utc():
    assert clock.now().tzinfo is UTC


def test_today_is_the_day_in_brussels():
    clock.move_to(datetime(2019, 4, 3, 22, 30, tzinfo=UTC))

    assert clock.today() == date(2019, 4, 4)


def test_a_moved_clock_goes_on():
    clock.move_to(datetime(2019, 4, 4, 15, 0, tzinfo=UTC))

    first, second = clock.now(), clock.now()

    assert timedelta(0) <= second - first < timedelta(seconds=5)
    assert first - datetime(2019, 4, 4, 15, 0, tzinfo=UTC) < timedelta(seconds=5)


def test_a_story_told_at_another_time_ends_where_it_began():
    clock.move_to(datetime(2020, 1, 1, tzinfo=UTC))

    with clock.at(datetime(2018, 1, 1, tzinfo=UTC)):
        assert clock.now().year == 2018

    assert clock.now().year == 2020


def test_the_clock_comes_back_to_the_machine():
    clock.move_to(datetime(2018, 1, 1, tzinfo=UTC))

    clock.come_back()

    assert clock.now() - datetime.now(UTC) < timedelta(seconds=5)
