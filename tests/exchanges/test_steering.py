"""What to take next, and where a selection leads (domain 2.10)."""

from hypothesis import given
from hypothesis import strategies as st

from portal.exchanges.rules.quota import Goal, Tally
from portal.exchanges.rules.steering import File, Position, suggest
from portal.exchanges.states import Klass, Why


def a_file(ref, klass, *, waited=10, cents=78_000, hindered=False):
    return File(ref, klass, cents, waited, hindered)


def a_position(tally, *, target=10, money=10_000_000):
    return Position(tally, Goal(target), money)


def told(choices):
    return [(one.file.ref, one.why, one.place) for one in choices]


def test_the_class_furthest_behind_is_taken_first_and_its_longest_waiting_file():
    files = [
        a_file("internal", Klass.INTERNAL, waited=40),
        a_file("young", Klass.SME, waited=3),
        a_file("old", Klass.SME, waited=9),
    ]

    found = suggest(files, a_position(Tally(sme=1, other=2, internal=1)))

    assert told(found) == [
        ("old", Why.SME_BEHIND, 1),
        ("young", Why.SME_BEHIND, 2),
        ("internal", Why.LONGEST, 3),
    ]


def test_others_are_taken_when_they_are_behind():
    files = [a_file("sme", Klass.SME, waited=9), a_file("other", Klass.OTHER, waited=1)]

    found = suggest(files, a_position(Tally(sme=6, other=0, internal=1)))

    assert told(found)[0] == ("other", Why.OTHER_BEHIND, 1)


def test_when_no_class_is_behind_the_longest_waiting_is_next():
    files = [a_file("sme", Klass.SME, waited=2), a_file("internal", Klass.INTERNAL, waited=5)]

    found = suggest(files, a_position(Tally(sme=4, other=2)))

    assert told(found)[0] == ("internal", Why.LONGEST, 1)


def test_what_would_break_a_minimum_or_the_envelope_or_is_hindered_is_left_and_says_why():
    files = [
        a_file("one", Klass.INTERNAL, waited=9),
        a_file("two", Klass.INTERNAL, waited=8, cents=1),
        a_file("dear", Klass.SME, waited=7, cents=100_000),
        a_file("late", Klass.SME, waited=6, hindered=True),
    ]

    found = suggest(files, a_position(Tally(sme=3, other=2, internal=1), target=8, money=100_000))

    assert told(found) == [
        ("one", Why.LONGEST, 1),
        ("two", Why.OUT_OF_REACH, None),
        ("dear", Why.NO_MONEY, None),
        ("late", Why.HINDERED, None),
    ]


def test_a_virtual_exchange_is_never_held_back_by_the_quota():
    full = a_position(Tally(sme=4, other=2, internal=2), target=8, money=0)

    found = suggest([a_file("virtual", None, cents=0), a_file("c", Klass.INTERNAL, cents=0)], full)

    assert told(found) == [("virtual", Why.LONGEST, 1), ("c", Why.OUT_OF_REACH, None)]


files = st.lists(
    st.builds(
        lambda n, klass, waited, cents: (klass, waited, cents),
        st.integers(),
        st.sampled_from([*Klass, None]),
        st.integers(0, 30),
        st.sampled_from([0, 30_000, 78_000, 110_000]),
    ),
    max_size=12,
)


@given(
    files=files,
    tally=st.tuples(*[st.integers(0, 4)] * 3),
    target=st.integers(1, 16),
    money=st.integers(0, 500_000),
)
def test_what_is_suggested_holds_together_and_what_is_left_would_not_fit_any_more(
    files, tally, target, money
):
    queue = [a_file(f"F{n}", klass, waited=w, cents=c) for n, (klass, w, c) in enumerate(files)]
    position = Position(Tally(*tally), Goal(target), money)

    found = suggest(queue, position)

    taken = [one.file for one in found if one.place]
    assert {one.file for one in found} == set(queue)
    for number in range(len(taken)):
        before = position.after(taken[:number])
        assert not before.blocks([taken[number]])
        assert before.after([taken[number]]).available_cents >= 0
    end = position.after(taken)
    for one in found:
        if one.place is None:
            dear = one.file.cents > end.available_cents
            assert dear or end.blocks([one.file])
            assert one.why is (Why.NO_MONEY if dear else Why.OUT_OF_REACH)
