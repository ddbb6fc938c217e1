"""The canonical copy of what was submitted, and its fingerprint."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from portal.calls.proposals.rules.application import Application
from portal.calls.proposals.rules.budget import Budget


@dataclass(frozen=True)
class Frozen:
    """A submission word for word (canonical JSON) and the SHA-256 of its UTF-8 bytes."""

    content: str
    sha256: str


def freeze(
    application: Application, budget: Budget, *, number: int, submitted_at: datetime, by: str
) -> Frozen:
    """The canonical copy of the `number`th submission: sorted keys, no spaces, whole cents, UTC.

    The same application always gives the same text, hence the same fingerprint.
    """
    told = asdict(application)
    for internal in ("other_submission",):
        told.pop(internal)
    refs = {member.organisation_id: member.ref for member in application.members}
    told["members"] = [_member(member) for member in told["members"]]
    told["lines"] = [_line(line, refs) for line in told["lines"]]
    amounts = {name: value for name, value in asdict(budget).items() if isinstance(value, int)}
    content = canonical(
        told
        | {
            "budget": amounts,
            "number": number,
            "submitted_at": submitted_at.astimezone(UTC).isoformat(timespec="seconds"),
            "submitted_by": by,
            "declarations": ["honour", "mandate"],
        }
    )
    return Frozen(content, fingerprint(content))


def canonical(data: dict[str, Any]) -> str:
    """JSON in one form only: keys sorted, no spaces, letters as they are."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def fingerprint(content: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in 64 hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def _member(member: dict[str, Any]) -> dict[str, Any]:
    kept = ("ref", "name", "country", "region", "role", "kind", "is_sme", "eccp")
    return {name: member[name] for name in kept}


def _line(line: dict[str, Any], refs: dict[int, str]) -> dict[str, Any]:
    return {
        "organisation": refs.get(line["organisation_id"], ""),
        "category": line["category"],
        "amount_cents": line["amount_cents"],
        "sme_direct": line["sme_direct"],
        "note": line["note"],
    }
