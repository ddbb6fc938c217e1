"""Accounts proposed, validated by somebody from outside, frozen and retired."""

import pytest
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEntry
from portal.audit.queries import trail_of
from portal.core.actors import Role
from portal.core.db import db
from portal.core.errors import IllegalStep, NotAllowed, NotFound, RuleBroken
from portal.core.refusals import refusal
from portal.partners.bank_accounts import operations, queries
from portal.partners.bank_accounts.states import State
from tests.partners.builders import (
    A_PDF,
    IBAN_FR,
    a_person,
    acting,
    an_account,
    an_iban,
    an_organisation,
)


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


def test_a_member_proposes_an_account_and_every_member_learns_of_it(session, mails) -> None:
    lucie, marek = a_person("Lucie"), a_person("Marek")
    organisation = an_organisation(lucie, marek)

    account = proposed(organisation, lucie, iban="FR14 2004 1010 0505 0001 3M02 606")

    assert (account.state, account.iban) == (State.PROPOSED, IBAN_FR)
    assert account.evidence.name == "rib.pdf"
    assert queries.valid_account_of(organisation.id) is None
    for person in (lucie, marek):
        (mail,) = mails(to=person.email)
        assert "FR14\u00a0……\u00a02606" in mail.body
        assert IBAN_FR not in mail.body


def test_the_whole_number_never_enters_the_trail(session) -> None:
    person = a_person()
    organisation = an_organisation(person)

    account = proposed(organisation, person)
    operations.validate(account, actor=an_officer())
    operations.freeze(account, reason="A doubt", actor=an_officer())
    operations.retire(account, reason="Closed", actor=an_officer())

    entries = trail_of(account.ref)
    assert len(entries) == 4
    for entry in entries:
        said = f"{entry.before}{entry.after}{entry.details}"
        assert IBAN_FR not in said
        assert IBAN_FR[4:-4] not in said
    assert entries[-1].after["ending"] == "2606"


def test_everything_wrong_with_a_proposal_is_told_at_once(session) -> None:
    person = a_person()
    organisation = an_organisation(person)

    with pytest.raises(RuleBroken) as broken:
        proposed(organisation, person, iban="FR14", bic="x", evidence=None)
    with pytest.raises(RuleBroken) as no_document:
        proposed(organisation, person, evidence=(b"MZ not a document", "rib.pdf"))

    assert fields(broken) == ["iban", "bic", "evidence"]
    assert fields(no_document) == ["evidence"]


def test_the_same_account_is_not_proposed_twice(session) -> None:
    person = a_person()
    organisation = an_organisation(person)
    proposed(organisation, person)

    with pytest.raises(IntegrityError) as refused:
        proposed(organisation, person)

    broken = refusal(refused.value)
    assert isinstance(broken, RuleBroken)
    assert broken.faults[0].field == "iban"


def test_a_validated_account_retires_the_one_before(session, mails) -> None:
    person = a_person()
    organisation = an_organisation(person)
    before = an_account(organisation)
    frozen = an_account(organisation, State.FROZEN)
    account = proposed(organisation, person)
    officer = an_officer()

    operations.validate(account, actor=officer)

    assert (account.state, account.validated_by_id) == (State.VALIDATED, officer.id)
    for old in (before, frozen):
        assert (old.state, old.replaced_by_id) == (State.RETIRED, account.id)
        assert trail_of(old.ref)[0].details["replaced_by"] == account.ref
    assert queries.valid_account_of(organisation.id) == account
    assert len(mails(to=person.email)) == 2


@pytest.mark.parametrize("roles", [(Role.OFFICER,), (Role.ACCOUNTANT,)])
def test_nobody_vouches_for_an_account_they_proposed_or_benefit_from(
    session, roles: tuple[Role, ...]
) -> None:
    member, colleague = a_person(), a_person()
    organisation = an_organisation(member, colleague)
    account = proposed(organisation, member)

    for person in (member, colleague):
        with pytest.raises(NotAllowed):
            operations.validate(account, actor=acting(person, *roles))


def test_the_database_itself_wants_two_people(session) -> None:
    account = an_account(an_organisation(), State.PROPOSED)

    account.state = State.VALIDATED
    account.validated_by_id, account.validated_at = account.proposed_by_id, account.proposed_at
    with pytest.raises(IntegrityError) as refused:
        db.session.flush()

    broken = refusal(refused.value)
    assert isinstance(broken, RuleBroken)
    assert broken.faults[0].rule == "four-eyes"


def test_the_database_itself_keeps_one_validated_account(session) -> None:
    organisation = an_organisation()
    an_account(organisation)

    with pytest.raises(IntegrityError) as refused:
        an_account(organisation)

    assert isinstance(refusal(refused.value), RuleBroken)


def test_a_shared_account_is_validated_only_with_an_answer(app, session) -> None:
    person = a_person()
    organisation, other = an_organisation(person), an_organisation(legal_name="Cap Digital")
    an_account(other, iban=IBAN_FR)
    account = proposed(organisation, person)

    with app.test_request_context(), pytest.raises(RuleBroken) as broken:
        operations.validate(account, actor=an_officer())
    operations.validate(account, actor=an_officer(), shared_reason="One account since the merger")

    assert fields(broken) == ["shared_reason"]
    assert account.shared_reason == "One account since the merger"
    entry = trail_of(account.ref)[0]
    assert (entry.details["shared_with"], entry.reason) == ([other.ref], account.shared_reason)


def test_a_retired_account_of_another_is_not_shared(session) -> None:
    person = a_person()
    an_account(an_organisation(), State.RETIRED, iban=IBAN_FR)
    account = proposed(an_organisation(person), person)

    operations.validate(account, actor=an_officer())

    assert account.state is State.VALIDATED


def test_a_frozen_account_gets_no_money_until_it_is_validated_again(session, mails) -> None:
    member = a_person()
    organisation = an_organisation(member)
    account = an_account(organisation)

    with pytest.raises(RuleBroken):
        operations.freeze(account, reason=" ", actor=acting(member))
    operations.freeze(account, reason="Strange call", actor=acting(member))
    frozen = queries.valid_account_of(organisation.id)
    operations.validate(account, actor=an_officer())

    assert frozen is None
    assert queries.valid_account_of(organisation.id) == account
    assert "Strange call" in mails(to=member.email)[0].body


def test_a_retired_account_never_comes_back(session) -> None:
    member = a_person()
    account = an_account(an_organisation(member))

    operations.retire(account, reason="Bank closed", actor=acting(member))

    assert account.retired_at is not None
    for comeback in (
        lambda: operations.validate(account, actor=an_officer()),
        lambda: operations.freeze(account, reason="x", actor=an_officer()),
        lambda: operations.retire(account, reason="x", actor=an_officer()),
    ):
        with pytest.raises(IllegalStep):
            comeback()


def test_strangers_change_nothing(session) -> None:
    stranger = acting(a_person())
    organisation = an_organisation()
    account = an_account(organisation)

    for attempt in (
        lambda: proposed(organisation, a_person()),
        lambda: operations.validate(account, actor=stranger),
        lambda: operations.freeze(account, reason="x", actor=stranger),
        lambda: operations.retire(account, reason="x", actor=stranger),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert db.session.query(AuditEntry).filter_by(subject=account.ref).count() == 0


def test_lists_show_each_their_own_and_tasks_go_to_those_who_may_validate(session) -> None:
    member = a_person()
    ours, theirs = an_organisation(member), an_organisation()
    mine = an_account(ours, State.PROPOSED, proposed_by_id=member.id)
    foreign = an_account(theirs, iban=an_iban())
    officer = a_person()
    own = an_account(an_organisation(officer), State.PROPOSED)

    def listed(actor, **asked):
        return {found.ref for found in db.session.scalars(queries.listed(actor, **asked))}

    assert listed(acting(officer, Role.OFFICER)) == {mine.ref, foreign.ref, own.ref}
    assert listed(acting(member)) == {mine.ref}
    assert listed(acting(a_person())) == set()
    assert listed(acting(officer, Role.OFFICER), state=State.VALIDATED) == {foreign.ref}
    assert listed(acting(officer, Role.OFFICER), text=theirs.legal_name) == {foreign.ref}
    assert [task.ref for task in queries.tasks_for(acting(officer, Role.OFFICER))] == [mine.ref]
    assert queries.tasks_for(acting(member)) == []


def test_many_organisations_are_asked_for_their_account_in_one_query(session) -> None:
    one, other, none = an_organisation(), an_organisation(), an_organisation()
    accounts = {one.id: an_account(one), other.id: an_account(other)}
    an_account(none, State.PROPOSED)

    assert queries.valid_accounts_of([one.id, other.id, none.id]) == accounts
    assert queries.valid_accounts_of([]) == {}
    assert queries.newest_of(none.id).state is State.PROPOSED
    with pytest.raises(NotFound):
        queries.by_ref("ACC-1999-0001")
