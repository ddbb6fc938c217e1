"""The wait of an account that replaces another, the call-back that lifts it, the hold it makes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.core.refusals import refusal
from portal.partners.bank_accounts import operations, queries
from portal.partners.bank_accounts.states import Hold, State
from tests.partners.builders import (
    A_PDF,
    IBAN_FR,
    a_membership,
    a_person,
    acting,
    an_account,
    an_organisation,
)

NOVEMBER = datetime(2026, 11, 25, 10, tzinfo=UTC)


def a_firm(*members):
    """An organisation whose members have long acted for it."""
    with clock.at(NOVEMBER - timedelta(days=365)):
        return an_organisation(*members)


def an_officer():
    return acting(a_person(), Role.OFFICER)


def proposed(organisation, person, **said):
    return operations.propose(
        organisation,
        **{
            "holder": "Atelier Garonne",
            "iban": IBAN_FR,
            "bic": "",
            "evidence": (A_PDF, "rib.pdf"),
            "actor": acting(person),
            **said,
        },
    )


def fields(broken: pytest.ExceptionInfo[RuleBroken]) -> list[str | None]:
    return [fault.field for fault in broken.value.faults]


def called(account, actor, **said):
    """The wait is lifted after a call of a moment ago."""
    return operations.lift(
        account,
        **{
            "called_name": "Lucie Bernard",
            "called_number": "+33 5 61 00 00 00",
            "called_at": clock.now(),
            "note": "She has changed banks.",
            "actor": actor,
            **said,
        },
    )


def hold_of(account, day=None):
    return queries.holds_on([account], day or clock.today()).get(account.id)


def test_the_first_account_ever_receives_payments_at_once(session, mails) -> None:
    member = a_person()
    account = proposed(a_firm(member), member)

    with clock.at(NOVEMBER):
        operations.validate(account, actor=an_officer())

        assert account.usable_from == clock.today()
        assert hold_of(account) is None
    assert "now go to the account" in mails(to=member.email)[-1].body


@pytest.mark.parametrize("state", [State.VALIDATED, State.FROZEN, State.RETIRED])
def test_an_account_that_replaces_any_other_waits_thirty_days(session, mails, state) -> None:
    member = a_person()
    organisation = a_firm(member)
    with clock.at(NOVEMBER - timedelta(days=90)):
        before = an_account(organisation, validated_by_id=a_person().id, validated_at=clock.now())
        if state is State.FROZEN:
            operations.freeze(before, reason="A doubt", actor=an_officer())
        if state is State.RETIRED:
            operations.retire(before, reason="Closed", actor=an_officer())

    with clock.at(NOVEMBER):
        account = proposed(organisation, member)
        operations.validate(account, actor=an_officer())

    last = datetime(2026, 12, 24).date()
    assert account.usable_from == last + timedelta(days=1)
    assert hold_of(account, last) is Hold.WAITING
    assert hold_of(account, account.usable_from) is None
    assert "25 December 2026" in mails(to=member.email)[-1].body
    assert trail_of(account.ref)[0].details["usable_from"] == "2026-12-25"


def test_a_proposal_that_was_never_validated_makes_nobody_wait(session) -> None:
    member = a_person()
    organisation = a_firm(member)
    mistyped = proposed(organisation, member)
    operations.retire(mistyped, reason="Wrong number", actor=acting(member))
    account = proposed(organisation, member)

    operations.validate(account, actor=an_officer())

    assert account.usable_from == clock.today()


def test_a_frozen_account_validated_again_keeps_its_first_validator_and_its_wait(session) -> None:
    member, first, second = a_person(), an_officer(), an_officer()
    organisation = a_firm(member)
    with clock.at(NOVEMBER - timedelta(days=90)):
        an_account(organisation)
    with clock.at(NOVEMBER):
        account = proposed(organisation, member)
        operations.validate(account, actor=first)
        vouched = (account.validated_by_id, account.validated_at, account.usable_from)
        operations.freeze(account, reason="A doubt", actor=acting(member))
    with clock.at(NOVEMBER + timedelta(days=10)):
        operations.validate(account, actor=second)

    assert (account.validated_by_id, account.validated_at, account.usable_from) == vouched
    assert account.confirmed_by_id == second.id
    assert hold_of(account, NOVEMBER.date() + timedelta(days=29)) is Hold.WAITING
    assert hold_of(account, account.usable_from) is None


def test_a_change_under_way_holds_payments_until_it_is_withdrawn(session) -> None:
    member = a_person()
    organisation = a_firm(member)
    account, stranger = an_account(organisation), an_account(a_firm())

    change = proposed(organisation, member)
    held = hold_of(account), hold_of(stranger)
    operations.retire(change, reason="Not ours", actor=an_officer())

    assert held == (Hold.CHANGING, None)
    assert hold_of(account) is None


def waiting(member):
    """An account of the member's organisation in its waiting period, and who validated it."""
    organisation, officer = a_firm(member), an_officer()
    an_account(organisation)
    account = proposed(organisation, member)
    return operations.validate(account, actor=officer), officer


def test_a_call_back_by_a_second_person_lifts_the_wait(session, mails) -> None:
    lucie, marek = a_person("Lucie"), a_person("Marek")
    account, _validator = waiting(lucie)
    a_membership(account.organisation, marek)
    other = an_officer()

    called(account, other)

    assert hold_of(account) is None
    assert (account.lifted_by_id, account.called_name) == (other.id, "Lucie Bernard")
    entry = trail_of(account.ref)[0]
    assert (entry.verb, entry.reason) == ("bank_account.lift", "She has changed banks.")
    assert entry.details["called_number"] == "+33 5 61 00 00 00"
    for person in (lucie, marek):
        assert "Lucie Bernard" in mails(to=person.email)[-1].body
    with pytest.raises(RuleBroken):
        called(account, an_officer())


def test_proposer_validator_and_member_do_not_lift_the_wait(session) -> None:
    member, colleague = a_person(), a_person()
    account, validator = waiting(member)
    a_membership(account.organisation, colleague)

    for actor in (acting(member, Role.OFFICER), validator, acting(colleague, Role.OFFICER)):
        with pytest.raises(NotAllowed):
            called(account, actor)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"called_name": " "}, "called_name"),
        ({"called_number": ""}, "called_number"),
        ({"note": " "}, "note"),
        ({"called_at": datetime(2020, 1, 1, tzinfo=UTC)}, "called_at"),
        ({"called_at": datetime(2099, 1, 1, tzinfo=UTC)}, "called_at"),
    ],
)
def test_a_call_back_without_its_facts_lifts_nothing(app, session, said, field) -> None:
    account, _validator = waiting(a_person())

    with app.test_request_context(), pytest.raises(RuleBroken) as broken:
        called(account, an_officer(), **said)

    assert fields(broken) == [field]
    assert account.lifted_at is None


def test_an_account_that_does_not_wait_has_no_wait_to_lift(session) -> None:
    with pytest.raises(RuleBroken, match="does not wait"):
        called(an_account(a_firm()), an_officer())
    with pytest.raises(IllegalStep):
        called(an_account(a_firm(), State.FROZEN), an_officer())


def test_who_lifted_the_wait_does_not_validate_the_account_again(session) -> None:
    member, other = a_person(), an_officer()
    account, validator = waiting(member)
    called(account, other)
    operations.freeze(account, reason="A doubt", actor=acting(member))

    with pytest.raises(NotAllowed):
        operations.validate(account, actor=other)
    operations.validate(account, actor=validator)

    assert hold_of(account) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"iban": "DE89370400440532013000"},
        {"holder": "Somebody else"},
        {"validated_by_id": 1},
        {"usable_from": datetime(2020, 1, 1).date()},
        {"usable_from": None},
        {"called_number": "another"},
    ],
)
def test_the_database_itself_keeps_what_was_vouched_for(session, changed) -> None:
    account, _validator = waiting(a_person())
    called(account, an_officer())

    for name, value in changed.items():
        setattr(account, name, value)
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize("who", ["proposed_by_id", "validated_by_id", "confirmed_by_id"])
def test_the_database_itself_wants_a_second_person_for_the_call_back(session, who) -> None:
    account, _validator = waiting(a_person())
    account.confirmed_by_id, account.confirmed_at = a_person().id, clock.now()
    account.lifted_by_id, account.lifted_at = getattr(account, who), clock.now()
    account.called_at, account.called_name = account.proposed_at, "Lucie"
    account.called_number, account.call_note = "1", "Yes"

    with pytest.raises(IntegrityError) as refused:
        db.session.flush()

    assert refusal(refused.value).faults[0].rule == "four-eyes"


def test_the_desk_asks_a_second_person_to_lift_the_wait(session) -> None:
    account, validator = waiting(a_person())
    other = an_officer()

    assert [task.ref for task in queries.tasks_for(other)] == [account.ref]
    assert queries.tasks_for(validator) == []
    called(account, other)
    assert queries.tasks_for(an_officer()) == []
