"""The first page: what waits for me, and the way to a file by its reference."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.actors import Role
from portal.core.tasks import Task
from portal.desk import queries
from portal.web.navigation import href_of
from tests.accounts.builders import at_work, somebody
from tests.partners.builders import a_person, an_organisation

A_DAY = clock.today()


def a_task(ref, due=None, since=None):
    return Task("Do it", ref, "", "desk.home", {}, due, since)


def test_the_oldest_deadline_comes_first_then_what_waits_longest(app, monkeypatch):
    waiting = [
        a_task("A", since=A_DAY),
        a_task("B", due=A_DAY),
        a_task("C", due=A_DAY - timedelta(days=1)),
        a_task("D", since=A_DAY - timedelta(days=9)),
    ]
    monkeypatch.setattr(queries, "_ROOMS", (lambda _actor: waiting,))

    found = queries.tasks(at_work(a_stranger()))

    assert [task.ref for task in found] == ["C", "B", "D", "A"]


def a_stranger():
    class Nobody:
        id, name, grants = 1, "Nobody", ()

    return Nobody()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_has_a_desk(session, sign_in_as, role, language):
    client = sign_in_as(somebody(role, language=language, name="Ilze"))

    answer = client.get("/")

    assert answer.status_code == 200
    assert "Ilze" in answer.text


def test_every_room_is_asked_whatever_the_roles(session):
    everything = at_work(somebody(*Role))

    (alarm,) = queries.tasks(everything)

    assert alarm.endpoint == "separation.show", "one person alone cannot carry a payment"


def test_somebody_new_is_led_to_registering_an_organisation(session, sign_in_as):
    assert "/organisations/register" in sign_in_as(somebody()).get("/").text


def test_my_organisations_are_named(session, sign_in_as):
    person = a_person()
    organisation = an_organisation(person)
    name = organisation.legal_name

    assert name in sign_in_as(person).page("/").text


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("cxc-2026-0137", "/exchanges/CXC-2026-0137"),
        (" PRJ-2026-0001 ", "/projects/PRJ-2026-0001"),
        ("VCH-2026-0001/2", "/vouchers/VCH-2026-0001"),
        ("", "/"),
    ],
)
def test_a_reference_leads_to_its_file(session, sign_in_as, typed, path):
    answer = sign_in_as(somebody()).get("/find", query_string={"reference": typed})

    assert (answer.status_code, answer.headers["Location"]) == (303, path)


def test_anything_else_is_looked_for_among_the_calls(session, sign_in_as):
    answer = sign_in_as(somebody()).get("/find", query_string={"reference": "COS-CLUSTER"})

    assert answer.headers["Location"].startswith("/calls?q=COS-CLUSTER")


def test_every_kind_of_reference_has_its_page(app):
    with app.test_request_context("/"):
        for prefix in ("PER", "ORG", "ACC", "PRP", "PRJ", "CXC", "VCH", "PAY", "BAT", "SME"):
            assert href_of(f"{prefix}-2026-0001"), prefix
