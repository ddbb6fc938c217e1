"""Every verb of money, payments, bank entries, accounts, recoveries, by two people at once."""

import pytest

from portal.audit import queries as trail
from portal.ledger import queries as ledger
from portal.payments.recoveries import operations as recoveries
from portal.payments.recoveries import policy
from tests.pairs import BY_ITSELF, LIVES, all_pairs, race_pair
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
    """What follows by itself is raced with the verb it follows from, and only there."""
    raced = {(pair.life, pair.state, verb) for pair in all_pairs() for verb in pair.verbs}

    for name, life in LIVES.items():
        by_people = {row for row in life.table if row[1] not in BY_ITSELF.get(name, ())}
        assert {(name, str(state), str(action)) for state, action in by_people} <= raced


def test_nobody_does_what_follows_by_itself():
    (name,) = BY_ITSELF

    for verb in BY_ITSELF[name]:
        assert not hasattr(recoveries, verb)
        assert not hasattr(policy, f"may_{verb}")
