"""The verbs people perform on milestones."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock, days, files
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.steps import as_json
from portal.partners.bank_accounts import queries as bank_accounts
from portal.payments import effects as payments
from portal.payments.models import Payment
from portal.payments.states import Purpose
from portal.vouchers import effects as voucher_effects
from portal.vouchers import queries as vouchers
from portal.vouchers.milestones import notifications, policy, queries, rules
from portal.vouchers.milestones.models import Milestone, Proof
from portal.vouchers.milestones.states import LIFE, Action
from portal.vouchers.models import Voucher
from portal.vouchers.states import State as VoucherState


def submit(
    milestone: Milestone, *, report: str, proof: tuple[bytes, str] | None, actor: Actor
) -> Milestone:
    """Send the proof of a milestone: what was done, and a document (content, name) that shows it.

    Raises `RuleBroken` without a document, after the last day, or when the voucher is not in force;
    `IllegalStep` when the milestone is already waiting for review or accepted.
    """
    ensure(policy.may_submit(actor, milestone))
    milestone = queries.lock_milestone(milestone)
    state, before = LIFE.step(milestone.state, Action.SUBMIT), milestone.state
    now = clock.now()
    last = queries.last_day_of(milestone)
    refuse_if(rules.submission_faults(day=days.brussels_day(now), last=last))
    _ensure_in_force(milestone.voucher)
    if proof is None:
        raise RuleBroken(Fault(_("Attach a document that shows the work."), "proof", "V-MS-1"))
    content, name = proof
    file = files.keep(content, name, uploaded_by_id=actor.id, field="proof")
    milestone.proofs.append(Proof(file=file, report=report, sent_at=now))
    milestone.state, milestone.submitted_at, milestone.submitted_by_id = state, now, actor.id
    milestone.reviewed_by_id = None
    record(
        actor,
        milestone,
        Action.SUBMIT,
        before={"state": before},
        after={"state": state},
        file=file.name,
        sha256=file.sha256,
    )
    notifications.submitted(milestone)
    return milestone


def send_back(milestone: Milestone, *, reason: str, actor: Actor) -> Milestone:
    """Return proof that is not enough, with what is missing; the holder gets at least 30 days."""
    ensure(policy.may_send_back(actor, milestone))
    milestone = queries.lock_milestone(milestone)
    before = milestone.state
    milestone.state = LIFE.step(before, Action.SEND_BACK)
    _ensure_in_force(milestone.voucher)
    _review(milestone, reason, actor)
    record(
        actor,
        milestone,
        Action.SEND_BACK,
        before={"state": before},
        after={"state": milestone.state},
        reason=reason,
    )
    notifications.sent_back(milestone, queries.last_day_of(milestone))
    return milestone


def accept(milestone: Milestone, *, achievement: int, actor: Actor, reason: str = "") -> Milestone:
    """Find an instalment due, at 0, 50, 75 or 100 % of its objectives, and ask for its payment.

    The rest of the instalment goes back to the envelope; the last accepted milestone closes the
    voucher. Raises `RuleBroken` for a cut without its reason, and when something is due to a holder
    without a validated bank account.
    """
    ensure(policy.may_accept(actor, milestone))
    milestone = queries.lock_milestone(milestone)
    voucher = vouchers.lock_voucher(milestone.voucher_id)
    state, before = LIFE.step(milestone.state, Action.ACCEPT), milestone.state
    _ensure_in_force(voucher)
    refuse_if(rules.acceptance_faults(achievement=achievement, reason=reason))
    due_cents = rules.due_cents(**_worth(milestone, achievement))
    instalment = milestone.instalment
    payment = _pay(milestone, voucher, due_cents, actor=actor)
    milestone.state, milestone.achievement, milestone.due_cents = state, achievement, due_cents
    milestone.accepted_on = clock.today()
    milestone.payment_id = payment.id if payment else None
    _review(milestone, reason, actor)
    record(
        actor,
        milestone,
        Action.ACCEPT,
        before={"state": before},
        after={"state": state, "due_cents": due_cents},
        reason=reason,
        steps=as_json(rules.steps(**_worth(milestone, achievement))),
        released_cents=instalment.amount_cents - due_cents,
        payment=payment.ref if payment else "",
    )
    notifications.accepted(milestone, payment)
    if queries.count_accepted(voucher.id) == len(voucher.instalments):
        voucher_effects.close(voucher, actor=actor)
    return milestone


def postpone(milestone: Milestone, *, due_on: date, reason: str, actor: Actor) -> Milestone:
    """Give the holder a later due date, within the project; raises `RuleBroken` otherwise."""
    ensure(policy.may_postpone(actor, milestone))
    voucher = vouchers.lock_voucher(milestone.voucher_id)
    LIFE.step(milestone.state, Action.POSTPONE)
    _ensure_in_force(voucher)
    before = milestone.due_on
    refuse_if(
        rules.postponement_faults(
            today=clock.today(),
            before=before,
            after=due_on,
            project_ends_on=voucher.project.ends_on,
        )
    )
    voucher_effects.postpone(milestone.instalment, voucher, due_on)
    record(
        actor,
        milestone,
        Action.POSTPONE,
        before={"due_on": before},
        after={"due_on": due_on},
        reason=reason,
    )
    notifications.postponed(milestone, due_on, reason)
    return milestone


def _pay(milestone: Milestone, voucher: Voucher, due_cents: int, *, actor: Actor) -> Payment | None:
    """Certify what is due, release the rest, and ask for the payment when anything is due."""
    if due_cents and bank_accounts.valid_account_of(voucher.holder_id) is None:
        fault = Fault(
            _(
                "%(holder)s has no validated bank account, so nothing can be paid. The firm must "
                "register an account and an officer must validate it; then accept the milestone.",
                holder=voucher.holder.legal_name,
            ),
            None,
            "V-MS-4",
        )
        raise RuleBroken(fault)
    voucher_effects.earn(
        voucher, milestone.instalment, due_cents, subject=milestone.ref, actor=actor
    )
    if not due_cents:
        return None
    return payments.request(
        payee_id=voucher.holder_id,
        amount_cents=due_cents,
        line_id=voucher.line_id,
        purpose=Purpose.INSTALMENT,
        subject=milestone.ref,
        started_on=clock.today(),
        actor=actor,
    )


def _ensure_in_force(voucher: Voucher) -> None:
    if voucher.state is not VoucherState.SIGNED:
        fault = Fault(
            _("The voucher is not in force: only the milestones of a signed voucher can move on."),
            None,
            "V-MS-5",
        )
        raise RuleBroken(fault)


def _worth(milestone: Milestone, achievement: int) -> dict[str, int]:
    return {
        "award_cents": milestone.voucher.amount_cents,
        "share_bp": milestone.share_bp,
        "instalment_cents": milestone.amount_cents,
        "achievement": achievement,
    }


def _review(milestone: Milestone, reason: str, actor: Actor) -> None:
    milestone.reason = reason
    milestone.reviewed_at, milestone.reviewed_by_id = clock.now(), actor.id
    db.session.flush()
