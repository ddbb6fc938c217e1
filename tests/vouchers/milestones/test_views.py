"""Milestones as people meet them in a browser."""

from io import BytesIO

from portal.core import clock
from portal.core.actors import Role
from portal.partners.queries import people_of
from portal.vouchers.milestones import queries
from portal.vouchers.milestones.states import State
from tests.partners.builders import A_PDF
from tests.projects.builders import a_person_with
from tests.vouchers.builders import a_scene, a_voucher

NOT_A_DOCUMENT = b"MZ this is a program"


def holder_of(scene):
    return people_of([scene.firm.id])[0]


def proof(content=A_PDF, name="Rapport d'étape.pdf"):
    return {"report": "Everything works.", "proof": (BytesIO(content), name)}


def test_a_milestone_goes_from_proof_to_payment(session, sign_in_as):
    scene = a_scene()
    voucher = a_voucher(scene)
    path = f"/vouchers/{voucher.ref}/milestones/1"
    firm, manager = sign_in_as(holder_of(scene)), sign_in_as(scene.cast.people[0])

    wrong = firm.post(f"{path}/submit", data=proof(NOT_A_DOCUMENT))
    sent = firm.post(f"{path}/submit", data=proof())
    desk = manager.page("/milestones")
    cut = manager.post(f"{path}/accept", data={"achievement": "75", "reason": ""})
    accepted = manager.post(
        f"{path}/accept", data={"achievement": "75", "reason": "One test missing"}
    )

    assert wrong.status_code == 422
    assert "Everything works." in wrong.text
    assert sent.status_code == 303
    assert f"{voucher.ref}/1" in desk.text
    assert cut.status_code == 422
    assert "Say why less than everything is due" in cut.text
    assert "€7,500.00" in manager.page(accepted.location).text
    page = firm.page(f"/vouchers/{voucher.ref}")
    assert "Legal date" in page.text


def test_a_milestone_is_sent_back_and_its_date_postponed(session, sign_in_as):
    scene = a_scene()
    voucher = a_voucher(scene)
    path = f"/vouchers/{voucher.ref}/milestones/1"
    firm, manager = sign_in_as(holder_of(scene)), sign_in_as(scene.cast.people[0])
    firm.post(f"{path}/submit", data=proof())

    manager.post(f"{path}/send-back", data={"reason": "No figures"})
    later = queries.by_number(voucher.ref, 1).due_on.replace(year=clock.today().year + 1)
    manager.post(f"{path}/postpone", data={"due_on": later.isoformat(), "reason": "Illness"})

    milestone = queries.by_number(voucher.ref, 1)
    assert (milestone.state, milestone.due_on) == (State.RETURNED, later)
    assert "What is missing: No figures" in firm.page(path).text


def test_nothing_can_be_paid_to_a_firm_without_account_and_the_page_says_so(session, sign_in_as):
    scene = a_scene(with_account=False)
    voucher = a_voucher(scene)
    path = f"/vouchers/{voucher.ref}/milestones/1"
    firm, manager = sign_in_as(holder_of(scene)), sign_in_as(scene.cast.people[0])

    assert "no validated bank account" in firm.page(f"{path}/submit").text
    firm.post(f"{path}/submit", data=proof())
    refused = manager.post(f"{path}/accept", data={"achievement": "100", "reason": ""})

    assert refused.status_code == 422
    assert "no validated bank account" in refused.text


def test_proof_is_handed_over_as_an_attachment_to_those_who_may_see_it(session, sign_in_as):
    scene = a_scene()
    voucher = a_voucher(scene)
    path = f"/vouchers/{voucher.ref}/milestones/1"
    firm = sign_in_as(holder_of(scene))
    firm.post(f"{path}/submit", data=proof())

    given = firm.get(f"{path}/proofs/1")

    assert given.data == A_PDF
    assert "attachment" in given.headers["Content-Disposition"]
    assert firm.get(f"{path}/proofs/2").status_code == 404
    assert sign_in_as(scene.cast.people[1]).get(f"{path}/proofs/1").status_code == 200
    assert sign_in_as(a_person_with(Role.MANAGER)).get(f"{path}/proofs/1").status_code == 404
    assert sign_in_as(a_person_with(Role.ADMIN)).get(f"{path}/proofs/1").status_code == 404


def test_nonsense_in_an_address_is_not_found(session, sign_in_as):
    scene = a_scene()
    voucher = a_voucher(scene)
    firm = sign_in_as(holder_of(scene))

    assert firm.get(f"/vouchers/{voucher.ref}/milestones/9").status_code == 404
    assert firm.get("/vouchers/VCH-1999-0001/milestones/1").status_code == 404


def test_a_firm_with_nothing_to_do_reads_so(session, sign_in_as):
    scene = a_scene()
    a_voucher(scene)

    assert "Nothing waits for you here." in sign_in_as(holder_of(scene)).page("/milestones").text
