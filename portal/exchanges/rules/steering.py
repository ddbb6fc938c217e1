"""Which waiting files to take next, and what taking some of them would lead to.

The suggestion is made one file after another. Of the files that nothing stands in the way of, that
the envelope still pays for and after which both minima stay in reach, the next one is the longest
waiting of the class furthest behind its minimum; when no class is behind, the longest waiting of
all. Files of one class are alike for the shares, so no order serves the shares of the same files
better; what remains at the end would break the envelope or a minimum, and says which.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from portal.exchanges.rules.quota import Forecast, Goal, Tally, forecast_of, is_blocked
from portal.exchanges.states import Klass, Why

_WHOLE_BP = 10_000
_BEHIND = {Klass.SME: Why.SME_BEHIND, Klass.OTHER: Why.OTHER_BEHIND}


@dataclass(frozen=True)
class File:
    """A waiting exchange: its class (None when virtual), lump sum in cents, days of waiting.

    `hindered`: something stands in the way of its approval.
    """

    ref: str
    klass: Klass | None
    cents: int
    waited_days: int
    hindered: bool = False

    @property
    def counted(self) -> tuple[Klass, ...]:
        """What it adds to the count: nothing when it is virtual (CXC-K07)."""
        return () if self.klass is None else (self.klass,)


@dataclass(frozen=True)
class Position:
    """Where a partnership stands: what is counted, what is asked, what the envelope still holds."""

    tally: Tally
    goal: Goal
    available_cents: int

    @property
    def forecast(self) -> Forecast:
        """What is still to come."""
        return forecast_of(self.tally, self.goal)

    def after(self, files: Iterable[File]) -> "Position":
        """The position once these files are approved; the envelope may fall below zero."""
        taken = list(files)
        return replace(
            self,
            tally=self.tally.plus(klass for one in taken for klass in one.counted),
            available_cents=self.available_cents - sum(one.cents for one in taken),
        )

    def blocks(self, files: Sequence[File]) -> bool:
        """Whether approving these files puts the minima out of reach, or further out."""
        return is_blocked(self.forecast, self.after(files).forecast)


@dataclass(frozen=True)
class Choice:
    """A file with the reason why it is next, or why it is left; `place` counts from 1."""

    file: File
    why: Why
    place: int | None = None


def suggest(files: Iterable[File], position: Position) -> list[Choice]:
    """Every waiting file: those to take next, in order, then those left for later."""
    taken: list[Choice] = []
    waiting = sorted(files, key=lambda one: (-one.waited_days, one.ref))
    open_to = [one for one in waiting if not one.hindered]
    while fitting := [one for one in open_to if _obstacle(one, position) is None]:
        chosen, why = _next(fitting, position)
        taken.append(Choice(chosen, why, len(taken) + 1))
        position = position.after([chosen])
        open_to.remove(chosen)
    left = [Choice(one, _obstacle(one, position) or Why.OUT_OF_REACH) for one in open_to]
    return [*taken, *left, *(Choice(one, Why.HINDERED) for one in waiting if one.hindered)]


def _next(fitting: Sequence[File], position: Position) -> tuple[File, Why]:
    for klass in _behind(position):
        of_class = [one for one in fitting if one.klass is klass]
        if of_class:
            return of_class[0], _BEHIND[klass]
    return fitting[0], Why.LONGEST


def _behind(position: Position) -> list[Klass]:
    """The classes under their minimum share of today's count, the furthest behind first."""
    shares = {Klass.SME: position.goal.sme_share_bp, Klass.OTHER: position.goal.other_share_bp}
    short = {
        klass: share * position.tally.total - _WHOLE_BP * position.tally.of(klass)
        for klass, share in shares.items()
    }
    return sorted((klass for klass in short if short[klass] > 0), key=lambda klass: -short[klass])


def _obstacle(file: File, position: Position) -> Why | None:
    if file.cents > position.available_cents:
        return Why.NO_MONEY
    return Why.OUT_OF_REACH if position.blocks([file]) else None
