"""The debit note, read back."""

from datetime import date

import pytest

from portal.core.i18n import use_locale
from portal.payments.recoveries import documents
from portal.payments.recoveries.states import Cause
from tests.reading import read_pdf


def a_note(**overrides) -> documents.DebitNote:
    return documents.DebitNote(
        **{
            "ref": "REC-2026-0007",
            "debtor": "Pôle <b>Textile</b> & Κλωστή",
            "street": "12 rue de la Gare",
            "postcode": "59100",
            "town": "Roubaix",
            "country": "FR",
            "creditor": "Office européen des clusters",
            "iban": "BE68539007547034",
            "bic": "",
            "payment": "PAY-2026-0001",
            "subject": "CXC-2026-0137",
            "cause": Cause.SHORTENED,
            "reason": "The visit ended <i>two</i> days early.",
            "paid_cents": 110_000,
            "paid_on": date(2026, 2, 1),
            "amount_cents": 123_456,
            "issued_on": date(2026, 3, 1),
            "due_on": date(2026, 3, 31),
            "rate_bp": None,
        }
        | overrides
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["€1,234.56", "31 March 2026", "Communication"]),
        ("fr", ["1\u202f234,56\u00a0€", "31 mars 2026", "Communication"]),
    ],
)
def test_the_note_says_how_much_until_when_and_where_to(app, language, words):
    content = documents.printed(a_note(), language)
    text = read_pdf(content).text

    for word in [*words, "REC-2026-0007", "BE68 5390 0754 7034", "Pôle <b>Textile</b> & Κλωστή"]:
        assert word.replace("\u202f", " ").replace("\u00a0", " ") in text.replace(
            "\u202f", " "
        ).replace("\u00a0", " ")
    assert content == documents.printed(a_note(), language)


def test_interest_is_named_only_when_there_is_a_rate(app):
    with use_locale("en"):
        without, with_rate = (
            read_pdf(documents.printed(a_note(rate_bp=rate), "en")).text for rate in (None, 750)
        )

    assert "interest" not in without
    assert "7.5%" in with_rate
