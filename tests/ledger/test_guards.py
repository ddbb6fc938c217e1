"""At the database prompt: money moves by a posting in its turn, and in no other way."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.core.actors import SYSTEM
from portal.core.refusals import refusal
from portal.ledger import effects, queries
from tests.ledger.builders import a_book, a_line

ABOUT = {"subject": "CXC-2026-0001", "why": "", "actor": SYSTEM}
STATE = "budget_cents, available_cents, committed_cents, last_number"
#: A commitment of 100 cents by hand.
COLUMNS = {
    "line_id": ":one",
    "number": "2",
    "kind": "'commit'",
    "source": "'available'",
    "target": "'committed'",
    "amount_cents": "100",
    "subject": "'x'",
    "file": "'x'",
    "why": "''",
    "actor_name": "'somebody'",
    "at": "'2026-01-01 00:00:00+00:00'",
    "booked_on": "'2026-01-01'",
}


def a_posting(how="INSERT", **other):
    return postings(other, how=how)


def postings(*others, how="INSERT"):
    """Several in one statement."""
    rows = [f"({', '.join((COLUMNS | other).values())})" for other in others]
    return f"{how} INTO posting ({', '.join(COLUMNS)}) VALUES {', '.join(rows)}"


def a_line_by_hand(how="INSERT", **other):
    cents = {f"{name}_cents": "0" for name in ("available", "committed", "bound", "certified")}
    values = {"book_id": ":book", "code": "'new'", "position": "1", **cents}
    values |= {"paid_cents": "0", "budget_cents": "0"} | other
    return f"{how} INTO budget_line ({', '.join(values)}) VALUES ({', '.join(values.values())})"


RAISED = "budget_cents = budget_cents + 5, available_cents = available_cents + 5"
#: In secret, on either database.
SECRET = [
    f"UPDATE budget_line SET {RAISED}",
    f"UPDATE budget_line SET {RAISED}, last_number = last_number + 1",
    "UPDATE budget_line SET available_cents = 900, committed_cents = 100 WHERE id = :one",
    "UPDATE budget_line SET last_number = 2 WHERE id = :one",
    "UPDATE budget_line SET last_number = 0, available_cents = 0, budget_cents = 0 WHERE id = :one",
    "UPDATE budget_line SET last_number = NULL WHERE id = :one",
    "UPDATE budget_line SET id = 999999 WHERE id = :two",
    "UPDATE budget_line SET book_id = :other WHERE id = :one",
    "DELETE FROM budget_line WHERE id = :two",
    a_line_by_hand(available_cents="5", budget_cents="5"),
    a_line_by_hand(last_number="1"),
    a_line_by_hand(code="'travel'"),
    a_line_by_hand(code="'travel'") + " ON CONFLICT (book_id, code) DO UPDATE SET last_number = 2",
    a_line_by_hand(id=":one") + " ON CONFLICT (id) DO UPDATE SET last_number = 0",
    a_posting(number="1"),
    a_posting(number="3"),
    a_posting(number="0"),
    a_posting(number="NULL"),
    a_posting(line_id="999999", number="1"),
    a_posting(amount_cents="1001"),
    a_posting(source="'committed'", target="'bound'", kind="'bind'"),
    postings({}, {"number": "4"}),
    postings({}, {"line_id": ":two", "number": "2"}),
    postings({"amount_cents": "600"}, {"number": "3", "amount_cents": "600"}),
]
#: What only one of them reads. On SQLite a statement says what becomes of its conflicts; on
#: PostgreSQL it writes two tables. Each leaves the books as they were, or is refused.
SLY = {}
SLY["postgresql"] = [
    f"WITH p AS ({a_posting()} RETURNING 1) UPDATE budget_line SET {change} WHERE id = :one"
    for change in (
        RAISED,
        "last_number = 2, available_cents = 900, committed_cents = 100",
        f"last_number = 2, {RAISED}",
    )
]
SLY["sqlite"] = [
    *(f"UPDATE OR {how} budget_line SET {RAISED}" for how in ("IGNORE", "FAIL", "REPLACE")),
    *(a_posting(f"INSERT OR {how}", amount_cents="1001") for how in ("IGNORE", "FAIL", "REPLACE")),
    *(a_posting(f"INSERT OR {how}", number="NULL") for how in ("FAIL", "REPLACE")),
    a_posting("INSERT OR REPLACE", number="1"),
    a_posting(amount_cents="'abc'"),
    a_posting(amount_cents="1.5"),
    "UPDATE OR REPLACE budget_line SET last_number = NULL WHERE id = :one",
    "UPDATE OR REPLACE budget_line SET code = 'travel' WHERE id = :two",
    a_line_by_hand("INSERT OR REPLACE", id=":one", code="'travel'"),
    a_line_by_hand("INSERT OR REPLACE", code="'travel'"),
]


@pytest.fixture
def lines(session):
    """A line with 1000 cents after its posting 1, one of the same book with nothing, and books."""
    book = a_book()
    one, two = a_line(1_000, book=book).id, a_line(0, book=book, code="empty").id
    return {"one": one, "two": two, "book": book.id, "other": a_book().id}


def books(session):
    session.expire_all()
    assert queries.mismatches() == []
    line = session.execute(text(f"SELECT id, book_id, code, {STATE} FROM budget_line ORDER BY id"))
    return line.all(), session.scalar(text("SELECT count(*) FROM posting"))


def refused(session, lines, statement):
    """What a person would read, when it was refused."""
    try:
        with session.begin_nested():
            session.execute(text(statement), lines)
    except DBAPIError as problem:
        return refusal(problem) or problem
    return None


@pytest.mark.parametrize("statement", SECRET)
def test_no_statement_moves_money_in_secret(session, lines, statement):
    before = books(session)

    assert refused(session, lines, statement)

    assert books(session) == before


def test_no_sly_statement_moves_money(session, lines, engine_kind):
    before = books(session)
    for statement in SLY[engine_kind]:
        refused(session, lines, statement)
        assert books(session) == before, statement


def test_an_honest_posting_moves_the_balances_by_itself(session, lines):
    assert refused(session, lines, a_posting()) is None
    opening = a_posting(
        line_id=":two", number="1", kind="'open_line'", source="'outside'", target="'available'"
    )
    assert refused(session, lines, opening) is None

    first, second = books(session)[0]
    assert tuple(first)[3:] == (1_000, 900, 100, 2)
    assert tuple(second)[3:] == (100, 100, 0, 1)
    assert {found.problem for found in queries.unproven()} == {
        "inserted: the trail does not know it"
    }


def test_postings_of_one_statement_move_their_lines_together(session, lines):
    opening = {"kind": "'open_line'", "source": "'outside'", "target": "'available'"}
    there = {"line_id": ":two", "number": "1", **opening}
    statement = postings({}, there, {"number": "3", "amount_cents": "50"})

    assert refused(session, lines, statement) is None

    first, second = books(session)[0]
    assert tuple(first)[3:] == (1_000, 850, 150, 3)
    assert tuple(second)[3:] == (100, 100, 0, 1)


def test_the_ledger_goes_on_after_a_posting_by_hand(session, lines):
    assert refused(session, lines, a_posting()) is None

    assert effects.commit(lines["one"], 300, **ABOUT).number == 3
    assert queries.line(lines["one"]).committed_cents == 400
    assert queries.mismatches() == []


def test_whoever_meets_a_guard_reads_why(session, lines):
    secret = str(refused(session, lines, SECRET[0]).faults[0].message)
    late = str(refused(session, lines, a_posting(number="3")).faults[0].message)
    short = str(refused(session, lines, a_posting(amount_cents="1001")).faults[0].message)

    assert "moves only by a posting" in secret
    assert "just moved on this line" in late
    assert "not enough money left" in short
