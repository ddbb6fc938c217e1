"""What officers decide: outcomes of proposals, the decision on a call, the letters."""

from collections.abc import Callable

from portal.calls import policy as call_policy
from portal.calls import queries as calls
from portal.calls.models import Call
from portal.calls.proposals import operations, policy, queries
from portal.calls.proposals.forms import RankForm, ReasonForm
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.states import LIFE, Action, State
from portal.calls.proposals.views.base import blueprint, seen
from portal.calls.proposals.views.show import proposal_page
from portal.calls.states import LIFE as CALL_LIFE
from portal.calls.states import Action as CallAction
from portal.core.actors import Actor, ensure
from portal.core.i18n import Text, _
from portal.web.forms import EmptyForm, PortalForm
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor

#: What each outcome means, said before the officer confirms.
_CONSEQUENCES: dict[Action, Text] = {
    Action.DECLARE_INADMISSIBLE: _(
        "The proposal is late, incomplete or unreadable, and is not assessed further."
    ),
    Action.DECLARE_INELIGIBLE: _(
        "The countries, the consortium or an exclusion stand in the way, and the proposal is not "
        "assessed further."
    ),
    Action.PLACE_ON_MAIN_LIST: _(
        "The proposal is selected, and its requested grant is counted against the budget of the "
        "call."
    ),
    Action.PLACE_ON_RESERVE: _(
        "The proposal receives a grant only if funds of the call become available."
    ),
    Action.REJECT: _("The proposal is not selected."),
}


@blueprint.route("/proposals/<ref>/declare-inadmissible", methods=["GET", "POST"])
def declare_inadmissible(ref: str) -> Answer:
    """Set a proposal aside for a formal reason."""
    actor = current_actor()
    proposal = seen(actor, ref)
    ensure(policy.may_declare_inadmissible(actor, proposal))
    operation = operations.declare_inadmissible
    return _judge(actor, proposal, Action.DECLARE_INADMISSIBLE, ReasonForm(), operation)


@blueprint.route("/proposals/<ref>/declare-ineligible", methods=["GET", "POST"])
def declare_ineligible(ref: str) -> Answer:
    """Set a proposal aside for its consortium."""
    actor = current_actor()
    proposal = seen(actor, ref)
    ensure(policy.may_declare_ineligible(actor, proposal))
    operation = operations.declare_ineligible
    return _judge(actor, proposal, Action.DECLARE_INELIGIBLE, ReasonForm(), operation)


@blueprint.route("/proposals/<ref>/place-on-main-list", methods=["GET", "POST"])
def place_on_main_list(ref: str) -> Answer:
    """Select a proposal."""
    actor = current_actor()
    proposal = seen(actor, ref)
    ensure(policy.may_place_on_main_list(actor, proposal))
    operation = operations.place_on_main_list
    return _judge(actor, proposal, Action.PLACE_ON_MAIN_LIST, RankForm(), operation)


@blueprint.route("/proposals/<ref>/place-on-reserve", methods=["GET", "POST"])
def place_on_reserve(ref: str) -> Answer:
    """Keep a proposal in reserve."""
    actor = current_actor()
    proposal = seen(actor, ref)
    ensure(policy.may_place_on_reserve(actor, proposal))
    operation = operations.place_on_reserve
    return _judge(actor, proposal, Action.PLACE_ON_RESERVE, RankForm(), operation)


@blueprint.route("/proposals/<ref>/reject", methods=["GET", "POST"])
def reject(ref: str) -> Answer:
    """Do not select a proposal."""
    actor = current_actor()
    proposal = seen(actor, ref)
    ensure(policy.may_reject(actor, proposal))
    return _judge(actor, proposal, Action.REJECT, ReasonForm(), operations.reject)


@blueprint.post("/proposals/<ref>/reconsider")
def reconsider(ref: str) -> Answer:
    """Take an outcome back."""
    actor, form = current_actor(), EmptyForm()
    proposal = seen(actor, ref)
    ensure(policy.may_reconsider(actor, proposal))
    if attempt(form, operations.reconsider, proposal, actor=actor):
        return done(_("The proposal waits to be assessed again."), "proposals.show", ref=ref)
    return proposal_page(actor, proposal, form)


@blueprint.route("/calls/<ref>/decide", methods=["GET", "POST"])
def decide(ref: str) -> Answer:
    """Close the lists of a call."""
    actor, call, form = current_actor(), calls.by_ref(ref), EmptyForm()
    ensure(call_policy.may_decide(actor, call))
    CALL_LIFE.step(call.state, CallAction.DECIDE)
    if form.is_submitted() and attempt(form, operations.decide, call, actor=actor):
        message = _("The call is decided. Inform the applicants now.")
        return done(message, "calls.desk", ref=ref)
    return form_page("proposals/decide.html", form, **_call_context(call))


@blueprint.route("/calls/<ref>/inform", methods=["GET", "POST"])
def inform(ref: str) -> Answer:
    """Tell every applicant the outcome."""
    actor, call, form = current_actor(), calls.by_ref(ref), EmptyForm()
    ensure(call_policy.may_inform(actor, call))
    CALL_LIFE.step(call.state, CallAction.INFORM)
    if form.is_submitted() and attempt(form, operations.inform, call, actor=actor):
        message = _("The letters are on their way, and the applicants see the outcome.")
        return done(message, "calls.desk", ref=ref)
    return form_page("proposals/inform.html", form, **_call_context(call))


def _judge(
    actor: Actor,
    proposal: Proposal,
    action: Action,
    form: PortalForm,
    operation: Callable[..., Proposal],
) -> Answer:
    LIFE.step(proposal.state, action)
    if form.is_submitted():
        typed = {name: value for name, value in form.values().items() if value is not None}
        if attempt(form, operation, proposal, actor=actor, **typed):
            return done(_("The outcome is recorded."), "calls.desk", ref=proposal.call.ref)
    call = proposal.call
    return form_page(
        "proposals/judge.html",
        form,
        proposal=proposal,
        call=call,
        title=LIFE.labels[action],
        consequence=_CONSEQUENCES[action],
        is_refusal=isinstance(form, ReasonForm),
        left_cents=call.budget_cents - call.listed_cents,
    )


def _call_context(call: Call) -> dict[str, object]:
    counts = queries.counts_of(call.id)
    return {
        "call": call,
        "counts": [(LIFE.badge(state), number) for state, number in counts.items() if number],
        "to_judge": counts[State.SUBMITTED],
    }
