"""Books and lines, made as the rooms above make them."""

from itertools import count

from portal.core.actors import SYSTEM, Actor
from portal.ledger import effects
from portal.ledger.models import Book, BudgetLine

_numbers = count(1)


def a_book(**overrides) -> Book:
    """A book of a project nobody knows."""
    return effects.open_book(
        **{"ref": f"PRJ-2019-{next(_numbers):04}", "title": "Clusters for textiles"} | overrides
    )


def a_line(
    cents: int = 100_000, *, book: Book | None = None, code: str = "travel", actor: Actor = SYSTEM
) -> BudgetLine:
    """A line with this much available, in a book of its own unless one is given."""
    return effects.open_line(book or a_book(), code, cents, position=1, actor=actor)


def money_certified(line: BudgetLine, cents: int, subject: str, *, actor: Actor = SYSTEM) -> None:
    """Bring an amount as far as a payment needs it: committed, bound and certified."""
    for step in (effects.commit, effects.bind, effects.certify):
        step(line.id, cents, subject=subject, why="", actor=actor)
