"""A round of matching: the optimum against the best pair first, and how long it takes.

    python -m bench.matching [visitors] [hosts]

Random profiles with a fixed seed. Prints the points of both, and the seconds for the scores of
every pair, for the solution, and for 2 000 opened scores.
"""

import random
import sys
from datetime import date, timedelta
from time import perf_counter

from portal.calls.proposals.rules.themes import THEMES
from portal.exchanges.matches.rules import assignment, filters, score
from portal.exchanges.matches.rules.assignment import Pair, Round
from portal.exchanges.matches.rules.traits import Traits
from portal.exchanges.profiles.rules import LANGUAGES, Period
from portal.exchanges.profiles.states import ActivityType, Objective
from portal.exchanges.rules.quota import classify, forecast
from portal.partners.states import OrganisationKind

COUNTRIES = (
    "AT",
    "BE",
    "BG",
    "CZ",
    "DE",
    "DK",
    "ES",
    "FI",
    "FR",
    "GR",
    "HU",
    "IT",
    "PL",
    "PT",
    "RO",
    "SE",
)
KINDS = (
    OrganisationKind.SME, OrganisationKind.SME, OrganisationKind.CLUSTER, OrganisationKind.SSO,
    OrganisationKind.NETWORK,
)  # fmt: skip
FIRST = date(2027, 1, 4)
PARTNERSHIPS = 10


def somebody(chance: random.Random, number: int) -> Traits:
    """A random profile."""
    aims = [*(f"o:{one}" for one in Objective), *(f"a:{one}" for one in ActivityType)]
    begin = FIRST + timedelta(weeks=chance.randrange(20))
    return Traits(
        name=f"Organisation {number}",
        organisation_id=number,
        country=chance.choice(COUNTRIES),
        kind=chance.choice(KINDS),
        tags=frozenset(chance.sample(sorted(THEMES), chance.randint(1, 5))),
        aims=frozenset(chance.sample(aims, chance.randint(1, 6))),
        languages=frozenset({"en", *chance.sample(LANGUAGES, chance.randint(0, 2))}),
        countries=frozenset(chance.sample(COUNTRIES, chance.randint(0, 4))),
        periods=(Period(begin, begin + timedelta(weeks=chance.randint(1, 20), days=4)),),
    )


def a_round(visitors: list[Traits], hosts: list[Traits], chance: random.Random) -> Round:
    """Every possible pair with its points and class, and what ten partnerships have left."""
    beneficiary = [chance.random() < 0.2 for _one in visitors]
    pairs = [
        Pair(
            number,
            other,
            score.total(visitor, host),
            classify(
                visitor_is_sme=visitor.kind is OrganisationKind.SME,
                host_is_sme=host.kind is OrganisationKind.SME,
                visitor_is_beneficiary=beneficiary[number],
            ),
        )
        for number, visitor in enumerate(visitors)
        for other, host in enumerate(hosts)
        if filters.obstacle(visitor, host) is None
    ]
    return Round(
        pairs,
        [chance.randrange(PARTNERSHIPS) for _one in visitors],
        [1] * len(hosts),
        {key: forecast(10, 5, 2, 50) for key in range(PARTNERSHIPS)},
    )


def main(visitors: int = 500, hosts: int = 500) -> None:
    """Measure once and print."""
    chance = random.Random(2019)
    travel = [somebody(chance, number) for number in range(visitors)]
    receive = [somebody(chance, 10_000 + number) for number in range(hosts)]
    many = [somebody(chance, 100_000 + number) for number in range(2000)]

    begun = perf_counter()
    opened = [score.score(travel[0], host) for host in many]
    scored = perf_counter()
    asked = a_round(travel, receive, chance)
    paired = perf_counter()
    best = assignment.solve(asked)
    solved = perf_counter()
    simple = assignment.greedy(asked)

    print(
        f"2 000 scores opened     {scored - begun:6.2f} s, "
        f"highest {max(one.total for one in opened)}"
    )
    print(f"{len(asked.pairs):,} pairs scored".ljust(23), f"{paired - scored:6.2f} s")
    print(f"{visitors} x {hosts} solved".ljust(23), f"{solved - paired:6.2f} s")
    print(f"optimum {assignment.total(best)} points in {len(best)} matches")
    print(f"greedy  {assignment.total(simple)} points in {len(simple)} matches")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
