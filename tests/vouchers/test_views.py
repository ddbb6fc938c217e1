"""Vouchers as people meet them in a browser."""

from portal.core import clock
from portal.core.actors import Role
from portal.partners.queries import people_of
from portal.vouchers import queries
from portal.vouchers.states import State
from tests.counting import selects
from tests.partners.builders import an_assessment, an_organisation
from tests.projects.builders import a_person_with
from tests.reading import own_form, read_pdf
from tests.vouchers.builders import a_scene, a_voucher, an_offer


def typed(**overrides):
    return {
        "instrument": "INNO",
        "title": "A drone that counts vines",
        "amount_cents": "20,000.00",
        "starts_on": clock.today().isoformat(),
        "months": "6",
        "exclusion_declared": "y",
        "double_funding_declared": "y",
        **overrides,
    }


def test_a_manager_finds_the_firm_and_awards_a_voucher(session, sign_in_as):
    scene = a_scene()
    browser = sign_in_as(scene.cast.people[0])
    path = f"/projects/{scene.project.ref}/vouchers/award"

    found = browser.page(f"{path}?q={scene.firm.legal_name}")
    form = browser.page(f"{path}?holder={scene.firm.ref}")
    refused = browser.post(f"{path}?holder={scene.firm.ref}", data=typed(amount_cents="60,000.01"))
    done = browser.post(f"{path}?holder={scene.firm.ref}", data=typed())

    assert any(f"holder={scene.firm.ref}" in link for link in found.links)
    assert "€60,000.00" in form.text
    assert refused.status_code == 422
    assert "at most €60,000.00 is left" in refused.text
    page = browser.page(done.location)
    assert "The voucher is offered." in page.text
    assert "The firm had €0.00 from this project and receives €20,000.00" in page.text


def test_a_firm_that_may_not_receive_is_told_before_and_after(session, sign_in_as):
    scene = a_scene()
    stranger = an_organisation(country="CH")
    browser = sign_in_as(scene.cast.people[0])
    path = f"/projects/{scene.project.ref}/vouchers/award?holder={stranger.ref}"

    before = browser.page(path)
    after = browser.post(path, data=typed(exclusion_declared=""))

    assert "Switzerland does not take part" in before.text
    assert after.status_code == 422
    assert "Switzerland does not take part" in after.text
    assert "exclusion situation" in after.text


def test_a_kind_of_voucher_is_defined_from_a_published_one(session, sign_in_as):
    scene = a_scene()
    browser = sign_in_as(scene.cast.people[0])
    path = f"/projects/{scene.project.ref}/instruments/define"
    form = own_form(browser.page(f"{path}?preset=CIRCULARITY"))
    chosen = {"amount_mode": "up_to", "schedule": "thirds"}

    wrong = browser.post(path, data=form.data(**chosen, code="INNO"))
    done = browser.post(path, data=form.data(**chosen))

    assert wrong.status_code == 422
    assert "already has an instrument with this code" in wrong.text
    assert done.status_code == 303
    kind = queries.instrument(scene.project.id, "CIRCULARITY")
    assert (kind.min_cents, kind.max_cents, kind.max_months) == (0, 5_800_000, 9)
    assert "58,000.00" in browser.page(f"/projects/{scene.project.ref}/instruments").text


def test_both_sides_sign_in_the_browser(session, sign_in_as):
    scene = a_scene()
    voucher = an_offer(scene)
    holder = a_person_with(Role.EVALUATOR)
    path = f"/vouchers/{voucher.ref}/sign"
    manager = sign_in_as(scene.cast.people[1])

    assert manager.post(path).status_code == 303
    assert manager.post(path).status_code == 422
    assert sign_in_as(holder).get(path).status_code == 404

    assert queries.by_ref(voucher.ref).state is State.OFFERED


def test_the_holder_sees_where_the_money_is(session, sign_in_as):
    scene = a_scene()
    voucher = a_voucher(scene)
    holder = next(person for person in people_of([scene.firm.id]) if person.name == "Hana Holder")
    browser = sign_in_as(holder)

    listed = browser.page("/vouchers")
    page = browser.page(f"/vouchers/{voucher.ref}")

    assert voucher.ref in listed.text
    assert "€20,000.00 may still be earned" in page.text
    assert "Interim report" in page.text
    assert f"/projects/{scene.project.ref}" not in page.links


def test_an_offer_is_withdrawn_and_a_voucher_terminated_with_a_reason(session, sign_in_as):
    scene = a_scene()
    offered, signed = an_offer(scene), a_voucher(scene)
    browser = sign_in_as(scene.cast.people[0])

    assert browser.post(f"/vouchers/{offered.ref}/withdraw", data={}).status_code == 422
    browser.post(f"/vouchers/{offered.ref}/withdraw", data={"reason": "Another plan"})
    browser.post(f"/vouchers/{signed.ref}/terminate", data={"reason": "Moved away"})

    assert queries.by_ref(offered.ref).state is State.WITHDRAWN
    assert queries.by_ref(signed.ref).state is State.TERMINATED


def test_a_stranger_does_not_learn_that_a_voucher_exists(session, sign_in_as):
    scene = a_scene()
    voucher = an_offer(scene)
    browser = sign_in_as(a_person_with(Role.MANAGER))

    for path in ("", "/sign", "/withdraw", "/terminate", "/agreement", "/milestones/1"):
        assert browser.get(f"/vouchers/{voucher.ref}{path}").status_code == 404
    assert browser.get(f"/projects/{scene.project.ref}/vouchers/award").status_code == 404


def test_an_auditor_reads_and_changes_nothing(session, sign_in_as):
    voucher = an_offer(a_scene())
    browser = sign_in_as(a_person_with(Role.AUDITOR))

    assert browser.get(f"/vouchers/{voucher.ref}").status_code == 200
    for verb in ("sign", "withdraw", "terminate"):
        assert browser.post(f"/vouchers/{voucher.ref}/{verb}").status_code == 403


def test_the_agreement_is_handed_over_to_the_holder(session, sign_in_as):
    scene = a_scene()
    voucher = an_offer(scene)

    answer = sign_in_as(people_of([scene.firm.id])[0]).get(f"/vouchers/{voucher.ref}/agreement")

    assert "attachment" in answer.headers["Content-Disposition"]
    assert read_pdf(answer.data).has(voucher.fingerprint)


def test_the_list_finds_filters_and_costs_the_same_for_many(session, sign_in_as):
    scene = a_scene()
    first = an_offer(scene, amount_cents=500_000)
    browser = sign_in_as(a_person_with(Role.OFFICER))
    with selects() as few:
        browser.page("/vouchers")
    for number in range(4):
        firm = an_organisation(legal_name=f"Firm number {number}")
        an_assessment(firm)
        an_offer(scene, holder=firm)

    with selects() as many:
        page = browser.page("/vouchers")
    found = browser.page(f"/vouchers?q=firm+number+2&state=offered&project={scene.project.ref}")
    nothing = browser.page("/vouchers?q=xyzxyz&state=nonsense&page=99")

    assert len(many) == len(few) <= 8
    assert first.ref in page.text
    assert first.ref not in found.text
    assert "Firm number 2" in found.text
    assert "No voucher matches these criteria." in nothing.text
