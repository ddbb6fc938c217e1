"""The public list, one call and the call desk, as people meet them in a browser."""

from datetime import timedelta

import pytest

from portal.calls import operations, queries
from portal.calls.proposals import operations as proposals
from portal.calls.states import State
from portal.core import clock
from portal.core.actors import Role
from tests.calls.builders import a_call, an_officer, closing_soon, escp_4x, terms
from tests.calls.proposals.builders import a_submitted, closed
from tests.partners.builders import a_cluster, a_person, give_role
from tests.partners.test_views import count_statements, own_form
from tests.programme.builders import a_programme
from tests.reading import read_page


@pytest.fixture
def officer(sign_in_as):
    person = a_person(name="Odile Roy")
    give_role(person, Role.OFFICER)
    return sign_in_as(person)


def typed(**changes):
    """A complete draft as an officer types it."""
    return {
        "ref": "COS-CLUSTER-2018-03-02",
        "kind": "partnership",
        "title_en": "Partnerships",
        "title_fr": "Partenariats",
        "summary_en": "What it is.",
        "summary_fr": "De quoi il s’agit.",
        "opens_at": "2026-01-10T09:00",
        "closes_at": "2099-04-04T17:00",
        "budget_cents": "3,600,000",
        "max_grant_cents": "360,000",
        "min_grant_cents": "",
        "funding_rate_bp": "75",
        "indirect_rate_bp": "7",
        "sme_share_bp": "",
        "min_entities": "3",
        "min_countries": "3",
        "min_smes": "",
        "min_months": "20",
        "max_months": "24",
        "abstract_limit": "2000",
        "months_to_inform": "6",
        **changes,
    }


# The public list


def test_anybody_reads_the_list_of_calls_without_signing_in(session, client):
    call = a_call()
    a_call(state=State.DRAFTED, title_en="Secret call")

    page = client.page("/calls")

    assert call.title_en in page.text
    assert "30 days left" in page.text
    assert "Secret call" not in page.text


def test_the_list_is_filtered_searched_and_sorted(session, client):
    programme = a_programme()
    water = a_call(programme, title_en="Water for all")
    steel = a_call(programme, title_en="Green steel", budget_cents=400_000_000)

    assert "Green steel" not in client.page("/calls?q=water").text
    assert water.ref not in client.page("/calls?phase=closed").text
    by_budget = client.page("/calls?sort=-budget").text
    assert by_budget.index(steel.title_en) < by_budget.index(water.title_en)
    assert client.get("/calls?phase=nonsense&sort=nonsense&page=-3").status_code == 200


def test_a_list_of_fifty_costs_a_fixed_number_of_statements(session, client):
    programme = a_programme()
    for _ in range(3):
        a_call(programme)
    few = count_statements(lambda: client.page("/calls"))
    for _ in range(20):
        a_call(programme)

    many = count_statements(lambda: client.page("/calls"))

    assert many == few <= 8


# One call


def test_a_call_opens_with_its_figures_and_says_what_to_do(session, client):
    call = escp_4x()
    with clock.at(call.closes_at - timedelta(days=10)):
        page = client.page(f"/calls/{call.ref}")

    for words in (
        "€3,600,000.00",
        "€360,000.00",
        "75%",
        "10 days left",
        "4 April 2019, 17:00 (Brussels time)",
        "At least 3 independent legal entities apply together.",
        "Sign in to start a proposal",
    ):
        assert words in page.text, words


def test_a_draft_does_not_exist_for_visitors_and_applicants(session, client, sign_in_as):
    call = a_call(state=State.DRAFTED)

    assert client.get(f"/calls/{call.ref}").status_code == 404
    assert sign_in_as(a_person()).get(f"/calls/{call.ref}").status_code == 404


def test_a_call_in_french_is_read_in_french(session, client):
    call = a_call(title_fr="Des clusters pour l’eau")

    page = read_page(client.get("/calls", headers={"Accept-Language": "fr"}).data)

    assert call.title_fr in page.text


def test_my_own_proposals_stand_on_the_page_of_the_call(session, sign_in_as):
    call, person = a_call(), a_person()
    proposal = a_submitted(call, person=person)

    assert proposal.ref in sign_in_as(person).page(f"/calls/{call.ref}").text
    assert proposal.ref not in sign_in_as(a_person()).page(f"/calls/{call.ref}").text


# The life of a call in a browser


def test_an_officer_drafts_and_publishes_a_call(session, officer):
    programme = a_programme()
    page = officer.page("/calls/draft")

    data = own_form(page).data(**typed(programme=programme.ref))
    sent = officer.post("/calls/draft", data=data)
    published = officer.post("/calls/COS-CLUSTER-2018-03-02/publish")

    assert (sent.status_code, published.status_code) == (303, 303)
    call = queries.by_ref("COS-CLUSTER-2018-03-02")
    assert call.state is State.PUBLISHED
    assert (call.budget_cents, call.funding_rate_bp, call.indirect_rate_bp) == (
        360_000_000,
        7500,
        700,
    )
    assert call.closes_at.isoformat() == "2099-04-04T15:00:00+00:00"


def test_what_was_typed_wrongly_comes_back_with_its_message(session, officer):
    programme = a_programme()
    data = typed(programme=programme.ref, ref="lower-case", budget_cents="a lot", kind="party")

    answer = officer.post("/calls/draft", data=data)
    page = read_page(answer.data)

    assert answer.status_code == 422
    assert own_form(page).data()["budget_cents"] == "a lot"
    assert own_form(page).data()["title_fr"] == "Partenariats"


def test_an_incomplete_draft_says_everything_that_is_missing(session, officer):
    call = a_call(state=State.DRAFTED, title_fr="", summary_fr="")

    before = officer.page(f"/calls/{call.ref}").text
    refused = officer.post(f"/calls/{call.ref}/publish")

    for words in ("The title in French is missing.", "The summary in French is missing."):
        assert words in before
        assert words in read_page(refused.data).text
    assert refused.status_code == 422


def test_a_draft_is_edited_and_an_old_form_is_refused(session, officer):
    call = a_call(state=State.DRAFTED)
    path = f"/calls/{call.ref}/edit"
    one, other = (own_form(officer.page(path)) for _tab in range(2))

    first = officer.post(path, data=one.data(title_en="First"))
    second = officer.post(path, data=other.data(title_en="Second"))

    assert (first.status_code, second.status_code) == (303, 409)
    assert queries.by_ref(call.ref).title_en == "First"


def test_a_corrigendum_is_shown_with_what_it_changed(session, officer, client):
    call = a_call()
    form = own_form(officer.page(f"/calls/{call.ref}/correct"))

    sent = officer.post(
        f"/calls/{call.ref}/correct",
        data=form.data(budget_cents="4,000,000", text_en="More money.", text_fr="Davantage."),
    )

    assert sent.status_code == 303
    page = client.page(f"/calls/{call.ref}")
    assert "More money." in page.text
    assert "€3,600,000.00 €4,000,000.00" in page.text


def test_a_corrigendum_without_a_change_is_refused_and_keeps_the_words(session, officer):
    call = a_call()
    form = own_form(officer.page(f"/calls/{call.ref}/correct"))

    answer = officer.post(
        f"/calls/{call.ref}/correct", data=form.data(text_en="Why", text_fr="Pourquoi")
    )

    page = read_page(answer.data)
    assert answer.status_code == 422
    assert "Nothing was changed." in page.text
    assert own_form(page).data()["text_fr"].strip() == "Pourquoi"


def test_a_call_is_copied_and_cancelled(session, officer, client):
    call = a_call()

    copied = officer.post(f"/calls/{call.ref}/clone", data={"ref": "COPY-2027"})
    cancelled = officer.post(f"/calls/{call.ref}/cancel", data={"reason": "No money left."})

    assert (copied.status_code, cancelled.status_code) == (303, 303)
    assert queries.by_ref("COPY-2027").state is State.DRAFTED
    assert "No money left." in client.page(f"/calls/{call.ref}").text


def test_the_same_identifier_is_refused_in_words(session, officer):
    call, other = a_call(), a_call()

    answer = officer.post(f"/calls/{call.ref}/clone", data={"ref": other.ref})

    assert answer.status_code == 422
    assert "There is already a call with this identifier." in read_page(answer.data).text


@pytest.mark.parametrize("verb", ["edit", "clone", "correct", "cancel", "desk"])
def test_applicants_open_no_page_of_an_officer(session, sign_in_as, verb):
    call = a_call(state=State.DRAFTED if verb == "edit" else State.PUBLISHED)
    person = a_person()
    a_cluster(person)

    assert sign_in_as(person).get(f"/calls/{call.ref}/{verb}").status_code == 403


# The desk


def test_the_desk_shows_what_was_received_and_what_the_main_list_takes(session, officer):
    call = closing_soon()
    first, second = a_submitted(call), a_submitted(call)
    with closed(call):
        proposals.place_on_main_list(first, actor=an_officer())

        page = officer.page(f"/calls/{call.ref}/desk")

    assert first.ref in page.text
    assert second.ref in page.text
    assert "€80,250.00 of €3,600,000.00" in page.text
    assert f"/calls/{call.ref}/decide" in page.links


def test_before_the_deadline_the_desk_offers_no_decision(session, officer):
    call = a_call()

    page = officer.page(f"/calls/{call.ref}/desk")

    assert f"/calls/{call.ref}/decide" not in page.links
    assert "Nothing has been submitted" in page.text


def test_the_desk_costs_a_fixed_number_of_statements(session, officer):
    call = a_call()
    a_submitted(call)
    few = count_statements(lambda: officer.page(f"/calls/{call.ref}/desk"))
    for _ in range(4):
        a_submitted(call)

    many = count_statements(lambda: officer.page(f"/calls/{call.ref}/desk"))

    assert many == few <= 10


def test_a_call_is_decided_and_announced_in_a_browser(session, officer, mails):
    call, person = closing_soon(), a_person()
    proposal = a_submitted(call, person=person)
    with closed(call):
        placed = officer.post(f"/proposals/{proposal.ref}/place-on-main-list", data={})
        decided = officer.post(f"/calls/{call.ref}/decide")
        informed = officer.post(f"/calls/{call.ref}/inform")

    assert [answer.status_code for answer in (placed, decided, informed)] == [303, 303, 303]
    assert queries.by_ref(call.ref).state is State.INFORMED
    assert "decision" in mails(to=person.email)[-1].body


def test_a_decision_is_refused_while_something_is_left(session, officer):
    call = closing_soon()
    a_submitted(call)
    with closed(call):
        answer = officer.post(f"/calls/{call.ref}/decide")

    assert answer.status_code == 422
    assert "1 proposal still has to be assessed." in read_page(answer.data).text


def test_the_terms_of_the_form_are_those_of_the_call(session, officer):
    call = a_call(state=State.DRAFTED, sme_share_bp=7550, eligible_kinds=("cluster",))
    form = own_form(officer.page(f"/calls/{call.ref}/edit"))

    officer.post(f"/calls/{call.ref}/edit", data=form.data())

    after = queries.by_ref(call.ref)
    assert (after.sme_share_bp, after.eligible_kinds) == (7550, ["cluster"])
    assert after.max_grant_cents == terms().max_grant_cents
    assert operations.rules.phase(after, clock.now())
