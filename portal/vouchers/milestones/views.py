"""What waits for review or for proof, one milestone, and what people do with it."""

from flask import Blueprint, url_for

from portal.audit.queries import trail_of
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.errors import NotFound
from portal.core.i18n import _
from portal.core.steps import Step
from portal.partners.bank_accounts import queries as bank_accounts
from portal.payments import policy as payments_policy
from portal.payments import queries as payments
from portal.payments.tracker import queries as tracker
from portal.vouchers.milestones import operations, policy, queries, rules
from portal.vouchers.milestones.forms import AcceptForm, PostponeForm, SendBackForm, SubmitForm
from portal.vouchers.milestones.models import Milestone
from portal.vouchers.milestones.states import LIFE, Action, State
from portal.web.respond import (
    Answer,
    Link,
    attempt,
    done,
    form_page,
    page,
    paginate,
    stored_file,
)
from portal.web.session import current_actor

blueprint = Blueprint("milestones", __name__)

_TONES = {Action.SUBMIT: "primary", Action.ACCEPT: "primary"}
_AT = "/vouchers/<ref>/milestones/<int:number>"


@blueprint.get("/milestones")
def index() -> Answer:
    """The review desk of managers, and what firms have to send."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    until = clock.today() + queries.REMIND_BEFORE
    sending = queries.to_send(actor.organisation_ids, until)
    return page(
        "milestones/index.html",
        reviews=paginate(queries.to_review(actor)),
        sending=[(milestone, queries.last_day_of(milestone)) for milestone in sending],
        life=LIFE,
    )


@blueprint.get(_AT)
def show(ref: str, number: int) -> Answer:
    """One milestone: what is asked, what was sent, what was decided, what is paid."""
    actor = current_actor()
    milestone = _seen(actor, ref, number)
    asked = payments.of_subject(milestone.ref)[:1]
    payment = asked[0] if asked else None
    told = tracker.told(asked, clock.today(), organisation_ids=actor.organisation_ids)
    return page(
        "milestones/show.html",
        milestone=milestone,
        voucher=milestone.voucher,
        badge_of=LIFE.badge(milestone.state),
        last_day=queries.last_day_of(milestone),
        is_open=rules.is_open(milestone.state),
        links=[_link(action, milestone) for action in policy.available(actor, milestone)],
        steps_shown=_steps(milestone),
        payment=payment,
        sees_payment=payment is not None and payments_policy.may_see(actor, payment),
        told=told[payment.id] if payment else None,
        trail=trail_of(milestone.ref),
    )


@blueprint.route(f"{_AT}/submit", methods=["GET", "POST"])
def submit(ref: str, number: int) -> Answer:
    """Send the proof of the work."""
    actor = current_actor()
    milestone = _seen(actor, ref, number)
    ensure(policy.may_submit(actor, milestone))
    LIFE.step(milestone.state, Action.SUBMIT)
    form = SubmitForm()
    if form.is_submitted() and attempt(
        form, operations.submit, milestone, actor=actor, **form.values()
    ):
        return _done(_("The proof is sent. The project will review it."), milestone)
    account = bank_accounts.valid_account_of(milestone.voucher.holder_id)
    return form_page(
        "milestones/submit.html",
        form,
        milestone=milestone,
        voucher=milestone.voucher,
        last_day=queries.last_day_of(milestone),
        has_account=account is not None,
    )


@blueprint.route(f"{_AT}/accept", methods=["GET", "POST"])
def accept(ref: str, number: int) -> Answer:
    """Accept the milestone, in whole or in part, and ask for the payment."""
    actor = current_actor()
    milestone = _seen(actor, ref, number)
    ensure(policy.may_accept(actor, milestone))
    LIFE.step(milestone.state, Action.ACCEPT)
    form = AcceptForm()
    if form.is_submitted() and attempt(
        form, operations.accept, milestone, actor=actor, **form.values()
    ):
        due = form.result.due_cents
        told = _("The milestone is accepted, and its payment requested: %(due)s.", due=_money(due))
        message = told if due else _("The milestone is accepted without payment.")
        return _done(message, milestone)
    account = bank_accounts.valid_account_of(milestone.voucher.holder_id)
    return form_page(
        "milestones/accept.html",
        form,
        milestone=milestone,
        voucher=milestone.voucher,
        worth=_worth(milestone),
        has_account=account is not None,
    )


@blueprint.route(f"{_AT}/send-back", methods=["GET", "POST"])
def send_back(ref: str, number: int) -> Answer:
    """Ask the firm to complete its proof."""
    actor = current_actor()
    milestone = _seen(actor, ref, number)
    ensure(policy.may_send_back(actor, milestone))
    LIFE.step(milestone.state, Action.SEND_BACK)
    form = SendBackForm()
    if form.is_submitted() and attempt(
        form, operations.send_back, milestone, actor=actor, **form.values()
    ):
        return _done(_("The milestone is sent back for completion."), milestone)
    return form_page(
        "milestones/send_back.html", form, milestone=milestone, voucher=milestone.voucher
    )


@blueprint.route(f"{_AT}/postpone", methods=["GET", "POST"])
def postpone(ref: str, number: int) -> Answer:
    """Give the firm a later due date."""
    actor = current_actor()
    milestone = _seen(actor, ref, number)
    ensure(policy.may_postpone(actor, milestone))
    LIFE.step(milestone.state, Action.POSTPONE)
    form = PostponeForm()
    if form.is_submitted() and attempt(
        form, operations.postpone, milestone, actor=actor, **form.values()
    ):
        return _done(_("The due date is postponed."), milestone)
    return form_page(
        "milestones/postpone.html", form, milestone=milestone, voucher=milestone.voucher
    )


@blueprint.get(f"{_AT}/proofs/<int:place>")
def proof(ref: str, number: int, place: int) -> Answer:
    """Hand over a document the firm sent; `place` counts from 1."""
    milestone = _seen(current_actor(), ref, number)
    if not 1 <= place <= len(milestone.proofs):
        raise NotFound()
    return stored_file(milestone.proofs[place - 1].file)


def _seen(actor: Actor, ref: str, number: int) -> Milestone:
    milestone = queries.by_number(ref, number)
    ensure_seen(policy.may_see(actor, milestone))
    return milestone


def _link(action: Action, milestone: Milestone) -> Link:
    ref, number = milestone.voucher.ref, milestone.number
    href = url_for(f"milestones.{action}", ref=ref, number=number)
    return Link(LIFE.labels[action], href, _TONES.get(action, "secondary"))


def _done(message: object, milestone: Milestone) -> Answer:
    ref, _slash, number = milestone.ref.partition("/")
    return done(str(message), "milestones.show", ref=ref, number=int(number))


def _money(cents: int | None) -> str:
    return formats.money(cents or 0)


def _steps(milestone: Milestone) -> list[dict[str, object]]:
    """How the amount of an accepted milestone was found; nothing before."""
    if milestone.state is not State.ACCEPTED or milestone.achievement is None:
        return []
    found = rules.steps(
        award_cents=milestone.voucher.amount_cents,
        share_bp=milestone.share_bp,
        instalment_cents=milestone.amount_cents,
        achievement=milestone.achievement,
    )
    return [_shown(step) for step in found]


def _shown(step: Step) -> dict[str, object]:
    result = formats.money(int(step.values["result_cents"]))
    return {"text": rules.explain(step), "clause": _("Sub-grant agreement"), "result": result}


def _worth(milestone: Milestone) -> list[tuple[str, str]]:
    """What each degree of achievement would pay."""
    return [
        (
            formats.percent(achievement, rules.WHOLE),
            formats.money(
                rules.due_cents(
                    award_cents=milestone.voucher.amount_cents,
                    share_bp=milestone.share_bp,
                    instalment_cents=milestone.amount_cents,
                    achievement=achievement,
                )
            ),
        )
        for achievement in reversed(rules.ACHIEVEMENTS)
    ]
