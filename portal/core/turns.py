"""Whose turn it is to write: processes that write to one SQLite file do so in the order they came.

SQLite lets a writer who finds the file locked sleep and try again, each time longer; whoever came
last often wins, and one of many may wait for seconds. Here a writer draws a number and waits for
all before. This is a courtesy, not the guard: SQLite's own lock stays what keeps writers apart,
so who gives up waiting only loses their place.
"""

import fcntl
import os
import sqlite3
import struct
import time
from pathlib import Path

#: How long a writer waits for those before, in seconds.
PATIENCE = 15
#: Milliseconds between two looks: so many for each writer before, and at most.
_LOOKS, _SELDOM = 1, 20
#: Whether this system has locks that belong to an open file, not to a process (Linux).
KNOWN = hasattr(fcntl, "F_OFD_SETLK")
_FLOCK = struct.Struct("@hhqqi0q")
_COUNTER = struct.Struct("=q")
#: Where the file keeps the number drawn last, and the one that ended last (a hint, no more).
_DRAWN, _ENDED = 0, 8
#: The byte that whoever draws a number locks; the bytes of the numbers stand behind it.
_DRAWING, _NUMBERS = 0, 64


class Turn:
    """One connection's place in the queue of a file; ends with the process that holds it."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._number: int | None = None

    def take(self, patience: int = PATIENCE) -> bool:
        """Wait until everybody who came before has ended; whether they did within `patience`
        seconds.
        """
        self.give_back()
        self._number = number = self._draw()
        ends = time.monotonic_ns() + patience * 10**9
        while not self._is_first(number):
            if time.monotonic_ns() > ends:
                return False
            before = number - self._read(_ENDED)
            time.sleep(min(_LOOKS * max(before, 1), _SELDOM) / 1000)
        return True

    def give_back(self) -> None:
        """Let the next one write; nothing when no turn is held."""
        if self._number is not None:
            os.pwrite(self._file, _COUNTER.pack(self._number), _ENDED)
            self._set(fcntl.F_UNLCK, _NUMBERS + self._number)
            self._number = None

    def close(self) -> None:
        """Forget the queue; a turn held ends too."""
        if self._file >= 0:
            os.close(self._file)
            self._file, self._number = -1, None

    def _draw(self) -> int:
        """The next number, held until the turn ends."""
        self._set(fcntl.F_WRLCK, _DRAWING, command=fcntl.F_OFD_SETLKW)
        try:
            number = self._read(_DRAWN) + 1
            os.pwrite(self._file, _COUNTER.pack(number), _DRAWN)
            self._set(fcntl.F_WRLCK, _NUMBERS + number)
        finally:
            self._set(fcntl.F_UNLCK, _DRAWING)
        return number

    def _read(self, place: int) -> int:
        """A number kept in the file; 0 when there is none yet."""
        kept = os.pread(self._file, _COUNTER.size, place)
        return int(_COUNTER.unpack(kept)[0]) if len(kept) == _COUNTER.size else 0

    def _is_first(self, number: int) -> bool:
        """Whether nobody holds a smaller number any more."""
        try:
            self._set(fcntl.F_RDLCK, _NUMBERS, length=number)
        except BlockingIOError:
            return False
        self._set(fcntl.F_UNLCK, _NUMBERS, length=number)
        return True

    def _set(self, kind: int, byte: int, *, length: int = 1, command: int | None = None) -> None:
        lock = _FLOCK.pack(kind, os.SEEK_SET, byte, length, 0)
        fcntl.fcntl(self._file, command or fcntl.F_OFD_SETLK, lock)


class QueuedConnection(sqlite3.Connection):
    """A connection whose writing transactions wait for their turn."""

    turn: Turn | None = None

    def queue_at(self, path: Path) -> None:
        """Queue with everybody who queues at the same file."""
        self.turn = Turn(path)

    def take_turn(self) -> None:
        """Wait for the writers who came before, or until patience ends."""
        if self.turn is not None:
            self.turn.take()

    def commit(self) -> None:
        """Commit, then let the next one write."""
        try:
            super().commit()
        finally:
            self._end()

    def rollback(self) -> None:
        """Undo, then let the next one write."""
        try:
            super().rollback()
        finally:
            self._end()

    def close(self) -> None:
        """Close, and leave the queue."""
        super().close()
        if self.turn is not None:
            self.turn.close()

    def _end(self) -> None:
        if self.turn is not None:
            self.turn.give_back()
