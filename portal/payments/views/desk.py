"""The payment desk, and what is done there for several payments at once."""

from collections.abc import Callable, Mapping, Sequence

from flask import request, url_for

from portal.core import clock, days, settings
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _, n_
from portal.partners.bank_accounts.states import Hold
from portal.payments import operations, policy, queries, rules
from portal.payments.delegations import queries as delegations
from portal.payments.forms import ChosenForm, FilterForm
from portal.payments.models import Payment
from portal.payments.separation import policy as separation
from portal.payments.states import LIFE, Action, State
from portal.payments.views import shown
from portal.payments.views.door import blueprint
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

#: The step that can be taken for several payments at once, by the state they are in.
_TOGETHER = {
    State.REQUESTED: (Action.VERIFY, policy.may_verify, "payments.verify_chosen"),
    State.VERIFIED: (Action.AUTHORISE, policy.may_authorise, "payments.authorise_chosen"),
    State.AUTHORISED: (Action.SEND, policy.may_send, "payments.send"),
}
#: What is asked before it is done, and what is said afterwards.
_QUESTIONS: dict[Action, Text] = {
    Action.VERIFY: _("Verify these payments?"),
    Action.AUTHORISE: _("Authorise these payments?"),
    Action.SEND: _("Release this batch to the bank?"),
}
_EXPLANATIONS: dict[Action, Text] = {
    Action.VERIFY: _(
        "By verifying you confirm that each amount is due to this payee, on this account."
    ),
    Action.AUTHORISE: _("By authorising you pass each of these amounts for payment."),
    Action.SEND: _(
        "The payments leave together, as one payment order. They can then no longer be refused or "
        "cancelled."
    ),
}


@blueprint.get("/payments")
def index() -> Answer:
    """The payment desk; for others, the payments to their organisations or asked for by them."""
    actor, form = current_actor(), FilterForm(request.args)
    ensure(policy.may_list(actor))
    valid = form.validate()
    state = State(form.state.data) if valid and form.state.data else None
    today, visible = clock.today(), policy.visible_to(actor)
    wanted = form.clock.data if valid else ""
    query = queries.listed(
        visible,
        state=state,
        overdue_on=today if wanted == "overdue" else None,
        near_on=today if wanted == "near" else None,
        suspended=wanted == "suspended",
        text=(form.q.data or "") if valid else "",
    )
    found = paginate(query)
    holds = queries.holds_of(found.items, today)
    together, choosable = _together(actor, state, found.items, holds)
    return page(
        "payments/index.html" if policy.may_list_all(actor) else "payments/mine.html",
        200 if valid else 422,
        form=form,
        found=found,
        rows=[shown.row(payment, choosable, holds) for payment in found.items],
        sum_cents=queries.sum_of(query),
        summary=shown.summary(queries.figures(visible, today)),
        together=together,
        sees_separation=separation.may_see(actor),
    )


@blueprint.route("/payments/verify", methods=["GET", "POST"])
def verify_chosen() -> Answer:
    """Look at several payments, then verify them all."""
    return _chosen(Action.VERIFY, policy.may_verify, operations.verify)


@blueprint.route("/payments/authorise", methods=["GET", "POST"])
def authorise_chosen() -> Answer:
    """Look at several payments, then authorise them all."""
    return _chosen(Action.AUTHORISE, policy.may_authorise, operations.authorise)


@blueprint.route("/payments/send", methods=["GET", "POST"])
def send() -> Answer:
    """Look at a batch with its count and total, then release it to the bank."""
    return _chosen(Action.SEND, policy.may_send, operations.send)


def _chosen(
    action: Action,
    may: Callable[..., bool],
    operation: Callable[..., object],
) -> Answer:
    actor, form, today = current_actor(), ChosenForm(), clock.today()
    lent = delegations.lent_to(actor, today)
    refs = form.chosen() if form.is_submitted() else sorted(set(request.args.getlist("ref")))
    chosen = _all_seen(actor, refs)
    ensure(
        policy.may_list_all(actor)
        and all(may(actor, each, queries.with_free_hands(each, lent, today)) for each in chosen),
        operations.APART,
    )
    if form.is_submitted():
        seen = form.seen() if action is Action.SEND else {}
        if attempt(form, operation, *chosen, actor=actor, **seen):
            return _done(action, form, len(chosen))
        chosen = _all_seen(actor, refs)
    else:
        for payment in chosen:
            LIFE.step(payment.state, action)
    aside = _set_aside(action, chosen, actor)
    payments = [payment for payment in chosen if payment.id not in aside]
    form.refs.data = ",".join(payment.ref for payment in payments)
    form.seen_count.data, form.seen_total_cents.data = len(payments), shown.total(payments)
    return form_page(
        "payments/chosen.html",
        form,
        payments=payments,
        aside=[(payment, aside[payment.id]) for payment in chosen if payment.id in aside],
        total_cents=shown.total(payments),
        action=LIFE.labels[action],
        question=_QUESTIONS[action],
        explanation=_EXPLANATIONS[action],
        without_file=action is Action.SEND and not settings.current().debtor_iban,
        back=url_for("payments.index", state=_state_before(action)),
    )


def _set_aside(action: Action, payments: Sequence[Payment], actor: Actor) -> dict[int, list[Text]]:
    """The payments that cannot take the step now, with reasons: suspended, or for the sake of
    their accounts.
    """
    today = clock.today()
    found = queries.signing_faults(payments, person_id=actor.id, day=today)
    for payment in payments:
        if payment.suspended_on is not None:
            faults = rules.suspension_faults([payment.ref])
            found[payment.id] = [*faults, *found.get(payment.id, [])]
    if action is Action.SEND:
        execute_on = days.next_target_day(today)
        for payment in payments:
            going = [(payment.ref, payment.account.iban, payment.net_cents)]
            if faults := rules.sepa_faults(going, execute_on):
                found[payment.id] = [*found.get(payment.id, []), *faults]
    return {key: [fault.message for fault in faults] for key, faults in found.items()}


def _all_seen(actor: Actor, refs: Sequence[str]) -> list[Payment]:
    payments = queries.by_refs(refs)
    ensure_seen(all(policy.may_see(actor, payment) for payment in payments))
    return payments


def _done(action: Action, form: ChosenForm, count: int) -> Answer:
    if action is Action.SEND:
        ref = form.result.ref
        return done(_("Batch %(ref)s is released.", ref=ref), "payments.show_batch", ref=ref)
    messages = {
        Action.VERIFY: n_("%(num)s payment is verified.", "%(num)s payments are verified.", count),
        Action.AUTHORISE: n_(
            "%(num)s payment is authorised.", "%(num)s payments are authorised.", count
        ),
    }
    return done(messages[action], "payments.index", state=_state_before(action))


def _state_before(action: Action) -> State:
    return next(state for state, (step, *_rest) in _TOGETHER.items() if step is action)


def _together(
    actor: Actor, state: State | None, payments: Sequence[Payment], holds: Mapping[int, Hold]
) -> tuple[Link | None, frozenset[int]]:
    """The step the person can take for several payments of the list, and which payments."""
    if state not in _TOGETHER:
        return None, frozenset()
    action, may, endpoint = _TOGETHER[state]
    today = clock.today()
    lent = delegations.lent_to(actor, today)
    choosable = frozenset(
        payment.id
        for payment in payments
        if payment.suspended_on is None
        and payment.id not in holds
        and may(actor, payment, queries.with_free_hands(payment, lent, today))
        and not queries.hands_off_until(payment, actor.id, today)
    )
    if not choosable:
        return None, choosable
    return Link(LIFE.labels[action], url_for(endpoint), "primary"), choosable
