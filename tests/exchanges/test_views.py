"""The pages of exchanges, as the people concerned meet them."""

import io
from datetime import timedelta

import pytest

from portal.core.db import db
from portal.exchanges.models import Exchange
from portal.exchanges.states import Party, State
from tests.exchanges.browsing import main_form, post
from tests.exchanges.builders import (
    DEPARTURE,
    FIRST,
    LAST,
    RETURN,
    a_world,
    an_exchange,
    at,
    sign,
)
from tests.exchanges.surroundings import PDF, TODAY, an_organisation
from tests.reading import read_page, read_pdf

AFTER = LAST + timedelta(days=3)
EVERY_STATE = [pytest.param(state, id=state.value) for state in State]


def the_exchange() -> Exchange:
    return db.session.scalars(db.select(Exchange).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize("state", EVERY_STATE)
def test_the_file_can_be_read_in_every_state(session, sign_in_as, state):
    world = a_world()
    exchange = an_exchange(world, state)

    with at(LAST):
        for who in ("visitor", "host", "payer", "receiver", "auditor"):
            page = sign_in_as(world.people[who]).page(f"/exchanges/{exchange.ref}")

            assert exchange.ref in page.text
            assert "Tecelagem do Porto" in page.text


def test_strangers_do_not_learn_that_an_exchange_exists(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world)
    client = sign_in_as(world.people["stranger"])

    with at():
        client.page(f"/exchanges/{exchange.ref}", status=404)
        client.page(f"/exchanges/{exchange.ref}/commitment", status=404)
        assert exchange.ref not in client.page("/exchanges").text


VISIT = {
    "departure_on": DEPARTURE.isoformat(),
    "first_on": FIRST.isoformat(),
    "last_on": LAST.isoformat(),
    "return_on": RETURN.isoformat(),
    "objectives": "Find a weaver",
    "activities": "networking",
    "agenda": "Monday: the mill",
}


def test_a_visit_goes_from_its_start_to_the_payment_request(session, sign_in_as):
    world = a_world()
    people = {who: sign_in_as(person) for who, person in world.people.items()}

    with at():
        post(
            people["visitor"],
            "/exchanges/start",
            visitor=world.visitor.ref,
            host="tecelagem",
            project=world.project.ref,
            host_project=world.host_project.ref,
            **VISIT,
        )
        ref = the_exchange().ref
        for who in ("visitor", "host", "payer", "receiver"):
            form = main_form(people[who].page(f"/exchanges/{ref}/sign"))
            ticks = {"agreed": "on"} | ({"traveller_entitled": "on"} if who == "visitor" else {})
            sent = form.data(party=party_of(who), **ticks)
            post(people[who], f"/exchanges/{ref}/sign", **sent)
        assert the_exchange().state is State.SIGNED
        page = people["payer"].page(f"/exchanges/{ref}/approve")
        assert "€780.00" in page.text
        assert "Not halved: 5 working days at the host" in page.text
        post(people["payer"], f"/exchanges/{ref}/approve", **main_form(page).data(note="Fine"))
        form = main_form(people["visitor"].page(f"/exchanges/{ref}/accept-agreement"))
        post(people["visitor"], f"/exchanges/{ref}/accept-agreement", **form.data(agreed="on"))
        post(people["payer"], f"/exchanges/{ref}/conclude", agreed="on")

    with at(AFTER):
        people = {who: sign_in_as(person) for who, person in world.people.items()}
        file_report(people["host"], ref, "host")
        assert the_exchange().state is State.AGREED
        file_report(
            people["visitor"],
            ref,
            "visitor",
            travel=(io.BytesIO(PDF), "billet.pdf"),
            presence=(io.BytesIO(PDF), "feuille.pdf"),
        )
        form = people["payer"].page(f"/exchanges/{ref}/validate").forms[-1]
        post(people["payer"], f"/exchanges/{ref}/validate", **form.data(checked="on"))
        page = people["visitor"].page(f"/exchanges/{ref}")

    assert the_exchange().state is State.VALIDATED
    assert "PAY-2026-" in page.text


def party_of(who: str) -> str:
    return {"payer": "visitor_partnership", "receiver": "host_partnership"}.get(who, who)


def file_report(client, ref: str, side: str, **files) -> None:
    form = main_form(client.page(f"/exchanges/{ref}/report"))
    sent = form.data(
        side=side, activities="Talks", results="An order", follow_up="More", satisfaction="4"
    )
    post(client, f"/exchanges/{ref}/report", **sent, **files)


def test_the_start_form_shows_every_fault_and_keeps_what_was_typed(session, sign_in_as):
    world = a_world()
    client = sign_in_as(world.people["host"])

    with at():
        answer = post(
            client,
            "/exchanges/start",
            expect=422,
            visitor=world.visitor.ref,
            host=world.host.ref,
            project=world.project.ref,
            host_project=world.host_project.ref,
            **{**VISIT, "last_on": FIRST.isoformat()},
        )

    page = read_page(answer.data)
    assert "at least 3 are needed" in page.text
    assert "Find a weaver" in main_form(page).data()["objectives"]
    assert session.query(Exchange).count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [("nobody at all", "No organisation is called"), ("cluster of", "Several organisations fit")],
)
def test_a_name_that_means_none_or_several_organisations_is_asked_about(
    session, sign_in_as, typed, words
):
    world = a_world()
    an_organisation("Third")

    with at():
        answer = post(
            sign_in_as(world.people["host"]),
            "/exchanges/start",
            expect=422,
            visitor=world.visitor.ref,
            host=typed,
            project=world.project.ref,
            host_project=world.project.ref,
            **VISIT,
        )

    assert words in read_page(answer.data).text


def test_a_second_visit_is_refused_with_the_words_that_tell_why(session, sign_in_as):
    world = a_world()
    first = an_exchange(world)

    with at():
        answer = post(
            sign_in_as(world.people["visitor"]),
            "/exchanges/start",
            expect=422,
            visitor=world.visitor.ref,
            host=world.host.ref,
            project=world.project.ref,
            host_project=world.project.ref,
            **VISIT,
        )

    text = read_page(answer.data).text
    assert first.ref in text
    assert "du 12 au 16 octobre 2026" in text


def test_edit_says_that_signatures_will_be_void(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world)
    client = sign_in_as(world.people["host"])
    with at():
        sign(world, exchange, Party.HOST, "host")

        page = client.page(f"/exchanges/{exchange.ref}/edit")
        post(client, f"/exchanges/{exchange.ref}/edit", **main_form(page).data(agenda="Other"))

    assert "their signatures are void" in page.text
    assert the_exchange().agenda == "Other"
    assert the_exchange().signatures == []


def test_the_approval_page_tells_what_stands_in_the_way_and_offers_no_button(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)
    session.execute(db.text("delete from sme_assessment"))

    with at():
        page = sign_in_as(world.people["payer"]).page(f"/exchanges/{exchange.ref}/approve")

    assert "has no SME self-assessment of less than twelve months" in page.text
    assert not any(field.name == "note" for form in page.forms for field in form.fields)


def test_an_approval_beyond_the_envelope_comes_back_with_what_is_left(session, sign_in_as):
    world = a_world(envelope_cents=10_000)
    exchange = an_exchange(world, State.SIGNED)
    client = sign_in_as(world.people["payer"])

    with at():
        form = main_form(client.page(f"/exchanges/{exchange.ref}/approve"))
        answer = post(client, f"/exchanges/{exchange.ref}/approve", expect=422, **form.data())

    assert "€100.00 left" in read_page(answer.data).text
    assert the_exchange().state is State.SIGNED


def test_the_validation_page_calculates_other_days_before_anything_is_pressed(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world, State.REPORTED)
    client = sign_in_as(world.people["payer"])
    shorter = (LAST - timedelta(days=1)).isoformat()

    with at(AFTER):
        path = f"/exchanges/{exchange.ref}/validate"
        page = client.page(f"{path}?first_on={FIRST.isoformat()}&last_on={shorter}")
        post(client, path, **page.forms[-1].data(checked="on"))

    assert "Halved: 4 working days at the host, fewer than 5" in page.text
    assert the_exchange().final_cents == 39_000


@pytest.mark.parametrize(
    ("state", "who", "path", "after"),
    [
        (State.BUILDING, "visitor", "cancel", State.CANCELLED),
        (State.SIGNED, "payer", "send-back", State.BUILDING),
        (State.REPORTED, "payer", "refuse", State.REFUSED),
        (State.AGREED, "payer", "mark-no-show", State.NO_SHOW),
    ],
)
def test_what_ends_or_returns_wants_a_reason(session, sign_in_as, state, who, path, after):
    world = a_world()
    exchange = an_exchange(world, state)
    client = sign_in_as(world.people[who])

    with at(AFTER if state in (State.REPORTED, State.AGREED) else TODAY):
        client.page(f"/exchanges/{exchange.ref}/{path}")
        post(client, f"/exchanges/{exchange.ref}/{path}", expect=422, reason=" ")
        post(client, f"/exchanges/{exchange.ref}/{path}", reason="Because it is so")

    assert the_exchange().state is after


def test_an_officer_grants_a_waiver(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world)
    client = sign_in_as(world.people["officer"])

    with at():
        client.page(f"/exchanges/{exchange.ref}/waive")
        post(client, f"/exchanges/{exchange.ref}/waive", requested_by="CITEVE", reason="Only mill")

        assert "Only mill" in client.page(f"/exchanges/{exchange.ref}").text


@pytest.mark.parametrize("path", ["approve", "conclude", "validate", "accept-agreement", "report"])
def test_a_step_that_is_not_due_answers_409(session, sign_in_as, path):
    world = a_world()
    exchange = an_exchange(world)
    who = "visitor" if path in ("accept-agreement", "report") else "payer"

    with at():
        sign_in_as(world.people[who]).page(f"/exchanges/{exchange.ref}/{path}", status=409)


@pytest.mark.parametrize("path", ["approve", "conclude", "validate", "refuse", "waive"])
def test_nobody_sees_a_form_they_may_not_send(session, sign_in_as, path):
    world = a_world()
    exchange = an_exchange(world)

    with at():
        sign_in_as(world.people["host"]).page(f"/exchanges/{exchange.ref}/{path}", status=403)


# Papers and evidence


def test_evidence_is_given_to_those_concerned_as_an_attachment_and_to_nobody_else(
    session, sign_in_as
):
    world = a_world()
    exchange = an_exchange(world, State.REPORTED)
    path = f"/exchanges/{exchange.ref}/evidence/1"

    for who in ("visitor", "host", "payer", "receiver", "officer", "auditor"):
        answer = sign_in_as(world.people[who]).get(path)
        assert answer.data == PDF
        assert answer.headers["Content-Disposition"].startswith("attachment")
    assert sign_in_as(world.people["stranger"]).get(path).status_code == 404
    assert sign_in_as(world.people["visitor"]).get(path[:-1] + "3").status_code == 404
    assert sign_in_as(world.people["visitor"]).get(path[:-1] + "0").status_code == 404


def test_the_papers_can_be_read_in_the_readers_language(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world, State.VALIDATED)
    client = sign_in_as(world.people["payer"])

    text = read_pdf(client.get(f"/exchanges/{exchange.ref}/commitment").data)
    agreement = read_pdf(client.get(f"/exchanges/{exchange.ref}/agreement").data)
    certificate = read_pdf(client.get(f"/exchanges/{exchange.ref}/certificate").data)

    assert text.has("Commitment to quality")
    assert text.has("Find a weaver for recycled yarn.")
    assert text.has("Vera Visite")
    assert text.has(exchange.signatures[0].fingerprint)
    assert agreement.has("€780.00")
    assert agreement.has("FR76")
    assert agreement.has("at most 10 days after")
    assert certificate.has("12–16 October 2026")


def test_the_same_paper_has_the_same_bytes_and_the_fingerprint_no_language(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world, State.SIGNED)
    english = sign_in_as(world.people["host"])
    french = sign_in_as(world.people["visitor"])
    path = f"/exchanges/{exchange.ref}/commitment"

    first, again, other = english.get(path).data, english.get(path).data, french.get(path).data

    assert first == again
    assert first != other
    assert read_pdf(other).has(exchange.signatures[0].fingerprint)


def test_the_host_does_not_read_the_visitors_account(session, sign_in_as):
    world = a_world()
    exchange = an_exchange(world, State.AGREED)

    with at():
        page = sign_in_as(world.people["host"]).page(f"/exchanges/{exchange.ref}")
        answer = sign_in_as(world.people["host"]).get(f"/exchanges/{exchange.ref}/agreement")

    assert answer.status_code == 404
    assert not any(link.endswith("/agreement") for link in page.links)
