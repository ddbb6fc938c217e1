"""The trail browser: every filter, both languages, nothing technical."""

from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from portal.accounts import operations
from portal.audit.effects import record
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.ledger import effects
from tests.accounts.builders import at_work, somebody
from tests.ledger.builders import a_line


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


@pytest.fixture
def money(session):
    """An auditor, and a line on which 400 euros were committed and 250 bound."""
    line = a_line(100_000)
    effects.commit(line.id, 40_000, subject="CXC-2026-0001", why="a visit", actor=SYSTEM)
    effects.bind(line.id, 25_000, subject="CXC-2026-0001", why="a visit", actor=SYSTEM)
    return somebody(Role.AUDITOR), f"LINE-{line.id}"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"least_cents": "300"}, {1, 2}),
        ({"least_cents": "400", "most_cents": "400"}, {2}),
        ({"most_cents": "399.99"}, {3}),
        ({"least_cents": "250.01", "most_cents": "399.99"}, set()),
        ({"least_cents": "1,000.00"}, {1}),
        ({"most_cents": "0"}, set()),
        ({"least_cents": "250", "verb": "posting.bind"}, {3}),
        ({"least_cents": "250", "from_on": "2099-01-01"}, set()),
    ],
)
def test_an_amount_narrows_the_search_bounds_included(money, sign_in_as, query, found):
    auditor, chain = money

    page = sign_in_as(auditor).page(f"/trail?{urlencode({'subject': chain, **query})}")

    assert {n for n in (1, 2, 3) if f"/trail/{chain}/{n}" in page.links} == found


def test_an_amount_is_typed_as_the_reader_writes_it(money, sign_in_as):
    auditor, chain = money
    auditor.language = "fr"
    db.session.flush()

    page = sign_in_as(auditor).page(f"/trail?{urlencode({'least_cents': '1 000,00'})}")

    assert f"/trail/{chain}/1" in page.links
    assert f"/trail/{chain}/2" not in page.links
    assert "Montant à partir de" in page.text


def test_a_wrong_amount_is_explained(trail, sign_in_as):
    answer = sign_in_as(trail[0]).get("/trail?least_cents=much")

    assert answer.status_code == 422
    assert 'id="least_cents-error"' in answer.text


def test_a_text_under_the_name_of_an_amount_is_no_amount(session, sign_in_as):
    person = somebody()
    record(SYSTEM, person, "edit", note_cents="99", other_cents=None)

    page = sign_in_as(somebody(Role.AUDITOR)).page("/trail?verb=person.edit&least_cents=0")

    assert f"/trail/{person.ref}/1" not in page.links


def test_a_page_holds_fifty_entries(session, sign_in_as):
    person = somebody()
    for _ in range(51):
        record(SYSTEM, person, "edit")
    client = sign_in_as(somebody(Role.ADMIN))
    address = f"/trail?subject={person.ref}"

    first, second = client.page(address), client.page(f"{address}&page=2")

    def shown(page):
        return [link for link in page.links if link.startswith(f"/trail/{person.ref}/")]

    assert (len(shown(first)), len(shown(second))) == (50, 1)


def test_an_entry_shows_before_and_after_side_by_side(trail, sign_in_as):
    auditor, _first, second = trail

    page = sign_in_as(auditor).page(f"/trail/{second}/1")

    assert "State Active Suspended" in page.text
    assert "on leave" in page.text
    assert "Adele Admin" in page.text
    assert "Administrator" in page.text
    assert "no longer agrees" not in page.text


def test_an_entry_in_french(trail, sign_in_as):
    auditor, _first, second = trail
    auditor.language = "fr"
    db.session.flush()

    text = sign_in_as(auditor).page(f"/trail/{second}/1").text

    assert "Avant et après" in text
    assert "Empreinte de l’inscription précédente" in text


def test_an_entry_leads_to_its_neighbours(money, sign_in_as):
    auditor, chain = money
    client = sign_in_as(auditor)

    assert f"/trail/{chain}/2" in client.page(f"/trail/{chain}/1").links
    middle = client.page(f"/trail/{chain}/2").links
    assert {f"/trail/{chain}/1", f"/trail/{chain}/3"} <= set(middle)
    assert f"/trail/{chain}/4" not in client.page(f"/trail/{chain}/3").links


def test_an_entry_of_a_part_of_a_file_has_its_page(session, sign_in_as):
    class Part:
        noun, ref = "milestone", "VCH-2026-0001/2"

    record(SYSTEM, Part(), "edit")

    assert sign_in_as(somebody(Role.AUDITOR)).get("/trail/VCH-2026-0001/2/1").status_code == 200


def test_a_changed_entry_says_so_on_its_page(trail, sign_in_as, session):
    auditor, _first, second = trail
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    guard = "audit_entry_no_update" if on_sqlite else "audit_entry_no_change ON audit_entry"
    session.execute(text(f"DROP TRIGGER {guard}"))
    session.execute(text("UPDATE audit_entry SET reason = 'x' WHERE reason = 'on leave'"))
    session.expire_all()

    assert "no longer agrees" in sign_in_as(auditor).page(f"/trail/{second}/1").text


@pytest.mark.parametrize("address", ["/trail/PER-0000-0000/1", "/trail/{second}/99"])
def test_an_entry_that_is_not_there_is_not_found(trail, sign_in_as, address):
    auditor, _first, second = trail

    assert sign_in_as(auditor).get(address.format(second=second)).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.AUDITOR, Role.ADMIN)])
def test_an_entry_is_for_auditors_and_administrators_only(trail, sign_in_as, role):
    assert sign_in_as(somebody(role)).get(f"/trail/{trail[2]}/1").status_code == 403


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
