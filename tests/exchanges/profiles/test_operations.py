"""The verbs of profiles, from the first draft to the deletion of what was personal."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core.actors import SYSTEM
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.core.files import StoredFile
from portal.exchanges.profiles import effects, operations, queries
from portal.exchanges.profiles.queries import Wanted
from portal.exchanges.profiles.states import Part, State, WishKind
from tests.exchanges.builders import a_world, at
from tests.exchanges.profiles.builders import a_profile, some_answers
from tests.exchanges.surroundings import PDF, TODAY, an_organisation


@pytest.fixture
def world(session):
    return a_world()


def in_catalogue(**wanted):
    return [
        one.organisation.legal_name
        for one in db.session.scalars(queries.catalogue(Wanted(**wanted)))
    ]


def test_a_profile_goes_from_draft_to_the_catalogue(world):
    profile = a_profile(world, State.ACCEPTED, who="host")

    verbs = [entry.verb for entry in trail_of(profile.ref)]
    assert sorted(verbs) == ["profile.accept", "profile.start", "profile.submit"]
    assert profile.answer_due_on == date(2026, 9, 21)
    assert in_catalogue() == ["Tecelagem do Porto"]
    assert in_catalogue(part=Part.VISITOR) == []


def test_the_portal_chooses_when_the_participant_does_not(world):
    profile = a_profile(world)

    with at():
        operations.submit(profile, actor=world.actor("visitor"))

    assert profile.project is not None
    assert profile.chosen_because


def test_an_incomplete_profile_is_not_submitted_and_says_everything(world):
    profile = a_profile(world, motivation="", wishes={WishKind.SECTOR: ()})

    with at(), pytest.raises(RuleBroken) as broken:
        operations.submit(profile, project=world.project, actor=world.actor("visitor"))

    assert len(broken.value.faults) == 2


def test_one_profile_at_a_time(world):
    a_profile(world)

    with at(), pytest.raises(IntegrityError, match="profile"):
        operations.start(world.visitor, some_answers(), actor=world.actor("visitor"))


def test_after_a_rejection_another_may_begin(world):
    a_profile(world, State.REJECTED)

    assert a_profile(world).state is State.DRAFT


def test_a_rejection_needs_its_reason(world):
    profile = a_profile(world, State.SUBMITTED)

    with at(), pytest.raises(RuleBroken):
        operations.reject(profile, reason="  ", actor=world.actor("payer"))


@pytest.mark.parametrize("who", ["visitor", "receiver", "officer", "stranger"])
def test_only_the_chosen_partnership_answers(world, who):
    profile = a_profile(world, State.SUBMITTED)

    with at(), pytest.raises(NotAllowed):
        operations.accept(profile, actor=world.actor(who))


def test_nothing_is_changed_while_it_waits_for_an_answer(world):
    profile = a_profile(world, State.SUBMITTED)

    with at(), pytest.raises(IllegalStep):
        operations.edit(profile, some_answers(), actor=world.actor("visitor"))


def test_what_was_returned_is_completed_and_submitted_again(world, mails):
    profile = a_profile(world, State.RETURNED)

    with at(TODAY + timedelta(days=2)):
        operations.edit(
            profile,
            some_answers(wishes={WishKind.SECTOR: ("ecosystem-textile", "ecosystem-retail")}),
            actor=world.actor("visitor"),
        )
        operations.submit(profile, project=world.project, actor=world.actor("visitor"))

    assert profile.wished(WishKind.SECTOR) == ("ecosystem-textile", "ecosystem-retail")
    assert profile.decision_reason == ""
    assert profile.cv is not None


def test_a_new_cv_takes_the_place_of_the_earlier_one(world):
    profile = a_profile(world)
    first = profile.cv_id

    with at():
        operations.edit(
            profile, some_answers(), cv=(PDF + b" ", "new.pdf"), actor=world.actor("visitor")
        )

    db.session.flush()
    assert profile.cv.name == "new.pdf"
    assert db.session.get(StoredFile, first, populate_existing=True) is None


def test_a_suspended_profile_is_out_of_the_catalogue(world):
    profile = a_profile(world, State.SUSPENDED, who="host")
    assert in_catalogue() == []

    with at():
        operations.reinstate(profile, actor=world.actor("receiver"))

    assert in_catalogue() == ["Tecelagem do Porto"]


def test_the_catalogue_is_searched_by_what_profiles_offer(world):
    a_profile(world, State.ACCEPTED, who="host")

    assert in_catalogue(sector="ecosystem-textile", country="PT", language="en", kind="cluster")
    assert in_catalogue(text="tecelagem")
    assert not in_catalogue(sector="ecosystem-health")
    assert not in_catalogue(language="fi")
    assert not in_catalogue(country="FR")


def test_after_twelve_months_without_a_match_what_was_personal_is_gone(world):
    profile = a_profile(world, State.REJECTED)
    cv, ref = profile.cv_id, profile.ref

    with at(date(2027, 9, 7)):
        assert operations.close(actor=SYSTEM) == []
    with at(date(2027, 9, 8)):
        closed = operations.close(actor=SYSTEM)

    assert [one.ref for one in closed] == [ref]
    db.session.expire_all()
    kept = queries.by_ref(ref)
    assert (kept.state, kept.cv, kept.person, kept.motivation) == (State.CLOSED, None, None, "")
    assert db.session.get(StoredFile, cv) is None


def test_a_matched_profile_is_kept_with_the_grant(world):
    profile = a_profile(world, State.ACCEPTED)
    effects.mark_matched(profile)

    with at(date(2030, 1, 8)):
        assert operations.close(actor=SYSTEM) == []


def test_nobody_closes_by_hand(world):
    with pytest.raises(NotAllowed):
        operations.close(actor=world.actor("officer"))


def test_mails_never_carry_what_is_personal(world, mails):
    a_profile(world, State.REJECTED)

    told = [mail for mail in mails() if "/profiles/" in mail.body]
    assert {mail.recipient for mail in told} == {
        world.people["payer"].email,
        world.people["visitor"].email,
    }
    assert not any("Find a weaver" in mail.body or mail.attachments for mail in told)


def test_a_manager_does_not_answer_for_the_own_organisation(world):
    own = an_organisation("Own", people=(world.people["payer"],))
    profile = a_profile(world, State.DRAFT, organisation=own, who="payer", manager="payer")
    with at():
        operations.submit(profile, project=world.project, actor=world.actor("payer"))

    with at(), pytest.raises(NotAllowed):
        operations.accept(profile, actor=world.actor("payer"))


def test_the_database_itself_keeps_the_shape(world):
    profile = a_profile(world, State.REJECTED)
    profile.decision_reason = ""

    with pytest.raises(IntegrityError, match="refused_has_reason"):
        db.session.flush()


def test_t02_a_partnership_is_reminded_before_and_on_its_last_day_and_none_twice(world, mails):
    profile = a_profile(world, State.SUBMITTED)
    assert profile.answer_due_on == date(2026, 9, 21)

    found = []
    for day in (15, 16, 17, 21, 25):
        with at(date(2026, 9, day)):
            found.append([one.ref for one in operations.remind(actor=SYSTEM)])

    assert found == [[], [profile.ref], [], [profile.ref], []]
    subject = f"Registration {profile.ref}: your answer is due"
    told = [mail.recipient for mail in mails() if mail.subject == subject]
    assert told == [world.people["payer"].email] * 2


def test_an_answered_registration_is_left_alone_and_a_new_submission_begins_anew(world):
    profile = a_profile(world, State.RETURNED)
    with at(date(2026, 10, 1)):
        assert operations.remind(actor=SYSTEM) == []
        operations.submit(profile, project=world.project, actor=world.actor("visitor"))
    with at(date(2026, 10, 15)):
        assert operations.remind(actor=SYSTEM) == [profile]
    with at(), pytest.raises(NotAllowed):
        operations.remind(actor=world.actor("payer"))
