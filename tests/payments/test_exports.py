"""The credit transfer message, held against its schema and read back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest
import sepaxml
from lxml import etree

from portal.payments import exports
from portal.payments.states import BankFormat

SCHEMAS = Path(sepaxml.__file__).parent / "schemas"
OURS = exports.Debtor("Office européen des clusters", "FR1420041010050500013M02606", "PSSTFRPPXXX")
A_TRANSFER = exports.Transfer(
    ref="PAY-2026-0001",
    amount_cents=39_000,
    holder="Fédération internationale de l’Automobile",
    iban="FR1420041010050500013M02606",
    bic="PSSTFRPPXXX",
    street="8, place de la Concorde",
    postcode="75008",
    town="Paris",
    country="FR",
    remittance="CXC-2026-0137 PAY-2026-0001",
)
OTHER = replace(
    A_TRANSFER, ref="PAY-2026-0002", amount_cents=7, holder="Κλωστή ΑΕ", bic="", street="",
    postcode="", town="Αθήνα", country="GR", iban="GR1601101250000000012300695",
)  # fmt: skip


def written(*transfers, **overrides):
    return exports.credit_transfer(
        transfers or (A_TRANSFER, OTHER),
        **{
            "ref": "BAT-2026-0001",
            "released_at": datetime(2026, 3, 1, 9, 30, 5, 123, tzinfo=UTC),
            "execute_on": date(2026, 3, 2),
            "debtor": OURS,
        }
        | overrides,
    )


@cache
def schema(format):
    return etree.XMLSchema(etree.parse(SCHEMAS / f"{format}.xsd"))


def texts(content, tag):
    return [found.text for found in etree.fromstring(content).iter(f"{{*}}{tag}")]


@pytest.mark.parametrize("format", BankFormat)
@pytest.mark.parametrize("bic", ["PSSTFRPPXXX", ""])
def test_the_message_follows_its_schema(format, bic):
    content = written(format=format, debtor=replace(OURS, bic=bic))

    schema(format).assertValid(etree.fromstring(content))
    assert content.startswith(b"<?xml")


def test_the_same_batch_gives_the_same_bytes():
    assert written() == written()


def test_count_and_sum_are_those_of_the_transfers_in_group_and_order():
    content = written()

    assert texts(content, "NbOfTxs") == ["2", "2"]
    assert texts(content, "CtrlSum") == ["390.07", "390.07"]
    assert texts(content, "InstdAmt") == ["390.00", "0.07"]


def test_the_greatest_amount_is_written_to_the_cent():
    content = written(replace(A_TRANSFER, amount_cents=99_999_999_999))

    assert texts(content, "InstdAmt") == ["999999999.99"]


@pytest.mark.parametrize("cents", [0, -1, 100_000_000_000])
def test_an_amount_no_transfer_carries_is_refused(cents):
    with pytest.raises(ValueError):
        written(replace(A_TRANSFER, amount_cents=cents))


def test_an_empty_batch_is_refused():
    with pytest.raises(ValueError):
        exports.credit_transfer(
            (), ref="B", released_at=datetime.now(UTC), execute_on=date(2026, 3, 2), debtor=OURS
        )


def test_the_message_says_who_pays_whom_when_and_for_what():
    content = written()

    assert texts(content, "MsgId") == texts(content, "PmtInfId") == ["BAT-2026-0001"]
    assert texts(content, "CreDtTm") == ["2026-03-01T09:30:05+00:00"]
    assert texts(content, "Dt") == ["2026-03-02"]
    assert texts(content, "PmtMtd") + texts(content, "Cd") + texts(content, "ChrgBr") == [
        "TRF", "SEPA", "SLEV"
    ]  # fmt: skip
    assert texts(content, "EndToEndId") == ["PAY-2026-0001", "PAY-2026-0002"]
    assert texts(content, "Nm") == [
        "Office europeen des clusters", "Office europeen des clusters",
        "Federation internationale de l'Automobile", "Klosti AE",
    ]  # fmt: skip
    assert texts(content, "Ustrd")[0] == "CXC-2026-0137 PAY-2026-0001"


def test_an_address_always_has_town_and_country_and_no_free_lines():
    content = written()

    assert texts(content, "TwnNm") == ["Paris", "Athina"]
    assert texts(content, "Ctry") == ["FR", "GR"]
    assert texts(content, "StrtNm") == ["8, place de la Concorde"]
    assert texts(content, "AdrLine") == []


def test_older_banks_get_the_older_elements():
    content = written(format=BankFormat.PAIN_03)

    assert b"urn:iso:std:iso:20022:tech:xsd:pain.001.001.03" in content
    assert texts(content, "ReqdExctnDt") == ["2026-03-02"]
    assert texts(content, "BIC") == ["PSSTFRPPXXX"] * 2
    assert texts(content, "BICFI") == []


def test_a_debtor_without_a_bic_is_said_to_have_none():
    content = written(debtor=replace(OURS, bic=""))

    assert texts(content, "Id").count("NOTPROVIDED") == 1


def test_long_names_are_cut_where_the_message_ends_them():
    content = written(replace(A_TRANSFER, holder="Œ" * 90, town="x" * 99, street="y" * 140))

    assert [len(texts(content, tag)[-1]) for tag in ("Nm", "TwnNm", "StrtNm")] == [70, 35, 70]
    schema(BankFormat.PAIN_09).assertValid(etree.fromstring(content))
