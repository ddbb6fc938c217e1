"""Proof, review, acceptance: what is due, what goes back, when the voucher closes."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.errors import IllegalStep, NotAllowed, RuleBroken
from portal.ledger import queries as ledger
from portal.payments import queries as payments
from portal.vouchers import operations as voucher_operations
from portal.vouchers import queries as vouchers
from portal.vouchers.milestones import operations, queries
from portal.vouchers.milestones.states import State
from portal.vouchers.states import State as VoucherState
from tests.partners.builders import A_PDF, a_membership
from tests.vouchers.builders import a_scene, a_voucher, an_offer


def send(scene, voucher, number=1):
    return operations.submit(
        queries.by_number(voucher.ref, number),
        report="It works.",
        proof=(A_PDF, "proof.pdf"),
        actor=scene.holder,
    )


def accept(scene, voucher, number=1, achievement=100, reason="", actor=None):
    milestone = queries.by_number(voucher.ref, number)
    return operations.accept(
        milestone, achievement=achievement, reason=reason, actor=actor or scene.manager
    )


def line(voucher):
    return ledger.line(voucher.line_id)


def test_an_instalment_for_which_nothing_was_sent_is_due_and_has_no_row(session):
    voucher = a_voucher(a_scene())

    first, second = queries.of_voucher(voucher)

    assert (first.state, first.ref) == (State.DUE, f"{voucher.ref}/1")
    assert first not in session.new
    assert second.due_on == voucher.ends_on


def test_proof_is_kept_and_waits_for_review(session):
    scene = a_scene()
    voucher = a_voucher(scene)

    send(scene, voucher)

    milestone = queries.by_ref(f"{voucher.ref}/1")
    assert milestone.state is State.SUBMITTED
    assert [(one.file.name, one.report) for one in milestone.proofs] == [("proof.pdf", "It works.")]
    assert [found.id for found in session.scalars(queries.to_review(scene.manager))] == [
        milestone.id
    ]


def test_proof_needs_a_document_and_a_voucher_in_force(session):
    scene = a_scene()
    signed, offered = a_voucher(scene), an_offer(scene)

    with pytest.raises(RuleBroken):
        operations.submit(
            queries.by_number(signed.ref, 1), report="", proof=None, actor=scene.holder
        )
    with pytest.raises(RuleBroken):
        send(scene, offered)


def test_proof_after_the_due_day_is_refused_until_the_day_is_postponed(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    milestone = queries.by_number(voucher.ref, 1)
    late = clock.now() + timedelta(days=(milestone.due_on - clock.today()).days + 1)

    with clock.at(late):
        with pytest.raises(RuleBroken):
            send(scene, voucher)
        operations.postpone(
            queries.by_number(voucher.ref, 1),
            due_on=clock.today() + timedelta(days=10),
            reason="Illness",
            actor=scene.manager,
        )
        send(scene, voucher)

    assert queries.by_number(voucher.ref, 1).state is State.SUBMITTED


def test_a_last_milestone_postponed_makes_the_voucher_last_longer(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    later = voucher.ends_on + timedelta(days=20)

    operations.postpone(
        queries.by_number(voucher.ref, 2), due_on=later, reason="Trade fair", actor=scene.manager
    )

    assert vouchers.by_ref(voucher.ref).ends_on == later


def test_returned_proof_may_be_completed_within_30_days(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    send(scene, voucher)

    operations.send_back(
        queries.by_number(voucher.ref, 1), reason="No figures", actor=scene.manager
    )
    send(scene, voucher)

    milestone = queries.by_number(voucher.ref, 1)
    assert (milestone.state, len(milestone.proofs)) == (State.SUBMITTED, 2)


def test_acceptance_certifies_the_instalment_and_asks_for_its_payment(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    send(scene, voucher)

    milestone = accept(scene, voucher)

    (payment,) = payments.of_subject(milestone.ref)
    assert milestone.payment_id == payment.id
    assert (payment.amount_cents, payment.payee_id) == (1_000_000, scene.firm.id)
    assert payment.due_on == clock.today() + timedelta(days=30)
    assert (line(voucher).bound_cents, line(voucher).certified_cents) == (1_000_000, 1_000_000)
    assert vouchers.by_ref(voucher.ref).state is VoucherState.SIGNED


def test_a_milestone_reached_in_part_pays_less_and_gives_the_rest_back(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    send(scene, voucher)

    milestone = accept(scene, voucher, achievement=75, reason="One test missing")

    assert milestone.due_cents == 750_000
    assert line(voucher).available_cents == 60_000_000 - 2_000_000 + 250_000
    assert vouchers.by_ref(voucher.ref).released_cents == 250_000


def test_a_milestone_missed_altogether_asks_for_no_payment(session):
    scene = a_scene(with_account=False)
    voucher = a_voucher(scene)
    send(scene, voucher)

    milestone = accept(scene, voucher, achievement=0, reason="Nothing was done")

    assert (milestone.due_cents, milestone.payment_id) == (0, None)


def test_a_cut_without_reason_is_refused(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    send(scene, voucher)

    with pytest.raises(RuleBroken):
        accept(scene, voucher, achievement=50)


def test_nothing_is_due_to_a_firm_without_a_validated_account(session):
    scene = a_scene(with_account=False)
    voucher = a_voucher(scene)
    send(scene, voucher)

    with pytest.raises(RuleBroken) as refused:
        accept(scene, voucher)

    assert "no validated bank account" in str(refused.value.faults[0].message)
    assert scene.firm.legal_name in str(refused.value.faults[0].message)


def test_the_last_accepted_milestone_closes_the_voucher_and_frees_the_cap(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    for number, achievement in ((1, 100), (2, 50)):
        send(scene, voucher, number)
        reason = "" if achievement == 100 else "Half the tests"
        accept(scene, voucher, number, achievement, reason)

    closed = vouchers.by_ref(voucher.ref)

    assert (closed.state, closed.earned_cents) == (VoucherState.CLOSED, 1_500_000)
    standing = vouchers.cap_standing(scene.project.id, scene.firm.id, clock.today())
    assert standing.used_cents == 1_500_000
    assert vouchers.cap_mismatches() == []
    assert ledger.mismatches() == []


def test_a_voucher_of_20_000_of_which_12_000_are_due_counts_12_000(session):
    parts = ((60, "interim"), (40, "final"))
    scene = a_scene(instrument={"instalments": parts})
    voucher = a_voucher(scene)
    send(scene, voucher, 1)
    accept(scene, voucher, 1)
    send(scene, voucher, 2)
    accept(scene, voucher, 2, 0, "The prototype failed")

    standing = vouchers.cap_standing(scene.project.id, scene.firm.id, clock.today())

    assert standing.used_cents == 1_200_000
    an_offer(scene, amount_cents=4_800_000)


def test_a_terminated_voucher_counts_what_was_due_and_its_milestones_stand_still(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    send(scene, voucher)
    accept(scene, voucher)
    send(scene, voucher, 2)

    voucher_operations.terminate(vouchers.by_ref(voucher.ref), reason="Moved", actor=scene.manager)

    assert (
        vouchers.cap_standing(scene.project.id, scene.firm.id, clock.today()).used_cents
        == 1_000_000
    )
    with pytest.raises(RuleBroken):
        accept(scene, voucher, 2)


def test_the_mentor_never_reviews(session):
    scene = a_scene()
    voucher = a_voucher(scene, mentor=scene.cast.people[0])
    send(scene, voucher)

    with pytest.raises(NotAllowed):
        accept(scene, voucher)
    assert accept(scene, voucher, actor=scene.other_manager).state is State.ACCEPTED


def test_nobody_reviews_for_their_own_firm(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    a_membership(scene.firm, scene.cast.people[0])
    send(scene, voucher)

    with pytest.raises(NotAllowed):
        accept(scene, voucher)


def test_an_accepted_milestone_is_accepted_once(session):
    scene = a_scene()
    voucher = a_voucher(scene)
    send(scene, voucher)
    accept(scene, voucher)

    with pytest.raises(IllegalStep):
        accept(scene, voucher)


def test_what_waits_is_on_the_desk_of_those_who_can_do_it(session):
    scene = a_scene()
    offered = an_offer(scene)
    assert [task.ref for task in vouchers.tasks_for(scene.holder)] == [offered.ref]
    assert [task.ref for task in vouchers.tasks_for(scene.manager)] == [offered.ref]
    voucher_operations.sign(offered, actor=scene.holder)
    voucher_operations.sign(offered, actor=scene.manager)
    near = queries.by_number(offered.ref, 1).due_on - clock.today() - timedelta(days=30)

    with clock.at(clock.now() + near):
        assert [task.ref for task in queries.tasks_for(scene.holder)] == [f"{offered.ref}/1"]
        send(scene, offered)

        assert [task.ref for task in queries.tasks_for(scene.manager)] == [f"{offered.ref}/1"]
        assert queries.tasks_for(scene.holder) == []


def test_the_firm_and_the_managers_are_told(session, mails):
    scene = a_scene()
    voucher = a_voucher(scene)
    send(scene, voucher)
    accept(scene, voucher)

    told = {(mail.recipient_name, mail.subject) for mail in mails()}

    managers = {person.name for person in scene.cast.people}
    assert {(name, f"The milestone {voucher.ref}/1 waits for review") for name in managers} <= told
    assert ("Hana Holder", f"The milestone {voucher.ref}/1 is accepted") in told
