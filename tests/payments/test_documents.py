"""The payment order, read back."""

from datetime import UTC, datetime

import pytest

from portal.core import pdf
from portal.core.i18n import use_locale
from portal.payments import documents
from tests.reading import read_pdf


def an_order(**overrides) -> documents.Order:
    line = documents.OrderLine(
        ref="PAY-2026-0001",
        subject="CXC-2026-0137",
        payee="Pôle <b>Textile</b> & Κλωστή",
        holder="Pôle Textile",
        iban="FR1420041010050500013M02606",
        bic="PSSTFRPPXXX",
        amount_cents=39_000,
    )
    return documents.Order(
        **{
            "ref": "BAT-2026-0001",
            "released_by": "Sofia Bērziņa",
            "released_at": datetime(2026, 3, 1, 9, tzinfo=UTC),
            "total_cents": 39_000,
            "lines": [line],
            "signed_by": {"PAY-2026-0001": ("Ilze Kalniņa", "Jean Dupont")},
        }
        | overrides
    )


def printed(order, language):
    with use_locale(language):
        story = documents.payment_order(order)
    return pdf.build(
        story,
        title="Order",
        language=language,
        reference=order.ref,
        fingerprint=order.fingerprint(),
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_order_holds_what_the_bank_needs_and_who_signed(app, language):
    read = read_pdf(printed(an_order(), language))

    needed = [
        "BAT-2026-0001",
        "FR14 2004 1010 0505 0001 3M02 606",
        "PSSTFRPPXXX",
        "Pôle <b>Textile</b> & Κλωστή",
        "Ilze Kalniņa",
        "Jean Dupont",
        "Sofia Bērziņa",
    ]
    assert [words for words in needed if not read.has(words)] == []


def test_amounts_are_written_as_the_reader_writes_them(app):
    assert read_pdf(printed(an_order(), "fr")).has("390,00 €")
    assert read_pdf(printed(an_order(), "en")).has("€390.00")


def test_the_same_order_is_the_same_file(app):
    assert printed(an_order(), "fr") == printed(an_order(), "fr")


def test_the_fingerprint_changes_with_what_the_bank_would_pay(app):
    order = an_order()
    changed = an_order(
        lines=[documents.OrderLine(**order.lines[0].__dict__ | {"amount_cents": 39_001})]
    )

    assert order.fingerprint() == an_order().fingerprint() != changed.fingerprint()


def test_an_account_number_is_shown_in_groups_of_four():
    assert documents.iban_in_groups("BE68539007547034") == "BE68 5390 0754 7034"
