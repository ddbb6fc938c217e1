"""Whoever holds a budget made here sees whether it is genuine and what changed since."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.audit import queries as trail
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.ledger import effects as ledger
from portal.ledger import queries as lines
from portal.projects import queries as projects
from portal.reports import operations, queries, rules
from tests.builders import an_actor
from tests.projects.builders import a_person_with
from tests.reading import read_csv, read_pdf
from tests.vouchers.builders import a_scene, a_voucher

MADE = datetime(2026, 9, 7, 9, tzinfo=UTC)


@pytest.fixture
def scene(session):
    """A project with a voucher, three days ago."""
    with clock.at(MADE):
        scene = a_scene()
        a_voucher(scene)
    with clock.at(MADE + timedelta(days=3)):
        yield scene


def export(scene, *, kind="pdf", language="en", as_of=None):
    return operations.export_budget(
        projects.by_id(scene.project.id),
        day=as_of or MADE.date(),
        language=language,
        kind=kind,
        actor=an_actor(Role.AUDITOR),
    )


def upload(content):
    return (io.BytesIO(content), "budget.pdf")


# The code


@given(st.integers(min_value=0, max_value=2**rules.CODE_BITS - 1))
def test_a_code_is_read_however_it_is_typed(number):
    code = rules.code_of(number)

    assert len(code) == 19
    assert rules.read_code(code) == code
    assert rules.read_code(f"  {code.lower().replace('-', ' ')} ") == code
    assert rules.read_code(code.replace("-", "").replace("0", "O").replace("1", "l")) == code
    assert rules.read_code(f"https://portal.example/verify/{code}/") == code


@pytest.mark.parametrize("typed", ["", "ABCD", "7Q4K-09AB-XT2M-H5WU", "é" * 16, "7" * 17, "/"])
def test_what_cannot_be_a_code_is_none(typed):
    assert rules.read_code(typed) == ""


def test_every_page_of_the_pdf_bears_the_code_and_the_first_says_where_to_type_it(scene):
    done = export(scene)

    read = read_pdf(done.content)
    assert all(done.code in page for page in read.pages)
    assert read.has("type its code at http://localhost/verify")


def test_the_csv_bears_its_code_and_its_day(scene):
    done = export(scene, kind="csv")

    rows = {row[0]: row[1] for row in read_csv(done.content)}
    assert rows["Code of this document"] == done.code
    assert rows["As of"] == "07/09/2026"
    assert rows["Fingerprint"] == done.fingerprint


def test_the_pdf_prints_the_head_of_each_chain_it_rests_on(scene):
    """The export itself leaves an entry, which no document counts: asking twice changes nothing."""
    read = read_pdf(export(scene).content)

    entry = trail.trail_of(scene.project.ref)[1]
    assert entry.verb != "project.export_budget"
    assert entry.hash in read.text
    for line in lines.lines_of(scene.project.book_id):
        assert trail.head_of(f"LINE-{line.id}")[1] in read.text


# The page


def test_anybody_learns_that_a_document_is_genuine_but_no_amount(scene, client):
    done = export(scene)
    line = lines.lines_of(scene.project.book_id)[0]
    ledger.commit(line.id, 777, subject="CXC-2026-0001", why="", actor=an_actor())

    page = client.page(f"/verify/{done.code}")

    for words in (
        "The code is genuine",
        scene.project.ref,
        scene.project.acronym,
        done.fingerprint,
    ):
        assert words in page.text
    assert "7 September 2026" in page.text
    assert "1 posting was made for a later day." in page.text
    assert "€" not in page.text
    assert scene.firm.legal_name not in page.text


def test_those_who_may_see_the_project_see_the_amounts_that_changed(scene, sign_in_as):
    done = export(scene)
    line = lines.lines_of(scene.project.book_id)[0]
    ledger.commit(line.id, 777, subject="CXC-2026-0001", why="", actor=an_actor())

    seen = sign_in_as(a_person_with(Role.AUDITOR)).page(f"/verify/{done.code}")
    stranger = sign_in_as(a_person_with(Role.MANAGER)).page(f"/verify/{done.code}")

    assert "Committed €0.00 €7.77 €7.77" in seen.text
    assert f"/projects/{scene.project.ref}/budget?day=2026-09-07" in seen.links
    assert "€" not in stranger.text


def test_a_provisional_document_is_overtaken_by_its_own_day(scene, client):
    today = clock.today()
    done = export(scene, as_of=today)
    line = lines.lines_of(scene.project.book_id)[0]

    assert "provisional" in client.page(f"/verify/{done.code}").text
    ledger.commit(line.id, 777, subject="CXC-2026-0001", why="", actor=an_actor())

    assert "overtaken" in client.page(f"/verify/{done.code}").text
    assert export(scene, as_of=today).code != done.code


def test_figures_changed_in_secret_are_noticed(scene, client):
    done = export(scene)
    sqlite = db.engine.dialect.name == "sqlite"
    guard, on = ("no_update", "") if sqlite else ("no_change", " ON posting")
    db.session.execute(text(f"DROP TRIGGER posting_{guard}{on}"))
    db.session.execute(text("UPDATE posting SET amount_cents = amount_cents + 1 WHERE file <> ''"))

    page = client.page(f"/verify/{done.code}")

    assert "the figures of that day are no longer those it shows" in page.text


def test_a_trail_that_was_made_anew_is_noticed(scene, client):
    done = export(scene)
    sqlite = db.engine.dialect.name == "sqlite"
    guard, on = ("no_update", "") if sqlite else ("no_change", " ON audit_entry")
    db.session.execute(text(f"DROP TRIGGER audit_entry_{guard}{on}"))
    made_anew = "UPDATE audit_entry SET hash = previous_hash WHERE subject = :ref AND number > 1"
    db.session.execute(text(made_anew), {"ref": scene.project.ref})

    page = client.page(f"/verify/{done.code}")

    assert "the entries of the trail that it names are no longer as they were" in page.text


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "nonsense", "<b>x</b>", "A" * 500])
def test_an_unknown_code_learns_nothing_and_is_kept_to_be_corrected(scene, client, code):
    page = client.page(f"/verify/{code.replace('/', '')}", status=404)

    assert "No document made here bears this code." in page.text
    assert next(form for form in page.forms if form.action == "/verify").data()["code"]


def test_a_code_that_is_typed_leads_to_its_document(scene, client):
    done = export(scene)

    answer = client.post("/verify", data={"code": done.code.lower().replace("-", "")})
    wrong = client.post("/verify", data={"code": "0000 0000 0000 0000"})
    nothing = client.post("/verify", data={})

    assert (answer.status_code, answer.location) == (303, f"/verify/{done.code}")
    assert (wrong.status_code, nothing.status_code) == (422, 422)
    assert b'value="0000 0000 0000 0000"' in wrong.data


def test_a_file_is_compared_to_the_byte(scene, client):
    done, other = export(scene), export(scene, language="fr")
    changed = done.content.replace(b"%%EOF", b"%%EOF\n")

    found = client.post("/verify", data={"file": upload(done.content)})
    assert found.location == f"/verify/{done.code}"
    assert "byte for byte" in client.page(found.location).text
    for sent in (
        {"file": upload(changed)},
        {"file": upload(b"not a document")},
        {"file": upload(done.content), "code": other.code},
    ):
        assert client.post("/verify", data=sent).status_code == 422


def test_a_document_handed_out_cannot_be_changed(scene):
    export(scene)

    for statement in ("UPDATE budget_export SET code = 'x'", "DELETE FROM budget_export"):
        with pytest.raises(DBAPIError), db.session.begin_nested():
            db.session.execute(text(statement))
    assert queries.find("x") is None
