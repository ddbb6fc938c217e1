"""Who may do what with a proposal: its consortium before the deadline, officers afterwards.

An officer who speaks for an organisation of the consortium does not judge it.
"""

from sqlalchemy import ColumnElement, inspect, or_, select, true

from portal.calls.proposals import queries
from portal.calls.proposals.models import Proposal, ProposalPartner
from portal.calls.proposals.states import LIFE, OUTCOMES, Action, State
from portal.core.actors import Actor, Role
from portal.partners.models import Organisation

#: Entries of the trail that tell an outcome.
_TELLING = frozenset(
    f"proposal.{action}"
    for action in (
        Action.DECLARE_INADMISSIBLE,
        Action.DECLARE_INELIGIBLE,
        Action.PLACE_ON_MAIN_LIST,
        Action.PLACE_ON_RESERVE,
        Action.REJECT,
        Action.RECONSIDER,
    )
)


def may_list(actor: Actor) -> bool:
    """Everybody who signed in; `visible_to` says what they see."""
    return actor.id is not None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Auditors everything, officers what was submitted, others what they take part in."""
    own = Proposal.id.in_(
        select(ProposalPartner.proposal_id).where(
            ProposalPartner.organisation_id.in_(actor.organisation_ids)
        )
    )
    if actor.has(Role.AUDITOR):
        return true()
    return or_(own, Proposal.submitted_at.is_not(None)) if actor.has(Role.OFFICER) else own


def may_see(actor: Actor, proposal: Proposal) -> bool:
    """Auditors, officers once it is submitted, and the consortium."""
    if actor.has(Role.AUDITOR):
        return True
    if actor.has(Role.OFFICER) and proposal.submitted_at is not None:
        return True
    return is_party(actor, proposal)


def sees_outcome(actor: Actor, proposal: Proposal) -> bool:
    """Everybody once the call is informed; before that officers and auditors outside it."""
    if proposal.call.state in queries.TOLD:
        return True
    return actor.has(Role.OFFICER, Role.AUDITOR) and not is_party(actor, proposal)


def shown_state(actor: Actor, proposal: Proposal) -> State:
    """The state as this person may know it: an outcome that is not told is "submitted"."""
    if proposal.state in OUTCOMES and not sees_outcome(actor, proposal):
        return State.SUBMITTED
    return proposal.state


def may_see_entry(actor: Actor, proposal: Proposal, verb: str) -> bool:
    """Whether this person may read a line of the proposal's trail with this verb."""
    return verb not in _TELLING or sees_outcome(actor, proposal)


def is_party(actor: Actor, proposal: Proposal) -> bool:
    """Whether the person speaks for an organisation of the consortium."""
    return not actor.organisation_ids.isdisjoint(_organisation_ids(proposal))


def may_start(actor: Actor, coordinator: Organisation) -> bool:
    """Members of the organisation that coordinates."""
    return actor.speaks_for(coordinator.id)


def may_edit(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return actor.speaks_for(proposal.coordinator_id)


def may_plan_costs(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return may_edit(actor, proposal)


def may_add_partner(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return may_edit(actor, proposal)


def may_remove_partner(actor: Actor, proposal: Proposal, organisation: Organisation) -> bool:
    """Members of the coordinating organisation, and the partner itself, which leaves."""
    return may_edit(actor, proposal) or may_confirm_partner(actor, proposal, organisation)


def may_confirm_partner(actor: Actor, proposal: Proposal, organisation: Organisation) -> bool:
    """Members of the partner that takes part."""
    return actor.speaks_for(organisation.id) and organisation.id in _organisation_ids(proposal)


def may_attach(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return may_edit(actor, proposal)


def may_detach(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return may_edit(actor, proposal)


def may_submit(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return may_edit(actor, proposal)


def may_reopen(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return may_edit(actor, proposal)


def may_withdraw(actor: Actor, proposal: Proposal) -> bool:
    """Members of the coordinating organisation."""
    return may_edit(actor, proposal)


def may_judge(actor: Actor, proposal: Proposal) -> bool:
    """Officers who speak for no organisation of the consortium."""
    return actor.has(Role.OFFICER) and not is_party(actor, proposal)


def may_declare_inadmissible(actor: Actor, proposal: Proposal) -> bool:
    """Officers outside the consortium."""
    return may_judge(actor, proposal)


def may_declare_ineligible(actor: Actor, proposal: Proposal) -> bool:
    """Officers outside the consortium."""
    return may_judge(actor, proposal)


def may_place_on_main_list(actor: Actor, proposal: Proposal) -> bool:
    """Officers outside the consortium."""
    return may_judge(actor, proposal)


def may_place_on_reserve(actor: Actor, proposal: Proposal) -> bool:
    """Officers outside the consortium."""
    return may_judge(actor, proposal)


def may_reject(actor: Actor, proposal: Proposal) -> bool:
    """Officers outside the consortium."""
    return may_judge(actor, proposal)


def may_reconsider(actor: Actor, proposal: Proposal) -> bool:
    """Officers outside the consortium."""
    return may_judge(actor, proposal)


_ASKED = {
    Action.EDIT: may_edit,
    Action.SUBMIT: may_submit,
    Action.REOPEN: may_reopen,
    Action.WITHDRAW: may_withdraw,
    Action.DECLARE_INADMISSIBLE: may_declare_inadmissible,
    Action.DECLARE_INELIGIBLE: may_declare_ineligible,
    Action.PLACE_ON_MAIN_LIST: may_place_on_main_list,
    Action.PLACE_ON_RESERVE: may_place_on_reserve,
    Action.REJECT: may_reject,
    Action.RECONSIDER: may_reconsider,
}


def available(actor: Actor, proposal: Proposal) -> tuple[Action, ...]:
    """What this person may do with the whole proposal, by the state he or she may know of."""
    return tuple(
        action
        for action in LIFE.actions_from(shown_state(actor, proposal))
        if action in _ASKED and _ASKED[action](actor, proposal)
    )


def _organisation_ids(proposal: Proposal) -> frozenset[int]:
    """From the consortium already read with the proposal, or by a query of its own."""
    state = inspect(proposal)
    if "partners" in state.unloaded:
        return queries.organisation_ids(proposal.id)
    return frozenset(partner.organisation_id for partner in proposal.partners)
