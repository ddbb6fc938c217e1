"""Pages of the reference tables."""

from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.programme import operations, queries
from tests.payments.builders import a_person
from tests.programme.builders import a_programme


def test_everyone_signed_in_reads_programmes_and_countries(sign_in_as):
    operations.load_reference(actor=SYSTEM)
    client = sign_in_as(a_person(language="fr"))

    index, shown = client.page("/programmes"), client.page("/programmes/COSME?day=2019-04-04")

    assert "75\u00a0%" in index.text
    assert "Royaume-Uni" in shown.text
    assert "Norvège" not in shown.text
    assert "/programmes/COSME/edit" not in shown.links


def test_an_officer_adds_a_participation(sign_in_as):
    programme = a_programme("FR")
    client = sign_in_as(a_person(Role.OFFICER))
    row = {"country": "NO", "valid_from": "2021-01-01", "valid_to": "", "source": "Agreement"}

    answer = client.post(f"/programmes/{programme.ref}/add-participation", data=row)

    assert answer.status_code == 303
    assert "Norway" in client.page(answer.location).text


def test_a_wrong_country_comes_back_with_what_was_typed(sign_in_as):
    programme = a_programme("FR")
    row = {"country": "ZZ", "valid_from": "2021-01-01", "valid_to": "", "source": "Agreement"}

    answer = sign_in_as(a_person(Role.OFFICER)).post(
        f"/programmes/{programme.ref}/add-participation", data=row
    )

    assert answer.status_code == 422
    assert "Use two letters" in answer.text
    assert 'value="ZZ"' in answer.text


def test_an_officer_edits_rates_as_their_language_writes_them(sign_in_as):
    ref = a_programme().ref
    client = sign_in_as(a_person(Role.OFFICER, language="fr"))
    page = client.page(f"/programmes/{ref}/edit")
    form = next(form for form in page.forms if not form.action)
    typed = form.data(indirect_rate_bp="12,5 %", reason="Rectificatif")

    answer = client.post(f"/programmes/{ref}/edit", data=typed)

    assert answer.status_code == 303
    db.session.expire_all()
    assert queries.by_code(ref).indirect_rate_bp == 1_250


def test_a_rate_above_the_whole_is_refused(sign_in_as):
    ref = a_programme().ref
    typed = {
        "name_en": "A", "name_fr": "A", "funding_rate_bp": "101", "indirect_rate_bp": "7",
        "reason": "a test",
    }  # fmt: skip

    answer = sign_in_as(a_person(Role.OFFICER)).post(f"/programmes/{ref}/edit", data=typed)

    assert answer.status_code == 422
    assert "between 0 and 100" in answer.text


def test_an_officer_adds_a_programme(sign_in_as):
    typed = {
        "code": "smp", "name_en": "Single Market Programme",
        "name_fr": "Programme pour le marché unique", "funding_rate_bp": "90",
        "indirect_rate_bp": "7",
    }  # fmt: skip

    answer = sign_in_as(a_person(Role.OFFICER)).post("/programmes/add", data=typed)

    assert answer.location.endswith("/programmes/SMP")


def test_others_may_not_open_the_forms(sign_in_as):
    ref = a_programme().ref
    client = sign_in_as(a_person(Role.AUDITOR))

    for path in ("/programmes/add", f"/programmes/{ref}/edit"):
        assert client.get(path).status_code == 403
