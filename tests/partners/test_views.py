"""The directory, one organisation, its forms, as people meet them in a browser."""

import pytest
from sqlalchemy import event

from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.partners import operations, queries
from portal.partners.states import OrganisationKind, State
from tests.partners.builders import (
    a_cluster,
    a_cluster_link,
    a_person,
    acting,
    an_account,
    an_assessment,
    an_organisation,
    give_role,
)
from tests.reading import Form, Page

TYPED = {
    "legal_name": "Atelier Garonne",
    "kind": "sme",
    "country": "FR",
    "town": "Toulouse",
    "eccp_profile": "no",
}


def count_statements(read) -> int:
    """How many reads the database is asked for while a page is made."""
    seen: list[str] = []

    def note(*said) -> None:
        seen.append(said[2])

    bind = db.session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        read()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    return len([text for text in seen if text.lstrip().startswith("SELECT")])


def own_form(page: Page) -> Form:
    """The form a page is about: the one sent back to the page itself."""
    return next(form for form in page.forms if form.action == "" and form.method == "post")


def test_a_stranger_is_asked_to_sign_in(client) -> None:
    assert client.get("/organisations").status_code == 303


def test_the_directory_finds_filters_and_counts(session, sign_in_as) -> None:
    browser = sign_in_as(a_person())
    an_organisation(legal_name="Zèbre", short_name="Z", country="BE")
    an_organisation(legal_name="École", short_name="E", state=State.REGISTERED)

    everything = browser.page("/organisations")
    found = browser.page("/organisations?q=zebre&country=BE&state=verified&kind=sme&sort=-name")
    nothing = browser.page("/organisations?q=xyz&kind=nonsense&state=nonsense&page=99&sort=x")

    assert "École" in everything.text
    assert "1 to 2 of 2" in everything.text
    assert "Zèbre" in found.text
    assert "École" not in found.text
    assert "No organisation matches these criteria." in nothing.text


def test_the_directory_costs_the_same_for_one_row_and_for_fifty(session, sign_in_as) -> None:
    browser = sign_in_as(a_person())
    an_organisation()
    one = count_statements(lambda: browser.page("/organisations"))
    for _number in range(60):
        an_organisation()

    fifty = count_statements(lambda: browser.page("/organisations"))

    assert fifty == one <= 8


def test_the_page_of_an_organisation_costs_a_fixed_number_of_statements(
    session, sign_in_as
) -> None:
    member = a_person()
    organisation = a_cluster(member)
    browser = sign_in_as(member)
    address = f"/organisations/{organisation.ref}"
    few = count_statements(lambda: browser.page(address))
    for _number in range(5):
        a_cluster_link(an_organisation(), organisation)
        a_cluster_link(organisation, a_cluster())
        operations.add_member(organisation, email=a_person().email, actor=acting(member))

    many = count_statements(lambda: browser.page(address))

    assert many == few <= 14


def test_names_of_members_are_for_members_and_staff_only(session, sign_in_as) -> None:
    member = a_person("Lucie Bernard")
    officer, stranger = a_person(), a_person()
    give_role(officer, Role.OFFICER)
    organisation = an_organisation(member)
    operations.add_member(organisation, email=a_person("Marek").email, actor=acting(member))
    an_account(organisation)
    address = f"/organisations/{organisation.ref}"

    seen = {who: sign_in_as(who).page(address).text for who in (member, officer, stranger)}

    for who in (member, officer):
        assert "Lucie Bernard" in seen[who]
        assert "Bank account" in seen[who]
    assert "Lucie Bernard" not in seen[stranger]
    assert "Bank account" not in seen[stranger]
    assert organisation.legal_name in seen[stranger]


def test_an_organisation_that_does_not_exist_is_not_found(session, sign_in_as) -> None:
    sign_in_as(a_person()).page("/organisations/ORG-1999-0001", status=404)


def test_somebody_registers_an_organisation_and_acts_for_it(session, sign_in_as) -> None:
    lucie = a_person("Lucie")
    browser = sign_in_as(lucie)

    form = own_form(browser.page("/organisations/register"))
    answer = browser.post("/organisations/register", data=form.data(**TYPED))

    assert answer.status_code == 303
    (made,) = queries.search("Atelier Garonne")
    page = browser.page(f"/organisations/{made.ref}")
    assert "Waiting for verification" in page.text
    assert "A programme officer will verify it." in page.text
    assert "43.6047, 1.4442" in page.text
    assert f"/organisations/{made.ref}/edit" in page.links
    assert f"/organisations/{made.ref}/verify" not in page.links


def test_the_form_comes_back_with_every_fault_and_what_was_typed(session, sign_in_as) -> None:
    browser = sign_in_as(a_person())
    wrong = {"registration_number": "123", "pic": "1", "town": "Sainte-Foy", "latitude_e6": "north"}

    shape = browser.post("/organisations/register", data={**TYPED, **wrong, "legal_name": ""})
    rules = browser.post("/organisations/register", data={**TYPED, **wrong, "latitude_e6": ""})

    assert (shape.status_code, rules.status_code) == (422, 422)
    assert "This field is required." in shape.text
    assert "Enter decimal degrees" in shape.text
    for message in (
        "not a French registration number",
        "A PIC has exactly 9 digits.",
        "Sainte-Foy",
    ):
        assert message in rules.text
    assert queries.search("Atelier") == []


def test_a_value_outside_the_lists_is_refused_politely(session, sign_in_as) -> None:
    browser = sign_in_as(a_person())

    answer = browser.post(
        "/organisations/register",
        data={**TYPED, "kind": "bank", "country": "ZZ", "eccp_profile": "maybe"},
    )

    assert answer.status_code == 422
    assert answer.text.count("Choose one of the values in the list.") >= 3


def test_a_number_already_taken_is_refused_in_words(session, sign_in_as) -> None:
    an_organisation(pic="999888777")
    browser = sign_in_as(a_person())

    answer = browser.post("/organisations/register", data={**TYPED, "pic": "999 888 777"})

    assert answer.status_code == 422
    assert "An organisation with this PIC already exists." in answer.text


def test_a_likely_duplicate_is_registered_after_the_tick(session, sign_in_as) -> None:
    there = an_organisation(legal_name="Atelier Garonne")
    browser = sign_in_as(a_person())

    asked = browser.post("/organisations/register", data=TYPED)
    answered = browser.post("/organisations/register", data={**TYPED, "not_a_duplicate": "y"})

    assert asked.status_code == 422
    assert there.ref in asked.text
    assert 'name="not_a_duplicate"' in asked.text
    assert answered.status_code == 303


def test_an_edit_shows_what_is_there_and_saves_what_changed(session, sign_in_as) -> None:
    member = a_person()
    organisation = an_organisation(member, pic="999888777")
    browser = sign_in_as(member)
    address = f"/organisations/{organisation.ref}/edit"

    page = browser.page(address)
    sent = own_form(page).data(street="1, rue des Lilas")
    first = browser.post(address, data=sent)
    second = browser.post(address, data=sent | {"street": "2, rue des Lilas"})

    assert sent["latitude_e6"] == "43.6047"
    assert sent["pic"] == "999888777"
    assert (first.status_code, second.status_code) == (303, 409)
    session.refresh(organisation)
    assert (organisation.street, organisation.state) == ("1, rue des Lilas", State.VERIFIED)


def test_a_changed_name_waits_for_the_officer(session, sign_in_as) -> None:
    member = a_person()
    organisation = an_organisation(member)
    browser = sign_in_as(member)
    address = f"/organisations/{organisation.ref}/edit"
    page = browser.page(address)

    wrong = browser.post(address, data=own_form(page).data(legal_name=""))
    answer = browser.post(address, data=own_form(page).data(legal_name="Another Name"))

    assert wrong.status_code == 422
    assert "asks for a new verification" in wrong.text
    assert answer.status_code == 303
    assert "waits for verification" in browser.page(f"/organisations/{organisation.ref}").text


def test_the_officer_verifies_suspends_and_reinstates(session, sign_in_as) -> None:
    officer = a_person()
    give_role(officer, Role.OFFICER)
    organisation = an_organisation(a_person(), state=State.REGISTERED)
    browser = sign_in_as(officer)
    home = f"/organisations/{organisation.ref}"

    desk = browser.page("/organisations?state=registered")
    unticked = browser.post(f"{home}/verify", data={})
    verified = browser.post(f"{home}/verify", data={"exclusion_checked": "y", "note": "Seen"})
    no_reason = browser.post(f"{home}/suspend", data={"reason": ""})
    suspended = browser.post(f"{home}/suspend", data={"reason": "False figures"})
    shown = browser.page(home).text
    lifting = browser.page(f"{home}/reinstate").text
    lifted = browser.post(f"{home}/reinstate", data={"reason": "Corrected"})

    assert organisation.legal_name in desk.text
    assert (unticked.status_code, verified.status_code) == (422, 303)
    assert (no_reason.status_code, suspended.status_code, lifted.status_code) == (422, 303, 303)
    assert "Suspended: False figures" in shown
    assert "False figures" in lifting
    assert browser.post(f"{home}/reinstate", data={"reason": "x"}).status_code == 409


def test_members_come_and_go(session, sign_in_as) -> None:
    member, colleague = a_person("Lucie"), a_person("Marek Nowak")
    organisation = an_organisation(member)
    browser = sign_in_as(member)
    home = f"/organisations/{organisation.ref}"

    unknown = browser.post(f"{home}/add-member", data={"email": "nobody@example.org"})
    added = browser.post(f"{home}/add-member", data={"email": colleague.email})
    removal = f"{home}/members/{colleague.ref}/remove"
    asked = browser.page(removal)
    removed = browser.post(removal)
    last = browser.post(f"{home}/members/{member.ref}/remove")

    assert unknown.status_code == 422
    assert "Ask the person to sign up first." in unknown.text
    assert (added.status_code, removed.status_code, last.status_code) == (303, 303, 422)
    assert "Marek Nowak" in asked.text
    assert "The last member cannot be removed." in last.text
    browser.page(removal, status=404)


def test_a_membership_of_a_cluster_is_recorded_and_ended(session, sign_in_as) -> None:
    member = a_person()
    cluster, organisation = a_cluster(legal_name="Aerospace Valley"), an_organisation(member)
    browser = sign_in_as(member)
    home, today = f"/organisations/{organisation.ref}", clock.today().isoformat()

    form = own_form(browser.page(f"{home}/link-cluster"))
    nothing = browser.post(f"{home}/link-cluster", data=form.data())
    linked = browser.post(
        f"{home}/link-cluster", data=form.data(cluster=cluster.ref, valid_from=today)
    )
    end = f"{home}/clusters/{cluster.ref}/unlink"
    page = browser.page(home)
    wrong = browser.post(end, data={"valid_to": "2001-01-01"})
    ended = browser.post(end, data={"valid_to": today})

    assert (nothing.status_code, linked.status_code) == (422, 303)
    assert "Aerospace Valley" in page.text
    assert end in page.links
    assert (wrong.status_code, ended.status_code) == (422, 303)
    browser.page(end, status=404)


def test_a_cluster_shows_its_members_and_an_sme_its_status(session, sign_in_as) -> None:
    cluster, firm = a_cluster(), an_organisation(legal_name="Atelier Garonne")
    a_cluster_link(firm, cluster)
    an_assessment(firm)
    browser = sign_in_as(a_person())

    of_cluster = browser.page(f"/organisations/{cluster.ref}").text
    of_firm = browser.page(f"/organisations/{firm.ref}").text

    assert "Atelier Garonne" in of_cluster
    assert "Small enterprise" in of_firm
    assert "not yet checked" in of_firm
    assert "Show the declaration" not in of_firm


@pytest.mark.parametrize(
    "verb", ["edit", "verify", "suspend", "reinstate", "add-member", "link-cluster"]
)
def test_nobody_sees_a_form_they_may_not_send(session, sign_in_as, verb: str) -> None:
    organisation = an_organisation(a_person())
    browser = sign_in_as(a_person())

    assert browser.get(f"/organisations/{organisation.ref}/{verb}").status_code == 403
    assert browser.post(f"/organisations/{organisation.ref}/{verb}").status_code == 403


def test_names_with_markup_are_shown_as_typed(session, sign_in_as) -> None:
    organisation = an_organisation(legal_name="<b>Bold & Söhne</b>", kind=OrganisationKind.LARGE)
    browser = sign_in_as(a_person())

    answer = browser.get(f"/organisations/{organisation.ref}")

    assert "&lt;b&gt;Bold &amp; Söhne&lt;/b&gt;" in answer.text
