"""What processes do against one another in the races of the ledger."""

from portal.core.actors import SYSTEM
from portal.ledger import effects


def commit(line_id: int, cents: int, subject: str) -> int:
    return effects.commit(line_id, cents, subject=subject, why="a race", actor=SYSTEM).id


def shift(from_line_id: int, to_line_id: int, cents: int) -> int:
    about = {"subject": "PRJ-2019-0001", "why": "a race", "actor": SYSTEM}
    return effects.transfer(from_line_id, to_line_id, cents, **about)[0].id
