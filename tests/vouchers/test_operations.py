"""Award, signature, withdrawal, termination: the money, the cap, the trail."""

from datetime import timedelta

import pytest

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.core.steps import from_json
from portal.ledger import queries as ledger
from portal.projects import operations as projects
from portal.projects import queries as project_queries
from portal.projects.rules.agreement import fingerprint
from portal.vouchers import operations, queries
from portal.vouchers.rules.instruments import NEPTUNE
from portal.vouchers.states import State
from tests.partners.builders import a_membership, a_person, acting, an_assessment, an_organisation
from tests.projects.builders import a_project, an_officer
from tests.vouchers.builders import a_scene, a_voucher, an_instrument, an_offer, asked


def line(voucher):
    return ledger.line(voucher.line_id)


def used(scene):
    return queries.cap_standing(scene.project.id, scene.firm.id, clock.today()).used_cents


def refusal(scene, **overrides):
    with pytest.raises(RuleBroken) as refused:
        an_offer(scene, **overrides)
    return {fault.rule: fault for fault in refused.value.faults}


def test_an_award_commits_the_money_and_counts_against_the_cap(session):
    scene = a_scene()

    voucher = an_offer(scene)

    assert voucher.state is State.OFFERED
    assert (line(voucher).committed_cents, used(scene)) == (2_000_000, 2_000_000)
    assert [part.amount_cents for part in voucher.instalments] == [1_000_000, 1_000_000]
    assert queries.cap_mismatches() == []
    assert ledger.mismatches() == []


def test_an_award_explains_itself_on_the_row_and_in_the_trail(session):
    scene = a_scene()

    voucher = an_offer(scene)

    codes = [step.code for step in from_json(voucher.steps)]
    assert codes == [
        "verified",
        "sme",
        "country",
        "not_in_consortium",
        "declarations",
        "amount",
        "cap",
        "envelope",
        "sme_not_confirmed",
    ]
    assert trail_of(voucher.ref)[0].details["steps"] == voucher.steps


def test_several_vouchers_of_one_firm_share_its_cap(session):
    scene = a_scene()
    an_offer(scene, amount_cents=4_500_000)

    found = refusal(scene, amount_cents=1_500_001)
    assert found["V-01"].inputs["used_cents"] == 4_500_000
    an_offer(scene, amount_cents=1_500_000)

    assert used(scene) == 6_000_000
    assert "V-01" in refusal(scene, amount_cents=100_000)


def test_the_cap_keeps_its_source_on_the_row(session):
    scene = a_scene()
    an_offer(scene)

    standing = queries.cap_standing(scene.project.id, scene.firm.id, clock.today())

    assert standing.left_cents == 4_000_000
    assert "60 000 EUR" in standing.source


def test_an_instrument_outside_the_cap_leaves_it_alone(session):
    scene = a_scene(instrument={"counts_towards_cap": False})

    voucher = an_offer(scene)
    operations.withdraw(voucher, reason="Not needed", actor=scene.manager)

    assert used(scene) == 0
    assert queries.cap_mismatches() == []


def test_vouchers_of_another_project_only_warn(session):
    scene, other = a_scene(), a_scene()
    first = an_offer(other, holder=scene.firm, actor=other.manager)

    voucher = an_offer(scene)

    warned = {step.code: step for step in from_json(voucher.steps)}["same_title"]
    assert warned.values["ref"] == first.ref
    assert used(scene) == 2_000_000


def test_a_partner_and_its_group_receive_no_voucher(session):
    scene = a_scene()
    scene.cast.clusters[0].legal_group = "Groupe Midi"
    scene.firm.legal_group = "Groupe Midi"
    session.flush()

    assert "V-22" in refusal(scene)
    assert "V-22" in refusal(scene, holder=scene.cast.clusters[1], actor=an_officer())


def test_every_fault_is_told_at_once(session):
    scene = a_scene()
    stranger = an_organisation(country="CH")

    found = refusal(
        scene,
        holder=stranger,
        exclusion_declared=False,
        amount_cents=1,
        starts_on=scene.project.ends_on,
    )

    assert {"V-02", "6.7"} <= set(found)


def test_a_declaration_that_is_too_old_is_no_sme_status(session):
    scene = a_scene()

    with clock.at(clock.now() + timedelta(days=400)):
        found = refusal(scene, starts_on=clock.today())

    assert found["V-02"].field == "holder"


def test_a_project_not_yet_signed_or_suspended_awards_nothing(session):
    scene = a_scene()
    projects.suspend(scene.project, reason="Accounts", actor=an_officer())

    assert "PRJ-04" in refusal(scene)


def test_a_project_without_envelope_awards_nothing(session):
    scene = a_scene()
    bare = a_project(scene.cast, costs=((0, "personnel", 1_000_000, False),), indirect_cents=0)
    kind = an_instrument(bare, scene.manager)

    with pytest.raises(RuleBroken) as refused:
        operations.award(bare, **asked(scene, instrument=kind))

    assert refused.value.faults[0].rule == "I1"


def test_the_envelope_bounds_an_award(session):
    scene = a_scene()
    envelope = project_queries.budget_of(scene.project.id)[-2]
    rows = {row.code: row.line_id for row in project_queries.budget_of(scene.project.id)}
    projects.shift_budget(
        scene.project,
        from_line_id=envelope.line_id,
        to_line_id=rows["2-TRAVEL"],
        cents=58_000_001,
        reason="Fewer vouchers",
        actor=scene.manager,
    )

    assert refusal(scene)["I1"].inputs["left_cents"] == 1_999_999


def test_the_mentor_is_one_of_the_project(session):
    scene = a_scene()

    assert "V-MENTOR" in refusal(scene, mentor=a_person())
    assert an_offer(scene, mentor=scene.cast.people[1]).mentor_id == scene.cast.people[1].id


def test_the_firm_is_told_of_the_offer(session, mails):
    scene = a_scene()

    voucher = an_offer(scene)

    told = [mail for mail in mails() if voucher.ref in mail.body]
    assert {mail.recipient_name for mail in told} >= {"Hana Holder"}
    assert all("€20,000.00" in mail.subject for mail in told)


def test_two_people_sign_and_the_second_signature_binds_the_money(session):
    scene = a_scene()
    voucher = an_offer(scene)

    operations.sign(voucher, actor=scene.holder)
    assert line(voucher).committed_cents == 2_000_000
    operations.sign(voucher, actor=scene.other_manager)

    voucher = queries.by_ref(voucher.ref)
    assert voucher.state is State.SIGNED
    assert (line(voucher).committed_cents, line(voucher).bound_cents) == (0, 2_000_000)
    assert {one.fingerprint for one in voucher.signatures} == {fingerprint(voucher.agreement)}


def test_somebody_of_both_sides_signs_for_the_firm_only(session):
    scene = a_scene()
    a_membership(scene.firm, scene.cast.people[0])
    voucher = an_offer(scene, actor=scene.other_manager)
    operations.sign(voucher, actor=scene.manager)

    with pytest.raises(RuleBroken):
        operations.sign(voucher, actor=scene.manager)


def test_nobody_awards_to_the_firm_they_speak_for(session):
    scene = a_scene()
    a_membership(scene.firm, scene.cast.people[0])

    with pytest.raises(NotAllowed):
        an_offer(scene)


def test_a_suspended_project_does_not_bind_new_money(session):
    scene = a_scene()
    voucher = an_offer(scene)
    operations.sign(voucher, actor=scene.holder)
    projects.suspend(scene.project, reason="Accounts", actor=an_officer())

    with pytest.raises(RuleBroken):
        operations.sign(voucher, actor=scene.manager)


@pytest.mark.parametrize("who", ["holder", "manager"])
def test_a_withdrawn_offer_gives_money_and_cap_back(session, who):
    scene = a_scene()
    voucher = an_offer(scene)

    operations.withdraw(voucher, reason="Another plan", actor=getattr(scene, who))

    assert queries.by_ref(voucher.ref).state is State.WITHDRAWN
    assert (line(voucher).available_cents, used(scene)) == (60_000_000, 0)
    assert queries.cap_mismatches() == []


def test_a_signed_voucher_is_not_withdrawn_but_terminated(session):
    scene = a_scene()
    voucher = a_voucher(scene)

    with pytest.raises(IllegalStep):
        operations.withdraw(voucher, reason="Too late", actor=scene.manager)
    operations.terminate(voucher, reason="The firm moved away", actor=scene.manager)

    assert queries.by_ref(voucher.ref).state is State.TERMINATED
    assert (line(voucher).bound_cents, used(scene)) == (0, 0)
    assert queries.cap_mismatches() == []


def test_an_instrument_code_is_used_once_in_a_project(session):
    scene = a_scene()

    assert an_instrument(a_project(), an_officer()).code == scene.instrument.code
    with pytest.raises(Exception, match="voucher_instrument"):
        an_instrument(scene.project, scene.manager)


def test_a_published_instrument_can_be_taken_over(session):
    scene = a_scene()
    preset = NEPTUNE[0]

    kind = an_instrument(
        scene.project,
        scene.manager,
        code=preset.code,
        amount_mode=preset.amount_mode,
        min_cents=preset.min_cents,
        max_cents=preset.max_cents,
        instalments=preset.instalments,
    )

    assert [one.code for one in queries.instruments_of(scene.project.id)] == ["INNO", kind.code]


def test_a_newly_confirmed_firm_is_awarded_without_warning(session):
    scene = a_scene()
    other = an_organisation(a_person())
    an_assessment(other)

    voucher = an_offer(scene, holder=other)

    assert acting(a_person()).id != voucher.awarded_by_id
    assert from_json(voucher.steps)[-1].code == "sme_not_confirmed"
