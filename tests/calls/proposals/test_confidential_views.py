"""Who sees which proposal and which outcome, and what officers do, in a browser."""

import pytest

from portal.calls.proposals import operations, queries
from portal.calls.proposals.states import State
from portal.core.actors import Role
from tests.calls.builders import a_call, an_officer, closing_soon
from tests.calls.proposals.builders import a_draft, a_line, a_listed, a_submitted, closed, fill_in
from tests.partners.builders import a_cluster, a_person, acting, give_role
from tests.partners.test_views import count_statements
from tests.reading import read_pdf


@pytest.fixture
def officer(sign_in_as):
    person = a_person()
    give_role(person, Role.OFFICER)
    return sign_in_as(person)


# Who sees what


def test_strangers_see_no_proposal_at_all(session, sign_in_as):
    proposal = a_submitted()
    stranger = a_person()
    a_cluster(stranger)
    browser = sign_in_as(stranger)

    for page in ("", "/receipt", "/receipts/1", "/letter", "/edit", "/submit", "/withdraw"):
        assert browser.get(f"/proposals/{proposal.ref}{page}").status_code == 404, page
    assert proposal.ref not in browser.page("/proposals").text


def test_an_officer_sees_no_draft(session, officer):
    proposal = a_draft()

    assert officer.get(f"/proposals/{proposal.ref}").status_code == 404
    assert proposal.ref not in officer.page("/proposals").text


def test_an_outcome_is_hidden_everywhere_until_it_is_told(session, sign_in_as, officer):
    call, person = closing_soon(), a_person()
    proposal = a_submitted(call, person=person)
    browser = sign_in_as(person)
    with closed(call):
        officer.post(f"/proposals/{proposal.ref}/reject", data={"reason": "The plan is too vague."})
        pages = [
            browser.page(path).text
            for path in (f"/proposals/{proposal.ref}", "/proposals", f"/calls/{call.ref}", "/")
        ]
        filtered = browser.page("/proposals?state=rejected").text
        letter = browser.get(f"/proposals/{proposal.ref}/letter")
        officers = officer.page(f"/proposals/{proposal.ref}").text
        officer.post(f"/calls/{call.ref}/decide")
        officer.post(f"/calls/{call.ref}/inform")
        told = browser.page(f"/proposals/{proposal.ref}").text

    for page in pages:
        assert "too vague" not in page
        assert "Reject" not in page.replace("All states", "").split("Filter")[-1]
    assert proposal.ref not in filtered
    assert letter.status_code == 404
    assert "The plan is too vague." in officers
    assert "The plan is too vague." in told
    assert "Your proposal has not been selected." in told


def test_the_letter_is_downloaded_once_it_was_sent(session, sign_in_as):
    person = a_person()
    proposal = a_listed(person=person)

    letter = sign_in_as(person).get(f"/proposals/{proposal.ref}/letter")

    assert read_pdf(letter.data).has("it has been selected for a grant")


def test_a_reason_is_asked_for_on_the_page_of_the_outcome(session, officer):
    call = closing_soon()
    proposal = a_submitted(call)
    with closed(call):
        asked = officer.page(f"/proposals/{proposal.ref}/declare-ineligible")
        refused = officer.post(f"/proposals/{proposal.ref}/declare-ineligible", data={"reason": ""})
        placed = officer.post(f"/proposals/{proposal.ref}/place-on-reserve", data={"position": "2"})
        back = officer.post(f"/proposals/{proposal.ref}/reconsider")

    assert "The applicant learns the outcome when the whole call is announced." in asked.text
    assert refused.status_code == 422
    assert (placed.status_code, back.status_code) == (303, 303)
    assert queries.by_ref(proposal.ref).state is State.SUBMITTED


def test_a_proposal_is_reopened_submitted_again_and_withdrawn_in_a_browser(session, sign_in_as):
    person = a_person()
    proposal = a_submitted(person=person)
    browser = sign_in_as(person)
    path = f"/proposals/{proposal.ref}"

    assert "nothing counts as submitted" in browser.page(f"{path}/reopen").text
    assert browser.post(f"{path}/reopen").status_code == 303
    assert "does not count any more" in browser.page(f"{path}/receipt").text
    assert browser.post(f"{path}/submit", data={"honour": "y", "mandate": "y"}).status_code == 303
    assert "All submissions" in browser.page(f"{path}/receipt").text
    assert browser.post(f"{path}/withdraw", data={"reason": "Other plans."}).status_code == 303
    assert "Other plans." in browser.page(path).text
    assert browser.post(f"{path}/submit", data={"honour": "y"}).status_code == 409


def test_the_list_is_searched_sorted_and_costs_a_fixed_number_of_statements(session, officer):
    call = a_call()
    first = a_submitted(call)
    few = count_statements(lambda: officer.page("/proposals"))
    for _ in range(4):
        a_submitted(call)

    many = count_statements(lambda: officer.page("/proposals"))

    assert many == few <= 8
    assert first.ref in officer.page(f"/proposals?q={first.ref}&sort=-requested").text
    assert first.ref not in officer.page("/proposals?q=nonsense").text
    assert officer.get("/proposals?state=nonsense&sort=nonsense").status_code == 200


def test_a_proposal_shows_its_budget_as_a_matrix_with_steps(session, sign_in_as):
    person, other = a_person(), a_person()
    partner = a_cluster(other)
    proposal = a_draft(person=person, complete=False)
    operations.add_partner(proposal, organisation=partner.ref, actor=acting(person))
    lines = [a_line(10_000_000, by=proposal.coordinator_id), a_line(5_000_000, by=partner.id)]
    fill_in(queries.by_ref(proposal.ref), person, lines=lines)

    page = sign_in_as(other).page(f"/proposals/{proposal.ref}")

    assert "Personnel €100,000.00 €50,000.00 €150,000.00" in page.text
    assert "Indirect costs: 7% of €150,000.00" in page.text


def test_an_officer_of_the_consortium_judges_nothing(session, sign_in_as):
    call, person = closing_soon(), a_person()
    give_role(person, Role.OFFICER)
    proposal = a_submitted(call, person=person)
    with closed(call):
        answer = sign_in_as(person).get(f"/proposals/{proposal.ref}/place-on-main-list")
        operations.reject(proposal, reason="No.", actor=an_officer())
        page = sign_in_as(person).page("/proposals")

    assert answer.status_code == 403
    assert "Submitted" in page.text.split(proposal.ref)[-1]
