"""Who may do what with milestones: rows are people, columns verbs."""

from portal.core.actors import Role
from portal.vouchers.milestones import policy, queries
from portal.vouchers.milestones.states import Action
from tests.partners.builders import a_membership, a_person, acting
from tests.projects.builders import an_officer
from tests.vouchers.builders import a_scene, a_voucher, an_offer

VERBS = ("see", "submit", "accept", "send_back", "postpone")
MAY = {
    "holder": "see submit",
    "manager": "see accept send_back postpone",
    "mentor": "see postpone",
    "manager who speaks for the firm": "see submit",
    "member of the consortium": "see",
    "officer": "see postpone",
    "auditor": "see",
    "stranger": "",
}


def test_each_person_may_do_exactly_this_with_a_milestone(session):
    scene = a_scene()
    milestone = queries.of_voucher(a_voucher(scene, mentor=scene.cast.people[0]))[0]
    both = a_person()
    a_membership(scene.firm, both)
    a_membership(scene.cast.clusters[0], both)
    people = {
        "holder": scene.holder,
        "manager": scene.other_manager,
        "mentor": scene.manager,
        "manager who speaks for the firm": acting(both, Role.MANAGER),
        "member of the consortium": acting(scene.cast.people[1]),
        "officer": an_officer(),
        "auditor": acting(a_person(), Role.AUDITOR),
        "stranger": acting(a_person()),
    }

    found = {
        who: " ".join(verb for verb in VERBS if getattr(policy, f"may_{verb}")(actor, milestone))
        for who, actor in people.items()
    }

    assert found == MAY


def test_nothing_is_offered_while_the_voucher_is_not_in_force(session):
    scene = a_scene()
    offered = queries.by_number(an_offer(scene).ref, 1)
    signed = queries.by_number(a_voucher(scene).ref, 1)

    assert policy.available(scene.holder, offered) == ()
    assert policy.available(scene.holder, signed) == (Action.SUBMIT,)
    assert policy.available(scene.manager, signed) == (Action.POSTPONE,)
