"""Which exchanges fit into a group, and when its programme may change (domain 2.9)."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.exchanges.groups.states import ENDED
from portal.exchanges.rules.commitment import Programme, apart
from portal.exchanges.states import State

RULE = "2.9"


@dataclass(frozen=True)
class Candidate:
    """An exchange as a group sees it; days inclusive."""

    ref: str
    visitor: str
    visitor_id: int
    host_id: int
    state: State
    signed: bool
    virtual: bool
    first_on: date
    last_on: date


def is_open_to(one: Candidate) -> bool:
    """Whether an exchange may still join or leave: it is being built and nobody has signed."""
    return one.state is State.BUILDING and not one.signed


def candidate_faults(
    one: Candidate, *, host_id: int, programme: Programme, visitors: Collection[int]
) -> Iterator[Fault]:
    """What keeps an exchange out of a group; `visitors` are the organisations that are in it
    already.
    """
    if one.host_id != host_id:
        message = _("%(ref)s leads to another host. A group visits one host.", ref=one.ref)
        yield Fault(message, "exchange", RULE)
    if one.visitor_id in visitors:
        yield Fault(
            _(
                "%(visitor)s is in this group already. Several people from one organisation travel "
                "on one exchange, with one lump sum.",
                visitor=one.visitor,
            ),
            "exchange",
            RULE,
        )
    if one.virtual:
        message = _("A virtual exchange has no part in a group visit.")
        yield Fault(message, "exchange", RULE)
    if not is_open_to(one):
        yield Fault(
            _(
                "%(ref)s is signed already, at least in part. Exchanges join and leave a group "
                "before anybody signs.",
                ref=one.ref,
            ),
            "exchange",
            RULE,
        )
    yield from apart(programme, one.first_on, one.last_on)


def leaving_faults(one: Candidate) -> Iterator[Fault]:
    """An exchange leaves before anybody signs: what is signed names the shared programme."""
    if not is_open_to(one):
        yield Fault(
            _(
                "%(ref)s is signed already, at least in part. Exchanges join and leave a group "
                "before anybody signs.",
                ref=one.ref,
            ),
            None,
            RULE,
        )


def change_faults(programme: Programme, members: Iterable[Candidate]) -> Iterator[Fault]:
    """What keeps a programme from being changed: it is one text for all, and signed as it is.

    Were it changed for those alone who have not signed, the visitors of one group would hold
    different programmes of the same days.
    """
    for one in members:
        if not is_open_to(one):
            yield Fault(
                _(
                    "%(visitor)s (%(ref)s) has signatures under this programme. It is the same "
                    "text for all members and is not changed after a signature.",
                    visitor=one.visitor,
                    ref=one.ref,
                ),
                None,
                RULE,
            )
            continue
        for fault in apart(programme, one.first_on, one.last_on):
            days = formats.day_range(one.first_on, one.last_on)
            message = _(
                "%(visitor)s is at the host on %(days)s, not on the days of the programme.",
                visitor=one.visitor,
                days=days,
            )
            yield Fault(message, fault.field, RULE)


def programme_faults(title: str, agenda: str, first_on: date, last_on: date) -> Iterator[Fault]:
    """What a programme must say."""
    if not title.strip():
        yield Fault(_("Give the group visit a title."), "title", RULE)
    if not agenda.strip():
        yield Fault(_("The programme of the days is missing."), "agenda", RULE)
    if last_on < first_on:
        yield Fault(_("The last day comes before the first."), "last_on", RULE)


def is_over(states: Iterable[State]) -> bool:
    """Whether every visit of a group has ended; a group without any is not over."""
    found = list(states)
    return bool(found) and all(state in ENDED for state in found)
