"""Clocks, the day of execution, what fits in a batch and its bank file, words for refusals."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from portal.core import days, formats, places
from portal.core.errors import Fault
from portal.core.i18n import Text, _, current_language
from portal.partners.bank_accounts import rules as account_rules
from portal.partners.bank_accounts.states import Hold
from portal.payments.states import OPEN, State

#: A legal date is near when it comes within three calendar days, today included.
NEAR_DAYS = 3

#: One payment order stays readable, and one transaction short.
MOST_IN_BATCH = 500
#: One SEPA transfer carries at most 999 999 999.99 euros (domain 7.2).
MOST_IN_TRANSFER_CENTS = 99_999_999_999

#: What a bank file may hold beside letters and digits (domain 7.3, EPC-CHAR).
_EPC_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")


def _pairs(text: str) -> dict[str, str]:
    """The mapping that a line of pairs such as "ж=zh ш=sh" writes down."""
    return {pair[0]: pair[2:] for pair in text.split()}


#: Signs and letters that Unicode does not take apart into a basic letter and an accent; Cyrillic as
#: Bulgaria writes it in Latin letters, with the letters other languages add; Greek.
_SPELT = {
    **_pairs("‘=' ’=' ‚=' ‛=' ′=' `=' ´=' ‐=- ‑=- ‒=- –=- —=- ―=- −=- _=- ⁄=/"),
    **_pairs("&=+ ;=, [=( {=( ]=) }=) €=EUR"),
    **_pairs("ß=ss æ=ae œ=oe ø=o đ=d ð=d þ=th ł=l ı=i ŋ=n ħ=h ŧ=t"),
    **_pairs("а=a б=b в=v г=g д=d е=e ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u"),
    **_pairs("ф=f х=h ц=ts ч=ch ш=sh щ=sht ъ=a ы=y ь=y э=e ю=yu я=ya ё=yo є=ye і=i ї=yi ґ=g"),
    **_pairs("ђ=dj ј=j љ=lj њ=nj ћ=c џ=dz ѓ=gj ќ=kj ѕ=dz ў=u"),
    **_pairs("α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t"),
    **_pairs("υ=y φ=f χ=ch ψ=ps ω=o"),
}
#: Greek letters that sound otherwise in company (ELOT 743), in text whose accents stand apart.
_GREEK_PAIRS = (
    (re.compile("(?<=ο)(υ)(?!\u0308)", re.IGNORECASE), "u"),
    (re.compile("(?<=[αεη])(υ)(?!\u0308)(?=\u0301?(?:[θκξπσςτφχψ]|[^\\w\u0301]|$))", re.I), "f"),
    (re.compile("(?<=[αεη])(υ)(?!\u0308)", re.IGNORECASE), "v"),
    (re.compile("(γ)(?=[γξχ])", re.IGNORECASE), "n"),
    (re.compile("(?<![\\w\u0301\u0308])(μπ)", re.IGNORECASE), "b"),
)

#: Reject and return reasons in words (domain 7.5).
REASONS: dict[str, Text] = {
    "AC01": _("the account number is wrong"),
    "AC04": _("the account is closed"),
    "AC06": _("the account is blocked"),
    "AG01": _("this kind of payment is forbidden on the account"),
    "AM05": _("the payment was taken for a duplicate"),
    "BE04": _("the payee’s address is missing"),
    "CNOR": _("the payee’s bank is not registered"),
    "MD07": _("the account holder has died"),
    "MS03": _("the bank gives no reason"),
    "RR03": _("the payee’s name or address is missing"),
    "RR04": _("a regulation stands against it"),
    "FOCR": _("it was returned at our request"),
    "CANC": _("the bank cancelled it before execution"),
}


def clock_starts(last_day_at_host: date, validated_on: date) -> date:
    """The day from which the ten days of a lump sum count: the later of the two (domain 12-09)."""
    return max(last_day_at_host, validated_on)


def due_on(started_on: date, limit_days: int) -> date:
    """The legal date: the limit in calendar days, the day after the start being day 1."""
    due = days.due_on(started_on, limit_days)
    assert due is not None
    return due


def due_again(due: date, stopped_on: date, resumed_on: date) -> date:
    """The legal date once a clock that stood still runs again: resumed, or asked for anew.

    The day on which it stopped still counts, the day on which it resumed does not (domain 6.5). A
    date reached when it stopped stays what it was.
    """
    if stopped_on >= due or resumed_on <= stopped_on:
        return due
    return due + (resumed_on - stopped_on)


def is_overdue(state: State, due: date, today: date, suspended_on: date | None = None) -> bool:
    """Whether the money should have arrived and has not; the due day itself is still in time.

    A suspended payment is overdue only if it was when its clock stopped.
    """
    return state in OPEN and (suspended_on or today) > due


def days_late(due: date, day: date) -> int:
    """How many calendar days after the legal date a day comes; 0 when it is in time."""
    return max(0, (day - due).days)


def days_left(due: date, day: date) -> int:
    """How many calendar days the clock has left at the end of a day; 0 when there is none."""
    return max(0, (due - day).days)


def was_late(due: date, executed_on: date | None) -> bool:
    """Whether an executed payment came after its legal date."""
    return executed_on is not None and executed_on > due


def request_faults(*, account_found: bool, certified_cents: int, amount_cents: int) -> list[Fault]:
    """Everything that stands in the way of asking for a payment."""
    faults = []
    if not account_found:
        faults.append(
            Fault(
                _(
                    "The payee has no validated bank account. Ask the organisation to propose one "
                    "and have it validated; then request the payment."
                ),
                rule="payment-account",
            )
        )
    if certified_cents < amount_cents:
        faults.append(
            Fault(
                _(
                    "%(amount)s is to be paid, but only %(certified)s is certified as due.",
                    amount=formats.money(amount_cents),
                    certified=formats.money(certified_cents),
                ),
                rule="I1",
                inputs={"amount_cents": amount_cents, "certified_cents": certified_cents},
            )
        )
    return faults


def keep_back_faults(state: State, net_cents: int, cents: int) -> list[Fault]:
    """Whether an amount can be kept back from what a payment would still transfer, in cents.

    Only before the first check, and at least one cent must be left: a payment without a transfer
    would never be executed by the bank.
    """
    if state != State.REQUESTED:
        message = _(
            "Somebody has checked this payment already: nothing more can be kept back from it."
        )
        return [Fault(message, "payment", "recovery-net")]
    if cents >= net_cents:
        message = _(
            "At most %(most)s can be kept back: at least one cent must go to the payee, or the "
            "bank would have nothing to execute.",
            most=formats.money(net_cents - 1),
        )
        return [Fault(message, "amount_cents", "recovery-net", {"net_cents": net_cents})]
    return []


def amendment_faults(*, amount_cents: int, before_cents: int, same_account: bool) -> list[Fault]:
    """Why a payment cannot be replaced by one of another amount or account.

    The amount, in cents, may be lowered or stay; what is certified never grows here.
    """
    if amount_cents <= 0:
        return [Fault(_("The amount must be above zero."), "amount_cents")]
    if amount_cents > before_cents:
        message = _(
            "The amount can be lowered, not raised: %(amount)s was requested.",
            amount=formats.money(before_cents),
        )
        return [Fault(message, "amount_cents", "I1", {"before_cents": before_cents})]
    if amount_cents == before_cents and same_account:
        message = _(
            "Nothing would change: the amount is the same, and the payment already goes to the "
            "account that is valid now."
        )
        return [Fault(message, "amount_cents")]
    return []


def account_fault(ref: str, hold: Hold, *, usable_from: date | None, due: date) -> Fault:
    """Why a payment with this reference is not signed or sent now, its account being held.

    `usable_from` is the first day for payments to the account, `due` the payment's legal date: it
    goes on, as the debt does (domain 6.5), and the page says why the money is late.
    """
    if hold is Hold.INVALID:
        message = _(
            "The bank account of payment %(ref)s is no longer valid. Refuse or cancel the payment; "
            "it can then be requested again to the new account.",
            ref=ref,
        )
    elif hold is Hold.CHANGING:
        message = _(
            "Payment %(ref)s is held: another bank account is proposed for the payee. Nothing is "
            "signed or sent until it is validated or retired. The legal date, %(due)s, does not "
            "move.",
            ref=ref,
            due=formats.day(due),
        )
    else:
        assert usable_from is not None
        message = _(
            "Payment %(ref)s is held: the payee’s bank account replaces another, and payments go "
            "there from %(day)s, or once a call-back has lifted the wait. The legal date, %(due)s, "
            "does not move.",
            ref=ref,
            day=formats.day(usable_from),
            due=formats.day(due),
        )
    return Fault(message, rule="payment-account", inputs={"hold": str(hold)})


def hands_fault(ref: str, free_on: date) -> Fault:
    """Why who vouched for the account of a payment does not sign it before a day (domain 6.3)."""
    message = _(
        "You vouched for the bank account of payment %(ref)s: somebody else signs payments to it "
        "before %(day)s.",
        ref=ref,
        day=formats.day(free_on),
    )
    return Fault(message, rule="payment-hands", inputs={"free_on": free_on.isoformat()})


def suspension_faults(refs: Iterable[str]) -> list[Fault]:
    """One fault for each payment that nobody signs while its clock stands still."""
    return [
        Fault(
            _("Payment %(ref)s is suspended: it must be resumed first.", ref=ref),
            rule="payment-suspended",
        )
        for ref in refs
    ]


def execution_faults(executed_on: date, *, sent_on: date, today: date) -> list[Fault]:
    """Whether the bank can have executed that day an order sent on `sent_on`, bounds included."""
    if executed_on > today:
        return [Fault(_("The execution date is in the future."), "executed_on")]
    if executed_on < sent_on:
        message = _(
            "The order was sent on %(day)s: the bank cannot have executed it before.",
            day=formats.day(sent_on),
        )
        return [Fault(message, "executed_on")]
    return []


def choice_faults(count: int) -> list[Fault]:
    """Whether anything was chosen."""
    return [] if count else [Fault(_("Choose at least one payment."))]


def batch_faults(
    amounts_cents: Sequence[int], *, seen_count: int | None, seen_total_cents: int | None
) -> list[Fault]:
    """Whether what is released is what was shown, and fits in one order."""
    count, total = len(amounts_cents), sum(amounts_cents)
    if count > MOST_IN_BATCH:
        return [Fault(_("A batch holds at most %(most)s payments.", most=MOST_IN_BATCH))]
    changed = seen_count not in (None, count) or seen_total_cents not in (None, total)
    if changed:
        return [Fault(_("The payments have changed since you looked. Check the batch again."))]
    return []


def sepa_faults(transfers: Iterable[tuple[str, str, int]], execute_on: date) -> list[Fault]:
    """Why payments cannot leave in a SEPA batch on that day; each is named, with its reason.

    A transfer is the reference of the payment, the IBAN it goes to, and its amount in cents.
    """
    faults = []
    for ref, iban, amount_cents in transfers:
        country = account_rules.country_of(iban)
        if not account_rules.is_sepa_reachable(country, execute_on):
            message = _(
                "Payment %(ref)s cannot be in the batch: accounts in %(country)s are not reached "
                "by a SEPA transfer on %(day)s. Leave it out, or refuse it and ask the payee for "
                "an account in the SEPA area.",
                ref=ref,
                country=places.country_name(country, current_language()),
                day=formats.day(execute_on),
            )
            faults.append(Fault(message, rule="BANK-SEPA", inputs={"country": country}))
        if amount_cents > MOST_IN_TRANSFER_CENTS:
            message = _(
                "Payment %(ref)s cannot be in the batch: a SEPA transfer carries at most %(most)s.",
                ref=ref,
                most=formats.money(MOST_IN_TRANSFER_CENTS),
            )
            faults.append(Fault(message, rule="BANK-AMOUNT"))
    return faults


def file_faults(content: bytes, sha256: str) -> list[Fault]:
    """Whether a bank file is still, byte for byte, what was released."""
    if hashlib.sha256(content).hexdigest() == sha256:
        return []
    message = _(
        "The stored bank file is not the one that was released. Do not send it to the bank; tell "
        "an administrator."
    )
    return [Fault(message, rule="BANK-FILE")]


def epc_text(text: str, most: int | None = None) -> str:
    """The text in the signs that every bank of the SEPA area takes, cut to `most` (domain 7.3).

    Letters lose their accents, Greek and Cyrillic are written in Latin letters, "&" becomes "+";
    what has no equivalent becomes ".". Spaces of any kind become one plain space.
    """
    visible = "".join(
        " " if sign.isspace() else sign
        for sign in text
        if sign.isspace() or unicodedata.category(sign) not in ("Cf", "Cc")
    )
    plain = unicodedata.normalize("NFKD", _spelt(_greek_spelt(visible)))
    latin = _spelt("".join(sign for sign in plain if not unicodedata.combining(sign)))
    allowed = "".join(sign if sign in _EPC_SIGNS else "." for sign in latin)
    return " ".join(allowed.split())[:most].rstrip()


def epc_reference(text: str, most: int | None = None) -> str:
    """A reference for a bank file: as `epc_text`, no "//" in it, no "/" at either end."""
    single = re.sub("/(?:\\s*/)+", "/", epc_text(text))
    return single.strip("/ ")[:most].rstrip("/ ")


def _spelt(text: str) -> str:
    """The text with each sign of `_SPELT` written out; capitals stay capitals."""
    found = []
    for place, sign in enumerate(text):
        latin = _SPELT.get(sign) or _SPELT.get(sign.lower())
        if latin is None:
            found.append(sign)
        elif not sign.isupper():
            found.append(latin)
        else:
            beside = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
            shouted = any(other.isupper() for other in beside)
            found.append(latin.upper() if shouted else latin.capitalize())
    return "".join(found)


def _greek_spelt(text: str) -> str:
    """Greek letters in company in Latin ones; everything composed again."""
    apart = unicodedata.normalize("NFD", text)
    for pattern, latin in _GREEK_PAIRS:
        pieces = pattern.split(apart)
        apart = pieces[0] + "".join(
            (latin.upper() if sign.isupper() else latin) + rest
            for sign, rest in zip(pieces[1::2], pieces[2::2], strict=True)
        )
    return unicodedata.normalize("NFC", apart)


def reason_in_words(reason: str) -> Text:
    """Why a payment failed, as each reader reads it: a bank's code gets its meaning beside it."""
    code, _space, text = reason.partition(" ")
    if code not in REASONS:
        return reason
    if not text:
        return _("%(code)s – %(meaning)s", code=code, meaning=REASONS[code])
    return _("%(code)s – %(meaning)s (%(text)s)", code=code, meaning=REASONS[code], text=text)
