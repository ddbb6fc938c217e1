"""How few people could bring a payment through, in plain Python, against counting every way."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.payments.separation import rules
from portal.payments.separation.rules import Act, Duties, Way

ACTS = tuple(Act)


def own(*people):
    return [Way(person, person) for person in people]


def duties(request, verify, authorise, release, twice=()):
    return Duties(
        dict(zip(ACTS, (request, verify, authorise, release), strict=True)), frozenset(twice)
    )


def said(found):
    return [str(alarm.message) for alarm in rules.alarms(found)]


def test_four_people_apart_raise_no_alarm():
    assert said(duties(own(1), own(2), own(3), own(4))) == []


def test_people_who_hold_everything_are_still_four():
    everybody = own(1, 2, 3, 4)

    assert said(duties(everybody, everybody, everybody, everybody)) == []
    assert sorted(rules.several(duties(everybody, everybody, everybody, everybody))) == [1, 2, 3, 4]


def test_three_people_cannot_carry_a_payment():
    three = own(1, 2, 3)

    (message,) = said(duties(three, three, three, three))

    assert "held by 3 people" in message


@pytest.mark.parametrize("place", range(4))
def test_an_act_that_nobody_can_do_is_named(place):
    held = [own(1), own(2), own(3), own(4)]
    held[place] = []

    (message,) = said(duties(*held))

    assert str(rules.ACT_LABELS[ACTS[place]]) in message


def test_permissions_that_let_one_person_act_twice_raise_the_alarm():
    loose = duties(own(1), own(2), own(2, 3), own(4), twice=[(2, Act.VERIFY, Act.AUTHORISE)])

    (alarm,) = rules.alarms(loose)

    assert alarm.people == (1, 2, 4)


def test_one_person_alone_is_named():
    pairs = [(1, one, other) for n, other in enumerate(ACTS) for one in ACTS[:n]]

    (alarm,) = rules.alarms(duties(*[own(1)] * 4, twice=pairs))

    assert (alarm.people, str(alarm.message)) == (
        (1,), "1 person could bring a payment through alone."
    )  # fmt: skip


def test_a_right_lent_by_somebody_needed_elsewhere_does_not_help():
    lent_by_the_authoriser = [Way(9, 3)]
    found = duties(own(1), lent_by_the_authoriser, own(3), own(4))

    assert rules.fewest_chain(found) is None
    assert rules.fewest_chain(duties(own(1), [Way(9, 8)], own(3), own(4))) is not None


people = st.integers(1, 5)
ways = st.lists(st.builds(Way, people, people), max_size=4, unique=True)
pairs = st.sampled_from([(one, other) for n, other in enumerate(ACTS) for one in ACTS[:n]])
twice = st.frozensets(st.builds(lambda person, pair: (person, *pair), people, pairs), max_size=12)


def fewest_by_counting(found):
    """Every choice of one way for each act, looked at pair by pair."""
    numbers = []
    for chain in product(*(found.ways[act] for act in ACTS)):
        done = list(zip(ACTS, chain, strict=True))
        apart = all(
            rules.may_stand_together(found, one, other)
            for n, other in enumerate(done)
            for one in done[:n]
        )
        if apart:
            numbers.append(len({way.person for way in chain}))
    return min(numbers, default=None)


@settings(max_examples=300, deadline=None)
@given(ways, ways, ways, ways, twice)
def test_the_fewest_people_are_those_that_counting_every_way_finds(one, two, three, four, both):
    found = duties(one, two, three, four, both)

    chain = rules.fewest_chain(found)

    fewest = len({way.person for way in chain.values()}) if chain else None
    assert fewest == fewest_by_counting(found)
    if chain:
        assert all(chain[act] in found.ways[act] for act in ACTS)


def test_a_crowd_that_cannot_help_is_seen_at_once():
    crowd = own(*range(10, 400))

    assert rules.fewest_chain(duties(crowd, own(1), own(1), crowd)) is None
    assert len(rules.fewest_chain(duties(crowd, crowd, crowd, crowd))) == len(ACTS)
