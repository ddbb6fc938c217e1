"""Accounts as members, validators and everybody else meet them in a browser."""

from datetime import timedelta
from io import BytesIO

from portal.core import clock, formats
from portal.core.actors import Role
from portal.partners import queries as partners
from portal.partners.bank_accounts import queries
from portal.partners.bank_accounts.states import State
from tests.partners.builders import (
    A_PDF,
    IBAN_FR,
    a_person,
    an_account,
    an_organisation,
    give_role,
)

GROUPED = "FR14\u00a02004\u00a01010\u00a00505\u00a00001\u00a03M02\u00a0606"
MASKED = "FR14\u00a0……\u00a02606"


def typed(**changes: object) -> dict[str, object]:
    said = {"holder": "Atelier Garonne", "iban": IBAN_FR, "evidence": (BytesIO(A_PDF), "rib.pdf")}
    return said | changes


def test_a_member_proposes_an_account_with_its_document(session, sign_in_as) -> None:
    member = a_person()
    organisation = an_organisation(member)
    browser = sign_in_as(member)
    address = f"/organisations/{organisation.ref}/bank-accounts/propose"

    form = browser.page(address)
    answer = browser.post(address, data=typed(bic="psstfrpp"))

    assert "Document of the bank" in form.text
    assert answer.status_code == 303
    (account,) = queries.of_organisation(organisation.id)
    page = browser.page(f"/bank-accounts/{account.ref}")
    assert GROUPED in page.text
    assert "Waiting for validation" in page.text
    listed = browser.page(f"/organisations/{organisation.ref}/bank-accounts")
    assert account.ref in listed.text


def test_a_wrong_proposal_comes_back_with_every_fault(session, sign_in_as) -> None:
    member = a_person()
    organisation = an_organisation(member)
    browser = sign_in_as(member)
    address = f"/organisations/{organisation.ref}/bank-accounts/propose"

    empty = browser.post(address, data={})
    wrong = browser.post(address, data=typed(iban="FR14", evidence=(BytesIO(b"MZ"), "x.pdf")))
    twice = [browser.post(address, data=typed()).status_code for _time in range(2)]

    assert (empty.status_code, wrong.status_code) == (422, 422)
    assert empty.text.count("This field is required.") >= 3
    assert "This IBAN is not valid." in wrong.text
    assert twice == [303, 422]


def test_the_number_is_whole_for_those_who_compare_it_and_masked_for_others(
    session, sign_in_as
) -> None:
    member = a_person()
    account = an_account(an_organisation(member), State.PROPOSED, iban=IBAN_FR)
    people = {"member": member}
    for role in (Role.OFFICER, Role.ACCOUNTANT, Role.VERIFIER, Role.AUTHORISER, Role.AUDITOR):
        people[role.value] = a_person()
        give_role(people[role.value], role)

    pages = {
        who: sign_in_as(person).page(f"/bank-accounts/{account.ref}").text
        for who, person in people.items()
    }

    assert MASKED in pages["auditor"]
    assert all(GROUPED in text for who, text in pages.items() if who != "auditor")
    assert not any(GROUPED in text or IBAN_FR in text for text in (pages["auditor"],))
    auditor = sign_in_as(people["auditor"])
    assert MASKED in auditor.page("/bank-accounts").text
    assert auditor.get(f"/bank-accounts/{account.ref}/evidence").status_code == 403


def test_strangers_find_nothing(session, sign_in_as) -> None:
    organisation = an_organisation().ref
    account = an_account(partners.by_ref(organisation))
    stranger = a_person()
    an_organisation(stranger)
    browser = sign_in_as(stranger)

    for page in ("", "/evidence", "/validate", "/freeze", "/retire"):
        assert browser.get(f"/bank-accounts/{account.ref}{page}").status_code == 404
    assert account.ref not in browser.page("/bank-accounts").text
    assert browser.get(f"/organisations/{organisation}/bank-accounts").status_code == 404
    assert browser.get(f"/organisations/{organisation}/bank-accounts/propose").status_code == 403


def test_the_document_is_given_back_as_an_attachment(session, sign_in_as) -> None:
    member = a_person()
    account = an_account(an_organisation(member))

    answer = sign_in_as(member).get(f"/bank-accounts/{account.ref}/evidence")

    assert answer.data == A_PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_an_officer_validates_and_the_account_before_is_retired(session, sign_in_as) -> None:
    officer = a_person()
    give_role(officer, Role.OFFICER)
    organisation = an_organisation(a_person())
    before = an_account(organisation)
    account = an_account(organisation, State.PROPOSED, iban=IBAN_FR, holder="M. Dupont")
    browser = sign_in_as(officer)
    home = f"/bank-accounts/{account.ref}"

    desk = browser.page("/bank-accounts?state=proposed")
    asked = browser.page(f"{home}/validate")
    unticked = browser.post(f"{home}/validate", data={})
    validated = browser.post(f"{home}/validate", data={"compared": "y"})

    assert account.ref in desk.text
    assert before.ref not in desk.text
    assert "does not resemble the name of the organisation" in asked.text
    assert (unticked.status_code, validated.status_code) == (422, 303)
    session.refresh(before)
    assert before.state is State.RETIRED
    assert account.ref in browser.page(f"/bank-accounts/{before.ref}").text
    assert browser.post(f"{home}/validate", data={"compared": "y"}).status_code == 409


def test_a_shared_account_asks_the_validator_a_question(session, sign_in_as) -> None:
    officer = a_person()
    give_role(officer, Role.OFFICER)
    an_account(an_organisation(legal_name="Cap Digital"), iban=IBAN_FR)
    account = an_account(an_organisation(), State.PROPOSED, iban=IBAN_FR)
    browser = sign_in_as(officer)
    address = f"/bank-accounts/{account.ref}/validate"

    asked = browser.page(address)
    refused = browser.post(address, data={"compared": "y"})
    answered = browser.post(address, data={"compared": "y", "shared_reason": "A merged firm"})

    assert "Cap Digital" in asked.text
    assert (refused.status_code, answered.status_code) == (422, 303)
    assert "A merged firm" in browser.page(f"/bank-accounts/{account.ref}").text


def test_a_second_person_lifts_the_wait_with_a_call_back(session, sign_in_as) -> None:
    first, second = a_person(), a_person()
    for person in (first, second):
        give_role(person, Role.OFFICER)
    organisation = an_organisation(a_person())
    an_account(organisation)
    account = an_account(organisation, State.PROPOSED, iban=IBAN_FR)
    home = f"/bank-accounts/{account.ref}"
    browser, other = sign_in_as(first), sign_in_as(second)
    call = {"called_name": "Lucie Bernard", "called_number": "+33 5 61 00 00 00"}
    call |= {"called_at": "2019-01-01T10:00", "note": "She has changed banks."}

    asked = browser.page(f"{home}/validate")
    browser.post(f"{home}/validate", data={"compared": "y"})
    waits, offered = browser.page(home), other.page(home)
    early = browser.post(f"{home}/lift", data=call)
    empty, too_old = other.post(f"{home}/lift", data={}), other.post(f"{home}/lift", data=call)
    now = clock.now().astimezone(clock.BRUSSELS).strftime("%Y-%m-%dT%H:%M")
    lifted = other.post(f"{home}/lift", data=call | {"called_at": now})

    day = formats.day(clock.today() + timedelta(days=30))
    assert f"receives payments from {day}" in asked.text
    assert f"Payments go here from {day}" in waits.text
    assert "Lift the waiting period" not in waits.text
    assert "Lift the waiting period" in offered.text
    assert (early.status_code, empty.status_code, too_old.status_code) == (403, 422, 422)
    assert "+33 5 61 00 00 00" in too_old.text
    assert lifted.status_code == 303
    page = other.page(home).text
    assert "a call-back lifted the waiting period" in page
    assert "She has changed banks." in page
    assert "Lift the waiting period</a>" not in page
    assert other.get("/bank-accounts/ACC-1999-0001/lift").status_code == 404


def test_the_page_says_that_a_change_is_under_way(session, sign_in_as) -> None:
    member = a_person()
    organisation = an_organisation(member)
    used = an_account(organisation)
    browser = sign_in_as(member)

    asked = browser.page(f"/organisations/{organisation.ref}/bank-accounts/propose")
    browser.post(f"/organisations/{organisation.ref}/bank-accounts/propose", data=typed())
    change = queries.proposed_of(organisation.id)[0]

    assert "payments to the account used now are held" in asked.text
    assert change.ref in browser.page(f"/bank-accounts/{used.ref}").text
    assert "waits 30 days" in browser.page(f"/bank-accounts/{change.ref}").text


def test_a_member_freezes_and_retires_with_a_reason(session, sign_in_as) -> None:
    member = a_person()
    account = an_account(an_organisation(member), iban="TR330006100519786457841326")
    browser = sign_in_as(member)
    home = f"/bank-accounts/{account.ref}"

    out_of_reach = browser.page(home)
    asked = browser.page(f"{home}/freeze")
    no_reason = browser.post(f"{home}/freeze", data={"reason": ""})
    frozen = browser.post(f"{home}/freeze", data={"reason": "Strange call"})
    retired = browser.post(f"{home}/retire", data={"reason": "Closed"})

    assert "cannot be reached by a SEPA transfer" in out_of_reach.text
    assert "Freeze the account" in asked.text
    statuses = (no_reason.status_code, frozen.status_code, retired.status_code)
    assert statuses == (422, 303, 303)
    assert "Retired" in browser.page(home).text
