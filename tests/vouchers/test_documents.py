"""The sub-grant agreement read back from its PDF."""

from datetime import UTC, datetime

import pytest

from portal.core.i18n import use_locale
from portal.core.pdf import build
from portal.vouchers import documents
from portal.vouchers.states import Side
from tests.reading import read_pdf
from tests.vouchers.builders import a_scene, an_offer

SIGNED = [documents.Signed(Side.HOLDER, "Ilze Kalniņa", datetime(2026, 9, 1, 10, tzinfo=UTC))]


def a_pdf(terms, language):
    with use_locale(language):
        return build(
            documents.agreement(terms, SIGNED),
            title=str(documents.agreement_title(terms)),
            language=language,
            reference=terms["reference"],
            fingerprint="0" * 64,
        )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Sub-grant agreement", "€20,000.00", "€60,000.00", "50%", "Innovation voucher"]),
        ("fr", ["Convention de sous-subvention", "20 000,00 €", "60 000,00 €", "50 %"]),
    ],
)
def test_the_agreement_states_work_amounts_and_signatures(session, language, words):
    scene = a_scene()
    voucher = an_offer(scene, other_funding="Région Occitanie, 5 000 EUR, 2025")

    found = read_pdf(a_pdf(voucher.agreement, language))

    expected = [*words, scene.firm.legal_name, voucher.title, f"{voucher.ref}/2", "Ilze Kalniņa"]
    assert [word for word in expected if not found.has(word)] == []
    assert found.has("Région Occitanie, 5 000 EUR, 2025")


def test_the_same_agreement_gives_the_same_bytes(session):
    voucher = an_offer(a_scene())

    assert a_pdf(voucher.agreement, "en") == a_pdf(voucher.agreement, "en")
