"""The payments of a grant as people meet them in a browser."""

from datetime import timedelta

from portal.accounts.models import User
from portal.core.actors import Role
from portal.core.db import db
from portal.payments import queries as payments
from portal.projects.periods.states import State
from tests.partners.builders import a_person
from tests.projects.builders import a_person_with
from tests.projects.periods.builders import a_grant, a_pre_financed_grant, at, report
from tests.reading import own_form


def test_an_officer_lays_down_the_periods_and_requests_the_pre_financing(session, sign_in_as):
    grant = a_grant()
    browser = sign_in_as(db.session.get_one(User, grant.officer.id))
    home = f"/projects/{grant.project.ref}/periods"
    form = own_form(browser.page(f"{home}/plan"))

    refused = browser.post(f"{home}/plan", data=form.data(count="9"))
    accepted = browser.post(f"{home}/plan", data=form.data(count="3"))

    assert refused.status_code == 422
    page = browser.page(accepted.location)
    assert "€595,000.00" in page.text
    assert "€198,334.00" in page.text
    assert f"{home}/pre-finance" in page.links
    form = own_form(browser.page(f"{home}/pre-finance"))
    asked = browser.post(f"{home}/pre-finance", data=form.data())
    page = browser.page(asked.location)
    assert "The pre-financing is requested: €198,334.00." in page.text
    assert payments.of_subject(f"{grant.project.ref}/0")[0].ref in page.text


def test_the_coordinator_reports_costs_and_typed_values_stay_when_refused(session, sign_in_as):
    grant = a_pre_financed_grant()
    period = grant.period(1)
    address = f"/projects/{grant.project.ref}/periods/1"
    own, support = grant.line("1-PERSONNEL"), grant.line("VOUCHERS")
    with at(period.ends_on + timedelta(days=3)):
        browser = sign_in_as(grant.cast.people[0])
        form = own_form(browser.page(f"{address}/submit"))
        typed = {"report": "The work is done.", f"claimed_{own}": "40,000.00"}

        refused = browser.post(
            f"{address}/submit", data=form.data(**typed, **{f"claimed_{support}": "1"})
        )
        accepted = browser.post(f"{address}/submit", data=form.data(**typed))

        assert refused.status_code == 422
        assert "third parties" in refused.text
        assert "The work is done." in refused.text
        assert "40,000.00" in browser.page(accepted.location).text
    assert grant.period(1).state is State.SUBMITTED


def test_an_officer_cuts_a_cost_and_the_page_tells_how_the_amount_was_found(session, sign_in_as):
    grant = a_pre_financed_grant()
    period = report(grant, 1, _1_PERSONNEL=4_000_000)
    address = f"/projects/{grant.project.ref}/periods/1"
    line = grant.line("1-PERSONNEL")
    with at(period.ends_on + timedelta(days=20)):
        browser = sign_in_as(db.session.get_one(User, grant.officer.id))
        form = own_form(browser.page(f"{address}/accept"))

        refused = browser.post(
            f"{address}/accept", data=form.data(**{f"accepted_{line}": "30,000.00"})
        )
        accepted = browser.post(
            f"{address}/accept",
            data=form.data(**{f"accepted_{line}": "30,000.00", f"reason_{line}": "No invoice."}),
        )

        assert refused.status_code == 422
        assert "Say why less is accepted" in refused.text
        page = browser.page(accepted.location)
    assert "No invoice." in page.text
    assert "€37,500.00" in page.text
    assert "€26,250.00" in page.text


def test_the_page_of_the_project_ties_with_the_payments_of_its_grant(session, sign_in_as):
    grant = a_pre_financed_grant()

    page = sign_in_as(grant.cast.people[1]).page(f"/projects/{grant.project.ref}")

    assert f"/projects/{grant.project.ref}/periods" in page.links
    assert "€297,500.00" in page.text


def test_a_return_is_read_by_the_coordinator_in_french(session, sign_in_as):
    grant = a_pre_financed_grant()
    period = report(grant, 1, _1_PERSONNEL=4_000_000)
    address = f"/projects/{grant.project.ref}/periods/1"
    with at(period.ends_on + timedelta(days=20)):
        officer = sign_in_as(db.session.get_one(User, grant.officer.id))
        form = own_form(officer.page(f"{address}/send-back"))
        officer.post(f"{address}/send-back", data=form.data(reason="Il manque une facture."))
        browser = sign_in_as(grant.cast.people[0])
        browser.post("/language", data={"language": "fr", "next": "/"})

        page = browser.page(address)

    assert "Il manque une facture." in page.text
    assert "Renvoyé pour complément" in page.text


def test_a_stranger_learns_nothing(session, sign_in_as):
    grant = a_pre_financed_grant()
    browser = sign_in_as(a_person())

    for path in ("", "/plan", "/pre-finance", "/1", "/1/submit", "/1/accept", "/1/send-back"):
        assert browser.get(f"/projects/{grant.project.ref}/periods{path}").status_code == 404
    assert (
        sign_in_as(grant.cast.people[0]).get(f"/projects/{grant.project.ref}/periods/9").status_code
        == 404
    )


def test_an_officer_sets_terms_in_per_cent(session, sign_in_as):
    grant = a_grant()
    browser = sign_in_as(a_person_with(Role.OFFICER))
    form = own_form(browser.page("/grant-terms/set-terms"))
    given = {"valid_from": "2027-01-01", "source": "Art. 21"}
    programme = str(grant.project.programme_id)

    refused = browser.post(
        "/grant-terms/set-terms",
        data=form.data(**given, programme_id=programme, fund_bp="11", ceiling_bp="90"),
    )
    accepted = browser.post(
        "/grant-terms/set-terms",
        data=form.data(**given, programme_id=programme, fund_bp="5", ceiling_bp="85.5"),
    )

    assert refused.status_code == 422
    assert "85.5%" in browser.page(accepted.location).text
