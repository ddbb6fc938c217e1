"""Who may do what, asked of the permissions with the people of a real database."""

from portal.core import clock
from portal.core.actors import Role
from portal.payments.separation import queries, rules
from portal.payments.separation.rules import Act, Way
from tests.payments.builders import a_circuit, a_payee, a_payment, a_person, acting
from tests.payments.delegations.builders import a_delegation


def found():
    people = queries.people_on(clock.today())
    return people, queries.duties(people.values())


def test_the_permissions_let_nobody_act_twice_and_four_are_needed(session):
    people = a_circuit()
    a_person(*Role)

    _people, duties = found()

    assert duties.twice == frozenset()
    assert Way(people.verifier.id, people.verifier.id) in duties.ways[Act.VERIFY]
    assert len(set(rules.fewest_chain(duties).values())) == rules.FEWEST_PEOPLE
    assert queries.tasks_for(acting(a_person(), Role.ADMIN)) == []


def test_three_people_raise_an_alarm_on_the_desk_of_administrators(session):
    for _ in range(3):
        a_person(Role.OFFICER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT)

    (task,) = queries.tasks_for(acting(a_person(), Role.ADMIN))

    assert (task.endpoint, "3 people" in task.title) == ("separation.show", True)
    assert queries.tasks_for(acting(a_person(), Role.OFFICER)) == []


def test_a_permission_that_forgot_who_signed_would_be_found(session):
    person = a_person(Role.VERIFIER, Role.AUTHORISER)
    people = queries.people_on(clock.today()).values()
    forgetful = {Act.AUTHORISE: lambda actor, _payment, _lent: actor.has(Role.AUTHORISER)}

    duties = queries.duties(people, may=queries.MAY | forgetful)

    assert duties.twice == {(person.id, Act.VERIFY, Act.AUTHORISE)}


def test_a_right_in_force_counts_in_the_name_of_its_owner(session):
    lent = a_delegation(role=Role.AUTHORISER)

    people, duties = found()

    assert Way(lent.delegate_id, lent.delegator_id) in duties.ways[Act.AUTHORISE]
    assert people[lent.delegate_id].lent[0].ref == lent.ref


def test_who_signs_and_belongs_to_a_payee_is_named(session):
    member, other = a_person(Role.VERIFIER), a_person(Role.VERIFIER)
    payee = a_payee(members=(member,))
    a_payee(members=(other,))
    a_payment(payee=payee)

    people, _duties = found()

    assert people[member.id].payees == (payee.legal_name,)
    assert people[other.id].payees == ()
