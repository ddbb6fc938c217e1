"""The declaration, its result, and the officers' check desk, in a browser."""

from portal.core import clock
from portal.core.actors import Role
from portal.partners.sme import queries
from portal.partners.sme.states import Category, State
from tests.partners.builders import (
    a_person,
    acting,
    an_assessment,
    an_organisation,
    give_role,
)

TYPED = {
    "headcount": "120",
    "turnover_cents": "30,000,000",
    "balance_cents": "43,000,000.00",
    "signatory": "Lucie Bernard, director",
    "on_honour": "y",
}
PARTNER = {
    "related-0-name": "Grande Fabrique",
    "related-0-through": "0",
    "related-0-share_bp": "30",
    "related-0-investor": "enterprise",
    "related-0-headcount": "300",
    "related-0-turnover_cents": "90,000,000",
    "related-0-balance_cents": "0",
}


def typed(**changes: str) -> dict[str, str]:
    return {**TYPED, "reference_year": str(clock.today().year - 1), **changes}


def declaring(sign_in_as):
    member = a_person()
    organisation = an_organisation(member)
    address = f"/organisations/{organisation.ref}/sme-declarations/declare"
    return sign_in_as(member), organisation, address


def test_a_member_declares_and_reads_the_result_step_by_step(session, sign_in_as) -> None:
    browser, organisation, address = declaring(sign_in_as)

    form = browser.page(address)
    answer = browser.post(address, data=typed(**PARTNER))

    assert "Enterprise 5" in form.text
    assert answer.status_code == 303
    (made,) = queries.of_organisation(organisation.id)
    assert made.category is Category.MEDIUM
    page = browser.page(f"/sme-declarations/{made.ref}").text
    assert "Grande Fabrique, partner: counted for 30%" in page
    assert "counted for 30% 90.00 €27,000,000.00 €0.00 3(2)" in page
    assert "Counted together 210.00 €57,000,000.00 €43,000,000.00" in page
    assert "Medium-sized enterprise" in page


def test_figures_are_read_as_the_language_writes_them(session, sign_in_as) -> None:
    member = a_person(language="fr")
    organisation = an_organisation(member)
    browser = sign_in_as(member)
    with browser.session_transaction() as cookie:
        cookie["language"] = "fr"
    address = f"/organisations/{organisation.ref}/sme-declarations/declare"
    french = {
        "headcount": "12,5",
        "turnover_cents": "1 500 000,50",
        "balance_cents": "2\u202f000\u202f000 €",
        "related-0-share_bp": "33,33 %",
    }

    answer = browser.post(address, data=typed(**(PARTNER | _plain(PARTNER) | french)))

    assert answer.status_code == 303, answer.text
    made = queries.by_ref(queries.of_organisation(organisation.id)[0].ref)
    assert (made.headcount_hundredths, made.turnover_cents) == (12_50, 1_500_000_50)
    assert made.related[0].share_bp == 33_33


def _plain(said: dict[str, str]) -> dict[str, str]:
    return {name: value.replace(",", "") for name, value in said.items()}


def test_every_fault_of_the_form_is_told_beside_its_field(session, sign_in_as) -> None:
    browser, organisation, address = declaring(sign_in_as)
    wrong = typed(
        headcount="-1",
        turnover_cents="-5",
        before_headcount="12",
        signatory="",
        **{"related-1-name": "Half known", "related-1-share_bp": "101"},
    )

    answer = browser.post(address, data=wrong)

    assert answer.status_code == 422
    assert 'id="headcount-error"' in answer.text
    assert "This figure cannot be negative." in answer.text
    for field in (
        "before_turnover_cents",
        "signatory",
        "related-1-headcount",
        "related-1-share_bp",
    ):
        assert f'id="{field}-error"' in answer.text, field
    assert "Half known" in answer.text
    assert queries.of_organisation(organisation.id) == []


def test_a_broken_rule_comes_back_with_what_was_typed(session, sign_in_as) -> None:
    browser, _organisation, address = declaring(sign_in_as)

    answer = browser.post(address, data=typed(reference_year=str(clock.today().year)))

    assert answer.status_code == 422
    assert "The reference year is the last one with approved accounts" in answer.text
    assert "30,000,000" in answer.text


def test_the_officer_finds_the_declaration_and_decides(session, sign_in_as) -> None:
    officer = a_person()
    give_role(officer, Role.OFFICER)
    made = an_assessment(an_organisation(legal_name="Atelier Garonne"))
    browser = sign_in_as(officer)
    home = f"/sme-declarations/{made.ref}"

    desk = browser.page("/sme-declarations?state=declared&q=garonne")
    asked = browser.page(f"{home}/confirm")
    confirmed = browser.post(f"{home}/confirm", data={"note": "Accounts seen"})
    no_reason = browser.post(f"{home}/contest", data={"reason": ""})
    contested = browser.post(f"{home}/contest", data={"reason": "A shareholder is missing"})

    assert "Atelier Garonne" in desk.text
    assert "Small enterprise" in asked.text
    assert (confirmed.status_code, no_reason.status_code, contested.status_code) == (303, 422, 303)
    session.refresh(made)
    assert made.state is State.CONTESTED
    assert "A shareholder is missing" in browser.page(home).text


def test_figures_are_business_secrets(session, sign_in_as) -> None:
    made = an_assessment(an_organisation())
    stranger = a_person()
    an_organisation(stranger)
    browser = sign_in_as(stranger)

    browser.page(f"/sme-declarations/{made.ref}", status=404)
    browser.page(f"/sme-declarations/{made.ref}/confirm", status=404)
    assert made.ref not in browser.page("/sme-declarations").text
    assert sign_in_as(a_person()).get("/sme-declarations").status_code == 403


def test_a_member_sees_but_does_not_decide(session, sign_in_as) -> None:
    member = a_person()
    made = an_assessment(an_organisation(member), actor=acting(member))
    browser = sign_in_as(member)

    page = browser.page(f"/sme-declarations/{made.ref}")

    assert "Declare again" in page.text
    assert browser.post(f"/sme-declarations/{made.ref}/confirm").status_code == 403
