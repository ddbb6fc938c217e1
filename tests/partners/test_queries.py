"""Search, directory, cluster membership, people."""

from datetime import timedelta

import pytest

from portal.accounts.states import State as AccountState
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import NotFound
from portal.partners import queries
from portal.partners.states import EccpProfile, OrganisationKind, State
from tests.partners.builders import (
    a_cluster,
    a_cluster_link,
    a_person,
    acting,
    an_organisation,
)


@pytest.mark.parametrize(
    "text",
    ["pole scs", "PÔLE", "sécurisées solutions", "999888777", "FR03552081317", "fr 03 552 081 317"],
)
def test_search_ignores_accents_case_order_and_spaces(session, text: str) -> None:
    found = an_organisation(
        legal_name="Pôle Solutions Communicantes Sécurisées",
        short_name="Pôle SCS",
        pic="999888777",
        vat_number="FR03552081317",
    )
    an_organisation(legal_name="Cap Digital", short_name="Cap")

    assert queries.search(text) == [found]


def test_search_finds_references_and_treats_signs_literally(session) -> None:
    one = an_organisation(legal_name="100% Coton", short_name="Coton")
    an_organisation(legal_name="1000 Cotons", short_name="Mille")

    assert queries.search(one.ref.lower()) == [one]
    assert queries.search("%") == []
    assert queries.search("_") == []


def test_the_directory_filters_and_sorts_without_accents(session) -> None:
    zebra = an_organisation(legal_name="Zèbre", short_name="Z", country="BE")
    ecole = an_organisation(legal_name="École", short_name="E", kind=OrganisationKind.TRAINING)
    waits = an_organisation(legal_name="Fabrique", short_name="F", state=State.REGISTERED)

    def names(**asked: object) -> list[str]:
        return [found.legal_name for found in db.session.scalars(queries.directory(**asked))]

    assert names() == ["École", "Fabrique", "Zèbre"]
    assert names(descending=True) == ["Zèbre", "Fabrique", "École"]
    assert names(sort="nonsense") == ["École", "Fabrique", "Zèbre"]
    assert names(country="BE") == [zebra.legal_name]
    assert names(kind=OrganisationKind.TRAINING) == [ecole.legal_name]
    assert names(state=State.REGISTERED) == [waits.legal_name]
    assert names(text="zebre") == [zebra.legal_name]
    assert names(sort="country")[0] == "Zèbre"


def test_only_a_cluster_with_a_profile_counts_for_its_members(session) -> None:
    day = clock.today()
    clusters = {
        "profiled": a_cluster(),
        "requested": a_cluster(eccp_profile=EccpProfile.REQUESTED),
        "network": a_cluster(kind=OrganisationKind.NETWORK),
        "suspended": a_cluster(state=State.SUSPENDED, suspension_reason="x"),
    }
    firms = {}
    for name, cluster in clusters.items():
        firms[name] = an_organisation()
        a_cluster_link(firms[name], cluster)

    counted = queries.cluster_members_among([firm.id for firm in firms.values()], day)

    assert counted == {firms["profiled"].id}
    assert queries.is_cluster_member(firms["profiled"].id, day)
    assert not queries.is_cluster_member(firms["network"].id, day)


def test_people_of_organisations_are_active_members_of_today(session) -> None:
    here, gone, asleep, later = a_person("A"), a_person("B"), a_person("C"), a_person("D")
    organisation = an_organisation(here, gone, asleep, later)
    now, day = clock.now(), clock.today()
    memberships = {one.user_id: one for one in queries.members_of(organisation.id)}
    memberships[gone.id].valid_to, memberships[gone.id].ended_at = day, now
    memberships[later.id].valid_from = day + timedelta(days=1)
    asleep.state = AccountState.SUSPENDED
    session.flush()

    assert queries.people_of([organisation.id]) == [here]
    assert queries.people_of([]) == []


def test_the_actor_has_roles_address_and_organisations(session) -> None:
    person = a_person("Ingrid")
    organisation = an_organisation(person)

    actor = queries.actor_for(person, {Role.OFFICER}, "192.0.2.1", "abc")

    assert (actor.id, actor.name, actor.address, actor.request_id) == (
        person.id,
        "Ingrid",
        "192.0.2.1",
        "abc",
    )
    assert actor.has(Role.OFFICER)
    assert queries.of_actor(actor) == [organisation]


def test_officers_have_the_organisations_that_wait_as_tasks(session) -> None:
    officer = a_person()
    waits = an_organisation(state=State.REGISTERED)
    an_organisation(officer, state=State.REGISTERED)
    an_organisation()

    tasks = queries.tasks_for(acting(officer, Role.OFFICER))

    assert [task.ref for task in tasks] == [waits.ref]
    assert queries.tasks_for(acting(officer)) == []


def test_what_is_not_there_is_not_found(session) -> None:
    organisation = an_organisation()

    for miss in (
        lambda: queries.by_ref("ORG-1999-0001"),
        lambda: queries.by_id(0),
        lambda: queries.open_membership(organisation.id, 0),
        lambda: queries.cluster_link(organisation.id, 0),
    ):
        with pytest.raises(NotFound):
            miss()
