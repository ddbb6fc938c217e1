"""An application from its start to its receipt, and its outcome, as people meet them."""

from datetime import timedelta
from io import BytesIO

import pytest

from portal.calls.proposals import operations, queries
from portal.calls.proposals.states import State
from portal.core import clock
from portal.core.actors import Role
from tests.calls.builders import a_call, closing_soon
from tests.calls.proposals.builders import a_draft
from tests.partners.builders import A_PDF, a_cluster, a_person, acting, give_role
from tests.partners.test_views import own_form
from tests.reading import read_page, read_pdf

PAGES = ("edit", "add-partner", "plan-costs", "attach", "submit")


@pytest.fixture
def officer(sign_in_as):
    person = a_person()
    give_role(person, Role.OFFICER)
    return sign_in_as(person)


# From start to receipt


def test_an_applicant_goes_all_the_way_in_a_browser(session, sign_in_as, mails):
    call, person = a_call(), a_person()
    cluster = a_cluster(person)
    browser = sign_in_as(person)

    form = own_form(browser.page(f"/calls/{call.ref}/start"))
    started = browser.post(
        f"/calls/{call.ref}/start", data=form.data(acronym="BLUE", title="Blue growth")
    )
    ref = started.location.split("/")[2]
    form = own_form(browser.page(f"/proposals/{ref}/edit"))
    browser.post(
        f"/proposals/{ref}/edit",
        data=form.data(abstract="Ports and clusters.", months="24", thematic_areas="sport"),
    )
    form = own_form(browser.page(f"/proposals/{ref}/plan-costs"))
    browser.post(
        f"/proposals/{ref}/plan-costs",
        data=form.data(other_1_personnel="100,000.00", other_1_exchanges="5,000"),
    )
    browser.post(
        f"/proposals/{ref}/attach",
        data={"kind": "description", "document": (BytesIO(A_PDF), "plan.pdf")},
    )
    page = browser.page(f"/proposals/{ref}/submit")
    sent = browser.post(f"/proposals/{ref}/submit", data={"honour": "y", "mandate": "y"})
    receipt = browser.page(f"/proposals/{ref}/receipt")
    pdf = browser.get(f"/proposals/{ref}/receipts/1")

    assert "Nothing is missing." in page.text
    assert (sent.status_code, sent.location) == (303, f"/proposals/{ref}/receipt")
    proposal = queries.by_ref(ref)
    assert proposal.state is State.SUBMITTED
    assert proposal.requested_cents == 8_400_000
    sha = queries.last_copy(proposal.id).sha256
    assert sha in receipt.text
    assert read_pdf(pdf.data).has(cluster.legal_name)
    assert pdf.headers["Content-Disposition"].startswith("attachment")
    assert sha in mails(to=person.email)[-1].body


def test_every_tab_tells_what_is_missing(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    browser = sign_in_as(person)

    for page in PAGES:
        assert "2 missing" in browser.page(f"/proposals/{proposal.ref}/{page}").text, page
    checked = browser.page(f"/proposals/{proposal.ref}/submit")
    assert "The abstract is missing." in checked.text
    assert "The budget is empty." in checked.text
    assert f"/proposals/{proposal.ref}/edit#abstract" in checked.links


def test_a_submission_with_faults_tells_all_of_them_and_keeps_the_ticks(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person, complete=False)

    answer = sign_in_as(person).post(f"/proposals/{proposal.ref}/submit", data={"honour": "y"})
    page = read_page(answer.data)

    assert answer.status_code == 422
    assert page.text.count("The abstract is missing.") == 1
    assert "Tick the declaration that your partners agree." in page.text
    assert own_form(page).data()["honour"]
    assert queries.by_ref(proposal.ref).state is State.DRAFT


def test_somebody_without_an_organisation_is_shown_where_to_register(session, sign_in_as):
    call = a_call()

    page = sign_in_as(a_person()).page(f"/calls/{call.ref}/start")

    assert "/organisations/register" in page.links


# Two people, and the deadline


def test_the_second_of_two_people_gets_409_and_keeps_the_words(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    browser = sign_in_as(person)
    path = f"/proposals/{proposal.ref}/edit"
    one, other = (own_form(browser.page(path)) for _tab in range(2))
    browser.post(path, data=one.data(abstract="First words"))

    second = browser.post(path, data=other.data(abstract="Second words"))
    page = read_page(second.data)
    again = browser.post(path, data=own_form(page).data())

    assert second.status_code == 409
    assert own_form(page).data()["abstract"].strip() == "Second words"
    assert "Somebody else has saved this tab" in page.text
    assert again.status_code == 303
    assert queries.by_ref(proposal.ref).abstract == "Second words"


def test_the_second_budget_gets_409_and_keeps_the_amounts(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    browser = sign_in_as(person)
    path = f"/proposals/{proposal.ref}/plan-costs"
    one, other = (own_form(browser.page(path)) for _tab in range(2))
    browser.post(path, data=one.data(other_1_travel="1"))

    second = browser.post(path, data=other.data(other_1_travel="2,000.50"))

    assert second.status_code == 409
    assert own_form(read_page(second.data)).data()["other_1_travel"] == "2,000.50"


def test_after_the_deadline_the_door_is_shut_and_the_words_are_kept(session, sign_in_as):
    call, person = closing_soon(), a_person()
    proposal = a_draft(call, person=person)
    browser = sign_in_as(person)
    path = f"/proposals/{proposal.ref}/edit"
    form = own_form(browser.page(path))
    with clock.at(call.closes_at + timedelta(seconds=1)):
        saved = browser.post(path, data=form.data(abstract="Too late"))
        sent = browser.post(
            f"/proposals/{proposal.ref}/submit", data={"honour": "y", "mandate": "y"}
        )

    assert (saved.status_code, sent.status_code) == (422, 422)
    assert own_form(read_page(saved.data)).data()["abstract"].strip() == "Too late"
    for answer in (saved, sent):
        assert "Nothing can be changed or submitted any more." in read_page(answer.data).text
    assert queries.by_ref(proposal.ref).abstract != "Too late"


def test_wrong_amounts_come_back_beside_their_fields(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person, complete=False)

    answer = sign_in_as(person).post(
        f"/proposals/{proposal.ref}/plan-costs",
        data={"other_1_personnel": "a lot", "other_1_travel": "-5", "version": "1"},
    )

    assert answer.status_code == 422
    assert own_form(read_page(answer.data)).data()["other_1_personnel"] == "a lot"


def test_saving_may_go_on_to_the_next_tab(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person, complete=False)
    browser = sign_in_as(person)
    path = f"/proposals/{proposal.ref}/edit"

    answer = browser.post(path, data=own_form(browser.page(path)).data(go="next"))

    assert answer.location == f"/proposals/{proposal.ref}/add-partner"


# The 75 % rule in the budget tab


def test_the_budget_tab_asks_for_reasons_and_shows_the_share(session, sign_in_as):
    person = a_person()
    call = a_call(sme_share_bp=7500, indirect_rate_bp=0, max_grant_cents=300_000_000)
    proposal = a_draft(call, person=person, complete=False)
    browser = sign_in_as(person)
    path = f"/proposals/{proposal.ref}/plan-costs"
    form = own_form(browser.page(path))

    browser.post(
        path,
        data=form.data(
            other_1_personnel="1,050,000", sme_1_vouchers="2,950,000",
            note_1_vouchers="Vouchers for SMEs",
        ),
    )  # fmt: skip
    page = browser.page(path)

    assert "€50,000.00 below the minimum of €3,000,000.00" in page.text
    assert own_form(page).data()["note_1_vouchers"] == "Vouchers for SMEs"
    assert queries.items_of(proposal.id)[1].sme_direct


# Partners in a browser


def test_a_partner_is_found_added_and_answers(session, sign_in_as):
    person, other = a_person(), a_person()
    partner = a_cluster(other, legal_name="Klasteris Ūdens", country="LV")
    proposal = a_draft(person=person)
    browser, theirs = sign_in_as(person), sign_in_as(other)

    found = browser.page(f"/proposals/{proposal.ref}/add-partner?q=udens")
    added = browser.post(
        f"/proposals/{proposal.ref}/add-partner", data={"organisation": partner.ref}
    )
    invited = theirs.page(f"/proposals/{proposal.ref}")
    answered = theirs.post(f"/proposals/{proposal.ref}/partners/{partner.ref}/confirm")
    again = theirs.post(f"/proposals/{proposal.ref}/partners/{partner.ref}/confirm")

    assert "Klasteris Ūdens" in found.text
    assert added.status_code == 303
    assert "The proposal cannot be submitted without your answer." in invited.text
    assert (answered.status_code, again.status_code) == (303, 422)


def test_a_partner_declines_and_no_longer_sees_the_proposal(session, sign_in_as):
    person, other = a_person(), a_person()
    partner = a_cluster(other)
    proposal = a_draft(person=person)
    operations.add_partner(proposal, organisation=partner.ref, actor=acting(person))
    browser = sign_in_as(other)
    path = f"/proposals/{proposal.ref}/partners/{partner.ref}/remove"

    asked = browser.page(path)
    declined = browser.post(path)

    assert "Decline to take part" in asked.text
    assert (declined.status_code, declined.location) == (303, "/proposals")
    assert browser.get(f"/proposals/{proposal.ref}").status_code == 404


def test_an_unknown_partner_is_refused_beside_the_field(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person)

    answer = sign_in_as(person).post(
        f"/proposals/{proposal.ref}/add-partner", data={"organisation": "ORG-1999-0001"}
    )

    assert answer.status_code == 422
    assert "There is no organisation with this reference." in read_page(answer.data).text


# Documents


def test_a_document_is_downloaded_by_the_consortium_only(session, sign_in_as):
    person = a_person()
    proposal = a_draft(person=person)
    browser, stranger = sign_in_as(person), sign_in_as(a_person())
    browser.post(
        f"/proposals/{proposal.ref}/attach",
        data={"kind": "other", "document": (BytesIO(A_PDF), "plan.pdf")},
    )
    path = f"/proposals/{proposal.ref}/attachments/1"

    assert browser.get(path).data == A_PDF
    assert stranger.get(path).status_code == 404
    removed = browser.post(f"/proposals/{proposal.ref}/detach", data={"number": "1"})
    assert removed.status_code == 303
    assert "plan.pdf" not in browser.page(f"/proposals/{proposal.ref}").text.split("happened")[0]
    assert (
        browser.post(f"/proposals/{proposal.ref}/detach", data={"number": "1"}).status_code == 404
    )
