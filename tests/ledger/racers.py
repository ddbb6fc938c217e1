"""What processes do against one another in the races of the ledger."""

from sqlalchemy import update

from portal.core.actors import SYSTEM
from portal.core.db import db, reading, transaction
from portal.core.errors import Fault, RuleBroken
from portal.ledger import effects, queries
from portal.ledger.models import BudgetLine


def commit(line_id: int, cents: int, subject: str) -> int:
    return effects.commit(line_id, cents, subject=subject, why="a race", actor=SYSTEM).id


def commit_without_guard(line_id: int, cents: int, subject: str) -> int:
    """As `commit`, as it must not be done: look in one transaction, write in another.

    The database would refuse it: its guard of the lines must be gone.
    """
    db.session.rollback()
    with reading():
        left = queries.line(line_id).available_cents
    if left < cents:
        raise RuleBroken(Fault("nothing is left, and more is needed"))
    columns = {"available_cents": left - cents, "budget_cents": left - cents}
    db.session.execute(update(BudgetLine).where(BudgetLine.id == line_id).values(columns))
    return left


def shift(from_line_id: int, to_line_id: int, cents: int) -> int:
    about = {"subject": "PRJ-2019-0001", "why": "a race", "actor": SYSTEM}
    return effects.transfer(from_line_id, to_line_id, cents, **about)[0].id


def spend(line_id: int, subject: str, cents: int, most: int) -> int:
    """Commit again and again, each time in a transaction of its own, until the line is empty.

    Returns how often it was accepted, `most` times at the most.
    """
    for done in range(most):
        try:
            with transaction():
                commit(line_id, cents, subject)
        except RuleBroken:
            return done
    return most


def spend_without_guard(line_id: int, subject: str, cents: int, most: int) -> int:
    """As `spend`, as it must not be done: look in one transaction, write in another."""
    for done in range(most):
        with reading():
            left = queries.line(line_id).available_cents
        if left < cents:
            return done
        with transaction():
            columns = {"available_cents": left - cents, "budget_cents": left - cents}
            db.session.execute(update(BudgetLine).where(BudgetLine.id == line_id).values(columns))
    return most
