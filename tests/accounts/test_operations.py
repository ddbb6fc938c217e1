"""Joining, signing in, roles: what changes, and what ends with it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.accounts import operations, queries, rules
from portal.accounts.models import OneTimeLink, SignInAttempt, SignInSession, User
from portal.accounts.states import State
from portal.core import clock
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotFound, RuleBroken, TooManyAttempts
from tests.accounts.builders import PASSWORD, at_work, somebody
from tests.partners.builders import a_person

ADDRESS = "192.0.2.7"


def an_admin():
    return at_work(somebody(Role.ADMIN))


def token_in(mail):
    return next(
        line for line in mail.body.split() if "/activate/" in line or "/new-password/" in line
    ).rsplit("/", 1)[1]


def a_session_of(person):
    token = "t" * 40 + str(person.id)
    now = clock.now()
    db.session.add(
        SignInSession(
            token_hash=queries.token_hash(token),
            person_id=person.id,
            created_at=now,
            expires_at=now + rules.SESSION_LIFE,
            address=ADDRESS,
            browser="",
        )
    )
    db.session.flush()
    return token


def fail(email, address=ADDRESS):
    operations.note_attempt(email=email, address=address)


def test_a_newcomer_gets_a_link_that_works_once(session, mails):
    operations.sign_up(name="Anna", email="Anna@Example.org", language="fr")
    (mail,) = mails(to="anna@example.org")

    person = operations.activate(token=token_in(mail), password=PASSWORD)

    assert (person.state, person.language) == (State.ACTIVE, "fr")
    with pytest.raises(NotFound):
        operations.activate(token=token_in(mail), password=PASSWORD)


def test_an_invitation_expires(session, mails):
    operations.sign_up(name="Anna", email="anna@example.org", language="en")
    (mail,) = mails()

    clock.move_to(clock.now() + rules.INVITATION_LIFE)

    with pytest.raises(NotFound):
        operations.activate(token=token_in(mail), password=PASSWORD)


def test_every_link_of_a_person_ends_with_the_first_that_is_used(session, mails):
    for _time in range(2):
        operations.sign_up(name="Anna", email="anna@example.org", language="en")
    first, second = mails(to="anna@example.org")

    operations.activate(token=token_in(first), password=PASSWORD)

    with pytest.raises(NotFound):
        operations.set_new_password(token=token_in(second), password="four other good words")


def test_signing_up_with_a_known_address_tells_only_its_owner(session, mails):
    person = somebody()

    operations.sign_up(name="Intruder", email=person.email, language="fr")

    (mail,) = mails(to=person.email)
    assert "/activate/" not in mail.body
    assert session.scalar(select(func.count()).select_from(User)) == 1


@pytest.mark.parametrize(
    "password", ["short", "password1", "clusterxchange2026", "aaaaaaaaaaaa", "x" * 129]
)
def test_a_weak_password_is_refused_and_the_link_stays(session, mails, password):
    operations.sign_up(name="Anna", email="anna@example.org", language="en")
    (mail,) = mails()
    session.commit()

    with pytest.raises(RuleBroken):
        operations.activate(token=token_in(mail), password=password)
    session.rollback()

    assert operations.activate(token=token_in(mail), password=PASSWORD).state is State.ACTIVE


def test_a_forgotten_password_is_replaced_within_the_hour(session, mails):
    person = somebody()
    token = a_session_of(person)
    operations.ask_new_password(email=person.email)
    (mail,) = mails(to=person.email)

    operations.set_new_password(token=token_in(mail), password="four other good words")

    assert operations.password_is_right(person.password_hash, "four other good words")
    assert queries.live_session(token, clock.now()) is None


def test_a_new_password_link_expires_after_an_hour(session, mails):
    person = somebody()
    operations.ask_new_password(email=person.email)
    (mail,) = mails(to=person.email)

    clock.move_to(clock.now() + timedelta(hours=1))

    with pytest.raises(NotFound):
        operations.set_new_password(token=token_in(mail), password="four other good words")


@pytest.mark.parametrize("state", [State.INVITED, State.SUSPENDED])
def test_nobody_but_the_active_gets_a_new_password_link(session, mails, state):
    person = a_person(state=state)

    operations.ask_new_password(email=person.email)

    assert not mails()
    assert session.scalar(select(func.count()).select_from(OneTimeLink)) == 0


def test_ten_failures_lock_an_account_for_fifteen_minutes(session):
    for _time in range(rules.MOST_FAILURES_PER_ACCOUNT):
        fail("anna@example.org")

    with pytest.raises(TooManyAttempts):
        fail("Anna@example.org ", address="192.0.2.99")
    fail("bruno@example.org")
    clock.move_to(clock.now() + rules.ATTEMPT_WINDOW + timedelta(seconds=1))
    fail("anna@example.org")


def test_a_hundred_failures_lock_an_address(session):
    for number in range(rules.MOST_FAILURES_PER_ADDRESS):
        fail(f"person{number}@example.org")

    with pytest.raises(TooManyAttempts):
        fail("anna@example.org")
    fail("anna@example.org", address="192.0.2.8")


def test_addresses_typed_are_not_kept(session):
    fail("anna@example.org")

    (row,) = session.scalars(select(SignInAttempt))
    assert "anna" not in row.email_hash


def test_a_session_is_not_opened_with_a_password_changed_in_the_meantime(session):
    person = somebody()
    proved = person.password_hash
    operations.change_password(
        person, current=PASSWORD, password="four other good words", actor=at_work(person)
    )

    opened = operations.sign_in(
        email=person.email, proved_hash=proved, attempt_id=0, address=ADDRESS, browser=""
    )

    assert opened is None


@pytest.mark.parametrize("change", ["grant", "revoke", "suspend", "password", "everywhere"])
def test_sessions_end_at_once_when_what_they_rest_on_changes(session, change):
    person = somebody(Role.OFFICER)
    token, admin, me = a_session_of(person), an_admin(), at_work(person)

    if change == "grant":
        operations.grant_role(person, role=Role.AUDITOR, actor=admin)
    elif change == "revoke":
        operations.revoke_role(person, role=Role.OFFICER, actor=admin)
    elif change == "suspend":
        operations.suspend(person, reason="left", actor=admin)
    elif change == "password":
        operations.change_password(
            person, current=PASSWORD, password="four other good words", actor=me
        )
    else:
        operations.sign_out_everywhere(person, actor=me)

    assert queries.live_session(token, clock.now()) is None


def test_a_role_is_held_once(session, mails):
    person, admin = somebody(), an_admin()

    for _time in range(2):
        operations.grant_role(person, role=Role.AUDITOR, actor=admin)

    assert [grant.role for grant in person.grants if not grant.revoked_at] == [Role.AUDITOR]
    assert len(mails(to=person.email)) == 1


def test_a_suspended_newcomer_is_invited_again_when_reinstated(session, mails):
    person = operations.invite(name="Anna", email="anna@example.org", language="en", actor=SYSTEM)
    operations.suspend(person, reason="wrong address", actor=an_admin())

    operations.reinstate(person, reason="it was right", actor=an_admin())

    assert person.state is State.INVITED
    operations.activate(token=token_in(mails()[-1]), password=PASSWORD)


def test_a_suspended_account_cannot_be_suspended_again(session):
    person = somebody()
    operations.suspend(person, reason="left", actor=an_admin())

    with pytest.raises(IllegalStep):
        operations.suspend(person, reason="left", actor=an_admin())


def test_an_address_has_one_account(session):
    person = somebody()

    with pytest.raises(RuleBroken, match="already an account"):
        operations.invite(name="X", email=person.email.upper(), language="en", actor=SYSTEM)


def test_an_unknown_address_costs_as_much_as_a_wrong_password(app):
    known = operations.hash_password(PASSWORD)

    assert operations.password_is_right(None, PASSWORD) is False
    assert operations.password_is_right(known, "another one") is False
    assert operations.password_is_right(known, PASSWORD) is True
