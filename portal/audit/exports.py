"""The whole trail as JSON lines, for whoever checks it without the portal (docs/trail.md)."""

from collections.abc import Iterator

from portal.audit import queries, rules
from portal.core import clock

FORMAT = "portal-trail"
VERSION = 1
#: Said in the file itself, for a reader who has nothing else.
ABOUT = (
    "One line per action, grouped by subject and numbered from 1. hash = SHA-256 over "
    "previous_hash, a line feed, and the other members of the line as JSON with sorted names, "
    "without spaces, in UTF-8. previous_hash is the hash of the entry before of the same subject, "
    "or 64 zeros. The last line tells number and hash of the newest entry of each subject, and "
    "their fingerprint."
)


def json_lines() -> Iterator[str]:
    """Header, every entry, footer; each line ends with a line feed.

    The footer comes from the heads the database keeps, not from the entries above it: where the two
    differ, entries were removed or added.
    """
    heads: dict[str, tuple[int, str]] = {}
    header = None
    for entry in queries.whole_trail():
        if header is None:
            header = _header(entry.total)
            yield header
        if entry.head is not None:
            heads[entry.subject] = entry.head
        yield _line({**entry.content, "previous_hash": entry.previous_hash, "hash": entry.hash})
    if header is None:
        yield _header(0)
    heads |= {head.subject: (head.number, head.hash) for head in queries.heads_alone()}
    yield _line({"heads": heads, "fingerprint": rules.fingerprint(heads)})


def _header(entries: int) -> str:
    return _line(
        {
            "format": FORMAT,
            "version": VERSION,
            "entries": entries,
            "written_at": clock.now().isoformat(timespec="seconds"),
            "about": ABOUT,
        }
    )


def _line(value: dict[str, object]) -> str:
    return rules.canonical(value) + "\n"
