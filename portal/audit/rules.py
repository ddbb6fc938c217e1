"""How entries are chained and hashed; which values never enter the trail."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

#: What the first entry of a thing's chain is chained to.
GENESIS = "0" * 64
#: Values of these names are replaced by a mark: the trail is read by many, for years.
SECRET_NAMES = frozenset({"password", "password_hash", "token", "token_hash", "secret"})
REDACTED = "[redacted]"
#: What the hash of an entry covers: everything but the database id and the hashes.
COVERED = (
    "subject",
    "number",
    "verb",
    "at",
    "actor_id",
    "actor_name",
    "actor_roles",
    "address",
    "request_id",
    "before",
    "after",
    "details",
    "reason",
)
# Made once: a trail is long.
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def plain(values: Mapping[str, object]) -> dict[str, Any]:
    """The values as JSON can keep them: words, whole numbers, ISO dates; secrets redacted."""
    return {
        name: REDACTED if name in SECRET_NAMES else _plain(value) for name, value in values.items()
    }


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return plain({str(name): inner for name, inner in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    if isinstance(value, float):
        raise TypeError("floats have no place in the trail: amounts are whole cents")
    return str(value)


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with one way of writing it: names sorted, no spaces, letters as they are."""
    return _encode(value)


def content(told: Mapping[str, Any]) -> dict[str, Any]:
    """What is hashed of an entry, from its `COVERED` values; its moment in UTC."""
    at: datetime = told["at"]
    return {**told, "at": at.astimezone(UTC).isoformat(timespec="microseconds")}


def entry_hash(previous_hash: str, content: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and the canonical content of an entry."""
    return hashlib.sha256(f"{previous_hash}\n{canonical(content)}".encode()).hexdigest()


def agrees(previous_hash: str, content: Mapping[str, Any], known_hash: str) -> bool:
    """Whether an entry still is what its hash was made of."""
    return entry_hash(previous_hash, content) == known_hash


def fingerprint(heads: Mapping[str, tuple[int, str]]) -> str:
    """SHA-256 over the heads of all chains: one line that stands for the whole trail."""
    return hashlib.sha256(canonical(heads).encode()).hexdigest()
