"""The language is switched on every page; what comes next is always a page that opens."""

import pytest

from portal.core.actors import Role
from portal.web.views import own_path
from tests.accounts.builders import somebody


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/people?q=a", "/people?q=a"),
        ("/people/PER-2026-0001/grant-role", "/people/PER-2026-0001"),
        ("/people/PER-2026-0001/grant-role?x=1", "/people/PER-2026-0001"),
        ("/profile/sign-out-everywhere", "/profile"),
        ("/sign-out", "/"),
        ("/language", "/"),
        ("/nowhere/at/all", "/"),
        ("/static/portal.css", "/"),
        ("", "/"),
        ("people", "/"),
        ("https://elsewhere.example/people", "/"),
        ("//elsewhere.example/people", "/"),
        ("/\\elsewhere.example", "/"),
        ("\\\\elsewhere.example", "/"),
        ("/\n/elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http:///people", "/"),
        ("/people\r\nSet-Cookie: x=1", "/"),
    ],
)
def test_what_comes_next_is_a_page_of_this_portal(app, wanted, path):
    with app.test_request_context("/"):
        assert own_path(wanted) == path


def test_the_language_is_kept_for_visitors(session, client):
    answer = client.post("/language", data={"language": "fr", "next": "/sign-in"})

    assert answer.headers["Location"] == "/sign-in"
    assert 'lang="fr"' in client.get("/sign-in").text


def test_the_language_is_kept_with_the_person(session, sign_in_as):
    person = somebody(Role.OFFICER)

    sign_in_as(person).post("/language", data={"language": "fr", "next": "/profile"})

    session.expire_all()
    assert person.language == "fr"
    assert 'lang="fr"' in sign_in_as(person).get("/profile").text


def test_an_unknown_language_changes_nothing(session, client):
    client.post("/language", data={"language": "xx", "next": "/"})

    assert 'lang="en"' in client.get("/sign-in").text


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/legal", "/help"])
def test_statements_are_public(session, client, path):
    assert client.page(path).text


def test_the_health_of_the_portal_is_one_word(session, client):
    assert client.get("/health").text == "ok\n"
