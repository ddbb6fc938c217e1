"""What waits on whose desk, and who is mailed about what."""

from datetime import timedelta

import pytest

from portal.exchanges import queries
from portal.exchanges.queries import tasks
from portal.exchanges.states import Party, State
from tests.exchanges.builders import (
    LAST,
    a_world,
    actor_of,
    an_exchange,
    at,
    sign,
)
from tests.exchanges.surroundings import a_person

AFTER = LAST + timedelta(days=3)


def test_the_desk_tells_each_person_what_waits(session):
    world = a_world()

    def waiting(who: str) -> list[str]:
        return [str(task.label) for task in queries.tasks_for(actor_of(world.people[who]))]

    exchange = an_exchange(world)
    with at():
        assert waiting("visitor") == ["Sign the commitment to quality"]
        assert waiting("payer") == ["Sign the commitment to quality"]
        sign(world, exchange, Party.VISITOR, "visitor")
        assert waiting("visitor") == []
        assert waiting("stranger") == []


@pytest.mark.parametrize(
    ("state", "who", "label"),
    [
        (State.SIGNED, "payer", "Approve the exchange"),
        (State.APPROVED, "visitor", "Accept the financial agreement"),
        (State.AGREED, "host", "File the closing report"),
        (State.AGREED, "visitor", "File the closing report"),
        (State.RETURNED, "visitor", "Complete the closing report"),
        (State.REPORTED, "payer", "Validate the exchange"),
    ],
)
def test_the_desk_follows_the_exchange(session, state, who, label):
    world = a_world()
    exchange = an_exchange(world, state)

    with at(AFTER):
        tasks = queries.tasks_for(actor_of(world.people[who]))

    assert [(str(task.label), task.ref) for task in tasks] == [(label, exchange.ref)]


def test_who_speaks_for_many_is_told_the_same(session, monkeypatch):
    world = a_world()
    an_exchange(world)
    everybody = ("visitor", "host", "payer", "receiver")

    with at():
        apart = [queries.tasks_for(actor_of(world.people[who])) for who in everybody]
        monkeypatch.setattr(tasks, "MOST_APART", 0)
        together = [queries.tasks_for(actor_of(world.people[who])) for who in everybody]

    assert all(apart)
    assert together == apart


def test_each_person_gets_one_mail_in_their_own_language(session, mails):
    world = a_world()

    exchange = an_exchange(world, State.VALIDATED)

    to_visitor = mails(to=world.people["visitor"].email)
    assert len({mail.deduplication_key for mail in to_visitor}) == len(to_visitor)
    assert {mail.language for mail in to_visitor} == {"fr"}
    subjects = [mail.subject for mail in mails(to=world.people["payer"].email)]
    assert subjects == [
        f"New exchange {exchange.ref}",
        f"Exchange {exchange.ref}: your signature is needed",
        f"Exchange {exchange.ref}: to be approved",
        f"Exchange {exchange.ref}: agreement to be concluded",
        f"Exchange {exchange.ref}: to be validated",
    ]
    assert all(f"/exchanges/{exchange.ref}" in mail.body for mail in mails())


def test_the_person_who_starts_is_not_told_of_it(session, mails):
    world = a_world()
    colleague = a_person("Colette Collègue")
    world.people["colleague"] = colleague

    an_exchange(world)

    assert mails(to=world.people["visitor"].email) == []
    assert mails(to=world.people["host"].email) != []
