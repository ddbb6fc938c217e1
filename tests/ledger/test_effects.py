"""Books, lines and movements on both engines; what the database itself refuses."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.core.errors import IllegalStep, NotFound, RuleBroken
from portal.core.refusals import refusal
from portal.ledger import effects, queries
from portal.ledger.models import BudgetLine, Posting
from portal.ledger.states import BALANCES, Bucket
from tests.audit.unguarded import let_lines_change
from tests.ledger.builders import a_book, a_line, money_certified

ABOUT = {"subject": "CXC-2026-0001", "why": "a visit to Riga", "actor": SYSTEM}


def balances(line):
    return {str(bucket): line.balance(bucket) for bucket in BALANCES if line.balance(bucket)}


def test_money_moves_from_commitment_to_payment(session):
    line = a_line(100_000)

    effects.commit(line.id, 60_000, **ABOUT)
    effects.bind(line.id, 60_000, **ABOUT)
    effects.certify(line.id, 50_000, **ABOUT)
    effects.release(line.id, 10_000, source=Bucket.BOUND, **ABOUT)
    effects.pay(line.id, 50_000, **ABOUT)

    assert balances(line) == {"available": 50_000, "paid": 50_000}
    assert line.budget_cents == 100_000
    assert line.outstanding_cents == 0
    assert queries.mismatches() == []


def test_a_returned_payment_opens_the_debt_again(session):
    line = a_line(100_000)
    money_certified(line, 30_000, "CXC-2026-0001")
    effects.pay(line.id, 30_000, **ABOUT)

    effects.take_back(line.id, 30_000, **ABOUT)

    assert balances(line) == {"available": 70_000, "certified": 30_000}
    assert line.outstanding_cents == 30_000


def test_the_last_euro_can_be_committed_and_not_one_cent_more(session):
    line = a_line(100_000)
    effects.commit(line.id, 100_000, **ABOUT)

    with pytest.raises(RuleBroken) as refused:
        effects.commit(line.id, 1, **ABOUT)

    assert "€0.00 left" in str(refused.value.faults[0].message)
    assert balances(line) == {"committed": 100_000}


def test_no_file_takes_what_is_set_aside_for_another(session):
    line = a_line(100_000)
    effects.commit(line.id, 20_000, **ABOUT)
    effects.commit(line.id, 50_000, **ABOUT | {"subject": "CXC-2026-0002"})

    with pytest.raises(RuleBroken) as refused:
        effects.bind(line.id, 20_001, **ABOUT)

    assert "CXC-2026-0001" in str(refused.value.faults[0].message)
    assert refused.value.faults[0].inputs["left_cents"] == 20_000


def test_milestones_share_the_money_of_their_voucher(session):
    line = a_line(100_000)
    effects.commit(line.id, 60_000, **ABOUT | {"subject": "VCH-2026-0001"})
    effects.bind(line.id, 60_000, **ABOUT | {"subject": "VCH-2026-0001"})

    effects.certify(line.id, 20_000, **ABOUT | {"subject": "VCH-2026-0001/1"})
    effects.certify(line.id, 40_000, **ABOUT | {"subject": "VCH-2026-0001/2"})

    assert queries.held_for(line.id, "VCH-2026-0001/2", Bucket.CERTIFIED) == 60_000
    with pytest.raises(RuleBroken):
        effects.certify(line.id, 1, **ABOUT | {"subject": "VCH-2026-0001/3"})


def test_a_transfer_moves_the_budget_of_two_lines(session):
    book = a_book()
    travel, other = a_line(10_000, book=book), a_line(500, book=book, code="other")

    effects.transfer(travel.id, other.id, 4_000, **ABOUT)

    assert (travel.budget_cents, travel.available_cents) == (6_000, 6_000)
    assert (other.budget_cents, other.available_cents) == (4_500, 4_500)
    assert queries.mismatches() == []


def test_a_transfer_takes_only_what_is_available(session):
    book = a_book()
    travel, other = a_line(10_000, book=book), a_line(0, book=book, code="other")
    effects.commit(travel.id, 8_000, **ABOUT)

    with pytest.raises(RuleBroken):
        effects.transfer(travel.id, other.id, 2_001, **ABOUT)


def test_a_transfer_stays_within_one_book(session):
    with pytest.raises(ValueError, match="one book"):
        effects.transfer(a_line().id, a_line().id, 1, **ABOUT)


def test_paid_money_is_not_released(session):
    line = a_line()
    money_certified(line, 1_000, "CXC-2026-0001")
    effects.pay(line.id, 1_000, **ABOUT)

    with pytest.raises(IllegalStep):
        effects.release(line.id, 1_000, source=Bucket.PAID, **ABOUT)


def test_there_is_no_posting_on_a_line_that_does_not_exist(session):
    with pytest.raises(NotFound):
        effects.commit(999_999, 1, **ABOUT)


def test_of_many_payments_each_finds_what_those_before_it_left(session):
    line = a_line(5_000)
    money_certified(line, 1_000, "CXC-2026-0001")
    money_certified(line, 1_000, "CXC-2026-0002")
    parts = [
        effects.Part(line.id, cents, f"CXC-2026-000{file}", why="")
        for cents, file in ((600, 1), (1_000, 2), (400, 1))
    ]
    before = line.last_number

    with pytest.raises(RuleBroken) as problem:
        effects.pay_all([*parts, parts[0]], actor=SYSTEM)
    assert "€0.00 is certified" in str(problem.value.faults[0].message)
    paid = effects.pay_all(parts, actor=SYSTEM)

    assert [posting.number for posting in paid] == [before + 1, before + 2, before + 3]
    assert [posting.amount_cents for posting in paid] == [600, 1_000, 400]
    assert (line.certified_cents, line.paid_cents) == (0, 2_000)
    assert (queries.mismatches(), queries.unproven()) == ([], [])


def test_a_line_already_read_shows_its_new_balances(session):
    line = a_line(100)
    seen = session.get(BudgetLine, line.id)

    effects.commit(line.id, 40, **ABOUT)

    assert seen.available_cents == 60


def test_a_code_is_used_once_in_a_book(session):
    book = a_book()
    a_line(book=book)

    with pytest.raises(IntegrityError) as refused:
        a_line(book=book)

    assert "already has a line" in str(refusal(refused.value).faults[0].message)


@pytest.mark.parametrize(
    "change",
    [
        "update posting set amount_cents = 1",
        "update posting set why = 'never mind'",
        "delete from posting",
    ],
)
def test_the_database_refuses_to_change_a_posting(session, change):
    effects.commit(a_line().id, 500, **ABOUT)

    with pytest.raises(IntegrityError) as refused:
        session.execute(text(change))

    assert "written once" in str(refusal(refused.value).faults[0].message)


def test_the_database_refuses_to_replace_or_truncate_postings(session, engine_kind):
    effects.commit(a_line().id, 500, **ABOUT)
    statement = "insert or replace into posting select * from posting"
    if engine_kind == "postgresql":
        statement = "truncate posting cascade"

    with pytest.raises(IntegrityError):
        session.execute(text(statement))


@pytest.mark.parametrize("bucket", BALANCES)
def test_the_database_keeps_every_balance_above_zero(session, bucket):
    line = a_line(100)
    column = f"{bucket}_cents"
    change = update(BudgetLine).where(BudgetLine.id == line.id)
    let_lines_change(session)

    with pytest.raises(IntegrityError) as refused:
        session.execute(
            change.values({column: -1, "budget_cents": 99 if bucket != "available" else -1})
        )

    assert "not enough money" in str(refusal(refused.value).faults[0].message)


def test_the_database_keeps_the_budget_equal_to_the_sum_of_its_balances(session):
    line = a_line(100)
    let_lines_change(session)

    with pytest.raises(IntegrityError) as refused:
        session.execute(update(BudgetLine).where(BudgetLine.id == line.id).values(paid_cents=1))

    assert "agree with its budget" in str(refusal(refused.value).faults[0].message)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_cents": 0},
        {"source": Bucket.AVAILABLE, "target": Bucket.PAID},
        {"kind": "reverse"},
    ],
)
def test_the_database_refuses_a_posting_that_no_movement_explains(session, wrong):
    line = a_line()
    posting = {
        "line_id": line.id,
        "number": 2,
        "kind": "commit",
        "source": Bucket.AVAILABLE,
        "target": Bucket.COMMITTED,
        "amount_cents": 100,
        "subject": "CXC-2026-0001",
        "file": "CXC-2026-0001",
        "why": "",
        "actor_name": "nobody",
        "at": clock.now(),
        "booked_on": clock.today(),
    }

    session.add(Posting(**posting | wrong))

    with pytest.raises(IntegrityError):
        db.session.flush()
