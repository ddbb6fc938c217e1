"""A refused operation: what the view had read stays readable, as it was read."""

import pytest

from portal.accounts import operations, queries
from portal.accounts.models import RoleGrant
from portal.core import clock
from portal.core.actors import Role, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken
from portal.web.access import statements
from portal.web.forms import EmptyForm
from portal.web.respond import Page, attempt
from tests.accounts.builders import at_work, somebody


@pytest.fixture
def view(app, monkeypatch):
    """view(function): the people page is answered by this function instead."""

    def put(function):
        monkeypatch.setitem(app.view_functions, "accounts.sign_out_everywhere", function)
        return "/profile/sign-out-everywhere"

    return put


def refuse(person):
    ensure(True)
    person.name = "changed by the operation"
    person.grants.append(RoleGrant(person_id=person.id, role=Role.VERIFIER, granted_at=clock.now()))
    db.session.flush()
    queries.lock_person(person.id)
    raise RuleBroken(Fault("no", None))


def test_what_was_read_stays_readable_after_a_refusal(session, sign_in_as, view):
    holder = somebody(Role.OFFICER, Role.AUDITOR, name="Ilze")
    ref = holder.ref

    def answer():
        person = queries.by_ref(ref)
        assert not attempt(EmptyForm(), refuse, person)
        return f"{person.name} {len(person.grants)} {person.grants[0].role}", 422

    response = sign_in_as(holder).post(view(answer))

    assert (response.status_code, response.text) == (422, "Ilze 2 auditor")
    session.expire_all()
    assert queries.by_ref(ref).name == "Ilze"


def test_what_was_read_stays_readable_when_the_form_is_wrong(session, sign_in_as, view):
    holder = somebody(Role.OFFICER)
    ref = holder.ref

    class WrongForm(EmptyForm):
        def validate(self, extra_validators=None):
            return False

    def answer():
        person = queries.by_ref(ref)
        ensure(True)
        assert not attempt(WrongForm(), refuse, person)
        return str(len(person.grants)), 422

    assert sign_in_as(holder).post(view(answer)).text == "1"


def test_without_putting_back_the_page_would_ask_again(session, sign_in_as, view):
    holder = somebody(Role.OFFICER)
    ref = holder.ref
    counted = []

    def answer():
        person = queries.by_ref(ref)
        ensure(True)
        db.session.rollback()
        before = statements()
        str(person.name)
        counted.append(statements() - before)
        return "", 422

    sign_in_as(holder).post(view(answer))

    assert counted[0] > 0


def test_a_page_shown_again_asks_the_database_nothing_for_what_it_had(session, sign_in_as, view):
    holder = somebody(Role.OFFICER)
    ref = holder.ref
    counted = []

    def answer():
        person = queries.by_ref(ref)
        attempt(EmptyForm(), refuse, person)
        before = statements()
        str([person.name, person.email, *[grant.role for grant in person.grants]])
        counted.append(statements() - before)
        return "", 422

    sign_in_as(holder).post(view(answer))

    assert counted == [0]


def test_nothing_of_a_refused_operation_is_kept(session, sign_in_as, view):
    holder = somebody()
    ref = holder.ref

    def spoil(person):
        operations.edit(person, name="Another", language="fr", actor=at_work(person))
        raise RuleBroken(Fault("no", None))

    def answer():
        attempt(EmptyForm(), spoil, queries.by_ref(ref))
        return "", 422

    sign_in_as(holder).post(view(answer))

    session.expire_all()
    assert queries.by_ref(ref).language == "en"


@pytest.mark.parametrize(
    ("number", "pages", "numbers"),
    [
        (1, 1, [1]),
        (3, 9, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (1, 20_000, [1, 2, None, 20_000]),
        (2, 20_000, [1, 2, 3, None, 20_000]),
        (500, 20_000, [1, None, 499, 500, 501, None, 20_000]),
        (20_000, 20_000, [1, None, 19_999, 20_000]),
    ],
)
def test_a_long_list_offers_few_page_numbers(number, pages, numbers):
    assert Page([], number, pages, 0).numbers == numbers


def test_the_first_page_has_none_before_and_the_last_none_after():
    assert (Page([], 1, 3, 0).previous, Page([], 1, 3, 0).next) == (None, 2)
    assert (Page([], 3, 3, 0).previous, Page([], 3, 3, 0).next) == (2, None)


def test_other_pages_keep_the_filters(app):
    with app.test_request_context("/people?q=a&role=officer&page=2"):
        assert Page([], 2, 3, 0).href(3) == "?q=a&role=officer&page=3"
