"""Groups are opened, joined, left, changed for all, signed and closed."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from portal.core.actors import SYSTEM
from portal.core.errors import NotAllowed
from portal.core.refusals import refusal
from portal.exchanges import documents
from portal.exchanges import operations as exchange_operations
from portal.exchanges import queries as exchanges
from portal.exchanges.groups import operations, policy, queries
from portal.exchanges.groups.states import Action, Place, State
from portal.exchanges.rules import commitment
from portal.exchanges.states import Party
from portal.exchanges.states import State as ExchangeState
from tests.exchanges.builders import (
    PORTO,
    a_world,
    an_exchange,
    at,
    balances,
    refused,
    sign,
    sign_all,
    verbs,
)
from tests.exchanges.groups.builders import (
    a_group,
    a_group_of,
    a_programme,
    another_visit,
    joined,
)
from tests.exchanges.surroundings import an_organisation
from tests.reading import read_pdf


def places(group):
    return [one.state for one in queries.by_ref(group.ref).members]


def test_a_host_opens_a_group_and_the_visitor_joins(session, mails):
    world = a_world()
    exchange = an_exchange(world)
    group = a_group(world, exchange)

    assert places(group) == [Place.INVITED]
    assert exchanges.by_ref(exchange.ref).programme is None
    mine = joined(world, group, exchange)

    assert places(group) == [Place.JOINED]
    assert mine.programme == queries.by_ref(group.ref).programme
    assert verbs(group) == ["open_group", "invite", "admit"]
    assert verbs(exchange) == ["start", "share_programme"]
    assert [mail for mail in mails() if group.ref in mail.body]


def test_a_visitor_asks_and_the_host_accepts_or_declines(session):
    world = a_world()
    group, other = a_group(world), another_visit(world)
    visitor, host = world.actor("visitor"), world.actor("host")
    with at():
        operations.apply(group, exchange=other, actor=visitor)
        with pytest.raises(NotAllowed):
            operations.admit(group, exchange=other, actor=world.actor("stranger"))
        operations.decline(group, exchange=other, reason="Full", actor=host)
        operations.apply(group, exchange=other, actor=visitor)
        operations.admit(group, exchange=other, actor=host)

    assert places(group) == [Place.INVITED, Place.DECLINED, Place.JOINED]


def test_the_side_that_asked_does_not_answer_itself(session):
    world = a_world()
    exchange = an_exchange(world)
    group = a_group(world, exchange)

    with at(), pytest.raises(NotAllowed):
        operations.admit(group, exchange=exchange, actor=world.actor("host"))


def test_other_hosts_other_days_and_a_second_place_are_refused(session):
    world = a_world()
    group, _visits = a_group_of(world)
    elsewhere = an_organisation("Zweiter", "cluster", "PT", place=PORTO)
    later = {
        name: day + timedelta(days=14)
        for name, day in zip(
            ("departure_on", "first_on", "last_on", "return_on"),
            (date(2026, 10, day) for day in (11, 12, 16, 17)),
            strict=True,
        )
    }
    other, late, mine = (
        another_visit(world, host=elsewhere),
        another_visit(world, **later),
        another_visit(world),
    )
    second = a_group(world, mine)

    with at():
        for wrong in (other, late, mine):
            with refused("2.9"):
                operations.apply(group, exchange=wrong, actor=world.actor("visitor"))
    assert places(second) == [Place.INVITED]


def test_several_people_from_one_organisation_are_one_exchange(session):
    world = a_world()
    group = a_group(world)
    virtual = an_exchange(world, virtual=True)

    with at(), refused("2.9", "2.9") as broken:
        operations.apply(group, exchange=virtual, actor=world.actor("visitor"))
    assert "one lump sum" in str(broken.value.faults[0].message)


def test_everybody_signs_the_shared_programme_with_the_own_text(session):
    world = a_world()
    alone = an_exchange(world)
    before = commitment.fingerprint(alone.commitment)
    group = a_group(world, alone)
    mine = joined(world, group, alone)

    assert commitment.fingerprint(mine.commitment) != before
    pdf = documents.commitment_to_quality(mine, language="en")
    assert "Wednesday: the dyers." in read_pdf(pdf).text
    with at():
        sign(world, mine, Party.VISITOR, "visitor")
        found = queries.by_ref(group.ref)
        assert policy.available(world.actor("host"), found) == (Action.INVITE,)
        assert policy.available_for(world.actor("host"), found, found.members[0]) == ()
        with refused("2.9"):
            operations.leave(queries.by_ref(group.ref), exchange=mine, actor=world.actor("visitor"))
        with refused("2.9") as broken:
            operations.edit(
                queries.by_ref(group.ref),
                actor=world.actor("host"),
                **a_programme(agenda="Another"),
            )
    assert mine.ref in str(broken.value.faults[0].message)
    session.expire_all()
    assert queries.by_ref(group.ref).agenda == a_programme()["agenda"]


def test_until_then_it_changes_for_all_and_members_leave(session):
    world = a_world()
    group, (one, other) = a_group_of(world)
    with at():
        operations.edit(
            queries.by_ref(group.ref), actor=world.actor("host"), **a_programme(agenda="New")
        )
        operations.leave(queries.by_ref(group.ref), exchange=other, actor=world.actor("visitor"))

    assert exchanges.by_ref(one.ref).programme.agenda == "New"
    assert exchanges.by_ref(other.ref).programme is None
    assert places(group) == [Place.JOINED, Place.LEFT]


def test_a_member_keeps_a_day_in_common_with_the_programme(session):
    world = a_world()
    _group, (one, _other) = a_group_of(world)
    values = {
        "virtual": False,
        "departure_on": date(2026, 10, 18),
        "first_on": date(2026, 10, 19),
        "last_on": date(2026, 10, 23),
        "return_on": date(2026, 10, 24),
        "objectives": "x",
        "activities": ["networking"],
        "agenda": "y",
    }

    with at(), refused("2.9"):
        exchange_operations.edit(one, actor=world.actor("visitor"), **values)
    with at(), refused("2.9"):
        exchange_operations.edit(
            one, actor=world.actor("visitor"), **{**values, "virtual": True, **_days(one)}
        )


def _days(exchange):
    names = ("departure_on", "first_on", "last_on", "return_on")
    return {name: getattr(exchange, name) for name in names}


def test_each_visitor_keeps_its_own_money_and_a_group_closes_with_its_last_visit(session):
    world = a_world()
    group, visits = a_group_of(world)
    for one in visits:
        with at():
            sign_all(world, one)
            exchange_operations.approve(one, actor=world.actor("payer"))
    assert balances(world)[1] == 2 * 780

    with at():
        exchange_operations.cancel(visits[0], reason="Ill", actor=world.actor("visitor"))
        assert operations.close(actor=SYSTEM) == []
        exchange_operations.cancel(visits[1], reason="Ill", actor=world.actor("visitor"))
        assert queries.refs_to_close() == [group.ref]
        (closed,) = operations.close(actor=SYSTEM)

    assert closed.state is State.CLOSED
    assert verbs(group)[-1] == "close"
    assert visits[0].state is ExchangeState.CANCELLED


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        (
            "insert into group_member (group_id, exchange_id, visitor_id, state, asked_at) "
            "select g.id, e.id, e.visitor_id, 'invited', g.opened_at from group_visit g "
            "cross join exchange e where e.ref = :other",
            "group_member_same_host",
        ),
        (
            "insert into group_member (group_id, exchange_id, visitor_id, state, asked_at) "
            "select group_id, exchange_id, visitor_id, 'invited', asked_at from group_member",
            "one_group|exchange_id",
        ),
        ("delete from group_member", "group_member_kept"),
        ("update group_member set visitor_id = visitor_id + 1", "write_once"),
        ("update group_visit set host_id = host_id + 1", "write_once"),
    ],
)
def test_the_database_holds_the_rules_too(session, statement, name):
    world = a_world()
    a_group(world)
    elsewhere = an_organisation("Zweiter", "cluster", "PT", place=PORTO)
    other = another_visit(world, host=elsewhere)
    session.flush()

    with pytest.raises(IntegrityError, match=name) as broken, session.begin_nested():
        session.execute(text(statement), {"other": other.ref} if ":other" in statement else {})
    assert refusal(broken.value).faults
