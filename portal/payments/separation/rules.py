"""How few people could bring a payment through, from who may do what; pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations, product

from portal.core.i18n import Text, _, n_


class Act(StrEnum):
    """The four acts between a debt and the bank, in their order (domain 6.3)."""

    REQUEST = "request"
    VERIFY = "verify"
    AUTHORISE = "authorise"
    RELEASE = "release"


ACT_LABELS: dict[Act, Text] = {
    Act.REQUEST: _("Request"),
    Act.VERIFY: _("Verification"),
    Act.AUTHORISE: _("Authorisation"),
    Act.RELEASE: _("Release to the bank"),
}

#: A payment passes through at least so many different people (domain 6.3: three, and a fourth act).
FEWEST_PEOPLE = 4


@dataclass(frozen=True, order=True)
class Way:
    """One way of doing an act: who does it, and whose right is used, by person's number."""

    person: int
    #: The same as `person`, unless the right is lent.
    owner: int


@dataclass(frozen=True)
class Duties:
    """Who may do what, and which two acts on one payment the permissions leave to one person."""

    ways: Mapping[Act, Collection[Way]]
    #: (person, earlier act, later act); empty as long as the permissions do their work.
    twice: frozenset[tuple[int, Act, Act]] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Alarm:
    """Something an administrator has to put right."""

    message: Text
    #: Numbers of people who could do it together, if it is about some.
    people: tuple[int, ...] = ()


def may_stand_together(duties: Duties, one: tuple[Act, Way], other: tuple[Act, Way]) -> bool:
    """Whether both ways can be taken on the same payment, `one` being the earlier act.

    The same person only where the permissions allow it; different people only when neither uses a
    right of somebody who is on the payment already.
    """
    (earlier, first), (later, second) = one, other
    if first.person == second.person:
        return (first.person, earlier, later) in duties.twice
    return not {first.person, first.owner} & {second.person, second.owner}


def fewest_chain(duties: Duties) -> dict[Act, Way] | None:
    """The four acts done by as few different people as possible, or None when nobody can do all.

    Every way of grouping the acts is tried, those with the fewest people first; of as few people,
    the first found.
    """
    for groups in sorted(_groupings(tuple(Act)), key=len):
        choices = [(group, list(_alone(duties, group))) for group in groups]
        choices.sort(key=lambda each: len(each[1]))
        chain = _fill(duties, choices, {})
        if chain is not None:
            return chain
    return None


def alarms(duties: Duties) -> list[Alarm]:
    """What is wrong today: too few people suffice, or too few are there."""
    chain = fewest_chain(duties)
    if chain is None:
        return _stuck(duties)
    people = tuple(sorted({way.person for way in chain.values()}))
    if len(people) >= FEWEST_PEOPLE:
        return []
    message = n_(
        "%(num)s person could bring a payment through alone.",
        "%(num)s people could bring a payment through together, where four are needed.",
        len(people),
    )
    return [Alarm(message, people)]


def several(duties: Duties, acts: Sequence[Act] = tuple(Act)[1:]) -> dict[int, list[Act]]:
    """People who may do more than one of the acts, on different payments, by number.

    They cannot be used twice on one payment; where there are many such people, few are left.
    """
    found: dict[int, list[Act]] = {}
    for act in acts:
        for person in sorted({way.person for way in duties.ways.get(act, ())}):
            found.setdefault(person, []).append(act)
    return {person: held for person, held in found.items() if len(held) > 1}


def _stuck(duties: Duties) -> list[Alarm]:
    empty = [act for act in Act if not duties.ways.get(act)]
    if empty:
        return [
            Alarm(
                _(
                    "Payments cannot be carried: nobody can do this act: %(act)s.",
                    act=ACT_LABELS[act],
                )
            )
            for act in empty
        ]
    people = {way.person for ways in duties.ways.values() for way in ways}
    message = n_(
        "Payments cannot be carried: only %(num)s person for four acts.",
        "Payments cannot be carried: the acts are held by %(num)s people, and no four of them "
        "can follow one another on a payment.",
        len(people),
    )
    return [Alarm(message, tuple(sorted(people)))]


def _groupings(acts: tuple[Act, ...]) -> Iterator[list[tuple[Act, ...]]]:
    """Every way of handing the acts to groups, a group being one person."""
    if not acts:
        yield []
        return
    first, rest = acts[0], acts[1:]
    for groups in _groupings(rest):
        yield [(first,), *groups]
        for place, group in enumerate(groups):
            yield [*groups[:place], (first, *group), *groups[place + 1 :]]


def _alone(duties: Duties, group: tuple[Act, ...]) -> Iterator[dict[Act, Way]]:
    """The ways in which one person does all acts of the group on one payment."""
    if len(group) == 1:
        yield from ({group[0]: way} for way in sorted(duties.ways.get(group[0], ())))
        return
    for person in sorted({person for person, _earlier, _later in duties.twice}):
        own = [
            [way for way in sorted(duties.ways.get(act, ())) if way.person == person]
            for act in group
        ]
        for ways in product(*own):
            done = list(zip(group, ways, strict=True))
            pairs = combinations(done, 2)
            if all(may_stand_together(duties, one, other) for one, other in pairs):
                yield dict(done)


def _fill(
    duties: Duties,
    choices: Sequence[tuple[tuple[Act, ...], list[dict[Act, Way]]]],
    chosen: dict[Act, Way],
) -> dict[Act, Way] | None:
    """One choice for each group, all of different people who may stand together."""
    if not choices:
        return chosen
    people = {way.person for way in chosen.values()}
    for choice in choices[0][1]:
        others = {way.person for way in choice.values()}
        if people & others or not _fits(duties, chosen, choice):
            continue
        found = _fill(duties, choices[1:], {**chosen, **choice})
        if found is not None:
            return found
    return None


def _fits(duties: Duties, some: Mapping[Act, Way], others: Mapping[Act, Way]) -> bool:
    order = tuple(Act)
    for one in some.items():
        for other in others.items():
            earlier, later = sorted((one, other), key=lambda each: order.index(each[0]))
            if not may_stand_together(duties, earlier, later):
                return False
    return True
