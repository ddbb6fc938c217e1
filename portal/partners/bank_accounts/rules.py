"""IBAN and BIC, what is shown of them, the reach of SEPA on a day, and when payments may begin.

A replacement account waits before payments may go to it (domain 7.4): a change of account is how
payment fraud begins, and the members who did not expect it need the time to say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from portal.core import days, formats, places
from portal.core.errors import Fault
from portal.core.i18n import _, current_language
from portal.partners.bank_accounts.states import Hold, State
from portal.partners.rules import names

#: Signs of an IBAN shown to those who need not compare it: country and check digits, last four.
_SHOWN_FIRST = 4
_SHOWN_LAST = 4
_GAP = "\N{NO-BREAK SPACE}……\N{NO-BREAK SPACE}"

#: The SEPA zone as of its beginning; see `SepaMember` (domain 7.4).
SEPA_START = date(2008, 1, 28)


@dataclass(frozen=True)
class SepaMember:
    """A country that SEPA credit transfers reach, from a day on (included)."""

    country: str
    reachable_from: date


#: Initial rows of the reachability table: country code of the IBAN and first day of operations in
#: the scheme. Members of the Union and the EEA, then Switzerland, Monaco, San Marino, the United
#: Kingdom and its islands, Andorra and the Vatican (2019), and the Western Balkan and Moldovan
#: accessions (domain 7.4: recalled, to be confirmed against the scheme's register).
SEPA_MEMBERS = (
    *(
        SepaMember(country, SEPA_START)
        for country in (
            *("AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR"),
            *("HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MT", "NL", "NO", "PL", "PT"),
            *("RO", "SE", "SI", "SK"),
        )
    ),
    SepaMember("HR", date(2013, 7, 1)),
    SepaMember("SM", date(2014, 2, 1)),
    SepaMember("GG", date(2016, 5, 1)),
    SepaMember("IM", date(2016, 5, 1)),
    SepaMember("JE", date(2016, 5, 1)),
    SepaMember("AD", date(2019, 3, 1)),
    SepaMember("VA", date(2019, 3, 1)),
    SepaMember("AL", date(2025, 10, 7)),
    SepaMember("ME", date(2025, 10, 7)),
    SepaMember("MD", date(2025, 10, 6)),
    SepaMember("MK", date(2025, 10, 7)),
    SepaMember("RS", date(2026, 5, 5)),
)


#: Calendar days that a replacement account waits, and during which who vouched for an account does
#: not sign payments to it (domain 7.4: "30-day flag"; 6.3). The first of the dated terms below.
WAITING_DAYS = 30


@dataclass(frozen=True)
class WaitTerms:
    """The waiting period in force from a day on, in calendar days, and where it is written."""

    valid_from: date
    days: int
    source: str


#: Every waiting period there was, oldest first; an account keeps that of its first validation.
WAITS = (WaitTerms(date(2014, 1, 1), WAITING_DAYS, "portal default against payment fraud"),)


@dataclass(frozen=True)
class Numbers:
    """An account's numbers in compact form."""

    iban: str
    bic: str | None


def read(*, iban: str, bic: str) -> tuple[Numbers, list[Fault]]:
    """The numbers typed, in compact form, and everything that is wrong with them.

    The IBAN must have its country's length, structure, national check digits and mod-97 remainder
    (domain 7.4); the BIC, if given, its shape, and the IBAN's country. An account in another
    country than the seat is accepted: SEPA forbids to prefer one.
    """
    faults: list[Fault] = []
    compact = "".join(iban.split()).replace("-", "").upper()
    if not _iban_is_right(compact):
        message = _(
            "This IBAN is not valid. Copy it from a document of the bank, with all its digits."
        )
        faults.append(Fault(message, "iban", "BANK-IBAN"))
    code = "".join(bic.split()).upper() or None
    if code and not _bic_is_right(code):
        message = _("A BIC has 8 or 11 letters and digits, for example AGRIFRPP.")
        faults.append(Fault(message, "bic", "BANK-BIC"))
    elif code and not faults and not _same_country(code, compact):
        message = _("The BIC and the IBAN do not belong to the same country.")
        faults.append(Fault(message, "bic", "BANK-BIC"))
    return Numbers(compact, code), faults


def country_of(iban: str) -> str:
    """The country whose bank keeps the account."""
    return iban[:2]


def is_sepa_reachable(country: str, day: date) -> bool:
    """Whether a SEPA credit transfer reaches accounts of that country on that day."""
    return any(
        member.country == country and member.reachable_from <= day for member in SEPA_MEMBERS
    )


def sepa_faults(iban: str, day: date) -> list[Fault]:
    """Why no SEPA transfer can be made to the account on that day."""
    country = country_of(iban)
    if is_sepa_reachable(country, day):
        return []
    message = _(
        "Accounts in %(country)s cannot be reached by a SEPA transfer. Give an account in the SEPA "
        "area.",
        country=places.country_name(country, current_language()),
    )
    return [Fault(message, "iban", "BANK-SEPA", {"country": country})]


def waiting_days_on(day: date) -> int:
    """The waiting period in force on a day, in calendar days; ValueError before the first one."""
    in_force = [terms for terms in WAITS if terms.valid_from <= day]
    if not in_force:
        raise ValueError(f"no waiting period is known on {day.isoformat()}")
    return in_force[-1].days


def usable_from(validated_on: date, *, replaces: bool) -> date:
    """The first day (included) on which payments may go to an account validated on a day.

    `replaces` says whether any other account of the organisation was ever validated, were it frozen
    or retired since; the first account of all does not wait.
    """
    return validated_on + timedelta(days=waiting_days_on(validated_on) if replaces else 0)


class Standing(Protocol):
    """What decides whether payments may go to an account."""

    @property
    def state(self) -> State:
        """Where it stands in its life."""

    @property
    def usable_from(self) -> date | None:
        """The first day for payments, once it was validated."""

    @property
    def lifted_at(self) -> datetime | None:
        """When a call-back lifted the wait, if one did."""


def payable_from(account: Standing) -> date | None:
    """The first day on which payments may go to the account, a lifted wait counted; None before it
    was ever validated.
    """
    if account.usable_from is None or account.lifted_at is None:
        return account.usable_from
    return min(account.usable_from, days.brussels_day(account.lifted_at))


def is_waiting(account: Standing, day: date) -> bool:
    """Whether the account is in its waiting period on a day, and nobody lifted it."""
    begun = account.usable_from is not None and account.usable_from <= day
    return account.state == State.VALIDATED and account.lifted_at is None and not begun


def hold_on(account: Standing, *, is_changing: bool, day: date) -> Hold | None:
    """Why no payment to the account may be signed or sent on a day, or None when one may.

    `is_changing` says whether another account is proposed for the organisation.
    """
    if account.state != State.VALIDATED:
        return Hold.INVALID
    if is_changing:
        return Hold.CHANGING
    return Hold.WAITING if is_waiting(account, day) else None


def hands_off_until(
    vouched: Iterable[tuple[int | None, datetime | None]], person_id: int | None, day: date
) -> date | None:
    """The day (included) from which a person may sign payments to an account they vouched for.

    `vouched` are the people who validated it or lifted its wait, with the moments. None for others,
    and once the waiting period in force on the day of the act is over (domain 6.3).
    """
    acts = [
        days.brussels_day(moment)
        for vouched_by, moment in vouched
        if moment is not None and person_id is not None and vouched_by == person_id
    ]
    free = [act + timedelta(days=waiting_days_on(act)) for act in acts]
    return max((each for each in free if day < each), default=None)


def call_faults(called_at: datetime, *, proposed_at: datetime, now: datetime) -> list[Fault]:
    """Whether a call-back can have happened then: not before the proposal, not in the future."""
    if called_at > now:
        return [Fault(_("The call lies in the future."), "called_at")]
    # A moment typed to the minute: a call in the minute of the proposal is after it.
    if called_at < proposed_at.replace(second=0, microsecond=0):
        message = _(
            "The account was proposed on %(moment)s: a call made before cannot confirm it.",
            moment=formats.moment(proposed_at),
        )
        return [Fault(message, "called_at")]
    return []


class Named(Protocol):
    """An organisation as the check of shared accounts sees it."""

    ref: str
    legal_name: str


def shared_faults(sharing: Sequence[Named], *, reason: str) -> list[Fault]:
    """The question to answer in words before an account that another organisation uses is valid."""
    if reason.strip() or not sharing:
        return []
    named = formats.listing(f"{other.legal_name} ({other.ref})" for other in sharing)
    message = _(
        "The same account is registered for %(organisations)s. Find out why, and write the reason.",
        organisations=named,
    )
    refs = ", ".join(other.ref for other in sharing)
    return [Fault(message, "shared_reason", "BANK-SHARED", {"organisations": refs})]


def holder_differs(holder: str, *organisation_names: str) -> bool:
    """Whether the holder's name resembles none of the organisation's names: worth a closer look."""
    held = names.name_key(holder)
    keys = [names.name_key(name) for name in organisation_names if name]
    return not any(key and (key in held or held in key) for key in keys)


def grouped(iban: str) -> str:
    """The IBAN in groups of four, as people compare it."""
    spaced = (iban[start : start + 4] for start in range(0, len(iban), 4))
    return "\N{NO-BREAK SPACE}".join(spaced)


def masked(iban: str) -> str:
    """Enough of the IBAN to recognise it: "FR14 …… 2606"."""
    return f"{iban[:_SHOWN_FIRST]}{_GAP}{iban[-_SHOWN_LAST:]}"


def last_digits(iban: str) -> str:
    """What the trail keeps of an IBAN."""
    return iban[-_SHOWN_LAST:]


def _iban_is_right(compact: str) -> bool:
    try:
        IBAN(compact, validate_bban=True)
    except (SchwiftyException, ValueError):
        return False
    return True


def _bic_is_right(code: str) -> bool:
    try:
        BIC(code)
    except (SchwiftyException, ValueError):
        return False
    return True


def _same_country(bic: str, iban: str) -> bool:
    """French overseas territories have their own BIC country but French IBANs; so do UK islands."""
    families = {
        **dict.fromkeys(("GP", "GF", "MQ", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"), "FR"),
        **dict.fromkeys(("GG", "IM", "JE"), "GB"),
    }
    bank, account = bic[4:6], country_of(iban)
    return families.get(bank, bank) == families.get(account, account)
