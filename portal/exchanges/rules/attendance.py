"""Attendance confirmed by the host: the visitor’s two codes, when they count, what they prove.

On arrival and on departure the visitor shows a short code, and the host types it: both were in one
place. Both together stand for the proof of travel and the proof of presence.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.exchanges.states import Passage

#: A code has so many digits: short enough to be read aloud.
DIGITS = 6
#: Wrong codes a visit bears, arrival and departure together: one in 200 000 is ever guessed.
TRIES = 5
#: So many calendar days after the last day at the host a code is still taken: what was forgotten on
#: a Friday is made good on the Monday after (our assumption, in force since November 2026).
LATE_DAYS = 3


def code(secret: str, ref: str, passage: Passage) -> str:
    """The code of one passage of one visit, `DIGITS` digits; nobody finds it without the secret."""
    told = f"attendance:{ref}:{passage}".encode()
    digest = hmac.new(secret.encode(), told, hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**DIGITS:0{DIGITS}d}"


def is_code(typed: str, right: str) -> bool:
    """Whether the typed digits are the code, in a time that does not depend on them."""
    return hmac.compare_digest(typed.encode(), right.encode())


def next_passage(confirmed: Iterable[Passage]) -> Passage | None:
    """What is confirmed next: the arrival, then the departure; None once both are."""
    have = frozenset(confirmed)
    return next((passage for passage in Passage if passage not in have), None)


def is_proved(confirmed: Iterable[Passage]) -> bool:
    """Whether travel and presence are proved by the host’s word alone."""
    return next_passage(confirmed) is None


def last_day(last_on: date) -> date:
    """The last day on which a code is taken."""
    return last_on + timedelta(days=LATE_DAYS)


def is_time(first_on: date, last_on: date, *, today: date) -> bool:
    """Whether codes are shown and taken today, both bounds included."""
    return first_on <= today <= last_day(last_on)


def time_faults(first_on: date, last_on: date, *, today: date) -> Iterator[Fault]:
    """The fault of a code typed before the stay or too long after it."""
    if is_time(first_on, last_on, today=today):
        return
    message = _(
        "Codes are taken from %(first)s to %(last)s. Outside these days, file a proof of travel "
        "and a proof of presence with the closing report.",
        first=formats.day(first_on),
        last=formats.day(last_day(last_on)),
    )
    yield Fault(message, None, "2.7")


def day_faults(
    day: date, *, first_on: date, last_on: date, arrived_on: date | None, today: date
) -> Iterator[Fault]:
    """What is wrong with the day that is confirmed; a departure comes on or after the arrival."""
    if day > today:
        yield Fault(_("This day has not come yet."), "day", "2.7")
    elif not first_on <= day <= last_on:
        message = _(
            "Choose a day of the stay, from %(first)s to %(last)s.",
            first=formats.day(first_on),
            last=formats.day(last_on),
        )
        yield Fault(message, "day", "2.7")
    elif arrived_on is not None and day < arrived_on:
        message = _("The arrival was confirmed for %(day)s.", day=formats.day(arrived_on))
        yield Fault(message, "day", "2.7")


def no_tries_left() -> Fault:
    """The fault of a visit for which too many wrong codes were typed."""
    message = _(
        "Too many wrong codes were typed for this visit, so no further one is taken. File a proof "
        "of travel and a proof of presence with the closing report."
    )
    return Fault(message, None, "2.7")


def differs(confirmed: Mapping[Passage, date], reported: Iterable[tuple[date, date]]) -> bool:
    """Whether a report names other days than those the host confirmed."""
    wanted = (confirmed.get(Passage.ARRIVAL), confirmed.get(Passage.DEPARTURE))
    return any(
        day is not None and day != told
        for days in reported
        for day, told in zip(wanted, days, strict=True)
    )
