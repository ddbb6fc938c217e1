"""The key of a form: the same answer for the same form, and nothing for another under its key."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import event, func, select

from portal.audit.models import AuditEntry
from portal.calls.proposals.models import Attachment, Proposal
from portal.core import clock, request_keys
from portal.core.actors import Role
from portal.core.db import db
from portal.core.request_keys import RequestKey
from portal.payments.states import State
from tests.accounts.builders import PASSWORD, somebody
from tests.calls.builders import a_call
from tests.calls.proposals.builders import a_draft
from tests.partners.builders import A_PDF, a_cluster, a_person
from tests.partners.test_views import own_form
from tests.payments.builders import a_payment
from tests.payments.builders import a_person as a_colleague
from tests.reading import read_page

NEW_PASSWORD = "four other words of mine"


@pytest.fixture
def start(session, sign_in_as):
    """An applicant's browser, and the address at which a proposal is begun."""
    call, person = a_call(), a_person()
    a_cluster(person)
    return sign_in_as(person), f"/calls/{call.ref}/start"


def begun(browser, path, **typed):
    """The form that begins a proposal, opened now."""
    return own_form(browser.page(path)).data(**{"acronym": "BLUE", "title": "Growth"} | typed)


def how_many(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def twin(client):
    """The same browser as it is now: what it will send was on its way before any answer came."""
    found = client.application.test_client()
    found.set_cookie("portal", client.get_cookie("portal").value)
    return found


# The same form again


def test_a_form_sent_twice_is_done_once_and_answered_alike(start):
    browser, path = start
    data = begun(browser, path)

    first = browser.post(path, data=data)
    told = browser.page(first.location).text
    second = browser.post(path, data=data)

    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert "The draft is made." in told
    assert browser.page(second.location).text == told
    assert how_many(Proposal) == 1


def test_two_tabs_are_two_forms(start):
    browser, path = start
    one, other = begun(browser, path), begun(browser, path)

    assert browser.post(path, data=one).location != browser.post(path, data=other).location


def test_a_refused_form_may_be_corrected_under_its_key(start):
    browser, path = start
    data = begun(browser, path)

    refused = browser.post(path, data=data | {"acronym": ""})
    accepted = browser.post(path, data=data)

    assert (refused.status_code, accepted.status_code) == (422, 303)
    assert how_many(Proposal) == 1


def test_the_same_file_is_attached_once_and_another_is_refused(session, sign_in_as):
    person = a_person()
    path = f"/proposals/{a_draft(person=person, complete=False).ref}/attach"
    browser = sign_in_as(person)
    key = request_keys.LENGTH * "0"

    def send(content):
        sent = {"kind": "other", "document": (BytesIO(content), "plan.pdf"), "request_key": key}
        return browser.post(path, data=sent)

    statuses = [send(content).status_code for content in (A_PDF, A_PDF, A_PDF + b"\n%more")]

    assert statuses == [303, 303, 409]
    assert how_many(Attachment) == 1


# Another form under the same key


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "was sent before with other values"), ("fr", "déjà été envoyé avec d’autres valeurs")],
)
def test_other_values_under_the_same_key_are_refused_in_words(start, language, words):
    browser, path = start
    data = begun(browser, path)
    browser.post(path, data=data)
    browser.post("/language", data={"language": language})

    answer = browser.post(path, data=data | {"acronym": "RED"})

    assert answer.status_code == 409
    assert words in read_page(answer.data).text
    assert db.session.scalars(select(Proposal.acronym)).all() == ["BLUE"]


def test_the_key_of_another_page_is_refused(start):
    browser, path = start
    data = begun(browser, path)
    browser.post(path, data=data)

    assert browser.post("/profile", data=data).status_code == 409


def test_a_key_belongs_to_one_browser(start, sign_in_as):
    browser, path = start
    data = begun(browser, path)
    browser.post(path, data=data)
    person = a_person()
    a_cluster(person)
    other = sign_in_as(person)

    answer = other.post(path, data=begun(other, path) | {"request_key": data["request_key"]})

    assert answer.status_code == 303
    assert how_many(Proposal) == 2


# Without a key


@pytest.mark.parametrize("key", ["", "0", "g" * 32, "0" * 33, "\x00" * 32, "é" * 32])
def test_a_form_without_a_proper_key_is_refused_in_words(start, key):
    browser, path = start

    answer = browser.post(path, key=False, data=begun(browser, path) | {"request_key": key})

    assert answer.status_code == 400
    assert "reload the page" in read_page(answer.data).text
    assert how_many(Proposal) == how_many(RequestKey) == 0


# Forms that end or change the session they come from


def test_a_password_changed_by_a_double_click_is_told_twice(session, sign_in_as):
    browser = sign_in_as(somebody())
    data = own_form(browser.page("/profile/password")).data(
        current=PASSWORD, password=NEW_PASSWORD, repeat=NEW_PASSWORD
    )
    other = twin(browser)

    answers = [one.post("/profile/password", data=data) for one in (browser, other)]

    assert {answer.location for answer in answers} == {"/sign-in"}
    assert "Your password is changed." in other.page("/sign-in").text


def test_the_language_of_a_profile_comes_with_the_second_answer_too(session, sign_in_as):
    browser = sign_in_as(somebody())
    data = own_form(browser.page("/profile")).data(language="fr")
    other = twin(browser)

    browser.post("/profile", data=data)
    other.post("/profile", data=data)

    assert "Se déconnecter" in other.page("/profile").text


def test_signing_up_twice_sends_one_mail(session, client, mails):
    data = own_form(client.page("/sign-up")).data(name="Ilze", email="ilze@example.org")

    answers = [client.post("/sign-up", data=data) for _time in range(2)]

    assert {answer.location for answer in answers} == {"/sign-up/sent"}
    assert "ilze@example.org" in client.page("/sign-up/sent").text
    assert len(mails(to="ilze@example.org")) == 1


def test_somebody_turned_away_uses_no_key(session, client):
    answer = client.post("/profile", data={"name": "Ilze"})

    assert answer.location.startswith("/sign-in")
    assert how_many(RequestKey) == 0


# What it costs, what it leaves


def test_a_bank_file_is_handed_over_as_often_as_it_is_asked_for(session, sign_in_as):
    ref = a_payment(State.SENT).batch.ref
    browser = sign_in_as(a_colleague(Role.AUDITOR))
    data = browser.page(f"/payment-batches/{ref}").form_to("/export").data()

    answers = [browser.post(f"/payment-batches/{ref}/export", data=data) for _time in range(2)]

    assert answers[0].data == answers[1].data
    taken = select(func.count()).where(AuditEntry.verb == "batch.export")
    assert db.session.scalar(taken) == 2


def test_a_key_costs_two_statements_and_an_answer_given_again_two(start):
    browser, path = start
    data, statements = begun(browser, path), []
    connection = db.session.connection()

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    browser.post(path, data=data)
    about_keys = [one for one in statements if "request_key" in one]
    statements.clear()
    browser.post(path, data=data)
    event.remove(connection, "before_cursor_execute", note)

    assert [one.split()[0] for one in about_keys] == ["INSERT", "UPDATE"]
    assert [one.split()[0] for one in statements] == ["INSERT", "SELECT"]


def test_keys_are_removed_after_a_week(committed, sign_in_as):
    person, data, now = somebody(), {"name": "Ilze", "language": "en"}, clock.now()
    for age in (request_keys.KEPT + timedelta(hours=1), request_keys.KEPT - timedelta(hours=1)):
        clock.move_to(now - age)
        assert sign_in_as(person).post("/profile", data=data).status_code == 303
    clock.come_back()

    told = committed.app.test_cli_runner().invoke(args=["keys", "forget"])

    assert "Keys removed: 1" in told.output
    assert how_many(RequestKey) == 1
