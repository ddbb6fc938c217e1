"""The budget statement: one set of figures on the page, in the PDF and in the CSV, to the cent."""

import re
from datetime import timedelta

import pytest

from portal.accounts.models import User
from portal.audit.queries import trail_of
from portal.core import clock, formats
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.i18n import use_locale
from portal.ledger import effects as ledger
from portal.ledger import queries as lines
from portal.reports import operations, queries
from tests.builders import an_actor
from tests.projects.builders import a_person_with, an_officer
from tests.reading import flat, read_csv, read_pdf
from tests.vouchers.builders import a_scene, a_voucher, an_offer

COLUMNS = ("available", "committed", "bound", "certified", "paid")


@pytest.fixture
def scene(session):
    """A project with a voucher that is signed and one that is offered."""
    scene = a_scene()
    a_voucher(scene, title="A loom that listens")
    an_offer(scene, amount_cents=1_234_567)
    return scene


def statement(scene, day=None):
    return queries.budget_statement(scene.project, day or clock.today())


def export(scene, *, day=None, language="fr", kind="pdf", actor=None):
    return operations.export_budget(
        scene.project,
        day=day or clock.today(),
        language=language,
        kind=kind,
        actor=actor or an_actor(Role.AUDITOR),
    )


def test_totals_are_the_sums_of_the_ledger(scene):
    kept = lines.lines_of(scene.project.book_id)

    totals = statement(scene).totals

    for column in COLUMNS:
        assert getattr(totals, column) == sum(getattr(line, f"{column}_cents") for line in kept)
    assert totals.budget == sum(line.budget_cents for line in kept)
    assert totals.committed == 1_234_567
    assert totals.bound == 2_000_000


def test_the_files_behind_a_line_hold_what_the_line_holds(scene):
    for line in statement(scene).lines:
        for column in COLUMNS[1:]:
            held = sum(getattr(file.balances, column) for file in line.files)
            assert held == getattr(line.balances, column), f"{line.code} {column}"


def test_yesterday_nothing_stood_anywhere(scene):
    totals = statement(scene, clock.today() - timedelta(days=1)).totals

    assert totals.budget == 0


def test_an_export_needs_to_see_the_project(scene):
    with pytest.raises(NotAllowed):
        export(scene, actor=an_actor())


def test_another_kind_of_file_is_refused(scene):
    with pytest.raises(RuleBroken):
        export(scene, kind="docx")


def test_the_trail_keeps_what_was_exported(scene):
    done = export(scene)

    entry = trail_of(scene.project.ref)[0]
    assert entry.verb == "project.export_budget"
    assert entry.details["fingerprint"] == done.fingerprint
    assert entry.details["language"] == "fr"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pdf_names_what_it_is_about(scene, language):
    done = export(scene, language=language)

    read = read_pdf(done.content)
    with use_locale(language):
        day = formats.day(clock.today())
        period = formats.day_range(scene.project.starts_on, scene.project.ends_on)
        sums = [formats.money(cents) for cents in (1_234_567, 2_000_000)]
    for words in (
        scene.project.ref,
        scene.project.acronym,
        scene.project.title,
        day,
        period,
        done.fingerprint,
        scene.firm.legal_name,
        "A loom that listens",
    ):
        assert plain(words) in plain(read.text), words
    for amount in sums:
        assert plain(amount) in unbroken(read.text)
    pages = "Page {} of {}" if language == "en" else "Page {} sur {}"
    assert plain(pages.format(1, len(read.pages))) in plain(read.text)


def test_french_amounts_stay_on_one_line_with_the_spaces_of_french(scene):
    text = read_pdf(export(scene, language="fr").content).text

    assert "12 345,67 €" in unbroken(text)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_totals_of_the_pdf_are_those_of_the_statement(scene, language):
    text = read_pdf(export(scene, language=language).content).text

    totals = statement(scene).totals
    with use_locale(language):
        shown = [
            formats.money(getattr(totals, name))
            for name in ("budget", "committed", "bound", "certified", "paid", "available")
        ]
    assert plain(" ".join(["Total", *shown])) in plain(text)


def test_the_same_figures_give_the_same_bytes(scene):
    first, second = export(scene), export(scene)

    assert first.content == second.content
    assert export(scene, language="en").content != first.content
    assert export(scene, language="en").fingerprint == first.fingerprint


def test_other_figures_give_another_fingerprint(scene):
    before = export(scene).fingerprint

    an_offer(scene, amount_cents=100_000)

    assert export(scene).fingerprint != before


@pytest.mark.parametrize(("language", "mark"), [("en", "."), ("fr", ",")])
def test_the_csv_holds_the_same_figures(scene, language, mark):
    rows = read_csv(export(scene, language=language, kind="csv").content)

    totals = statement(scene).totals
    total = next(row for row in rows if row[1] == "Total")
    expected = [
        f"{cents // 100}{mark}{cents % 100:02d}"
        for cents in (
            totals.budget,
            totals.committed,
            totals.bound,
            totals.certified,
            totals.paid,
            totals.available,
        )
    ]
    assert total[6:] == expected
    own = [row for row in rows[1:] if row[0] and not row[3]]
    summed = sum(cents(row[6], mark) for row in own if row[6])
    assert summed == totals.budget
    assert any(row[3].startswith("VCH-") for row in rows)


def test_a_hostile_name_stays_a_name(scene):
    scene.firm.legal_name = '=HYPERLINK("http://x")<b>&'
    db.session.flush()

    rows = read_csv(export(scene, kind="csv").content)
    text = read_pdf(export(scene).content).text

    assert any(row[1].startswith("'=HYPERLINK") for row in rows)
    assert "<b>&" in text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_the_same_totals(scene, sign_in_as, language):
    reader = a_person_with(Role.AUDITOR)
    reader.language = language
    with use_locale(language):
        totals = statement(scene).totals
        shown = [formats.money(getattr(totals, name)) for name in ("budget", *COLUMNS)]
    ref = scene.project.ref

    page = sign_in_as(reader).page(f"/projects/{ref}/budget")

    for amount in shown:
        assert amount in page.text


def test_the_page_hands_over_the_file(scene, sign_in_as):
    reader = a_person_with(Role.AUDITOR)
    ref = scene.project.ref

    answer = sign_in_as(reader).post(
        f"/projects/{ref}/budget", data={"language": "fr", "kind": "pdf"}
    )

    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert f"{ref}-" in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"%PDF")


def test_a_wrong_export_shows_the_page_again(scene, sign_in_as):
    reader = a_person_with(Role.AUDITOR)

    answer = sign_in_as(reader).post(
        f"/projects/{scene.project.ref}/budget", data={"language": "xx", "kind": "pdf"}
    )

    assert answer.status_code == 422


def test_strangers_do_not_learn_of_the_project(scene, sign_in_as):
    stranger = db.session.get(User, scene.holder.id)

    assert sign_in_as(stranger).get(f"/projects/{scene.project.ref}/budget").status_code == 404


def test_the_shelf_lists_the_projects_one_may_read(scene, sign_in_as):
    ref = scene.project.ref
    officer = db.session.get(User, an_officer().id)

    assert ref in sign_in_as(officer).page("/reports").text


def test_money_moved_on_a_line_is_seen_at_once(scene):
    line = lines.lines_of(scene.project.book_id)[0]
    before = statement(scene).totals

    ledger.commit(line.id, 777, subject="CXC-2026-0001", why="", actor=an_actor())

    after = statement(scene).totals
    assert (after.committed, after.available) == (before.committed + 777, before.available - 777)
    assert after.budget == before.budget


def plain(words):
    return flat(re.sub("[\u00a0\u202f]", " ", str(words)))


def unbroken(text):
    """What was read, its line breaks kept: the reader gives every no-break space as an ordinary
    one.
    """
    return re.sub("[\u00a0\u202f]", " ", text)


def cents(amount, mark):
    whole, _mark, rest = amount.partition(mark)
    return int(whole) * 100 + int(rest)
