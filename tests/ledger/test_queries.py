"""Balances of any day, the recount, and what it finds."""

from datetime import UTC, date, datetime

from sqlalchemy import update

from portal.core import clock
from portal.core.actors import SYSTEM
from portal.ledger import effects, queries
from portal.ledger.models import BudgetLine
from tests.audit.unguarded import let_lines_change
from tests.ledger.builders import a_book, a_line

ABOUT = {"subject": "CXC-2026-0001", "why": "", "actor": SYSTEM}


def test_balances_of_a_past_day_are_rebuilt_from_the_postings(session):
    book = a_book()
    with clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        line = a_line(100_000, book=book)
    with clock.at(datetime(2026, 3, 5, 12, tzinfo=UTC)):
        effects.commit(line.id, 40_000, **ABOUT)
    with clock.at(datetime(2026, 3, 9, 12, tzinfo=UTC)):
        effects.bind(line.id, 40_000, **ABOUT)

    seen = {day: queries.balances_as_of(book.id, date(2026, 3, day))[0] for day in (4, 5, 8, 9)}

    assert seen[4].available_cents == 100_000
    assert (seen[5].available_cents, seen[5].committed_cents) == (60_000, 40_000)
    assert seen[8] == seen[5]
    assert (seen[9].committed_cents, seen[9].bound_cents) == (0, 40_000)
    assert {each.budget_cents for each in seen.values()} == {100_000}


def test_a_posting_belongs_to_the_day_in_brussels(session):
    book = a_book()
    with clock.at(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)):
        a_line(100, book=book)

    assert queries.balances_as_of(book.id, date(2026, 6, 30))[0].budget_cents == 0
    assert queries.balances_as_of(book.id, date(2026, 7, 1))[0].budget_cents == 100


def test_lines_come_in_their_order_even_before_their_first_posting(session):
    book = a_book()
    for position, code in ((2, "travel"), (1, "staff")):
        effects.open_line(book, code, 0, position=position, actor=SYSTEM)

    lines = queries.balances_as_of(book.id, clock.today())

    assert [(line.code, line.budget_cents) for line in lines] == [("staff", 0), ("travel", 0)]


def test_the_recount_names_a_balance_changed_behind_the_ledgers_back(session):
    line = a_line(100)
    tampered = {"available_cents": 60, "paid_cents": 40, "last_number": 2}
    let_lines_change(session)

    session.execute(update(BudgetLine).where(BudgetLine.id == line.id).values(tampered))

    found = {(each.balance, each.kept_cents, each.recounted_cents) for each in queries.mismatches()}
    assert found == {("available", 60, 100), ("paid", 40, 0), ("last number", 2, 1)}


def test_postings_of_a_subject_tell_its_story(session):
    line = a_line()
    effects.commit(line.id, 500, **ABOUT)
    effects.release(line.id, 500, **ABOUT)

    story = queries.postings_of("CXC-2026-0001")

    assert [posting.kind for posting in story] == ["commit", "release"]
    assert story[0].line.code == "travel"
