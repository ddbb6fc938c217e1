"""The annex of a grant agreement read back from its PDF."""

import pytest

from portal.accounts.models import User
from portal.core.db import db
from tests.projects.periods.builders import a_grant, a_planned_grant
from tests.reading import flat, read_pdf


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["31 August 2027", "30 October 2027", "€297,500.00", "90 days"],
        ),
        (
            "fr",
            [
                "rapports et versements",
                "31 août 2027",
                "30 octobre 2027",
                "297 500,00 €",
                "90 jours",
            ],
        ),
    ],
)
def test_the_annex_states_periods_and_terms_of_payment(session, sign_in_as, language, words):
    grant = a_planned_grant()
    reader = sign_in_as(db.session.get_one(User, grant.officer.id))

    answer = reader.get(f"/projects/{grant.project.ref}/periods/annex?language={language}")

    found = read_pdf(answer.data)
    text = flat(found.text.replace("\u00a0", " ").replace("\u202f", " "))
    assert [word for word in words if word not in text] == []
    again = reader.get(f"/projects/{grant.project.ref}/periods/annex?language={language}")
    assert again.data == answer.data


def test_without_a_plan_there_is_no_annex(session, sign_in_as):
    grant = a_grant()
    reader = sign_in_as(db.session.get_one(User, grant.officer.id))

    assert reader.get(f"/projects/{grant.project.ref}/periods/annex").status_code == 404
