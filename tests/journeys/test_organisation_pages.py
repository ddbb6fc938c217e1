"""The pages of organisations, SME declarations and bank accounts, looked at one by one."""

import pytest

from portal.core.actors import Role
from portal.core.db import db
from portal.partners.bank_accounts.states import State as AccountState
from portal.partners.sme.rules.relations import Related
from portal.partners.states import State
from tests.partners.builders import (
    a_cluster,
    a_cluster_link,
    a_person,
    acting,
    an_account,
    an_assessment,
    an_organisation,
    figures,
    give_role,
)


@pytest.fixture
def scene(site):
    """A member with an organisation, a cluster, a declaration and accounts; an officer."""
    member, officer = a_person("Lucie Bernard"), a_person("Ελένη Παπαδοπούλου")
    give_role(officer, Role.OFFICER)
    cluster = a_cluster(legal_name="Клъстер Мехатроника", short_name="Клъстер")
    firm = an_organisation(member, legal_name="Țesături Inteligente", state=State.REGISTERED)
    a_cluster_link(firm, cluster)
    partner = Related(1, "Grande Fabrique", 30_00, figures(300, 90_000_000, 1))
    made = an_assessment(firm, actor=acting(member), related=[partner])
    used = an_account(firm)
    proposed = an_account(firm, AccountState.PROPOSED)
    addresses = {
        "member": [
            *("/organisations", "/organisations/register", f"/organisations/{cluster.ref}"),
            *(f"/organisations/{firm.ref}", f"/organisations/{firm.ref}/edit"),
            *(f"/organisations/{firm.ref}/add-member", f"/organisations/{firm.ref}/link-cluster"),
            f"/organisations/{firm.ref}/clusters/{cluster.ref}/unlink",
            f"/organisations/{firm.ref}/members/{member.ref}/remove",
            f"/organisations/{firm.ref}/sme-declarations/declare",
            *(f"/sme-declarations/{made.ref}", "/sme-declarations", "/bank-accounts"),
            f"/organisations/{firm.ref}/bank-accounts",
            f"/organisations/{firm.ref}/bank-accounts/propose",
            *(f"/bank-accounts/{used.ref}", f"/bank-accounts/{used.ref}/freeze"),
        ],
        "officer": [
            *(f"/organisations/{firm.ref}/verify", f"/organisations/{firm.ref}/suspend"),
            *(f"/sme-declarations/{made.ref}/confirm", f"/sme-declarations/{made.ref}/contest"),
            *(f"/bank-accounts/{proposed.ref}/validate", f"/bank-accounts/{used.ref}/retire"),
        ],
    }
    people = {"member": member, "officer": officer}
    db.session.commit()
    return people, addresses


@pytest.mark.parametrize("who", ["member", "officer"])
def test_every_page_about_organisations_is_fit_to_be_read(scene, person, way, who, app):
    people, addresses = scene
    people[who].language = way.language
    client = app.test_client()
    client.sign_in(people[who])
    somebody = person()
    somebody.hold(client)

    for address in addresses[who]:
        somebody.go(address)

        assert somebody.page.locator("html").get_attribute("lang") == way.language
        assert somebody.page.locator("h1").count() == 1


def test_the_forms_tell_what_is_wrong_and_stay_fit_to_be_read(scene, person, way, app):
    people, addresses = scene
    people["member"].language = way.language
    client = app.test_client()
    client.sign_in(people["member"])
    somebody = person()
    somebody.hold(client)

    for address in addresses["member"]:
        if not address.endswith(("/register", "/declare", "/propose", "/add-member")):
            continue
        somebody.go(address)
        somebody.page.locator("main form[method=post] button.btn-primary").click()
        somebody.page.wait_for_load_state()
        somebody.look()

        assert somebody.page.locator(".faults li").count() >= 1
