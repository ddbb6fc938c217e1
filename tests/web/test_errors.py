"""Error pages: what happened and what to do, in both languages, even when the database is away."""

import io

import pytest
from flask import abort
from markupsafe import escape
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import ServiceUnavailable

from portal.core.actors import Role
from portal.core.db import prepare_engine
from portal.core.errors import (
    Busy,
    Fault,
    IllegalStep,
    NotAllowed,
    NotFound,
    RuleBroken,
    Stale,
    TooManyAttempts,
)
from portal.core.i18n import use_locale
from portal.web import errors
from tests.accounts.builders import somebody
from tests.database import bound_to

ERRORS = {
    400: lambda: abort(400),
    403: lambda: throw(NotAllowed()),
    404: lambda: throw(NotFound()),
    405: lambda: abort(405),
    409: lambda: throw(IllegalStep("signed", "sign")),
    413: lambda: abort(413),
    422: lambda: throw(RuleBroken(Fault("The cap is used up.", None, "VCH-01"))),
    429: lambda: throw(TooManyAttempts()),
    500: lambda: throw(ZeroDivisionError()),
    503: lambda: throw(Busy()),
}


def throw(error):
    raise error


@pytest.fixture
def answering(app, monkeypatch):
    """answering(function): the page of one's profile is this function; nothing unforeseen is
    raised.
    """
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def put(function):
        monkeypatch.setitem(app.view_functions, "accounts.profile", function)
        return "/profile"

    return put


def test_every_status_has_its_test():
    assert set(ERRORS) == set(errors.WORDS)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("status", ERRORS)
def test_each_error_has_its_page_in_the_readers_language(
    session, sign_in_as, answering, status, language
):
    client = sign_in_as(somebody(language=language))

    answer = client.get(answering(ERRORS[status]))

    with use_locale(language):
        title = str(errors.WORDS[status].title)
    assert answer.status_code == status
    assert f'lang="{language}"' in answer.text
    assert str(escape(title)) in answer.text
    assert "Traceback" not in answer.text


def test_two_acting_at_once_is_told_in_words(session, sign_in_as, answering):
    assert sign_in_as(somebody()).get(answering(lambda: throw(Stale()))).status_code == 409


def test_a_busy_portal_says_when_to_try_again(session, sign_in_as, answering):
    answer = sign_in_as(somebody()).get(answering(ERRORS[503]))

    assert answer.headers["Retry-After"] == "5"


def test_a_broken_rule_outside_a_form_is_named(session, sign_in_as, answering):
    assert "The cap is used up." in sign_in_as(somebody()).get(answering(ERRORS[422])).text


def test_an_error_without_page_of_its_own_keeps_its_status(session, sign_in_as, answering):
    client = sign_in_as(somebody())

    assert client.get(answering(lambda: throw(ServiceUnavailable()))).status_code == 503
    assert client.get(answering(lambda: abort(418))).status_code == 418


def test_an_unforeseen_error_names_a_reference(session, sign_in_as, answering):
    answer = sign_in_as(somebody()).get(answering(ERRORS[500]))

    assert "quote the reference" in answer.text


def test_the_methods_an_address_takes_are_told(session, client):
    answer = client.open("/people", method="DELETE")

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_unknown_address_has_its_page(session, client):
    assert client.get("/nowhere").status_code == 404


def test_too_large_a_form_is_refused(session, app, sign_in_as, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)

    answer = sign_in_as(somebody()).post(
        "/profile", data={"name": (io.BytesIO(b"x" * 2000), "a.pdf")}
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/profile", "/accessibility", "/health"])
def test_the_page_is_written_even_when_the_database_is_away(
    session, sign_in_as, app, monkeypatch, tmp_path, path
):
    client = sign_in_as(somebody(Role.OFFICER))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    prepare_engine(engine)

    with bound_to(engine):
        answer = client.get(path)
    engine.dispose()

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text


def test_a_database_that_goes_away_in_the_middle_gets_the_same_page(session, sign_in_as, answering):
    client = sign_in_as(somebody())

    answer = client.get(
        answering(
            lambda: throw(OperationalError("select", {}, Exception("server closed the connection")))
        )
    )

    assert answer.status_code == 500
