"""Two decisions at the same instant, again and again: every row of every life of money.

    python -m bench.pairs [--pairs 1000] [--database sqlite|postgresql] [--only payment]

So many pairs for each verb, spread over the states it can be done from, identical and opposite. It
stops at the first pair of which neither order of the decisions explains what is found.
"""

import argparse
import tempfile
from collections import Counter
from math import ceil
from pathlib import Path

from bench.crash import a_database
from portal.audit import queries as trail
from portal.core.db import reading
from portal.factory import create_app
from portal.ledger import queries as ledger
from tests.conftest import test_settings
from tests.pairs import LIVES, Pair, all_pairs, race_pair
from tests.swarm import Swarm, swarm


def times(pair: Pair, pairs: list[Pair], wanted: int) -> int:
    """How often a pair is raced, so that each of its verbs comes to the number wanted."""
    mine = [
        sum((each.life, verb) == (pair.life, mine) for each in pairs for mine in set(each.verbs))
        for verb in set(pair.verbs)
    ]
    return ceil(wanted / min(mine))


def race(workers: Swarm, wanted: int, only: str) -> None:
    """Race every pair, and print how its decisions went."""
    pairs = all_pairs()
    for pair in pairs:
        if only in ("", pair.life):
            went: Counter[int] = Counter()
            for _ in range(times(pair, pairs, wanted)):
                went[sum(outcome.won for outcome in race_pair(workers, pair))] += 1
            told = ", ".join(f"{won} accepted {went[won]}" for won in sorted(went))
            print(f"{pair!s:<55} {told}", flush=True)


def main() -> None:
    """Race, check the books, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--only", choices=("", *LIVES), default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        app = create_app(test_settings(Path(folder)))
        with a_database(app, Path(folder), given.database) as url:
            with swarm(url, 2, "tests.pairs") as workers:
                race(workers, given.pairs, given.only)
            with reading():
                wrong = [*ledger.mismatches(), *ledger.unproven(), *trail.verify_chains()]
    assert wrong == [], wrong
    print("books and trail agree")


if __name__ == "__main__":
    main()
