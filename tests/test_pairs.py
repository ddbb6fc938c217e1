"""Every verb of money, payments, bank entries and accounts, by two people at the same instant."""

import pytest

from portal.audit import queries as trail
from portal.ledger import queries as ledger
from tests.pairs import LIVES, all_pairs, race_pair
from tests.swarm import swarm

#: So many times each pair; `python -m bench.pairs` is the long form.
TIMES = 1


@pytest.mark.long
@pytest.mark.parametrize("life", LIVES)
def test_of_two_decisions_at_the_same_instant_what_the_table_allows_counts(committed, life):
    with swarm(committed.url, 2, "tests.pairs") as workers:
        for pair in all_pairs():
            if pair.life == life:
                for _ in range(TIMES):
                    race_pair(workers, pair)

    assert (ledger.mismatches(), ledger.unproven()) == ([], [])
    assert list(trail.verify_chains()) == []


def test_every_row_of_every_table_is_raced():
    raced = {(pair.life, pair.state, verb) for pair in all_pairs() for verb in pair.verbs}

    for name, life in LIVES.items():
        assert {(name, str(state), str(action)) for state, action in life.table} <= raced
