"""The pages that steer: what an approval does, the queue, the scheme, the override."""

import pytest

from portal.core.db import db
from portal.core.i18n import use_locale
from portal.exchanges.models import QuotaOverride
from portal.exchanges.rules.quota import Goal, Tally, forecast_of
from portal.exchanges.states import Klass, State
from portal.exchanges.views.quota import after_words
from tests.exchanges.builders import a_file, a_world, aim, at
from tests.reading import read_page


def text_of(answer):
    return read_page(answer.data).text


def words(tally, target, language="en"):
    with use_locale(language):
        return str(after_words(1, tally, forecast_of(tally, Goal(target))))


def test_the_officer_reads_what_one_more_internal_exchange_leaves(app):
    with app.test_request_context():
        found = words(Tally(84, 40, 57), 500)

    assert found == (
        "After this one: 84 of 181 with SMEs; 166 of the remaining 319 must be SMEs, 85 others; "
        "still reachable, 68 internal left"
    )


def test_the_same_in_french(app):
    with app.test_request_context():
        found = words(Tally(84, 40, 57), 500, "fr")

    assert found.replace("\u00a0", " ") == (
        "Après celui-ci : avec des PME, 84 sur 181 ; sur les 319 restants, il en faut 166 avec "
        "des PME et 85 d’autres participants ; encore atteignable, internes possibles : 68"
    )


@pytest.fixture
def world(session):
    """A partnership that aims at four exchanges and has approved its one internal visit."""
    world = a_world()
    aim(world, 4)
    a_file(world, Klass.INTERNAL, State.APPROVED)
    return world


@pytest.fixture
def payer(world, sign_in_as):
    with at():
        return sign_in_as(world.people["payer"])


def test_a_blocked_approval_leads_to_the_proposal_and_keeps_what_was_typed(world, payer):
    exchange = a_file(world, Klass.INTERNAL)

    with at():
        looked = payer.get(f"/exchanges/{exchange.ref}/approve")
        pressed = payer.post(f"/exchanges/{exchange.ref}/approve", data={"note": "Urgent"})
        typed = payer.post(
            f"/exchanges/{exchange.ref}/propose-override", data={"reason": "x" * 2001}
        )
        sent = payer.post(
            f"/exchanges/{exchange.ref}/propose-override", data={"reason": "Promised."}
        )
        again = payer.get(f"/exchanges/{exchange.ref}/approve")

    assert "After this one: 0 of 2 with SMEs" in text_of(looked)
    assert "Propose to override the quota" in text_of(looked)
    assert pressed.status_code == 422
    assert typed.status_code == 422
    assert "x" * 2001 in typed.get_data(as_text=True)
    assert sent.status_code == 303
    assert "waits for the decision of another person" in text_of(again)


def test_another_person_grants_it_on_a_page_that_says_why_it_was_proposed(world, payer, sign_in_as):
    exchange = a_file(world, Klass.INTERNAL)
    address = f"/exchanges/{exchange.ref}"
    with at():
        payer.post(f"{address}/propose-override", data={"reason": "Promised."})
        officer = sign_in_as(world.people["officer"])
        page = officer.get(f"{address}/grant-override")
        granted = officer.post(f"{address}/grant-override", data={"note": ""})

    assert "Promised." in text_of(page)
    assert "Marek Payer" in text_of(page)
    assert granted.status_code == 303
    assert db.session.query(QuotaOverride).one().granted is True


def test_the_queue_shows_what_a_selection_leads_to_before_anything_is_done(world, payer):
    inside, sme = a_file(world, Klass.INTERNAL), a_file(world, Klass.SME)

    with at():
        page = payer.get(f"/projects/{world.project.ref}/queue")
        chosen = payer.get(
            f"/projects/{world.project.ref}/queue?file={sme.ref}&file={inside.ref}&file=nonsense"
        )

    assert "longest waiting with an SME" in text_of(page)
    assert "both minima could no longer be met" in text_of(page)
    assert "After these 2: 1 of 3 with SMEs" in text_of(chosen)
    assert "no longer reachable, 1 too many" in text_of(chosen)
    assert [one.state for one in (inside, sme)] == [State.SIGNED, State.SIGNED]


def test_the_scheme_is_shown_to_staff_partnership_by_partnership(world, sign_in_as):
    with at():
        page = sign_in_as(world.people["officer"]).get("/exchanges/quota")
        refused = sign_in_as(world.people["payer"]).get("/exchanges/quota")

    assert world.project.ref in text_of(page)
    assert "Stricter: the visitor is an SME" in text_of(page)
    assert refused.status_code == 403
