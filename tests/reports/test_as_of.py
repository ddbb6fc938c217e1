"""The budget of a past day: rebuilt from postings and trail, and never another one afterwards."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from portal.audit.effects import record
from portal.core import clock, formats
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.i18n import use_locale
from portal.ledger.models import BudgetLine, Posting
from portal.ledger.states import BALANCES
from portal.ledger.states import Action as Movement
from portal.partners import operations as partners
from portal.payments import operations as payments
from portal.payments.models import Payment
from portal.payments.recoveries.models import Recovery
from portal.payments.states import State as PaymentState
from portal.projects import operations as projects_operations
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.reports import operations, queries
from portal.reports.models import BudgetExport
from portal.vouchers import operations as vouchers
from portal.vouchers import queries as vouchers_queries
from tests.builders import an_actor
from tests.payments.builders import a_circuit
from tests.projects.builders import a_person_with, an_officer
from tests.reading import flat, read_csv, read_pdf
from tests.vouchers.builders import a_scene, a_voucher, an_offer

COLUMNS = ("budget", "committed", "bound", "certified", "paid", "available")
FIRST = datetime(2026, 9, 7, 9, tzinfo=UTC)


def on_day(number):
    """The clock stands at nine on the day with this number of the scene, from 0."""
    return clock.at(FIRST + timedelta(days=number))


def day(number):
    return FIRST.date() + timedelta(days=number)


def statement(project, as_of):
    return queries.budget_statement(projects.by_id(project.id), as_of)


def export(project, as_of, *, language="fr", kind="pdf"):
    return operations.export_budget(
        projects.by_id(project.id),
        day=as_of,
        language=language,
        kind=kind,
        actor=an_actor(Role.AUDITOR),
    )


@pytest.fixture
def scene(session):
    """A project in which something happens on four days, and what its page said each evening."""
    with on_day(0):
        scene = a_scene()
        offered = an_offer(scene, title="A loom that listens")
    with on_day(2):
        vouchers.sign(offered, actor=scene.holder)
        vouchers.sign(vouchers_queries.by_ref(offered.ref), actor=scene.manager)
        a_voucher(scene, title="A drone that counts vines")
    return scene


@pytest.fixture
def today_is_later():
    with on_day(30):
        yield


def what_stood(project, as_of):
    found = statement(project, as_of)
    states = {row.who: row.state for line in found.lines for row in line.files}
    return found.totals, states


# Nothing that happens later changes a day


def test_a_past_day_shows_the_states_of_that_day(scene, today_is_later):
    name = scene.firm.legal_name

    totals, states = what_stood(scene.project, day(1))
    assert (totals.committed, totals.bound) == (2_000_000, 0)
    assert states == {f"{name} — A loom that listens": "voucher.offered"}
    totals, states = what_stood(scene.project, day(2))
    assert (totals.committed, totals.bound) == (0, 4_000_000)
    assert set(states.values()) == {"voucher.signed"}


def test_a_past_day_shows_the_names_of_that_day(scene, today_is_later):
    before, old = statement(scene.project, day(3)), scene.firm.legal_name

    coordinator = projects.by_id(scene.project.id).coordinator
    for organisation, person in ((scene.firm, scene.holder), (coordinator, scene.manager)):
        said = {name: getattr(organisation, name) for name in ("kind", "country", "town")}
        partners.edit(organisation, actor=person, legal_name=f"Renamed {person.id}", **said)

    assert statement(scene.project, day(3)) == before
    now = statement(scene.project, clock.today())
    assert old in str(before)
    assert now.coordinator == f"Renamed {scene.manager.id}"
    assert old not in str(now)


def test_a_past_day_shows_the_terms_of_that_day(scene, today_is_later):
    before, project = statement(scene.project, day(3)), projects.by_id(scene.project.id)
    changed = {"title": "Another title", "ends_on": project.ends_on + timedelta(days=31)}
    old = {name: getattr(project, name) for name in changed}
    for name, value in changed.items():
        setattr(project, name, value)
    record(SYSTEM, project, "suspend", before=old, after=changed)

    assert statement(project, day(3)) == before
    assert statement(project, clock.today()).title == "Another title"
    assert statement(project, clock.today()).ends_on == changed["ends_on"]


def test_a_past_day_gives_the_same_bytes_whatever_happened_since(scene, today_is_later):
    kinds = [(language, kind) for language in ("en", "fr") for kind in ("pdf", "csv")]
    first = [export(scene.project, day(2), language=lang, kind=kind) for lang, kind in kinds]

    an_offer(scene, amount_cents=1_234_567)
    projects_operations.suspend(scene.project, reason="For a while.", actor=an_officer())
    with on_day(60):
        again = [export(scene.project, day(2), language=lang, kind=kind) for lang, kind in kinds]

    assert again == first
    assert len(list(db.session.scalars(select(BudgetExport.id)))) == len(kinds)


def test_the_bytes_stay_when_the_portal_has_moved_to_another_address(
    scene, today_is_later, app, monkeypatch
):
    first = export(scene.project, day(2))

    settings = app.extensions["portal_settings"]
    moved = type(settings)(**{**vars(settings), "public_url": "https://elsewhere.example"})
    monkeypatch.setitem(app.extensions, "portal_settings", moved)

    assert export(scene.project, day(2)).content == first.content


# A day that is not over


def test_an_export_of_today_says_that_it_is_provisional(scene, today_is_later):
    today = clock.today()
    pdf, table = (
        export(scene.project, today, language="en"),
        export(scene.project, today, language="en", kind="csv"),
    )

    assert read_pdf(pdf.content).has("Provisional: this day is not over yet")
    assert b"Provisional: this day is not over yet" in table.content
    with on_day(31):
        final = export(scene.project, today, language="en")
        over = export(scene.project, today, language="en", kind="csv")
    assert not read_pdf(final.content).has("Provisional")
    assert b"Provisional" not in over.content
    assert final.fingerprint == pdf.fingerprint
    assert final.code != pdf.code


def test_a_day_is_over_an_hour_after_midnight(scene):
    """A request that began before midnight may still be writing when the day has just ended."""
    midnight = datetime(2026, 10, 1, 22, tzinfo=UTC)  # in Brussels, the second of October begins
    for minutes, provisional in ((30, True), (61, False)):
        with clock.at(midnight + timedelta(minutes=minutes)):
            done = export(scene.project, date(2026, 10, 1), language="en")
        assert read_pdf(done.content).has("Provisional") == provisional


@pytest.mark.parametrize(("number", "words"), [(31, "still to come"), (-1, "day of its award")])
def test_a_day_without_budget_is_refused(scene, today_is_later, number, words):
    with pytest.raises(RuleBroken) as broken:
        export(scene.project, day(number))

    assert broken.value.faults[0].field == "day"
    with use_locale("en"):
        assert words in str(broken.value.faults[0].message)


# The page


def test_the_address_names_the_day_and_the_export_keeps_it(scene, today_is_later, sign_in_as):
    reader = sign_in_as(a_person_with(Role.AUDITOR))
    address = f"/projects/{scene.project.ref}/budget?day={day(1)}"

    page = reader.page(address)
    answer = reader.post(address, data={"language": "en", "kind": "pdf"})

    assert "8 September 2026" in page.text
    assert "A drone that counts vines" not in page.text
    assert f"-{day(1)}-en.pdf" in answer.headers["Content-Disposition"]
    assert answer.data == export(scene.project, day(1), language="en").content


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-11-01", "still to come"),
        ("2025-12-31", "begins on 7 September 2026"),
        ("yesterday", "Enter a date"),
        ("9999-99-99", "Enter a date"),
    ],
)
def test_a_day_without_budget_is_asked_for_again(scene, today_is_later, sign_in_as, typed, words):
    reader = sign_in_as(a_person_with(Role.AUDITOR))
    address = f"/projects/{scene.project.ref}/budget?day={typed}"

    page = reader.page(address, status=422)
    posted = reader.post(address, data={"language": "en", "kind": "pdf"})

    assert words in page.text
    form = next(form for form in page.forms if any(item.name == "day" for item in form.fields))
    assert form.data()["day"] == typed
    assert posted.status_code == 422


def test_the_page_of_a_day_that_is_over_says_nothing_of_provisional(
    scene, today_is_later, sign_in_as
):
    reader = sign_in_as(a_person_with(Role.AUDITOR))
    address = f"/projects/{scene.project.ref}/budget"

    assert "Provisional" in reader.page(address).text
    assert "Provisional" not in reader.page(f"{address}?day={day(5)}").text


# The demo story: screen, PDF and CSV against the postings themselves


def counted(postings, as_of):
    """What stands on each line in each balance, added up one posting after another."""
    found = Counter()
    for line, source, target, cents, booked_on in postings:
        if booked_on <= as_of:
            found[line, source] -= cents
            found[line, target] += cents
    return found


def test_any_day_of_the_story_is_the_sum_of_its_postings(told_session):
    pick = Random(2026)
    for project in db.session.scalars(select(Project).order_by(Project.id)):
        columns = (Posting.source, Posting.target, Posting.amount_cents, Posting.booked_on)
        query = select(BudgetLine.code, *columns).join(BudgetLine)
        rows = db.session.execute(query.where(BudgetLine.book_id == project.book_id)).all()
        days = (clock.today() - queries.first_day(project)).days
        for _ in range(12):
            as_of = clock.today() - timedelta(days=pick.randint(0, min(days, 400)))
            expected = counted(rows, as_of)
            for line in statement(project, as_of).lines:
                for bucket in BALANCES:
                    shown = getattr(line.balances, bucket)
                    assert shown == expected[line.code, bucket], (
                        f"{project.ref} {as_of} {line.code}"
                    )
                    if bucket != BALANCES[0]:
                        assert shown == sum(getattr(row.balances, bucket) for row in line.files)


def test_screen_pdf_and_csv_of_the_story_agree_to_the_cent(told_session, sign_in_as):
    reader = sign_in_as(a_person_with(Role.AUDITOR))
    for project, ago in ((projects.by_ref(ref), ago) for ref, ago in days_of_the_story()):
        as_of = clock.today() - timedelta(days=ago)
        totals = statement(project, as_of).totals
        sums = [getattr(totals, name) for name in COLUMNS]

        page = reader.page(f"/projects/{project.ref}/budget?day={as_of}").text
        pdf = read_pdf(export(project, as_of, language="en").content).text
        rows = read_csv(export(project, as_of, language="en", kind="csv").content)

        with use_locale("en"):
            shown = " ".join(["Total", *map(formats.money, sums)])
        assert shown in page
        assert shown in flat(re.sub("[\u00a0\u202f]", " ", pdf))
        total = next(row for row in rows if row[1] == "Total")
        assert [round(float(cell) * 100) for cell in total[6:]] == sums


def days_of_the_story():
    refs = db.session.scalars(select(Project.ref).order_by(Project.id)).all()
    return [(ref, ago) for ref in refs[1:] for ago in (0, 20, 60, 110)]


def test_a_payment_taken_back_later_was_paid_on_that_day(told_session):
    whole = Payment.id.not_in(select(Recovery.payment_id))
    paid = db.session.scalars(
        select(Payment).where(Payment.state == PaymentState.EXECUTED, whole).order_by(Payment.id)
    ).first()
    line = db.session.get_one(BudgetLine, paid.line_id)
    project = db.session.scalars(select(Project).where(Project.book_id == line.book_id)).one()
    yesterday = clock.today() - timedelta(days=1)
    before = statement(project, yesterday)
    file = paid.subject.partition("/")[0]

    payments.take_back(paid, reason="Account closed.", actor=a_circuit().accountant)

    def row(found):
        return next(each for line in found.lines for each in line.files if each.ref == file)

    assert statement(project, yesterday) == before
    assert row(before).balances.paid == row(statement(project, clock.today())).balances.paid + (
        paid.amount_cents
    )
    assert row(statement(project, clock.today())).paid_on is None


def test_a_file_partly_recovered_keeps_the_day_of_what_still_stands(told_session):
    given_back = (
        select(Recovery, func.sum(Posting.amount_cents))
        .join(Posting, Posting.why == Recovery.ref)
        .where(Posting.kind == Movement.RECOVER)
        .group_by(Recovery.id)
    )
    shown = []
    for recovery, cents in db.session.execute(given_back):
        payment = db.session.get_one(Payment, recovery.payment_id)
        line = db.session.get_one(BudgetLine, payment.line_id)
        project = db.session.scalar(select(Project).where(Project.book_id == line.book_id))
        if project is None or cents == payment.amount_cents:
            continue
        file = payment.subject.partition("/")[0]
        lines = statement(project, clock.today()).lines
        row = next(each for line in lines for each in line.files if each.ref == file)
        last = db.session.scalar(
            select(func.max(Payment.executed_on)).where(
                Payment.subject.in_((file, *(f"{file}/{number}" for number in range(1, 9)))),
                Payment.state == PaymentState.EXECUTED,
            )
        )
        if not row.balances.bound + row.balances.certified:
            shown.append((file, row.paid_on, last))

    assert shown
    assert [each for each in shown if each[1] != each[2]] == []


def test_an_early_day_of_the_story_knows_no_later_payment(told_session):
    """What is told of each file on a day: nothing paid that was entered only afterwards."""
    for project in db.session.scalars(select(Project).order_by(Project.id)):
        for ago in (10, 40, 70, 100):
            as_of = clock.today() - timedelta(days=ago)
            for line in statement(project, as_of).lines:
                for row in line.files:
                    assert row.state.partition(".")[2]
                    assert row.paid_on is None or row.paid_on <= as_of
                    assert bool(row.paid_on) <= bool(row.balances.paid)
