"""Amounts, days and lists as French and English readers write and read them (domain 9.1)."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.core import formats
from portal.core.formats import GREATEST_CENTS, NotADay, NotAnAmount
from portal.core.i18n import use_locale

BOTH = ("en", "fr")
IN_CONTEXT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def _application() -> Iterator[None]:
    application = Flask(__name__)
    Babel(application, default_locale="en")
    with application.app_context():
        yield


@pytest.mark.parametrize(
    ("cents", "english", "french"),
    [
        (110_000, "€1,100.00", "1\u202f100,00\u00a0€"),
        (-1_230, "-€12.30", "-12,30\u00a0€"),
        (0, "€0.00", "0,00\u00a0€"),
        (5, "€0.05", "0,05\u00a0€"),
        (
            123_456_789_012_345_678,
            "€1,234,567,890,123,456.78",
            "1\u202f234\u202f567\u202f890\u202f123\u202f456,78\u00a0€",
        ),
    ],
)
def test_money_is_written_with_its_sign_where_the_language_puts_it(
    cents: int, english: str, french: str
) -> None:
    assert _both(lambda: formats.money(cents)) == (english, french)


def test_money_without_currency_keeps_two_decimals() -> None:
    assert _both(lambda: formats.money_plain(6_000_000)) == ("60,000.00", "60\u202f000,00")
    assert _both(lambda: formats.money_plain(-5)) == ("-0.05", "-0,05")


def test_a_float_is_no_money() -> None:
    with pytest.raises(TypeError):
        formats.money(1.5)  # type: ignore[arg-type]


def test_numbers_set_their_thousands_apart() -> None:
    assert _both(lambda: formats.number(60_000)) == ("60,000", "60\u202f000")


@pytest.mark.parametrize(
    ("numerator", "denominator", "digits", "english", "french"),
    [
        (3, 4, 1, "75%", "75\u00a0%"),
        (7, 15, 1, "46.7%", "46,7\u00a0%"),
        (7, 15, 2, "46.67%", "46,67\u00a0%"),
        (7, 15, 0, "47%", "47\u00a0%"),
        (1, 2000, 1, "0.1%", "0,1\u00a0%"),
        (-1, 3, 1, "-33.3%", "-33,3\u00a0%"),
        (12, 1, 1, "1,200%", "1\u202f200\u00a0%"),
    ],
)
def test_percentages_are_exact_and_rounded_half_up(
    numerator: int, denominator: int, digits: int, english: str, french: str
) -> None:
    written = _both(lambda: formats.percent(numerator, denominator, digits))

    assert written == (english, french)


def test_a_share_of_nothing_has_no_percentage() -> None:
    with pytest.raises(ValueError):
        formats.percent(0, 0)


def test_distances_never_round_up_to_a_limit() -> None:
    assert _both(lambda: formats.km(199_999)) == ("199 km", "199\u202fkm")
    assert _both(lambda: formats.km(1_200_000)) == ("1,200 km", "1\u202f200\u202fkm")


def test_the_first_of_a_month_is_1er_in_french_only() -> None:
    assert _both(lambda: formats.day(date(2026, 3, 1))) == ("1 March 2026", "1er mars 2026")
    assert _both(lambda: formats.day(date(2026, 3, 11))) == ("11 March 2026", "11 mars 2026")


def test_short_days_are_the_same_in_both_languages() -> None:
    assert _both(lambda: formats.day_short(date(2026, 3, 1))) == ("01/03/2026", "01/03/2026")


def test_an_instant_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError):
        formats.day(datetime(2026, 3, 1, tzinfo=UTC))
    with pytest.raises(TypeError):
        formats.day_short(datetime(2026, 3, 1, tzinfo=UTC))


def test_instants_are_told_by_the_brussels_clock() -> None:
    assert _both(lambda: formats.moment(datetime(2019, 4, 4, 15, 0, tzinfo=UTC))) == (
        "4 April 2019, 17:00 (Brussels time)",
        "4 avril 2019, 17\u00a0h\u00a000 (heure de Bruxelles)",
    )
    assert _both(lambda: formats.moment(datetime(2026, 1, 31, 23, 5, tzinfo=UTC))) == (
        "1 February 2026, 00:05 (Brussels time)",
        "1er février 2026, 00\u00a0h\u00a005 (heure de Bruxelles)",
    )


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError):
        formats.moment(datetime(2026, 3, 1))


@pytest.mark.parametrize(
    ("first", "last", "english", "french"),
    [
        (date(2026, 10, 12), date(2026, 10, 16), "12–16 October 2026", "du 12 au 16 octobre 2026"),
        (date(2026, 3, 1), date(2026, 3, 5), "1–5 March 2026", "du 1er au 5 mars 2026"),
        (
            date(2026, 3, 28),
            date(2026, 4, 1),
            "28 March – 1 April 2026",
            "du 28 mars au 1er avril 2026",
        ),
        (
            date(2026, 12, 28),
            date(2027, 1, 3),
            "28 December 2026 – 3 January 2027",
            "du 28 décembre 2026 au 3 janvier 2027",
        ),
        (
            date(2026, 3, 1),
            date(2027, 3, 1),
            "1 March 2026 – 1 March 2027",
            "du 1er mars 2026 au 1er mars 2027",
        ),
        (date(2026, 3, 1), date(2026, 3, 1), "1 March 2026", "1er mars 2026"),
    ],
)
def test_ranges_say_month_and_year_no_more_often_than_needed(
    first: date, last: date, english: str, french: str
) -> None:
    assert _both(lambda: formats.day_range(first, last)) == (english, french)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError):
        formats.day_range(date(2026, 3, 2), date(2026, 3, 1))


def test_lists_end_with_the_languages_and() -> None:
    assert _both(lambda: formats.listing(["a", "b", "c"])) == ("a, b and c", "a, b et c")
    assert _both(lambda: formats.listing(["a"])) == ("a", "a")
    assert _both(lambda: formats.listing([])) == ("", "")


def test_file_sizes_have_the_unit_that_suits_them() -> None:
    assert _both(lambda: formats.file_size(512)) == ("512 bytes", "512\u00a0octets")
    assert _both(lambda: formats.file_size(100_000)) == ("100 kB", "100\u202fko")
    assert _both(lambda: formats.file_size(12_450_000)) == ("12.5 MB", "12,5\u202fMo")
    assert _both(lambda: formats.file_size(999_960)) == ("1 MB", "1\u202fMo")
    assert _both(lambda: formats.file_size(10**13)) == ("10,000 GB", "10\u202f000\u202fGo")


@pytest.mark.parametrize(
    ("language", "typed", "cents"),
    [
        ("fr", "1 100,00", 110_000),
        ("fr", "1100,00", 110_000),
        ("fr", "1 100", 110_000),
        ("fr", "1\u202f100,5\u00a0€", 110_050),
        ("fr", "1\u00a0100,00 EUR", 110_000),
        ("fr", "1.100,00", 110_000),
        ("fr", "1.100.000", 110_000_000),
        ("fr", "-12,30 €", -1_230),
        ("fr", "\u221212,30", -1_230),
        ("en", "1,100.00", 110_000),
        ("en", "1,100", 110_000),
        ("en", "1100.5", 110_050),
        ("en", "EUR 1 100", 110_000),
        ("en", "-€12.30", -1_230),
        ("en", "€-12.30", -1_230),
        ("en", " 007 eur ", 700),
        ("en", "999,999,999,999.99", GREATEST_CENTS),
    ],
)
def test_amounts_are_read_as_the_language_writes_them(
    language: str, typed: str, cents: int
) -> None:
    with use_locale(language):
        assert formats.parse_cents(typed) == cents


@pytest.mark.parametrize("language", BOTH)
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "€",
        "-",
        "1e5",
        "1E5",
        "NaN",
        "inf",
        "0x10",
        "1_000",
        "+5",
        "--5",
        "5-",
        "€€5",
        "1 10",
        "11 00",
        "1,10,000.00",
        "1.2.3",
        "12,345,6",
        "12,3456",
        "12.3456",
        "٣",
        "½",
        "1000000000000",
        "9" * 41,
        "1\n100",
        "1'100",
        "one",
        ",50",
        "12,",
        "1 100 €€",
    ],
)
def test_what_is_no_amount_is_refused_with_a_message(language: str, typed: str) -> None:
    with use_locale(language), pytest.raises(NotAnAmount) as refused:
        formats.parse_cents(typed)

    assert str(refused.value.message)


@pytest.mark.parametrize(
    ("language", "typed", "meanings"),
    [
        ("fr", "1,100", ["1\u202f100,00\u00a0€", "1,10\u00a0€"]),
        ("fr", "1.100", ["1\u202f100,00\u00a0€", "1,10\u00a0€"]),
        ("fr", "1,234", ["1\u202f234,00\u00a0€"]),
        ("fr", "1,100.00", ["1\u202f100,00\u00a0€"]),
        ("fr", "-12.30", ["-12,30\u00a0€"]),
        ("en", "12,5", ["€12.50"]),
        ("en", "1.100", ["€1,100.00", "€1.10"]),
        ("en", "1.100,00", ["€1,100.00"]),
    ],
)
def test_unclear_amounts_are_refused_with_what_they_could_mean(
    language: str, typed: str, meanings: list[str]
) -> None:
    with use_locale(language), pytest.raises(NotAnAmount) as refused:
        formats.parse_cents(typed)

    message = str(refused.value.message)
    assert typed in message
    assert all(meaning in message for meaning in meanings)


@pytest.mark.parametrize("language", BOTH)
@IN_CONTEXT
@given(cents=st.integers(-GREATEST_CENTS, GREATEST_CENTS))
def test_written_amounts_are_read_back(language: str, cents: int) -> None:
    with use_locale(language):
        assert formats.parse_cents(formats.money(cents)) == cents
        assert formats.parse_cents(formats.money_plain(cents)) == cents


@pytest.mark.parametrize("language", BOTH)
@IN_CONTEXT
@given(typed=st.text(alphabet="0123456789.,- \u202f€EURe", max_size=50))
def test_any_text_is_an_amount_or_is_refused(language: str, typed: str) -> None:
    with use_locale(language), suppress(NotAnAmount):
        assert abs(formats.parse_cents(typed)) <= GREATEST_CENTS


@pytest.mark.parametrize("typed", ["2026-03-01", "01/03/2026", "1/3/2026", "\u00a001/03/2026 "])
def test_days_are_read_in_figures(typed: str) -> None:
    assert formats.parse_day(typed) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1 March 2026",
        "2026-3-1",
        "31/02/2026",
        "00/01/2026",
        "03/13/2026",
        "01/03/26",
        "01-03-2026",
        "01/03/1899",
        "01/01/2100",
        "٠١/٠٣/٢٠٢٦",
        "01/03/2026x",
    ],
)
def test_other_days_are_refused_with_a_message(typed: str) -> None:
    with pytest.raises(NotADay) as refused:
        formats.parse_day(typed)

    assert str(refused.value.message)


@IN_CONTEXT
@given(value=st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_written_days_are_read_back(value: date) -> None:
    assert formats.parse_day(formats.day_short(value)) == value
    assert formats.parse_day(value.isoformat()) == value


def _both(write: Callable[[], str]) -> tuple[str, str]:
    with use_locale("en"):
        english = write()
    with use_locale("fr"):
        return english, write()


def test_months_and_weekdays_are_named_as_the_reader_names_them() -> None:
    with use_locale("fr"):
        assert formats.month(date(2026, 3, 1)) == "mars 2026"
        assert formats.weekdays()[0] == ("lun.", "lundi")
    with use_locale("en"):
        assert formats.month(date(2026, 3, 31)) == "March 2026"
        assert formats.weekdays()[6] == ("Sun", "Sunday")
