"""The pages of surveys and of their effects, as people use them."""

import pytest

from portal.exchanges.surveys import queries
from portal.exchanges.surveys.states import State
from tests.exchanges.builders import a_world, at
from tests.exchanges.surroundings import an_organisation
from tests.exchanges.surveys.builders import SIX, a_visit, answer, ask, the_survey

FORM = {
    "contact": "occasional",
    "projects": "1",
    "contracts": "2",
    "contracts_cents": "1 500,00",
    "partners": "0",
    "jobs": "0",
    "skills": "n",
    "satisfaction": "4",
    "comment": "Rendez-vous au printemps.",
}


@pytest.fixture
def world(session):
    found = a_world()
    with at(SIX):
        yield found


def test_from_the_desk_to_the_answer(world, sign_in_as):
    survey = the_survey(world)
    visitor = sign_in_as(world.people["visitor"])

    assert survey.ref in visitor.get("/").text
    assert f"/surveys/{survey.ref}/answer" in visitor.get(f"/surveys/{survey.ref}").text
    sent = visitor.post(f"/surveys/{survey.ref}/answer", data=FORM)
    page = visitor.get(f"/surveys/{survey.ref}").text

    assert sent.status_code == 303
    assert queries.by_ref(survey.ref).state is State.ANSWERED
    assert "Rendez-vous au printemps." in page
    assert "1\u202f500,00\u00a0€" in page
    assert f"/surveys/{survey.ref}/answer" not in page
    assert survey.ref not in visitor.get("/").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"contracts": "0"}, "1 500,00"),
        ({"projects": "many"}, "many"),
        ({"satisfaction": "6"}, "Rendez-vous"),
        ({"contact": ""}, "Rendez-vous"),
    ],
)
def test_a_wrong_answer_comes_back_with_what_was_typed(world, sign_in_as, change, words):
    survey = the_survey(world)

    answer = sign_in_as(world.people["visitor"]).post(
        f"/surveys/{survey.ref}/answer", data={**FORM, **change}
    )

    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 200), ("host", 404), ("payer", 200), ("officer", 200), ("stranger", 404)],
)
def test_an_answer_is_read_by_those_it_concerns(world, sign_in_as, who, status):
    survey = answer(world, the_survey(world))

    assert sign_in_as(world.people[who]).get(f"/surveys/{survey.ref}").status_code == status


def test_the_visit_leads_each_side_to_its_own_survey(world, sign_in_as):
    survey = the_survey(world)
    path = f"/exchanges/{survey.exchange.ref}"

    assert survey.ref in sign_in_as(world.people["visitor"]).get(path).text
    assert survey.ref not in sign_in_as(world.people["host"]).get(path).text


def three_visits(world):
    for number in range(3):
        visitor = an_organisation(f"Visitor {number}", people=(world.people["visitor"],))
        a_visit(world, visitor=visitor)
    return ask()


def test_effects_are_shown_once_five_have_answered(world, sign_in_as):
    asked = three_visits(world)
    officer, payer = (sign_in_as(world.people[who]) for who in ("officer", "payer"))
    own = f"/projects/{world.project.ref}/effects"
    for number, survey in enumerate(asked[:4]):
        answer(world, survey, survey.side.value, comment=f"Words {number}")

    few = [client.get(path).text for client, path in ((officer, "/effects"), (payer, own))]
    csv_of_few = officer.get("/effects/figures").text
    answer(world, asked[4], asked[4].side.value)
    enough = [client.get(path).text for client, path in ((officer, "/effects"), (payer, own))]
    rows = officer.get("/effects/figures").text.splitlines()

    assert all("ewer than 5" in page and ">not shown<" in page for page in few)
    assert "6,000.00" not in "".join(few) + csv_of_few
    assert all("€7,500.00" in page and ">not shown<" not in page for page in enough)
    assert "Words 3" in enough[1]
    assert "Words 3" not in enough[0]
    assert f"{world.project.ref},CLAMTEX,6,6,1,5,83.3%,3,3,100%,3,10,7500.00,15,5,5,4.00" in rows
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("who", "scheme", "own"),
    [("visitor", 403, 404), ("receiver", 403, 404), ("payer", 403, 200), ("auditor", 200, 200)],
)
def test_effects_are_read_by_those_who_may(world, sign_in_as, who, scheme, own):
    client = sign_in_as(world.people[who])

    for end in ("", "/figures"):
        assert client.get(f"/effects{end}").status_code == scheme
        assert client.get(f"/projects/{world.project.ref}/effects{end}").status_code == own


def test_before_anything_was_asked_the_pages_say_so(world, sign_in_as):
    officer = sign_in_as(world.people["officer"])

    assert "No survey has been sent yet" in officer.get("/effects").text
    assert officer.get(f"/projects/{world.project.ref}/effects").status_code == 200
    assert "No survey yet" in officer.get("/surveys").text
