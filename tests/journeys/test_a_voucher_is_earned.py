"""A voucher: offered under the cap, signed by both, proved by the firm, then asked to be paid."""

from sqlalchemy import select

from portal.core.db import db, reading
from portal.core.i18n import p_
from portal.ledger import queries as ledger
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.projects.models import Project
from portal.vouchers.models import Voucher
from portal.vouchers.rules.cap import CAP_PER_SME

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)


def first(query):
    """What the database holds now, read outside any page."""
    with reading():
        return db.session.scalars(query).first()


def fill_in_an_award(manager, amount):
    """What the manager of the project types about the work."""
    manager.fill("Kind of voucher", "NEPTUNE").fill(
        "Title of the work", "A hull that cleans itself"
    )
    manager.fill("Amount of the voucher", amount).fill("Duration in months", 6)
    manager.tick("The firm has declared on its honour that it is in no exclusion situation.")
    manager.tick("The firm has declared that no other public money pays for the same costs.")
    return manager.press("Award the voucher", within="main form")


def test_a_voucher_is_offered_signed_proved_and_its_instalment_requested(told, person):
    project = first(select(Project).where(Project.acronym == "BLUEWAVE"))
    firm = first(select(Organisation).where(Organisation.legal_name == "Rade Robotique"))
    manager = person("neptune@example.org")
    manager.go(f"/projects/{project.ref}/vouchers/award?holder={firm.ref}")

    fill_in_an_award(manager, CAP_PER_SME // 100)
    assert manager.path.endswith("/award")
    manager.sees(firm.legal_name)

    fill_in_an_award(manager, 20_000)
    voucher = first(select(Voucher).where(Voucher.title == "A hull that cleans itself"))
    holder = person("firm6@example.org")
    for somebody in (holder, manager):
        somebody.go(f"/vouchers/{voucher.ref}/sign")
        somebody.press("Sign the sub-grant agreement", within="main form")
    holder.go(f"/vouchers/{voucher.ref}/milestones/1/submit")
    holder.fill("What was done", "The prototype was built and tried in the harbour.")
    holder.attach("Document that shows the work", "prototype.png", PNG, "image/png")
    holder.press("Submit the proof", within="main form")
    manager.go(f"/vouchers/{voucher.ref}/milestones/1/accept")
    manager.page.locator("main input[name=achievement]").first.check()
    manager.press("Accept the milestone", within="main form")

    holder.go(f"/vouchers/{voucher.ref}/milestones/1").sees(p_("milestone", "Accepted"))
    asked = first(select(Payment).where(Payment.subject == f"{voucher.ref}/1"))
    assert asked.payee_id == firm.id
    with reading():
        assert ledger.mismatches() == []
