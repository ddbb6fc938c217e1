"""The grant agreement read back from its PDF."""

from datetime import UTC, datetime

import pytest

from portal.core.i18n import use_locale
from portal.core.pdf import build
from portal.projects import documents, queries
from portal.projects.states import Side
from tests.projects.builders import a_call, a_cast, an_award
from tests.reading import read_pdf

SIGNED = [documents.Signed(Side.AGENCY, "Ilze Kalniņa", datetime(2026, 9, 1, 10, tzinfo=UTC))]


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
        ("en", ["Grant agreement", "€835,000.00", "75%", "VOUCHERS", "Ilze Kalniņa"]),
        ("fr", ["Convention de subvention", "835 000,00 €", "75 %", "VOUCHERS", "Ilze Kalniņa"]),
    ],
)
def test_the_agreement_states_parties_money_and_signatures(session, language, words):
    cast = a_cast()
    cast.clusters[1].legal_name = "Κλάστερ Θεσσαλονίκης"
    costs = ((0, "personnel", 22_500_000, False), (0, "vouchers", 60_000_000, True))
    call = a_call(sme_share_bp=7500)
    project = an_award(cast, call=call, costs=costs, indirect_cents=1_000_000)
    terms = queries.agreement_of(project.id)

    found = read_pdf(a_pdf(terms, language))

    assert all(found.has(word) for word in [*words, "Κλάστερ Θεσσαλονίκης", project.ref])


def test_the_same_agreement_gives_the_same_bytes(session):
    terms = queries.agreement_of(an_award().id)

    assert a_pdf(terms, "fr") == a_pdf(terms, "fr")
