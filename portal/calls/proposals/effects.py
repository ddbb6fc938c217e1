"""What happens to a proposal from rooms above: it is awarded."""

from portal.audit.effects import record
from portal.calls import queries as calls
from portal.calls.proposals import queries
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.states import LIFE, Action
from portal.core.actors import Actor
from portal.core.errors import Fault, refuse_if
from portal.core.i18n import _


def mark_awarded(proposal: Proposal, actor: Actor) -> Proposal:
    """A proposal of the main list becomes a grant; only once the applicants were informed."""
    proposal = queries.lock_proposal(proposal.id)
    before, state = proposal.state, LIFE.step(proposal.state, Action.MARK_AWARDED)
    if calls.by_id(proposal.call_id).state not in queries.TOLD:
        message = _("Grants are awarded after the applicants have been informed.")
        refuse_if([Fault(message, None, "PRP-30")])
    proposal.state = state
    record(
        actor,
        proposal,
        Action.MARK_AWARDED,
        before={"state": before},
        after={"state": state},
        requested_cents=proposal.requested_cents,
    )
    return proposal
