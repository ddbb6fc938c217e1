"""Postings as CSV for the accountants; a file for machines: whole cents, ISO days, plain words."""

from collections.abc import Iterable

from portal.core import csvfile
from portal.ledger.models import Posting

HEADER = (
    "posting",
    "booked_on",
    "line",
    "kind",
    "source",
    "target",
    "amount_cents",
    "subject",
    "why",
    "actor",
    "at",
    "reverses",
)


def postings(rows: Iterable[Posting]) -> bytes:
    """The postings of a book, oldest first, each with its line's code."""
    return csvfile.write(
        HEADER,
        (
            (
                row.id,
                row.booked_on.isoformat(),
                row.line.code,
                row.kind,
                row.source,
                row.target,
                row.amount_cents,
                row.subject,
                row.why,
                row.actor_name,
                row.at.isoformat(),
                row.reverses_id,
            )
            for row in rows
        ),
    )
