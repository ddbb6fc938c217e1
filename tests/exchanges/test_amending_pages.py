"""The pages, mails and tasks of an amendment: previewed, proposed, accepted, told."""

import pytest

from portal.exchanges import queries
from portal.exchanges.states import State
from tests.exchanges.browsing import main_form, post
from tests.exchanges.builders import a_world, an_exchange, at, trail
from tests.exchanges.test_amending import SHORT, WHOLE, accept, accept_both, amend
from tests.reading import read_page, read_pdf


@pytest.fixture
def world(session):
    return a_world()


@pytest.fixture
def exchange(world):
    return an_exchange(world, State.AGREED)


def previewed(client, address, **typed):
    """The page that shows what the amendment typed would be."""
    form = main_form(client.page(address))
    return read_page(post(client, address, 200, **form.data(**typed)).data)


def test_an_amendment_is_previewed_without_being_written_then_changed_and_sent(
    world, exchange, sign_in_as
):
    address = f"/exchanges/{exchange.ref}/amend"
    days = {name: day.isoformat() for name, day in SHORT.items()}
    before = len(trail(exchange))
    world.people["visitor"].language = "en"
    with at():
        visitor = sign_in_as(world.people["visitor"])
        preview = previewed(visitor, address, reason="A strike", agenda="One\ntwo", **days)
        shown = post(visitor, address, 200, **main_form(preview).data(go="change"))
        again = main_form(read_page(shown.data))
        typed = {**again.data(), **{name: day.isoformat() for name, day in WHOLE.items()}}
        second = read_page(post(visitor, address, 200, **typed).data)
        nothing = (len(trail(exchange)), queries.open_amendment(exchange))
        stale = {**main_form(preview).data(go="send"), "reason": "Another"}
        refused_page = read_page(post(visitor, address, 422, **stale).data)
        post(visitor, address, **main_form(second).data(go="send"))

    assert "€390.00 returns to the partnership" in preview.text
    assert world.host.legal_name in preview.text
    assert (again.data()["agenda"].strip(), again.data()["last_on"]) == (
        "One\ntwo",
        days["last_on"],
    )
    assert "no money moves" in second.text
    assert nothing == (before, None)
    assert "no longer what you were shown" in refused_page.text
    assert queries.open_amendment(exchange).becomes.cents == 78_000


def test_the_preview_says_what_stands_against_a_longer_stay(session, sign_in_as):
    world = a_world(envelope_cents=60_000)
    exchange = an_exchange(world, State.AGREED, **SHORT)
    world.people["visitor"].language = "en"
    days = {name: day.isoformat() for name, day in WHOLE.items()}
    with at():
        page = previewed(
            sign_in_as(world.people["visitor"]),
            f"/exchanges/{exchange.ref}/amend",
            reason="More to see",
            **days,
        )

    assert "€390.00 more is set aside" in page.text
    assert "envelope does not hold that much" in page.text


def test_an_amendment_goes_from_the_proposal_to_the_document(world, exchange, sign_in_as):
    path = f"/exchanges/{exchange.ref}"
    with at():
        visitor, host, payer = (
            sign_in_as(world.people[who]) for who in ("visitor", "host", "payer")
        )
        form = main_form(visitor.page(f"{path}/amend"))
        days = {name: day.isoformat() for name, day in SHORT.items()}
        post(visitor, f"{path}/amend", 422, **form.data(reason="A strike"))
        preview = previewed(visitor, f"{path}/amend", reason="A strike", **days)
        post(visitor, f"{path}/amend", **main_form(preview).data(go="send"))
        for client in (host, payer):
            page = client.page(f"{path}/accept-amendment")
            assert "€780.00" in page.text
            assert "€390.00" in page.text
            post(client, f"{path}/accept-amendment", **main_form(page).data(agreed="on"))
        page = payer.page(path)
        found = read_pdf(host.get(f"{path}/amendments/1").data)
        signed = read_pdf(host.get(f"{path}/commitment").data)

    assert "In force" in page.text
    assert "Hugo Hóspede" in found.text
    assert "A strike" in found.text
    assert "12" in signed.text
    assert "21 October" not in signed.text


def test_the_desk_asks_host_and_partnership_and_nobody_twice(world, exchange):
    amend(world, exchange)
    accept(world, exchange)

    with at():
        labels = {
            who: [str(task.label) for task in queries.tasks_for(world.actor(who))]
            for who in ("visitor", "host", "payer")
        }

    assert labels == {"visitor": [], "host": [], "payer": ["Accept the amendment"]}


def test_those_concerned_are_told_in_their_own_language(world, exchange, mails):
    amend(world, exchange)
    accept_both(world, exchange)

    told = {who: mails(to=world.people[who].email)[-1] for who in ("host", "payer", "receiver")}
    assert {mail.subject for mail in told.values()} == {
        f"Exchange {exchange.ref}: the agreement is amended"
    }
    assert "€390.00" in told["payer"].body
    assert mails(to=world.people["visitor"].email)[-1].language == "fr"
