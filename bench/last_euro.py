"""Sixty-four at one line, with room for 0, 1 or 7 of them: exactly so many win, round after round.

    python -m bench.last_euro [--rounds 200] [--database sqlite|postgresql]

The control, at the end: the same crowd looks first and writes afterwards, and overspends.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from bench.crash import a_database
from portal.core.db import db, transaction
from portal.factory import create_app
from tests.audit.unguarded import let_lines_change
from tests.conftest import test_settings
from tests.ledger.crowds import CROWD, ROOMS, last_euro
from tests.swarm import Swarm, swarm


def play(crowd: Swarm, rounds: int) -> list[str]:
    """Every room in turn; what did not hold, and whether the control overspent."""
    problems = []
    for room in ROOMS:
        found = [last_euro(crowd, room) for _ in range(rounds)]
        problems += [f"room for {room}: {each}" for one in found for each in one]
        print(f"room for {room}: {rounds} rounds, {sum(map(bool, found))} with problems")
    with transaction():
        let_lines_change(db.session)
    control = [last_euro(crowd, 1, racer="commit_without_guard") for _ in range(rounds)]
    overspent = sum(any("accepted" in each for each in one) for one in control)
    print(f"control, room for 1: overspent in {overspent} of {rounds} rounds")
    return problems if overspent else [*problems, "the control did not overspend"]


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        app = create_app(test_settings(Path(folder)))
        with a_database(app, Path(folder), given.database) as url:
            print(f"{given.database}, {CROWD} at once")
            with swarm(url, CROWD) as crowd:
                problems = play(crowd, given.rounds)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
