"""The list, one voucher, its agreement, signatures and its end."""

from collections.abc import Callable, Mapping

from flask import request, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.i18n import LANGUAGES, Text, _, current_language, use_locale
from portal.core.pdf import build
from portal.core.steps import from_json
from portal.payments import queries as payments
from portal.payments import states as payment_states
from portal.projects import policy as project_policy
from portal.projects import queries as projects
from portal.vouchers import documents, operations, policy, queries
from portal.vouchers.forms import ReasonForm
from portal.vouchers.milestones import queries as milestones
from portal.vouchers.milestones import states as milestone_states
from portal.vouchers.models import Voucher
from portal.vouchers.states import LIFE, SIDE_LABELS, Action, State
from portal.vouchers.views.base import blueprint, seen, shown
from portal.web.forms import EmptyForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate, pdf
from portal.web.session import current_actor

_TONES = {Action.SIGN: "primary", Action.WITHDRAW: "danger", Action.TERMINATE: "danger"}
#: Longest text searched for.
_LONGEST_SEARCH = 100


@blueprint.get("/vouchers")
def index() -> Answer:
    """The vouchers this person may see, with what is due and what is paid."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    state = request.args.get("state", "")
    asked = {
        "text": request.args.get("q", "").strip()[:_LONGEST_SEARCH],
        "state": state if state in set(State) else "",
        "project": request.args.get("project", ""),
    }
    found = paginate(queries.search(policy.visible_to(actor), **asked))
    today = clock.today()
    return page(
        "vouchers/index.html",
        vouchers=found,
        asked=asked,
        paid=milestones.paid_of([voucher.id for voucher in found.items]),
        badges={voucher.ref: queries.badge(voucher, today) for voucher in found.items},
        states=LIFE.badges,
        projects=projects.with_vouchers(),
    )


@blueprint.get("/vouchers/<ref>")
def show(ref: str) -> Answer:
    """One voucher: what it is worth, its milestones and payments, how it was decided."""
    actor = current_actor()
    voucher = seen(actor, ref)
    standings = milestones.standings(voucher)
    refs = [standing.milestone.ref for standing in standings]
    people = accounts.by_ids([voucher.mentor_id, voucher.awarded_by_id])
    return page(
        "vouchers/show.html",
        voucher=voucher,
        badge_of=queries.badge(voucher, clock.today()),
        links=[_link(action, voucher) for action in policy.available(actor, voucher)],
        cap=queries.cap_standing(voucher.project_id, voucher.holder_id, clock.today()),
        standings=standings,
        milestone_life=milestone_states.LIFE,
        payment_life=payment_states.LIFE,
        paid_cents=milestones.paid_of([voucher.id]).get(voucher.id, 0),
        paid_on=payments.paid_on_of(refs),
        steps_shown=shown(from_json(voucher.steps)),
        sees_project=project_policy.may_see(actor, voucher.project),
        mentor=people.get(voucher.mentor_id or 0),
        sides=[(label, _signature(voucher, side)) for side, label in SIDE_LABELS.items()],
        languages=LANGUAGES.items(),
        trail=trail_of(ref, *refs),
    )


@blueprint.route("/vouchers/<ref>/sign", methods=["GET", "POST"])
def sign(ref: str) -> Answer:
    """Sign the sub-grant agreement for one side."""
    actor = current_actor()
    voucher = seen(actor, ref)
    ensure(policy.may_sign(actor, voucher))
    LIFE.step(voucher.state, Action.SIGN)
    form = EmptyForm()
    if form.is_submitted() and attempt(form, operations.sign, voucher, actor=actor):
        return done(_signed_message(form.result), "vouchers.show", ref=ref)
    side = policy.side_of(actor, voucher)
    return form_page(
        "vouchers/sign.html",
        form,
        voucher=voucher,
        side=SIDE_LABELS[side] if side else "",
        languages=LANGUAGES.items(),
    )


@blueprint.route("/vouchers/<ref>/withdraw", methods=["GET", "POST"])
def withdraw(ref: str) -> Answer:
    """Take an offer back, or decline it."""
    message = _("The offer is withdrawn: the money and the cap are available again.")
    return _with_reason(ref, Action.WITHDRAW, policy.may_withdraw, operations.withdraw, message)


@blueprint.route("/vouchers/<ref>/terminate", methods=["GET", "POST"])
def terminate(ref: str) -> Answer:
    """End a signed voucher early."""
    message = _("The voucher is terminated: what was not earned has gone back to the envelope.")
    return _with_reason(ref, Action.TERMINATE, policy.may_terminate, operations.terminate, message)


@blueprint.get("/vouchers/<ref>/agreement")
def agreement(ref: str) -> Answer:
    """The sub-grant agreement as PDF, in the language asked for or the reader's own."""
    voucher = seen(current_actor(), ref)
    asked = request.args.get("language", "")
    language = asked if asked in LANGUAGES else current_language()
    signed = [
        documents.Signed(one.side, one.person_name, one.signed_at) for one in voucher.signatures
    ]
    terms = queries.agreement_of(voucher.id)
    with use_locale(language):
        content = build(
            documents.agreement(terms, signed),
            title=str(documents.agreement_title(terms)),
            language=language,
            reference=voucher.ref,
            fingerprint=voucher.fingerprint,
        )
    return pdf(content, f"{voucher.ref}-{language}.pdf")


def _with_reason(
    ref: str,
    action: Action,
    allowed: Callable[[Actor, Voucher], bool],
    operation: Callable[..., object],
    message: Text,
) -> Answer:
    actor = current_actor()
    voucher = seen(actor, ref)
    ensure(allowed(actor, voucher))
    LIFE.step(voucher.state, action)
    form = ReasonForm()
    if form.is_submitted() and attempt(form, operation, voucher, actor=actor, **form.values()):
        return done(message, "vouchers.show", ref=ref)
    return form_page(
        "vouchers/reason.html",
        form,
        voucher=voucher,
        label=LIFE.labels[action],
        effect=_EFFECTS[action],
    )


_EFFECTS: Mapping[Action, Text] = {
    Action.WITHDRAW: _(
        "The amount goes back to the project’s envelope and no longer counts towards what the firm "
        "may receive. This cannot be undone."
    ),
    Action.TERMINATE: _(
        "Instalments already found due are paid. The rest goes back to the project’s envelope and "
        "no longer counts towards what the firm may receive. This cannot be undone."
    ),
}


def _link(action: Action, voucher: Voucher) -> Link:
    href = url_for(f"vouchers.{action}", ref=voucher.ref)
    return Link(LIFE.labels[action], href, _TONES.get(action, "secondary"))


def _signed_message(voucher: Voucher) -> Text:
    if voucher.state is State.SIGNED:
        return _("Both sides have signed: the work may begin.")
    return _("Your signature is recorded. The other side has been told.")


def _signature(voucher: Voucher, side: object) -> object:
    return next((one for one in voucher.signatures if one.side == side), None)
