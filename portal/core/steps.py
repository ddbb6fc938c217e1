"""The steps of a calculation, kept with the file so that every amount can be opened later."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step: what kind it is, the clause it rests on, and the values it used (whole cents,
    words).
    """

    code: str
    clause: str
    values: dict[str, str | int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The step as JSON keeps it."""
        return {"code": self.code, "clause": self.clause, "values": dict(self.values)}


def as_json(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """Several steps as JSON keeps them."""
    return [step.as_json() for step in steps]


def from_json(rows: Iterable[dict[str, Any]]) -> tuple[Step, ...]:
    """Steps as they were kept."""
    return tuple(Step(row["code"], row["clause"], dict(row["values"])) for row in rows)
