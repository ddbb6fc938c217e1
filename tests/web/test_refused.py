"""Each action that is refused leaves exactly one entry in the trail (quality S12)."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.accounts import effects
from portal.audit.models import AuditEntry
from portal.core.db import db
from portal.core.errors import (
    Busy,
    Fault,
    IllegalStep,
    NotAllowed,
    NotFound,
    RuleBroken,
    Stale,
)
from portal.core.i18n import _
from tests.accounts.builders import somebody

RULE = RuleBroken(Fault(_("There is no such page"), "name", "VCH-01"))
REFUSALS = {
    "not_allowed": NotAllowed(),
    "not_found": NotFound(),
    "illegal_step": IllegalStep("signed", "sign"),
    "stale": Stale(),
    "rule_broken": RULE,
}


@pytest.fixture
def answering(app, monkeypatch):
    """answering(error): whoever sends the form of their profile meets this error."""

    def put(error):
        def view():
            raise error

        monkeypatch.setitem(app.view_functions, "accounts.profile", view)
        return "/profile"

    return put


def entries() -> int:
    return db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0


@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_was_tried_and_why_it_was_refused_is_told_once(
    session, sign_in_as, answering, refusal
):
    person = somebody(language="fr")
    client, before = sign_in_as(person), entries()

    client.post(answering(REFUSALS[refusal]))

    assert entries() == before + 1
    entry = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    told = {"tried": "accounts.profile", "about": "", "refusal": refusal}
    rules = {"rules": ["VCH-01"], "messages": ["There is no such page"]}
    none = {"rules": [], "messages": []}
    assert (entry.subject, entry.verb) == (person.ref, "person.turn_away")
    assert entry.actor_id == person.id
    assert entry.details == told | (rules if refusal == "rule_broken" else none)


def test_what_a_rule_refuses_in_a_form_is_told_too(session, sign_in_as):
    person = somebody()
    client, before = sign_in_as(person), entries()
    wrong = {"current": "not my password", "password": "correct-horse-battery", "again": ""}

    answer = client.post("/profile/password", data={**wrong, "again": wrong["password"]})

    assert answer.status_code == 422
    assert entries() == before + 1
    assert "correct-horse" not in str(db.session.scalars(select(AuditEntry.details)).all())


def test_a_form_of_the_wrong_shape_was_not_refused_by_anybody(session, sign_in_as):
    client, before = sign_in_as(somebody()), entries()

    answer = client.post("/profile", data={"name": ""})

    assert answer.status_code == 422
    assert entries() == before


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_leaves_no_entry(session, sign_in_as, answering, method):
    client, before = sign_in_as(somebody()), entries()

    getattr(client, method)(answering(NotAllowed()))

    assert entries() == before


def test_who_came_while_others_wrote_was_not_refused(session, sign_in_as, answering):
    client, before = sign_in_as(somebody()), entries()

    answer = client.post(answering(Busy()))

    assert answer.status_code == 503
    assert entries() == before


def test_nobody_signed_in_has_no_chain(session, client):
    before = entries()

    answer = client.post("/sign-in", data={"email": "x@example.org", "password": "wrong"})

    assert answer.status_code in (200, 422)
    assert entries() == before


def test_the_answer_comes_even_when_the_trail_cannot_be_told(
    session, sign_in_as, answering, monkeypatch
):
    client, before = sign_in_as(somebody()), entries()

    def away(*_args, **_named):
        raise OperationalError("insert", {}, Exception("server closed the connection"))

    monkeypatch.setattr(effects, "record", away)
    answer = client.post(answering(NotAllowed()))

    assert answer.status_code == 403
    assert "You may not do this" in answer.text
    assert entries() == before
