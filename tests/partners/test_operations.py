"""Registration, verification, members and cluster links."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import SYSTEM, Role
from portal.core.errors import IllegalStep, NotAllowed, NotFound, RuleBroken, Stale
from portal.partners import operations, queries
from portal.partners.states import EccpProfile, OrganisationKind, State
from tests.partners.builders import (
    a_cluster,
    a_cluster_link,
    a_membership,
    a_person,
    acting,
    an_organisation,
)

SAID: dict[str, Any] = {
    "legal_name": "Atelier Garonne",
    "kind": OrganisationKind.SME,
    "country": "FR",
    "town": "toulouse",
    "registration_number": "552 081 317",
    "vat_number": "03 552 081 317",
    "pic": "999 999 999",
}


def fields(broken: pytest.ExceptionInfo[RuleBroken]) -> list[str | None]:
    return [fault.field for fault in broken.value.faults]


def test_whoever_registers_an_organisation_becomes_its_first_member(session) -> None:
    lucie = a_person("Lucie")

    made = operations.register(actor=acting(lucie), **SAID)

    assert made.state is State.REGISTERED
    assert made.ref.startswith("ORG-")
    assert (made.registration_number, made.vat_number) == ("552081317", "FR03552081317")
    assert (made.latitude_e6, made.longitude_e6) == (43_604_700, 1_444_200)
    assert made.short_name == "Atelier Garonne"
    assert acting(lucie).organisation_ids == {made.id}
    assert [entry.verb for entry in trail_of(made.ref)] == ["organisation.register"]


def test_an_officer_registers_for_others_without_becoming_a_member(session) -> None:
    officer = a_person()

    made = operations.register(actor=acting(officer, Role.OFFICER), **SAID)

    assert queries.members_of(made.id) == []
    assert operations.register(actor=SYSTEM, legal_name="Cap Digital", **_in_paris()).id != made.id


def _in_paris() -> dict[str, Any]:
    return {"kind": OrganisationKind.CLUSTER, "country": "FR", "town": "Paris"}


def test_everything_that_is_wrong_is_told_at_once(app, session) -> None:
    actor = acting(a_person())
    wrong = {
        "registration_number": "1",
        "vat_number": "1",
        "pic": "1",
        "town": "Nowhere",
        "region": "DE11",
        "eccp_profile": EccpProfile.YES,
    }

    with app.test_request_context(), pytest.raises(RuleBroken) as broken:
        operations.register(actor=actor, **(SAID | wrong))

    assert set(fields(broken)) == {
        *("registration_number", "vat_number", "pic"),
        *("latitude_e6", "region", "eccp_profile"),
    }


@pytest.mark.parametrize("number", ["registration_number", "vat_number", "pic"])
def test_the_same_number_is_refused_with_one_message(app, session, number: str) -> None:
    actor = acting(a_person())
    operations.register(actor=actor, **SAID)
    other = {"legal_name": "Quite another", "town": "Paris", "not_a_duplicate": True}
    numbers = {"registration_number": "", "vat_number": "", "pic": "", number: SAID[number]}

    with app.test_request_context(), pytest.raises(Exception, match=number) as refused:
        operations.register(actor=actor, **(SAID | numbers | other))

    assert "UNIQUE" in str(refused.value) or "duplicate key" in str(refused.value)


def test_a_likely_duplicate_asks_for_an_answer(app, session) -> None:
    actor = acting(a_person())
    first = operations.register(actor=actor, **SAID)
    again = {"legal_name": "ATELIER  GARONNE SAS", "kind": OrganisationKind.SME, "country": "FR"}

    with app.test_request_context(), pytest.raises(RuleBroken) as broken:
        operations.register(actor=actor, town="Lyon", **again)
    second = operations.register(actor=actor, town="Lyon", not_a_duplicate=True, **again)

    assert fields(broken) == ["not_a_duplicate"]
    assert broken.value.faults[0].inputs == {"organisations": first.ref}
    assert second.id != first.id


def test_the_same_name_in_another_country_is_another_organisation(session) -> None:
    actor = acting(a_person())
    operations.register(actor=actor, **SAID)

    twin = {"legal_name": "Atelier Garonne", "kind": OrganisationKind.SME}
    other = operations.register(actor=actor, country="BE", town="Liège", **twin)

    assert other.country == "BE"


def edited(organisation, person, **changes: Any):
    said = {
        "legal_name": organisation.legal_name,
        "kind": organisation.kind,
        "country": organisation.country,
        "town": organisation.town,
        "latitude_e6": organisation.latitude_e6,
        "longitude_e6": organisation.longitude_e6,
        "short_name": organisation.short_name,
    }
    return operations.edit(organisation, actor=acting(person), **(said | changes))


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"legal_name": "Another name"}, State.REGISTERED),
        ({"pic": "123456789"}, State.REGISTERED),
        ({"street": "1, rue des Lilas", "legal_group": "Garonne"}, State.VERIFIED),
        ({}, State.VERIFIED),
    ],
)
def test_an_edit_of_the_identity_asks_for_a_new_verification(
    session, changes: dict[str, Any], state: State
) -> None:
    person = a_person()
    organisation = an_organisation(person)

    found = edited(organisation, person, **changes)

    assert found.state is state
    assert (found.verified_at is None) is (state is State.REGISTERED)
    (entry,) = trail_of(organisation.ref)
    assert set(entry.after) == set(changes) | ({"state"} if state is State.REGISTERED else set())


def test_an_edit_does_not_find_the_organisation_itself_as_a_duplicate(app, session) -> None:
    person = a_person()
    organisation = an_organisation(person, legal_name="Elbe Photonik")
    an_organisation(legal_name="Cap Digital")

    with app.test_request_context():
        edited(organisation, person, legal_name="Elbe Photonik SARL")
        with pytest.raises(RuleBroken) as broken:
            edited(organisation, person, legal_name="CAP DIGITAL")

    assert fields(broken) == ["not_a_duplicate"]


def test_an_edit_of_what_somebody_else_changed_meanwhile_is_refused(session) -> None:
    person = a_person()
    organisation = an_organisation(person)
    seen = organisation.version
    edited(organisation, person, street="1, rue des Lilas")

    with pytest.raises(Stale):
        edited(organisation, person, street="2, rue des Lilas", seen_version=seen)


def test_a_suspended_organisation_is_not_edited(session) -> None:
    person = a_person()
    organisation = an_organisation(person, state=State.SUSPENDED, suspension_reason="Doubts")

    with pytest.raises(IllegalStep):
        edited(organisation, person, street="x")


def test_the_officer_verifies_and_the_members_are_told_in_their_language(session, mails) -> None:
    member = a_person(language="fr")
    organisation = an_organisation(member, state=State.REGISTERED)
    officer = acting(a_person(), Role.OFFICER)

    operations.verify(organisation, actor=officer, exclusion_checked=True)

    assert organisation.state is State.VERIFIED
    assert organisation.verified_by_id == officer.id
    assert trail_of(organisation.ref)[0].details == {"exclusion_checked": True}
    (mail,) = mails(to=member.email)
    assert mail.language == "fr"
    assert organisation.legal_name in mail.subject
    assert f"/organisations/{organisation.ref}" in mail.body


def test_an_officer_does_not_verify_an_organisation_of_theirs(session) -> None:
    officer = a_person()
    organisation = an_organisation(officer, state=State.REGISTERED)

    with pytest.raises(NotAllowed):
        operations.verify(organisation, actor=acting(officer, Role.OFFICER))


def test_a_suspension_has_a_reason_and_its_end_asks_for_verification(session, mails) -> None:
    member = a_person()
    organisation = an_organisation(member)
    officer = acting(a_person(), Role.OFFICER)

    with pytest.raises(RuleBroken) as broken:
        operations.suspend(organisation, reason="  ", actor=officer)
    operations.suspend(organisation, reason="False figures", actor=officer)
    suspended = (organisation.state, organisation.verified_at, organisation.suspension_reason)
    operations.reinstate(organisation, reason="Figures corrected", actor=officer)

    assert fields(broken) == ["reason"]
    assert suspended == (State.SUSPENDED, None, "False figures")
    assert (organisation.state, organisation.suspension_reason) == (State.REGISTERED, "")
    assert "False figures" in mails(to=member.email)[0].body
    assert [entry.reason for entry in trail_of(organisation.ref)] == [
        "Figures corrected",
        "False figures",
    ]


def test_a_verified_organisation_is_not_verified_twice(session) -> None:
    organisation = an_organisation()

    with pytest.raises(IllegalStep):
        operations.verify(organisation, actor=acting(a_person(), Role.OFFICER))


def test_a_member_adds_a_colleague_who_acts_from_then_on(session, mails) -> None:
    member, colleague = a_person("Lucie"), a_person("Marek")
    organisation = an_organisation(member)

    operations.add_member(organisation, email=colleague.email.upper(), actor=acting(member))

    assert acting(colleague).speaks_for(organisation.id)
    assert "Lucie" in mails(to=colleague.email)[0].body
    assert trail_of(organisation.ref)[0].after == {"member": colleague.ref}


def test_only_somebody_with_an_account_who_is_no_member_yet_is_added(session) -> None:
    member = a_person()
    organisation = an_organisation(member)

    with pytest.raises(RuleBroken) as unknown:
        operations.add_member(organisation, email="no@example.org", actor=acting(member))
    with pytest.raises(RuleBroken) as twice:
        operations.add_member(organisation, email=member.email, actor=acting(member))

    assert fields(unknown) == fields(twice) == ["email"]


def test_a_removed_member_stops_acting_at_once_and_stays_on_record(session, mails) -> None:
    member, colleague = a_person(), a_person()
    organisation = an_organisation(member, colleague)

    removed = operations.remove_member(organisation, person=colleague, actor=acting(member))

    assert not acting(colleague).speaks_for(organisation.id)
    assert removed.valid_to == clock.today()
    assert [one.user_id for one in queries.members_of(organisation.id)] == [member.id]
    assert len(mails(to=colleague.email)) == 1
    operations.add_member(organisation, email=colleague.email, actor=acting(member))
    assert acting(colleague).speaks_for(organisation.id)
    assert len(mails(to=colleague.email)) == 2


def test_the_last_member_leaves_only_by_an_officer(session) -> None:
    member = a_person()
    organisation = an_organisation(member)
    officer = acting(a_person(), Role.OFFICER)

    with pytest.raises(RuleBroken) as broken:
        operations.remove_member(organisation, person=member, actor=acting(member))
    operations.remove_member(organisation, person=member, actor=officer)

    assert fields(broken) == ["member"]
    with pytest.raises(NotFound):
        operations.remove_member(organisation, person=member, actor=officer)


def test_a_membership_of_a_cluster_is_dated_and_ends(session) -> None:
    member, cluster = a_person(), a_cluster()
    organisation = an_organisation(member)
    today = clock.today()
    since = today - timedelta(days=30)

    operations.link_cluster(organisation, cluster=cluster, valid_from=since, actor=acting(member))
    before = queries.is_cluster_member(organisation.id, since - timedelta(days=1))
    during = queries.is_cluster_member(organisation.id, today)
    last = today - timedelta(days=1)
    operations.unlink_cluster(organisation, cluster=cluster, valid_to=last, actor=acting(member))

    assert (before, during) == (False, True)
    assert queries.is_cluster_member(organisation.id, last)
    assert not queries.is_cluster_member(organisation.id, today)
    assert [entry.verb for entry in trail_of(organisation.ref)] == [
        "organisation.unlink_cluster",
        "organisation.link_cluster",
    ]


def test_a_second_record_of_the_same_membership_is_refused(app, session) -> None:
    member, cluster = a_person(), a_cluster()
    organisation = an_organisation(member)
    a_cluster_link(organisation, cluster, valid_from=date(2020, 1, 1))

    with app.test_request_context(), pytest.raises(RuleBroken) as broken:
        operations.link_cluster(
            organisation, cluster=cluster, valid_from=clock.today(), actor=acting(member)
        )

    assert fields(broken) == ["valid_from"]


def test_strangers_change_nothing(session) -> None:
    stranger = acting(a_person())
    person = a_person()
    organisation, cluster = an_organisation(person), a_cluster()
    today = clock.today()

    attempts = [
        lambda: operations.edit(organisation, actor=stranger, **SAID),
        lambda: operations.verify(organisation, actor=stranger),
        lambda: operations.suspend(organisation, reason="x", actor=stranger),
        lambda: operations.reinstate(organisation, reason="x", actor=stranger),
        lambda: operations.add_member(organisation, email="x@example.org", actor=stranger),
        lambda: operations.remove_member(organisation, person=person, actor=stranger),
        lambda: operations.link_cluster(
            organisation, cluster=cluster, valid_from=today, actor=stranger
        ),
        lambda: operations.unlink_cluster(
            organisation, cluster=cluster, valid_to=today, actor=stranger
        ),
    ]

    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
    assert trail_of(organisation.ref) == []


def test_one_person_acts_for_several_organisations(session) -> None:
    person = a_person()
    one, other = an_organisation(person), an_organisation()
    a_membership(other, person, valid_from=clock.today() + timedelta(days=1))

    assert acting(person).organisation_ids == {one.id}
