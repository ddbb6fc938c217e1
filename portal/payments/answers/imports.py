"""pain.002, camt.053 and camt.054 of any common version, read to plain data.

Elements are found by their local name, so the version in the namespace does not matter. Nothing is
fetched, no entity is resolved, and a document type declaration is refused outright.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NoReturn

from lxml import etree

from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import Text, _
from portal.payments.answers.rules import LARGEST_FILE, MOST_ENTRIES, STATUSES
from portal.payments.answers.states import Kind, Outcome

_ROOTS = {
    "CstmrPmtStsRpt": Kind.STATUS,
    "BkToCstmrStmt": Kind.STATEMENT,
    "BkToCstmrDbtCdtNtfctn": Kind.NOTIFICATION,
}
_AMOUNT = re.compile(r"\d{1,13}(\.\d{1,5})?")
_NOT_PROVIDED = "NOTPROVIDED"


@dataclass(frozen=True)
class ReadEntry:
    """One entry as the bank wrote it; amounts in cents, None when it gives none."""

    bank_key: str
    outcome: Outcome
    #: The payment's reference, or empty; `batch` is the order's, for a status of the whole file.
    end_to_end: str = ""
    batch: str = ""
    amount_cents: int | None = None
    booked_on: date | None = None
    iban: str = ""
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class ReadAnswer:
    """A bank file as plain data."""

    kind: Kind
    message_id: str
    entries: tuple[ReadEntry, ...]


def read(content: bytes) -> ReadAnswer:
    """Read a bank file; raises `RuleBroken` for anything that is not one, and reads nothing then.

    At most 5 MB and 5 000 entries, in euro only (domain 7.5).
    """
    root = _root(content)
    body = next((child for child in root if _name(child) in _ROOTS), None)
    if _name(root) != "Document" or body is None:
        _refuse(_("This is not a bank file: pain.002, camt.053 and camt.054 are read."))
    kind = _ROOTS[_name(body)]
    message_id = _text(body, "GrpHdr", "MsgId")
    if not message_id or len(message_id) > 70:
        _refuse(_("The file has no message identifier: it is incomplete."))
    entries = _statuses(body) if kind is Kind.STATUS else _bookings(body, message_id)
    if not entries:
        _refuse(_("The file holds no entry about a payment."))
    if len(entries) > MOST_ENTRIES:
        _refuse(_("The file holds more than %(most)s entries.", most=MOST_ENTRIES))
    return ReadAnswer(kind, message_id, tuple(entries))


def _root(content: bytes) -> etree._Element:
    if not content:
        _refuse(_("The file is empty."))
    if len(content) > LARGEST_FILE:
        _refuse(_("The file is larger than 5 MB."))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        _refuse(_("The file cannot be read: it is damaged, cut off, or not XML."))
    if root.getroottree().docinfo.internalDTD is not None:
        _refuse(_("The file holds a document type declaration, which no bank file has."))
    return root


def _statuses(body: etree._Element) -> list[ReadEntry]:
    """The most precise statuses given: of each payment, else of the whole order."""
    batch = _text(body, "OrgnlGrpInfAndSts", "OrgnlMsgId")
    lines = [
        _status(line, batch, _text(line, "OrgnlEndToEndId"), "TxSts")
        for group in _all(body, "OrgnlPmtInfAndSts")
        for line in _all(group, "TxInfAndSts")
    ]
    if lines:
        return lines
    groups = [(group, "PmtInfSts") for group in _all(body, "OrgnlPmtInfAndSts")]
    groups += [(group, "GrpSts") for group in _all(body, "OrgnlGrpInfAndSts")]
    told = [(group, status) for group, status in groups if _text(group, status)]
    return [_status(group, batch, "", status) for group, status in told[:1]]


def _status(line: etree._Element, batch: str, end_to_end: str, status: str) -> ReadEntry:
    said = _text(line, status)
    code = _text(line, "StsRsnInf", "Rsn", "Cd")
    amount = next(_under(line, "InstdAmt"), None)
    return ReadEntry(
        bank_key=_key("status", batch, end_to_end, said, code),
        outcome=STATUSES.get(said, Outcome.UNKNOWN),
        end_to_end=end_to_end[:35],
        batch=batch,
        amount_cents=None if amount is None else _cents(amount),
        iban=_text(line, "OrgnlTxRef", "CdtrAcct", "Id", "IBAN")[:34],
        code=code[:10],
        text=_text(line, "StsRsnInf", "AddtlInf")[:500],
    )


def _bookings(body: etree._Element, message_id: str) -> list[ReadEntry]:
    """Every booked entry, one for each transaction it details."""
    found = []
    for place, entry in enumerate(_under(body, "Ntry"), 1):
        # Version .08 wraps the status code; what is only announced is not money yet.
        if (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) not in ("BOOK", ""):
            continue
        details = [line for group in _all(entry, "NtryDtls") for line in _all(group, "TxDtls")]
        own = _text(entry, "AcctSvcrRef") or f"{message_id}:{_text(entry, 'NtryRef') or place}"
        found += [
            _booking(entry, line, f"{own}:{number}", alone=len(details) <= 1)
            for number, line in enumerate(details or [entry], 1)
        ]
    return found


def _booking(entry: etree._Element, line: etree._Element, place: str, *, alone: bool) -> ReadEntry:
    end_to_end = _text(line, "Refs", "EndToEndId")
    code = _text(line, "RtrInf", "Rsn", "Cd")
    is_credit = (_text(line, "CdtDbtInd") or _text(entry, "CdtDbtInd")) == "CRDT"
    came_back = bool(code) or _text(entry, "RvslInd") == "true"
    credit = Outcome.RETURNED if came_back else Outcome.CREDIT
    outcome = credit if is_credit else Outcome.EXECUTED
    own = next((found for found in _amounts(line)), None)
    amount = own if own is not None else (_child(entry, "Amt") if alone else None)
    day = _text(entry, "BookgDt", "Dt") or _text(entry, "BookgDt", "DtTm")[:10]
    return ReadEntry(
        bank_key=_key("booking", _text(line, "Refs", "AcctSvcrRef") or place, end_to_end, outcome),
        outcome=outcome,
        end_to_end="" if end_to_end == _NOT_PROVIDED else end_to_end[:35],
        amount_cents=None if amount is None else _cents(amount),
        booked_on=_day(day),
        iban=_text(line, "RltdPties", "CdtrAcct", "Id", "IBAN")[:34],
        code=code[:10],
        text=(_text(line, "RtrInf", "AddtlInf") or _text(line, "RmtInf", "Ustrd"))[:500],
    )


def _amounts(line: etree._Element) -> list[etree._Element]:
    """The amount of one transaction: its own, else the one detailed below it."""
    if _name(line) != "TxDtls":
        return []
    own = [found for found in (_child(line, "Amt"),) if found is not None]
    return own or [found for group in _all(line, "AmtDtls") for found in _under(group, "Amt")]


def _cents(amount: etree._Element) -> int:
    """A euro amount in cents; another currency or half a cent refuses the whole file."""
    written = (amount.text or "").strip()
    if amount.get("Ccy") != "EUR":
        _refuse(_("The file holds an amount in another currency than the euro."))
    if not _AMOUNT.fullmatch(written):
        _refuse(_("The file holds an amount that cannot be read."))
    cents = Decimal(written) * 100
    if cents != int(cents) or cents <= 0:
        _refuse(_("The file holds an amount that cannot be read."))
    return int(cents)


def _day(written: str) -> date | None:
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        _refuse(_("The file holds a date that cannot be read."))


def _key(*parts: str) -> str:
    return "|".join(parts)[:200]


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _all(element: etree._Element, name: str) -> list[etree._Element]:
    return [child for child in element if _name(child) == name]


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_all(element, name)), None)


def _under(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (found for found in element.iter() if _name(found) == name)


def _text(element: etree._Element, *path: str) -> str:
    """The text at the end of a path of local names, or nothing."""
    found: etree._Element | None = element
    for name in path:
        found = _child(found, name) if found is not None else None
    return (found.text or "").strip() if found is not None else ""


def _refuse(message: Text) -> NoReturn:
    raise RuleBroken(Fault(message, "file", "BANK-FILE"))
