"""From the text of a call to a project with a budget: an officer, two clusters, a closed door."""

from datetime import timedelta

from sqlalchemy import select

from portal.calls.models import Call
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.states import CATEGORY_LABELS, CostCategory
from portal.calls.proposals.states import LIFE as PROPOSAL_LIFE
from portal.calls.proposals.states import Action as ProposalAction
from portal.calls.rules.terms import LABELS
from portal.calls.states import LIFE as CALL_LIFE
from portal.calls.states import Action as CallAction
from portal.core import clock
from portal.core.db import db, reading
from portal.core.i18n import p_
from portal.partners.models import Organisation
from portal.projects.models import Project
from portal.projects.states import LIFE as PROJECT_LIFE
from portal.projects.states import Action as ProjectAction
from tests.reading import read_pdf

CALL = "COS-CLUSTER-2026-01"


def reference(name):
    """The reference of an organisation of the story."""
    with reading():
        return db.session.scalars(
            select(Organisation.ref).where(Organisation.legal_name == name)
        ).one()


def first(query):
    """What the database holds now, read outside any page."""
    with reading():
        return db.session.scalars(query).first()


def publish_a_call(officer):
    """The officer types the terms of the real call of 2018, for this year, and publishes them."""
    today = clock.today()
    officer.go("/calls/draft")
    officer.fill("Identifier", CALL).fill("Programme", "COSME")
    for name, value in {
        "title_en": "Partnerships of clusters going international",
        "title_fr": "Partenariats de clusters à l’international",
        "summary_en": "Clusters prepare their members for the single market.",
        "summary_fr": "Les clusters préparent leurs membres au marché unique.",
        "opens_at": f"{today - timedelta(days=1)}T09:00",
        "closes_at": f"{today + timedelta(days=30)}T17:00",
        "budget_cents": "3600000",
        "max_grant_cents": "360000",
        "funding_rate_bp": "75",
        "indirect_rate_bp": "7",
        "min_entities": "2",
        "min_countries": "2",
        "min_months": "20",
        "max_months": "24",
    }.items():
        officer.fill(LABELS[name], value)
    officer.press("Save the draft", within="main form")
    officer.press(CALL_LIFE.labels[CallAction.PUBLISH])
    officer.sees(p_("call", "Open"))


def prepare_a_proposal(coordinator):
    """The coordinator fills the tabs in any order; the last tab says what is still missing."""
    coordinator.go(f"/calls/{CALL}").press(PROPOSAL_LIFE.labels[ProposalAction.START])
    coordinator.fill("Coordinating organisation", "Aerospace Valley")
    coordinator.fill("Acronym", "SKYBRIDGE").fill("Title", "Light parts for quiet aircraft")
    coordinator.press("Start the proposal", within="main form")
    ref = first(select(Proposal.ref).where(Proposal.acronym == "SKYBRIDGE"))
    coordinator.go(f"/proposals/{ref}/submit")
    coordinator.press(PROPOSAL_LIFE.labels[ProposalAction.SUBMIT], within="main form")
    assert "/submit" in coordinator.path

    coordinator.go(f"/proposals/{ref}/edit")
    coordinator.fill("Abstract", "Four clusters open their workshops to one another.")
    coordinator.fill("Duration in months", 24)
    coordinator.page.locator("main input[name=ecosystems]").first.check()
    coordinator.press("Save", within="main form")
    coordinator.go(f"/proposals/{ref}/add-partner")
    coordinator.fill("Reference of the organisation", reference("Κόμβος Καινοτομίας Αθηνών"))
    coordinator.press("Add the partner", within="main form")
    coordinator.go(f"/proposals/{ref}/plan-costs")
    group = coordinator.page.locator("main fieldset").first
    for category, amount in ((CostCategory.PERSONNEL, "120000"), (CostCategory.EXCHANGES, "22000")):
        group.get_by_label(coordinator.say(CATEGORY_LABELS[category])).fill(amount)
    coordinator.fill("Number of ClusterXchange visits planned", 20)
    coordinator.press("Save the budget", within="main form")
    return ref


def test_a_published_call_is_answered_decided_and_awarded(told, person):
    officer = person("officer@example.org")
    publish_a_call(officer)
    coordinator = person("coordinator@example.org")
    ref = prepare_a_proposal(coordinator)

    partner = person("manager@example.org").go(f"/proposals/{ref}")
    partner.press("Confirm our participation", within="main")
    coordinator.go(f"/proposals/{ref}/submit")
    coordinator.tick("Declaration on honour").tick("Agreement of the partners")
    coordinator.press(PROPOSAL_LIFE.labels[ProposalAction.SUBMIT], within="main form")
    sent = first(select(Proposal).where(Proposal.ref == ref))
    receipt = coordinator.go(f"/proposals/{ref}/receipt").text
    closes_at = first(select(Call.closes_at).where(Call.ref == CALL))
    assert sent.requested_cents > 0
    assert ref in receipt

    clock.move_to(closes_at + timedelta(minutes=1))
    late = person("manager@example.org").go(f"/calls/{CALL}")
    assert not late.can_press(PROPOSAL_LIFE.labels[ProposalAction.START])

    officer = person("officer@example.org").go(f"/proposals/{ref}/place-on-main-list")
    officer.fill("Reason", "Clear plan, three strong partners.")
    officer.press(PROPOSAL_LIFE.labels[ProposalAction.PLACE_ON_MAIN_LIST], within="main form")
    officer.go(f"/calls/{CALL}/decide").press("Decide", within="main form")
    officer.go(f"/calls/{CALL}/inform").press("Send the letters", within="main form")
    officer.go(f"/proposals/{ref}/award")
    officer.fill("First day of the project", (closes_at + timedelta(days=40)).date().isoformat())
    officer.fill("Number of exchanges", 20)
    officer.press("Award the grant", within="main form")
    project = first(select(Project).where(Project.acronym == "SKYBRIDGE"))
    for somebody in (person("coordinator@example.org"), officer):
        somebody.go(f"/projects/{project.ref}/sign")
        somebody.press(PROJECT_LIFE.labels[ProjectAction.SIGN], within="main form")

    officer.go(f"/projects/{project.ref}").sees(p_("project", "Signed"))
    auditor = person("auditor@example.org").go(f"/projects/{project.ref}/budget")
    printed = str(read_pdf(auditor.download("Export the budget")))
    assert project.max_grant_cents == sent.requested_cents
    assert project.ref in printed
