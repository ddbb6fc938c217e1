"""Signed in or turned away: sessions begin, end, and every page is closed unless it is public."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts import operations, rules
from portal.accounts.models import SignInSession
from portal.core import clock
from portal.core.actors import Role, ensure
from portal.core.db import db
from portal.web.access import statements
from portal.web.session import current_actor
from tests.accounts.builders import PASSWORD, at_work, somebody

PAGE = "/profile"


def sign_in(client, person, password=PASSWORD, path="/sign-in"):
    return client.post(path, data={"email": person.email, "password": password})


def live_rows():
    return db.session.scalar(
        select(func.count()).where(SignInSession.ended_at.is_(None)).select_from(SignInSession)
    )


def test_signing_in_opens_a_session_and_leads_where_one_wanted_to_go(session, client):
    person = somebody(Role.ADMIN)

    turned_away = client.get("/people?q=a")
    answer = sign_in(client, person, path=turned_away.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/people?q=a")
    assert client.get("/people").status_code == 200


def test_signing_in_again_ends_the_session_before(session, client):
    person = somebody()

    for _time in range(2):
        assert sign_in(client, person).status_code == 303

    assert live_rows() == 1


@pytest.mark.parametrize("email", ["known", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(session, client, email):
    person = somebody()

    answer = client.post(
        "/sign-in",
        data={"email": person.email if email == "known" else email, "password": "wrong one"},
    )

    assert answer.status_code == 422
    assert "The e-mail address or the password is wrong." in answer.text
    assert live_rows() == 0


def test_the_eleventh_wrong_password_is_not_even_looked_at(session, client):
    person = somebody()
    for _time in range(rules.MOST_FAILURES_PER_ACCOUNT):
        sign_in(client, person, "wrong one")

    answer = sign_in(client, person)

    assert answer.status_code == 429
    assert live_rows() == 0


@pytest.mark.parametrize(
    "wanted",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/\t/e.example"],
)
def test_signing_in_never_leads_to_another_site(session, client, wanted):
    person = somebody()

    answer = client.post(
        "/sign-in",
        query_string={"next": wanted},
        data={"email": person.email, "password": PASSWORD},
    )

    assert answer.headers["Location"] == "/"


def test_an_expired_session_on_a_form_leads_back_to_its_page(session, sign_in_as):
    admin, holder = somebody(Role.ADMIN), somebody()
    client = sign_in_as(admin)
    clock.move_to(clock.now() + rules.IDLE_LIFE + timedelta(seconds=1))

    answer = client.post(f"/people/{holder.ref}/grant-role", data={"role": "officer"})
    back = sign_in(client, admin, path=answer.headers["Location"])

    assert answer.headers["Location"].startswith("/sign-in?next=")
    assert back.headers["Location"] == f"/people/{holder.ref}"


def test_a_session_ends_after_half_an_hour_without_a_request(session, sign_in_as):
    client = sign_in_as(somebody())

    clock.move_to(clock.now() + rules.IDLE_LIFE - timedelta(seconds=5))
    assert client.get(PAGE).status_code == 200
    clock.move_to(clock.now() + rules.IDLE_LIFE - timedelta(seconds=5))
    assert client.get(PAGE).status_code == 200
    clock.move_to(clock.now() + rules.IDLE_LIFE + timedelta(seconds=1))
    assert client.get(PAGE).status_code == 303


def test_a_session_ends_after_twelve_hours_however_busy(session, sign_in_as):
    client, began = sign_in_as(somebody()), clock.now()

    for minutes in range(20, 12 * 60, 20):
        clock.move_to(began + timedelta(minutes=minutes))
        assert client.get(PAGE).status_code == 200, minutes
    clock.move_to(began + timedelta(hours=12, seconds=1))

    assert client.get(PAGE).status_code == 303


def test_a_copied_cookie_is_useless_after_signing_out(session, app, client):
    person = somebody()
    sign_in(client, person)
    thief = app.test_client()
    thief.set_cookie("portal", client.get_cookie("portal").value)
    assert thief.get(PAGE).status_code == 200

    client.post("/sign-out")

    assert thief.get(PAGE).status_code == 303
    assert client.get(PAGE).status_code == 303


def test_a_withdrawn_role_works_at_the_next_request(session, sign_in_as):
    person = somebody(Role.AUDITOR)
    client = sign_in_as(person)
    assert client.get("/people").status_code == 200

    operations.revoke_role(person, role=Role.AUDITOR, actor=at_work(somebody(Role.ADMIN)))

    assert client.get("/people").status_code == 303


def test_a_new_session_gets_a_new_cookie_and_a_new_token(session, client):
    person = somebody()
    client.get("/sign-in")
    before = client.csrf_token()

    sign_in(client, person)

    assert client.csrf_token() != before


def test_the_cookie_is_hidden_from_scripts_and_other_sites(session, client):
    answer = sign_in(client, somebody())

    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_a_page_that_asks_no_permission_is_not_answered(session, app, sign_in_as, monkeypatch):
    client = sign_in_as(somebody())
    monkeypatch.setitem(app.view_functions, "accounts.profile", lambda: "secret")

    with pytest.raises(AssertionError, match="without asking a permission"):
        client.get(PAGE)
    monkeypatch.setattr(app, "testing", False)
    answer = client.get(PAGE)

    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_form_that_asks_no_permission_changes_nothing(session, app, sign_in_as, monkeypatch):
    person = somebody(name="Ilze")

    def naughty():
        db.session.get(type(person), person_id).name = "changed"
        return "", 303

    person_id = person.id
    client = sign_in_as(person)
    monkeypatch.setitem(app.view_functions, "accounts.profile", naughty)
    monkeypatch.setattr(app, "testing", False)

    assert client.post(PAGE).status_code == 403

    session.expire_all()
    assert person.name == "Ilze"


def test_options_and_head_are_answered(session, sign_in_as):
    client = sign_in_as(somebody())

    assert client.open(PAGE, method="HEAD").status_code == 200
    assert "GET" in client.open(PAGE, method="OPTIONS").headers["Allow"]


def test_who_is_there_costs_two_statements(committed, sign_in_as, app, monkeypatch):
    counted = []

    def count():
        from_session = current_actor()
        ensure(from_session.id is not None)
        counted.append(statements())
        return "ok"

    client = sign_in_as(somebody(Role.OFFICER))
    monkeypatch.setitem(app.view_functions, "accounts.profile", count)
    client.get(PAGE)

    assert counted[0] <= 2
