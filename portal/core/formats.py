"""Money, numbers, days and lists as the current language writes and reads them (domain 9.1).

Written for people only: files for machines hold plain cents and ISO days. French amounts contain
U+202F between thousands and U+00A0 before the sign.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from portal.core.days import BRUSSELS
from portal.core.i18n import Text, _, current_language, current_locale
from portal.core.money import require_cents, share

#: The greatest amount anyone may type, in cents: 999 999 999 999,99 euros.
GREATEST_CENTS = 99_999_999_999_999
#: The years a typed day may lie in, both included: typing errors are caught, loops stay short.
EARLIEST_YEAR = 1900
LATEST_YEAR = 2099

_LONGEST_TEXT = 40
_EURO = "EUR"
_CENTIMES = Decimal("0.01")
_PLAIN_PATTERN = "#,##0.00"
_NO_BREAK = "\N{NO-BREAK SPACE}"
_BYTE_UNITS = ("digital-kilobyte", "digital-megabyte", "digital-gigabyte")
_WEEKDAY_WIDTHS: Final = ("abbreviated", "wide")
_EN_DASH = "\N{EN DASH}"
_SPACES = str.maketrans({_NO_BREAK: " ", "\N{NARROW NO-BREAK SPACE}": " "})
_MINUS_SIGNS = ("-", "\N{MINUS SIGN}")
_CURRENCY_SIGNS = ("€", "EUR")

#: How each language sets the hour; the words belong to the form, like the decimal sign.
_MOMENTS: Final = {
    "en": "{day}, {hour}:{minute} (Brussels time)",
    "fr": f"{{day}}, {{hour}}{_NO_BREAK}h{_NO_BREAK}{{minute}} (heure de Bruxelles)",
}
#: An amount as each language writes it. Dots between thousands are Belgian French usage, taken
#: only where they cannot be a decimal point; 1,100 is an amount in English and not in French.
_AMOUNTS: Final = {
    "en": re.compile(
        r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.([0-9]{1,2}))?"
    ),
    "fr": re.compile(
        r"([0-9]+|[0-9]{1,3}(?: [0-9]{3})+"
        r"|[0-9]{1,3}(?:\.[0-9]{3}){2,}|[0-9]{1,3}\.[0-9]{3}(?=,))(?:,([0-9]{1,2}))?"
    ),
}
#: What was perhaps meant by an amount refused above, to be shown and never to be used.
_GUESSES: Final = (
    re.compile(r"([0-9]{1,3}(?:[., ][0-9]{3})+)(?:[.,]([0-9]{1,2}))?"),
    re.compile(r"([0-9]+)[.,]([0-9]{1,2})0?"),
)
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TYPED_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


class NotAnAmount(ValueError):
    """What was typed cannot be read as one amount; `message` tells the person why."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


class NotADay(ValueError):
    """What was typed cannot be read as a day; `message` tells the person how to write one."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message


def money(cents: int) -> str:
    """An amount in cents with its currency: "1 100,00 €" in French, "€1,100.00" in English."""
    return format_currency(_euros(cents), _EURO, locale=current_locale())


def money_plain(cents: int) -> str:
    """An amount in cents without currency, for tables that name it in their head."""
    return format_decimal(_euros(cents), _PLAIN_PATTERN, locale=current_locale())


def number(value: int) -> str:
    """A whole number with its thousands set apart: "60 000" or "60,000"."""
    return format_decimal(value, locale=current_locale())


def percent(numerator: int, denominator: int, digits: int = 1) -> str:
    """A ratio as a percentage, exact and rounded half up to at most `digits` decimals.

    Zeros at the end are not written: "46,7 %" but "75 %". Raises ValueError unless the
    denominator is positive: a share of nothing has no figure, the caller says so in words.
    """
    ratio = Decimal(share(numerator, 100 * 10**digits, denominator)).scaleb(-digits - 2)
    return format_percent(ratio, _percent_pattern(digits), locale=current_locale())


def km(metres: int) -> str:
    """A distance in metres as whole kilometres, rounded down so that 199 900 m is not 200 km."""
    return format_unit(metres // 1000, "length-kilometer", "short", locale=current_locale())


def file_size(size: int) -> str:
    """A number of bytes as people read it, in powers of 1 000: "12,5 Mo" or "12.5 MB"."""
    locale = current_locale()
    if size < 1000:
        return format_unit(size, "digital-byte", "long", locale=locale)
    power = 1
    while power < len(_BYTE_UNITS) and share(size, 10, 1000**power) >= 10_000:
        power += 1
    shown = Decimal(share(size, 10, 1000**power)).scaleb(-1).normalize()
    return format_unit(shown, _BYTE_UNITS[power - 1], "short", locale=locale)


def day(value: date) -> str:
    """A day with its month in letters: "1er mars 2026" or "1 March 2026".

    Raises TypeError for an instant, whose day depends on the place: see `days.brussels_day`.
    """
    return _spelled(value, "d MMMM y")


def day_short(value: date) -> str:
    """A day in figures, 01/03/2026 in both languages; never on decisions and agreements."""
    return format_date(_only_day(value), "dd/MM/y", locale=current_locale())


def month(value: date) -> str:
    """The month of a day: "mars 2026" or "March 2026"."""
    return format_date(_only_day(value), "MMMM y", locale=current_locale())


def weekdays() -> list[tuple[str, str]]:
    """The days of the week from Monday on, short and in full: ("Mon", "Monday") or ("lun.",
    "lundi").
    """
    short, full = (get_day_names(width, locale=current_locale()) for width in _WEEKDAY_WIDTHS)
    return [(short[number], full[number]) for number in range(7)]


def day_range(first: date, last: date) -> str:
    """Two days, both included: "du 12 au 16 octobre 2026" or the same in English with a
    dash, 12 to 16 October 2026.

    One day is written once. Raises ValueError if `last` comes before `first`.
    """
    if last < first:
        raise ValueError("a range of days cannot end before it begins")
    if first == last:
        return day(first)
    start = _spelled(first, _range_start_pattern(first, last))
    if current_language() == "fr":
        return f"du {start} au {day(last)}"
    same_month = (first.year, first.month) == (last.year, last.month)
    dash = _EN_DASH if same_month else f" {_EN_DASH} "
    return f"{start}{dash}{day(last)}"


def moment(instant: datetime) -> str:
    """An instant by the Brussels clock: "4 avril 2019, 17 h 00 (heure de Bruxelles)".

    In English "4 April 2019, 17:00 (Brussels time)". Raises ValueError without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    local = instant.astimezone(BRUSSELS)
    return _MOMENTS[current_language()].format(
        day=day(local.date()), hour=f"{local.hour:02}", minute=f"{local.minute:02}"
    )


def listing(items: Iterable[object]) -> str:
    """Several things in one sentence: "a, b et c" or "a, b and c"; nothing gives ""."""
    return format_list([str(item) for item in items], locale=current_locale())


def side_by_side(labels: Iterable[object]) -> str:
    """Several labels apart from one another, "a · b", where they may say "and" themselves."""
    return " · ".join(str(label) for label in labels)


def parse_cents(text: str) -> int:
    """The cents of an amount typed in the current language; reads strictly, never guesses.

    Ordinary and no-break spaces are accepted between thousands, and one € or EUR before or
    after. Raises NotAnAmount for anything that language does not write ("1,100" in French),
    for more than two decimals, and above GREATEST_CENTS. Source: domain 9.1.
    """
    typed = text.translate(_SPACES).strip()
    if not typed:
        raise NotAnAmount(_("Enter an amount."))
    if len(typed) > _LONGEST_TEXT:
        raise NotAnAmount(_("This is too long for an amount."))
    sign, body = _without_signs(typed)
    found = _AMOUNTS[current_language()].fullmatch(body)
    if found is None:
        raise NotAnAmount(_explanation(typed, sign, body))
    cents = _cents(found)
    if cents > GREATEST_CENTS:
        raise NotAnAmount(
            _("The greatest possible amount is %(greatest)s.", greatest=money(GREATEST_CENTS))
        )
    return sign * cents


def parse_day(text: str) -> date:
    """The day typed as yyyy-mm-dd or dd/mm/yyyy, in either language.

    Raises NotADay for anything else, for days that do not exist, and for years outside
    EARLIEST_YEAR to LATEST_YEAR.
    """
    typed = text.translate(_SPACES).strip()
    if iso := _ISO_DAY.fullmatch(typed):
        return _existing_day(iso[1], iso[2], iso[3])
    if usual := _TYPED_DAY.fullmatch(typed):
        return _existing_day(usual[3], usual[2], usual[1])
    raise NotADay(_("Enter a day as dd/mm/yyyy, for example 31/12/2026."))


def _euros(cents: int) -> Decimal:
    return Decimal(require_cents(cents)) * _CENTIMES


def _percent_pattern(digits: int) -> str:
    """The locale's own pattern with decimals put in, for it knows which space precedes the sign."""
    whole = str(Locale.parse(current_locale()).percent_formats[None].pattern)
    return whole.replace("0", "0." + "#" * digits)


def _only_day(value: date) -> date:
    if isinstance(value, datetime):
        raise TypeError("an instant has no day until it is placed in a time zone")
    return value


def _spelled(value: date, pattern: str) -> str:
    spelled = format_date(_only_day(value), pattern, locale=current_locale())
    if current_language() == "fr" and value.day == 1:
        return "1er" + spelled.removeprefix("1")
    return spelled


def _range_start_pattern(first: date, last: date) -> str:
    if first.year != last.year:
        return "d MMMM y"
    return "d" if first.month == last.month else "d MMMM"


def _without_signs(typed: str) -> tuple[int, str]:
    """The sign (1 or -1) and what is left once one minus and one currency sign are taken off."""
    sign, body = _without_minus(typed)
    unmarked = _without_currency(body)
    if sign > 0 and unmarked != body:
        return _without_minus(unmarked)
    return sign, unmarked


def _without_minus(typed: str) -> tuple[int, str]:
    if typed.startswith(_MINUS_SIGNS):
        return -1, typed[1:].lstrip()
    return 1, typed


def _without_currency(typed: str) -> str:
    for currency in _CURRENCY_SIGNS:
        if typed.upper().endswith(currency):
            return typed[: -len(currency)].rstrip()
        if typed.upper().startswith(currency):
            return typed[len(currency) :].lstrip()
    return typed


def _cents(found: re.Match[str]) -> int:
    whole = re.sub("[^0-9]", "", found[1])
    return int(whole) * 100 + int((found[2] or "").ljust(2, "0"))


def _explanation(typed: str, sign: int, body: str) -> Text:
    guesses = (guess.fullmatch(body) for guess in _GUESSES)
    meanings = [money(sign * _cents(found)) for found in guesses if found]
    example = money_plain(123_456)
    if not meanings:
        return _(
            "“%(typed)s” is not an amount. Write it like %(example)s.", typed=typed, example=example
        )
    possible = format_list(list(dict.fromkeys(meanings)), style="or", locale=current_locale())
    return _(
        "“%(typed)s” is unclear: it could mean %(possible)s. Write it like %(example)s.",
        typed=typed,
        possible=possible,
        example=example,
    )


def _existing_day(year: str, month: str, of_month: str) -> date:
    if not EARLIEST_YEAR <= int(year) <= LATEST_YEAR:
        raise NotADay(
            _(
                "Enter a year between %(earliest)s and %(latest)s.",
                earliest=EARLIEST_YEAR,
                latest=LATEST_YEAR,
            )
        )
    try:
        return date(int(year), int(month), int(of_month))
    except ValueError as impossible:
        raise NotADay(_("This day does not exist in the calendar.")) from impossible
