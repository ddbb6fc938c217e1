"""How many statements a page costs."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from portal.core.db import db


@contextmanager
def selects() -> Iterator[list[str]]:
    """The SELECT statements sent to the database inside the block."""
    seen: list[str] = []

    def note(*said: object) -> None:
        text = str(said[2])
        if text.lstrip().startswith("SELECT"):
            seen.append(text)

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(bind, "before_cursor_execute", note)
