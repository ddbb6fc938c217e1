"""Files of the bank read to plain data, and everything that is refused."""

from datetime import date

import pytest

from portal.core.errors import RuleBroken
from portal.payments.answers import imports
from portal.payments.answers.rules import LARGEST_FILE
from portal.payments.answers.states import Kind, Outcome
from tests.payments.answers.builders import (
    HEAD,
    a_booking,
    a_notification,
    a_report,
    a_statement,
    a_status,
)

PAY = "PAY-2026-0001"


def only(content):
    """The one entry of a file."""
    (entry,) = imports.read(content).entries
    return entry


@pytest.mark.parametrize("version", ["03", "10", "12"])
def test_a_status_report_of_any_version_is_read(version):
    read = imports.read(a_report(a_status(PAY, "ACSC", cents=39_000), version=version))

    assert (read.kind, read.message_id) == (Kind.STATUS, "STS-1")
    assert read.entries[0].outcome is Outcome.EXECUTED
    assert (read.entries[0].end_to_end, read.entries[0].amount_cents) == (PAY, 39_000)


def test_a_status_of_the_whole_order_names_the_order():
    entry = only(a_report(group="RJCT"))

    assert (entry.outcome, entry.batch, entry.end_to_end) == (
        Outcome.REJECTED,
        "BAT-2026-0001",
        "",
    )


def test_an_unknown_status_is_left_to_a_person():
    assert only(a_report(a_status(PAY, "RVCM"))).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_debit_of_a_statement_is_an_execution(version):
    status = "BOOK" if version == "02" else "<Cd>BOOK</Cd>"
    entry = only(a_statement(a_booking(PAY, 39_000, status=status), version=version))

    assert entry.outcome is Outcome.EXECUTED
    assert (entry.amount_cents, entry.booked_on) == (39_000, date(2026, 3, 2))


def test_a_return_is_a_credit_with_its_reason():
    entry = only(a_notification(a_booking(PAY, 38_500, code="AC04")))

    assert (entry.outcome, entry.code, entry.amount_cents) == (Outcome.RETURNED, "AC04", 38_500)


def test_what_is_only_announced_is_not_money_yet():
    booked = a_booking(PAY, 39_000)
    announced = a_booking("PAY-2026-0002", 100, status="<Cd>PDNG</Cd>", reference="B2")

    assert len(imports.read(a_statement(booked, announced)).entries) == 1


def test_the_same_booking_in_statement_and_notification_has_one_key():
    booking = a_booking(PAY, 39_000)

    assert only(a_statement(booking)).bank_key == only(a_notification(booking)).bank_key


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "xxxxxxxxxx">'
    + "".join(f'<!ENTITY b{n} "{"&b;" * 10}">' for n in range(9))
    + "]><Document><BkToCstmrStmt>&b8;</BkToCstmrStmt></Document>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    "<Document><BkToCstmrStmt><GrpHdr><MsgId>&secret;</MsgId></GrpHdr></BkToCstmrStmt></Document>"
)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.4",
        b"\x00\x01\x02",
        b"<Document/>",
        b"<Document><Other/></Document>",
        a_statement(a_booking(PAY, 39_000))[:-40],
        a_statement(a_booking(PAY, 39_000), message=""),
        a_statement(a_booking(PAY, 39_000), message="M" * 71),
        a_statement(),
        a_statement(a_booking(PAY, 39_000, currency="USD")),
        a_statement(a_booking(PAY, 39_000)).replace(b"390.00", b"390.001"),
        a_statement(a_booking(PAY, 39_000)).replace(b"390.00", b"-390.00"),
        a_statement(a_booking(PAY, 39_000)).replace(b"390.00", b"1e9"),
        a_statement(a_booking(PAY, 39_000)).replace(b"390.00", b"0.00"),
        a_statement(a_booking(PAY, 39_000)).replace(b"2026-03-02", b"2026-02-30"),
        BOMB.encode(),
        OUTSIDE.encode(),
        f"{HEAD}{'<a>' * 5000}".encode(),
        b" " * (LARGEST_FILE + 1),
    ],
    ids=lambda content: content[:24].decode(errors="replace"),
)
def test_anything_else_is_refused_with_a_reason(app, content):
    with pytest.raises(RuleBroken) as refused:
        imports.read(content)

    assert refused.value.faults[0].field == "file"
