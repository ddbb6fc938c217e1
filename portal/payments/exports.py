"""The credit transfer message of a batch (pain.001), for the bank that executes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from lxml import etree

from portal.payments import rules
from portal.payments.models import Payment
from portal.payments.states import BankFormat

#: Greatest lengths in the message (domain 7.2).
MOST_NAME = 70
MOST_STREET = 70
MOST_TOWN = 35
MOST_POSTCODE = 16
MOST_REMITTANCE = 140
#: Said where a bank is named by its IBAN alone.
NOT_PROVIDED = "NOTPROVIDED"


@dataclass(frozen=True)
class Debtor:
    """Who pays, from which account; the BIC may be empty."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True)
class Transfer:
    """One transfer: what is paid, to which account, for what."""

    ref: str
    amount_cents: int
    #: The holder as the bank writes it: banks compare it with the account (domain 7.1, VOP).
    holder: str
    iban: str
    bic: str
    street: str
    postcode: str
    town: str
    country: str
    #: What the payee reads on the statement.
    remittance: str


def transfer(payment: Payment) -> Transfer:
    """A payment, with payee and account loaded, as a transfer."""
    payee, account = payment.payee, payment.account
    return Transfer(
        ref=payment.ref,
        amount_cents=payment.net_cents,
        holder=account.holder,
        iban=account.iban,
        bic=account.bic or "",
        street=payee.street,
        postcode=payee.postcode,
        town=payee.town,
        country=payee.country,
        remittance=f"{payment.subject} {payment.ref}",
    )


def credit_transfer(
    transfers: Sequence[Transfer],
    *,
    ref: str,
    released_at: datetime,
    execute_on: date,
    debtor: Debtor,
    format: BankFormat = BankFormat.PAIN_09,
) -> bytes:
    """The message of a batch, in UTF-8; the same arguments give the same bytes.

    Count and control sum are those of the transfers (domain 7.2). Raises ValueError for no
    transfer, or an amount that no SEPA transfer carries.
    """
    if not transfers or not all(
        0 < each.amount_cents <= rules.MOST_IN_TRANSFER_CENTS for each in transfers
    ):
        raise ValueError("a bank file holds transfers of 0.01 to 999 999 999.99 euros")
    root = etree.Element("Document", xmlns=f"urn:iso:std:iso:20022:tech:xsd:{format}")
    message = _add(root, "CstmrCdtTrfInitn")
    batch = rules.epc_reference(ref, 35)
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", batch)
    _add(header, "CreDtTm", released_at.astimezone(UTC).isoformat(timespec="seconds"))
    _add_sums(header, transfers)
    _add(_add(header, "InitgPty"), "Nm", _name(debtor.name))
    order = _add(message, "PmtInf")
    _add(order, "PmtInfId", batch)
    _add(order, "PmtMtd", "TRF")
    _add_sums(order, transfers)
    _add(_add(_add(order, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
    day = _add(order, "ReqdExctnDt")
    day = _add(day, "Dt") if format is BankFormat.PAIN_09 else day
    day.text = execute_on.isoformat()
    _add(_add(order, "Dbtr"), "Nm", _name(debtor.name))
    _add_account(order, "DbtrAcct", debtor.iban)
    _add_bank(order, "DbtrAgt", debtor.bic, format)
    _add(order, "ChrgBr", "SLEV")
    for each in transfers:
        _add_transfer(order, each, format)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _add_transfer(order: etree._Element, each: Transfer, format: BankFormat) -> None:
    found = _add(order, "CdtTrfTxInf")
    _add(_add(found, "PmtId"), "EndToEndId", rules.epc_reference(each.ref, 35))
    _add(_add(found, "Amt"), "InstdAmt", _euros(each.amount_cents)).set("Ccy", "EUR")
    if each.bic:
        _add_bank(found, "CdtrAgt", each.bic, format)
    creditor = _add(found, "Cdtr")
    _add(creditor, "Nm", _name(each.holder))
    _add_address(creditor, each)
    _add_account(found, "CdtrAcct", each.iban)
    remittance = rules.epc_reference(each.remittance, MOST_REMITTANCE)
    _add(_add(found, "RmtInf"), "Ustrd", remittance)


def _add_address(creditor: etree._Element, each: Transfer) -> None:
    """A structured address: town and country always, street and postcode when known (EPC-ADDR)."""
    address = _add(creditor, "PstlAdr")
    parts = (
        ("StrtNm", each.street, MOST_STREET),
        ("PstCd", each.postcode, MOST_POSTCODE),
        ("TwnNm", each.town, MOST_TOWN),
        ("Ctry", each.country, 2),
    )
    for tag, said, most in parts:
        if text := rules.epc_text(said, most):
            _add(address, tag, text)


def _add_bank(parent: etree._Element, tag: str, bic: str, format: BankFormat) -> None:
    institution = _add(_add(parent, tag), "FinInstnId")
    if bic:
        _add(institution, "BICFI" if format is BankFormat.PAIN_09 else "BIC", bic)
    else:
        _add(_add(institution, "Othr"), "Id", NOT_PROVIDED)


def _add_account(parent: etree._Element, tag: str, iban: str) -> None:
    _add(_add(_add(parent, tag), "Id"), "IBAN", iban)


def _add_sums(parent: etree._Element, transfers: Sequence[Transfer]) -> None:
    _add(parent, "NbOfTxs", str(len(transfers)))
    _add(parent, "CtrlSum", _euros(sum(each.amount_cents for each in transfers)))


def _add(parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, tag)
    child.text = text
    return child


def _name(text: str) -> str:
    return rules.epc_text(text, MOST_NAME)


def _euros(cents: int) -> str:
    """An amount as banks read it: a dot and two decimals, without a detour through floats."""
    return f"{cents // 100}.{cents % 100:02d}"
