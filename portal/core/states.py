"""Lifecycles as data: a table (state, action) -> state, for operations, pages and tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from portal.core.errors import IllegalStep
from portal.core.i18n import Text

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Badge:
    """How a state is shown: its word, and a tone that means the same everywhere.

    Tones: "wait" (somebody must act), "ok" (done well), "no" (ended badly), "info" (under way),
    "muted" (not begun, or over).
    """

    label: Text
    tone: str


@dataclass(frozen=True)
class Life(Generic[S, A]):
    """One lifecycle: which action leads from which state to which, and the words for both."""

    table: Mapping[tuple[S, A], S]
    badges: Mapping[S, Badge]
    labels: Mapping[A, Text]

    def step(self, state: S, action: A) -> S:
        """The state after the action; raises `IllegalStep` when the table has no such row."""
        try:
            return self.table[(state, action)]
        except KeyError:
            raise IllegalStep(str(state), str(action)) from None

    def actions_from(self, state: S) -> tuple[A, ...]:
        """What can be done from a state, in the order of the table."""
        return tuple(action for (origin, action) in self.table if origin == state)

    def badge(self, state: S) -> Badge:
        """The word and tone of a state."""
        return self.badges[state]
