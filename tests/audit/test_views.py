"""The trail browser: every filter, both languages, nothing technical."""

import pytest

from portal.accounts import operations
from portal.core.actors import Role
from tests.accounts.builders import at_work, somebody


@pytest.fixture
def trail(session):
    """An auditor, and two people something happened to."""
    admin = at_work(somebody(Role.ADMIN, name="Adele Admin"))
    first, second = somebody(name="First"), somebody(name="Second")
    operations.grant_role(first, role=Role.OFFICER, actor=admin)
    operations.suspend(second, reason="on leave", actor=admin)
    return somebody(Role.AUDITOR), first.ref, second.ref


def test_the_newest_action_comes_first(trail, sign_in_as):
    auditor, first, second = trail

    text = sign_in_as(auditor).page("/trail").text

    assert text.index(second) < text.index(first)
    assert "Reason: on leave" in text
    assert "grant_role" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"verb": "person.suspend"}, {"second"}),
        ({"actor": "ADELE"}, {"first", "second"}),
        ({"actor": "nobody"}, set()),
        ({"from_on": "2099-01-01"}, set()),
        ({"to_on": "2000-01-01"}, set()),
        ({"from_on": "2000-01-01", "to_on": "2099-01-01"}, {"first", "second"}),
    ],
)
def test_each_condition_narrows_the_search(trail, sign_in_as, query, found):
    auditor, first, second = trail

    answer = sign_in_as(auditor).get("/trail", query_string=query)

    assert answer.status_code == 200
    assert {
        name for name, ref in (("first", first), ("second", second)) if ref in answer.text
    } == found


def test_a_reference_finds_its_file_alone(trail, sign_in_as):
    auditor, first, second = trail

    links = sign_in_as(auditor).page(f"/trail?subject={first}").links

    assert f"/people/{first}" in links
    assert f"/people/{second}" not in links


def test_a_wrong_day_is_explained(trail, sign_in_as):
    answer = sign_in_as(trail[0]).get("/trail?from_on=yesterday")

    assert answer.status_code == 422
    assert "Please check these answers" in answer.text or 'class="faults"' in answer.text


def test_others_do_not_read_the_whole_trail(trail, sign_in_as):
    assert sign_in_as(somebody(Role.OFFICER)).get("/trail").status_code == 403


def test_the_timeline_of_a_person_tells_before_and_after(trail, sign_in_as):
    auditor, _first, second = trail

    text = sign_in_as(auditor).page(f"/people/{second}").text

    assert "Suspend the account" in text
    assert "Before State Active After State Suspended" in text
