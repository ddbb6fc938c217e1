"""Who may do what with vouchers: rows are people, columns verbs."""

from portal.core.actors import Actor, Role
from portal.vouchers import policy
from portal.vouchers.states import Action
from tests.partners.builders import a_membership, a_person, acting
from tests.projects.builders import an_officer
from tests.vouchers.builders import a_scene, a_voucher, an_offer

VERBS = ("see", "sign", "withdraw", "terminate")
MAY = {
    "holder": "see sign withdraw",
    "manager of the project": "see sign withdraw terminate",
    "manager who speaks for the firm": "see sign withdraw",
    "member of the consortium": "see",
    "officer": "see withdraw terminate",
    "officer who speaks for the firm": "see sign withdraw",
    "verifier": "see",
    "auditor": "see",
    "administrator": "",
    "manager of nothing": "",
    "stranger": "",
}


def people(scene) -> dict[str, Actor]:
    both, officer = a_person(), a_person()
    a_membership(scene.firm, both)
    a_membership(scene.cast.clusters[0], both)
    a_membership(scene.firm, officer)
    return {
        "holder": scene.holder,
        "manager of the project": scene.other_manager,
        "manager who speaks for the firm": acting(both, Role.MANAGER),
        "member of the consortium": acting(scene.cast.people[0]),
        "officer": an_officer(),
        "officer who speaks for the firm": acting(officer, Role.OFFICER),
        "verifier": acting(a_person(), Role.VERIFIER),
        "auditor": acting(a_person(), Role.AUDITOR),
        "administrator": acting(a_person(), Role.ADMIN),
        "manager of nothing": acting(a_person(), Role.MANAGER),
        "stranger": acting(a_person()),
    }


def test_each_person_may_do_exactly_this_with_a_voucher(session):
    scene = a_scene()
    voucher = an_offer(scene)

    found = {
        who: " ".join(verb for verb in VERBS if getattr(policy, f"may_{verb}")(actor, voucher))
        for who, actor in people(scene).items()
    }

    assert found == MAY


def test_who_sees_a_voucher_finds_it_in_the_list(session):
    scene = a_scene()
    voucher = an_offer(scene)

    for who, actor in people(scene).items():
        listed = session.scalars(policy.visible_to(actor)).all()
        assert (voucher in listed) == ("see" in MAY[who].split()), who


def test_managers_and_officers_award_but_never_to_their_own_firm(session):
    scene = a_scene()
    found = people(scene)

    may = {who for who, actor in found.items() if policy.may_award(actor, scene.project)}
    may_this = {
        who for who, actor in found.items() if policy.may_award(actor, scene.project, scene.firm)
    }

    assert may - may_this == {"manager who speaks for the firm", "officer who speaks for the firm"}
    assert may_this == {"manager of the project", "officer"}
    assert {
        who for who, actor in found.items() if policy.may_define_instrument(actor, scene.project)
    } == may


def test_what_is_offered_is_what_state_and_permission_allow(session):
    scene = a_scene()
    offered, signed = an_offer(scene), a_voucher(scene)

    assert policy.available(scene.holder, offered) == (Action.SIGN, Action.WITHDRAW)
    assert policy.available(scene.holder, signed) == ()
    assert policy.available(scene.manager, signed) == (Action.TERMINATE,)
