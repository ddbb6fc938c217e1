"""The list, the quota page, the terms: what they show and what they cost."""

import pytest
from sqlalchemy import event

from portal.exchanges import queries
from portal.exchanges.states import State
from tests.exchanges.browsing import main_form, post
from tests.exchanges.builders import (
    World,
    a_world,
    an_exchange,
    at,
    start,
)
from tests.exchanges.surroundings import TODAY
from tests.reading import read_page


def many_exchanges(world: World, count: int) -> None:
    """So many virtual exchanges of the story, cancelled ones left out."""
    with at():
        for _number in range(count):
            start(world, virtual=True)


def test_the_list_filters_by_state_partnership_and_words(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)
    client = sign_in_as(world.people["auditor"])

    def shows(query: str) -> bool:
        with at():
            return exchange.ref in client.page(f"/exchanges?{query}").text

    assert shows("")
    assert shows("state=signed")
    assert not shows("state=agreed")
    assert shows(f"partnership={world.project.ref}")
    assert shows("q=filature")
    assert shows(f"q={exchange.ref.lower()}")
    assert not shows("q=nobody")
    assert shows("state=nonsense&page=99")


@pytest.mark.parametrize(("query", "number"), [("", 3), ("state=signed", 1), ("state=agreed", 0)])
def test_the_list_says_how_many_there_are(session, sign_in_as, query, number):
    world = a_world()
    an_exchange(world, State.SIGNED)
    many_exchanges(world, 2)

    with at():
        page = sign_in_as(world.people["auditor"]).page(f"/exchanges?{query}")

    assert page.text.count("CXC-") == number
    assert (f"1 to {number} of {number}" in page.text) is (number > 0)


def test_a_manager_sees_the_exchanges_of_the_partnerships_managed(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world)

    with at():
        for who, sees in {"payer": True, "receiver": True, "host": True, "stranger": False}.items():
            page = sign_in_as(world.people[who]).page("/exchanges")
            assert (exchange.ref in page.text) is sees


def test_the_list_costs_the_same_few_queries_whatever_its_length(session, sign_in_as):
    world = a_world()
    client = sign_in_as(world.people["payer"])
    costs = []

    for count in (5, 50):
        many_exchanges(world, count)
        with at(), Counting(session) as statements:
            page = client.page("/exchanges")
        costs.append(len(statements))

    assert "50" in page.text
    assert costs[0] == costs[1]
    assert costs[1] <= 8, statements


class Counting:
    """The statements sent to the database inside the block."""

    def __init__(self, session) -> None:
        self.bind = session.get_bind()
        self.statements: list[str] = []

    def __enter__(self) -> list[str]:
        event.listen(self.bind, "before_cursor_execute", self._note)
        return self.statements

    def __exit__(self, *_error) -> None:
        event.remove(self.bind, "before_cursor_execute", self._note)

    def _note(self, _connection, _cursor, statement, *_rest) -> None:
        if statement.lstrip().lower().startswith("select"):
            self.statements.append(statement)


def test_the_quota_page_shows_what_is_reached_and_what_the_rest_must_bring(session, sign_in_as):
    world = a_world()
    an_exchange(world, State.APPROVED)

    with at():
        page = sign_in_as(world.people["payer"]).page(f"/projects/{world.project.ref}/quota")
        sign_in_as(world.people["stranger"]).page(
            f"/projects/{world.project.ref}/quota", status=404
        )

    assert "50 exchanges still to come. With SMEs: at least 25;" in page.text
    assert "by other participants: at least 13; internal: at most 12." in page.text


def test_a_manager_sets_the_partnerships_terms(session, sign_in_as):
    world = a_world()
    client = sign_in_as(world.people["payer"])
    path = f"/projects/{world.project.ref}/exchange-terms"

    with at():
        one, other = (main_form(client.page(path)) for _tab in range(2))
        post(client, path, **one.data(amount_cents="700", target="100"))
        again = post(client, path, expect=422, **other.data(amount_cents="710", target="100"))
        page = client.page(f"/projects/{world.project.ref}/quota")
        terms = queries.partnership_terms(world.project.id, TODAY)

    assert (terms.amount_cents, terms.target) == (70_000, 100)
    assert "already laid down terms from this day" in read_page(again.data).text
    assert "€700.00" in page.text


def test_everybody_can_read_the_terms_of_the_scheme(session, sign_in_as):
    world = a_world()

    with at():
        page = sign_in_as(world.people["stranger"]).page("/exchanges/terms")

    assert "€1,100.00" in page.text
    assert "Denmark" in page.text
