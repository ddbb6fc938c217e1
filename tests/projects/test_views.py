"""Projects as people meet them in a browser."""

import pytest

from portal.core.actors import Role
from portal.projects import operations, queries
from portal.projects.states import State
from tests.counting import selects
from tests.partners.builders import a_person, give_role
from tests.projects.builders import a_cast, a_listed_proposal, a_project, an_award, an_officer
from tests.reading import own_form, read_pdf


def somebody(*roles: Role):
    person = a_person()
    for role in roles:
        give_role(person, role)
    return person


def test_an_officer_awards_a_grant_and_lands_on_the_project(session, sign_in_as):
    cast = a_cast()
    proposal = a_listed_proposal(cast, planned_vouchers=12)
    browser = sign_in_as(somebody(Role.OFFICER))
    path = f"/proposals/{proposal.ref}/award"
    form = own_form(browser.page(path))

    refused = browser.post(path, data=form.data(starts_on="2026-04-03"))
    accepted = browser.post(path, data=form.data(starts_on="2026-12-01"))

    assert refused.status_code == 422
    assert "after 3 April 2026" in refused.text
    assert "The grant is awarded." in browser.page(accepted.location).text
    project = queries.of_proposal(proposal.id)
    targets = {str(one.instrument): one.target for one in queries.envelopes_of(project.id)}
    assert targets["voucher"] == 12


def test_the_page_shows_figures_budget_consortium_and_timeline(session, sign_in_as):
    cast = a_cast()
    project = a_project(cast)

    page = sign_in_as(cast.people[0]).page(f"/projects/{project.ref}")

    assert "€595,000.00" in page.text
    assert "600,000.00" in page.text
    assert cast.clusters[1].legal_name in page.text
    assert "Sign the grant agreement" in page.text
    assert f"/projects/{project.ref}/shift-budget" in page.links


def test_the_page_speaks_french(session, sign_in_as):
    project = a_project()
    browser = sign_in_as(somebody(Role.AUDITOR))
    browser.post("/language", data={"language": "fr", "next": "/"})

    page = browser.page(f"/projects/{project.ref}")

    assert "600\u202f000,00" in page.text


def test_a_stranger_does_not_learn_that_a_project_exists(session, sign_in_as):
    project = a_project()
    browser = sign_in_as(somebody())

    for path in ("", "/sign", "/shift-budget", "/suspend", "/agreement"):
        assert browser.get(f"/projects/{project.ref}{path}").status_code == 404
    assert browser.get("/projects").status_code == 403
    assert browser.get("/projects/PRJ-1999-0001").status_code == 404


def test_an_auditor_reads_and_changes_nothing(session, sign_in_as):
    project = a_project()
    browser = sign_in_as(somebody(Role.AUDITOR))

    assert browser.get(f"/projects/{project.ref}").status_code == 200
    for verb in ("sign", "shift-budget", "suspend", "terminate"):
        assert browser.get(f"/projects/{project.ref}/{verb}").status_code == 403
        assert browser.post(f"/projects/{project.ref}/{verb}").status_code == 403


def test_both_sides_sign_in_the_browser(session, sign_in_as):
    cast = a_cast()
    project = an_award(cast)
    path = f"/projects/{project.ref}/sign"
    officer, coordinator = sign_in_as(somebody(Role.OFFICER)), sign_in_as(cast.people[0])

    assert officer.post(path).status_code == 303
    again = officer.post(path)
    assert again.status_code == 422
    assert "already signed" in again.text
    assert coordinator.post(path).status_code == 303

    assert queries.by_ref(project.ref).state is State.SIGNED


def test_money_is_moved_and_a_large_transfer_warns(session, sign_in_as):
    cast = a_cast()
    project = a_project(cast)
    lines = {row.code: str(row.line_id) for row in queries.budget_of(project.id)}
    browser = sign_in_as(cast.people[0])
    path = f"/projects/{project.ref}/shift-budget"
    typed = {
        "from_line_id": lines["1-PERSONNEL"],
        "to_line_id": lines["2-TRAVEL"],
        "reason": "Two more workshops",
    }

    too_much = browser.post(path, data=typed | {"cents": "100,000.01"})
    nonsense = browser.post(path, data={"from_line_id": "x", "to_line_id": "", "cents": "much"})
    moved = browser.page(browser.post(path, data=typed | {"cents": "5,000"}).location)

    assert "At most €100,000.00 can leave this line" in too_much.text
    assert nonsense.status_code == 422
    assert "The money is moved." in moved.text
    assert "more than 20%" in moved.text


@pytest.mark.parametrize(
    ("verb", "state"), [("suspend", State.SUSPENDED), ("terminate", State.TERMINATED)]
)
def test_a_project_is_stopped_with_a_reason(session, sign_in_as, verb, state):
    project = a_project()
    browser = sign_in_as(somebody(Role.OFFICER))
    path = f"/projects/{project.ref}/{verb}"

    assert browser.post(path, data={"reason": " "}).status_code == 422
    assert browser.post(path, data={"reason": "Accounts missing"}).status_code == 303

    assert queries.by_ref(project.ref).state is state


def test_a_suspended_project_is_resumed(session, sign_in_as):
    project = a_project()
    operations.suspend(project, reason="Accounts", actor=an_officer())
    browser = sign_in_as(somebody(Role.OFFICER))

    answer = browser.post(f"/projects/{project.ref}/resume", data={"reason": "Accounts received"})

    assert answer.status_code == 303
    assert queries.by_ref(project.ref).state is State.SIGNED


def test_a_step_that_is_not_possible_is_told_as_such(session, sign_in_as):
    project = a_project()
    browser = sign_in_as(somebody(Role.OFFICER))

    assert browser.post(f"/projects/{project.ref}/resume", data={"reason": "x"}).status_code == 409


@pytest.mark.parametrize(("language", "word"), [("en", "Grant agreement"), ("fr", "€")])
def test_the_agreement_is_handed_over_in_either_language(session, sign_in_as, language, word):
    cast = a_cast()
    project = an_award(cast)

    answer = sign_in_as(cast.people[1]).get(
        f"/projects/{project.ref}/agreement?language={language}"
    )

    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert read_pdf(answer.data).has(word)


def test_the_list_finds_filters_and_costs_the_same_for_many(session, sign_in_as):
    project = a_project()
    browser = sign_in_as(somebody(Role.OFFICER))
    with selects() as few:
        browser.page("/projects")
    others = [an_award() for _ in range(4)]

    with selects() as many:
        page = browser.page("/projects")
    found = browser.page(f"/projects?q={others[0].acronym}&state=preparation")
    nothing = browser.page("/projects?q=xyzxyz&state=nonsense&page=99")

    assert len(many) == len(few) <= 8
    assert project.ref in page.text
    assert others[0].ref in found.text
    assert project.ref not in found.text
    assert "No project matches these criteria." in nothing.text
