"""What officers do after the deadline: admissibility, eligibility, lists, decision, letters."""

from portal.audit.effects import record
from portal.calls import effects as call_effects
from portal.calls import policy as call_policy
from portal.calls import queries as calls
from portal.calls.models import Call
from portal.calls.proposals import notifications, policy, queries
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.states import LIFE, PLACED, SET_ASIDE, Action, State
from portal.calls.rules import ensure_closed
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.errors import Fault, refuse_if
from portal.core.i18n import _, n_

_NEEDS_REASON = frozenset((*SET_ASIDE, State.REJECTED))
_LISTED = frozenset({State.MAIN_LIST, State.RESERVE})


def declare_inadmissible(proposal: Proposal, *, reason: str, actor: Actor) -> Proposal:
    """Set a proposal aside because it is late, incomplete or unreadable (domain 5.4)."""
    ensure(policy.may_declare_inadmissible(actor, proposal))
    return _place(proposal, Action.DECLARE_INADMISSIBLE, reason, actor)


def declare_ineligible(proposal: Proposal, *, reason: str, actor: Actor) -> Proposal:
    """Set a proposal aside for its countries, its consortium or an exclusion (domain 5.4)."""
    ensure(policy.may_declare_ineligible(actor, proposal))
    return _place(proposal, Action.DECLARE_INELIGIBLE, reason, actor)


def place_on_main_list(
    proposal: Proposal, *, position: int | None = None, reason: str = "", actor: Actor
) -> Proposal:
    """Select a proposal: its requested grant is counted against the budget of the call.

    `position` is its rank, the next one when None. Raises `RuleBroken` when it no longer fits.
    """
    ensure(policy.may_place_on_main_list(actor, proposal))
    return _place(proposal, Action.PLACE_ON_MAIN_LIST, reason, actor, position)


def place_on_reserve(
    proposal: Proposal, *, position: int | None = None, reason: str = "", actor: Actor
) -> Proposal:
    """Keep a proposal for the case that money becomes free; `position` is its rank."""
    ensure(policy.may_place_on_reserve(actor, proposal))
    return _place(proposal, Action.PLACE_ON_RESERVE, reason, actor, position)


def reject(proposal: Proposal, *, reason: str, actor: Actor) -> Proposal:
    """Do not select a proposal, with the reason that its letter will give."""
    ensure(policy.may_reject(actor, proposal))
    return _place(proposal, Action.REJECT, reason, actor)


def reconsider(proposal: Proposal, *, actor: Actor) -> Proposal:
    """Take an outcome back before the call is decided: the proposal is to be judged again."""
    ensure(policy.may_reconsider(actor, proposal))
    return _place(proposal, Action.RECONSIDER, "", actor)


def decide(call: Call, *, actor: Actor) -> Call:
    """Close the lists of a call; raises `RuleBroken` while proposals are still to be judged."""
    ensure(call_policy.may_decide(actor, call))
    call = calls.lock_call(call.id)
    ensure_closed(call, clock.now())
    counts = queries.counts_of(call.id)
    if left := counts[State.SUBMITTED]:
        message = n_(
            "%(num)s proposal still has to be assessed.",
            "%(num)s proposals still have to be assessed.",
            left,
        )
        refuse_if([Fault(message, None, "CALL-12", {"submitted": left})])
    return call_effects.decide(call, actor=actor, counts=_told(counts))


def inform(call: Call, *, actor: Actor) -> Call:
    """Tell every applicant the outcome: letters go out, and nothing is confidential any more."""
    ensure(call_policy.may_inform(actor, call))
    outcomes = queries.outcomes_of(call.id)
    call = call_effects.inform(call, actor=actor, counts=_told(queries.counts_of(call.id)))
    for proposal in outcomes:
        notifications.informed(proposal, call)
    return call


def _place(
    proposal: Proposal,
    action: Action,
    reason: str,
    actor: Actor,
    position: int | None = None,
) -> Proposal:
    proposal = queries.lock_proposal(proposal.id)
    call = calls.lock_call(proposal.call_id)
    ensure_closed(call, clock.now())
    before, state = proposal.state, LIFE.step(proposal.state, action)
    if state in _NEEDS_REASON and not reason.strip():
        message = _("Give the reason: the applicant reads it in the decision letter.")
        refuse_if([Fault(message, "reason", "PRP-31")])
    if before is State.MAIN_LIST:
        call_effects.take_off_list(call, proposal.requested_cents)
    if state is State.MAIN_LIST:
        call_effects.enter_on_list(call, proposal.requested_cents)
    proposal.list_position = _rank(call, state, position)
    proposal.state, proposal.reason = state, reason.strip()
    record(
        actor,
        proposal,
        action,
        before={"state": before},
        after={"state": state, "list_position": proposal.list_position},
        reason=reason.strip(),
        requested_cents=proposal.requested_cents,
    )
    return proposal


def _rank(call: Call, state: State, position: int | None) -> int | None:
    if state not in _LISTED:
        return None
    return position if position is not None else queries.next_position(call.id, state)


def _told(counts: dict[State, int]) -> dict[str, int]:
    told = (*PLACED, *SET_ASIDE, State.WITHDRAWN)
    return {str(state): counts[state] for state in told}
