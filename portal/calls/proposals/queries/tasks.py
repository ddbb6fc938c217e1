"""What waits for a person: drafts to submit, participations to confirm."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from portal.calls.models import Call
from portal.calls.proposals.models import Proposal, ProposalPartner
from portal.calls.proposals.states import PartnerRole, State
from portal.calls.states import State as CallState
from portal.core import clock, days
from portal.core.actors import Actor
from portal.core.db import db
from portal.core.i18n import _
from portal.core.tasks import Task

#: How many tasks the desk shows.
MOST_TASKS = 50


def tasks_for(actor: Actor) -> list[Task]:
    """Drafts to be submitted before the deadline, and participations to be confirmed; one query."""
    if not actor.organisation_ids:
        return []
    instant = clock.now().replace(microsecond=0)
    takes_proposals = and_(
        Call.state == CallState.PUBLISHED, Call.opens_at <= instant, Call.closes_at >= instant
    )
    waits = or_(
        ProposalPartner.role == PartnerRole.COORDINATOR, ProposalPartner.confirmed_at.is_(None)
    )
    query = (
        select(Proposal, ProposalPartner.role, ProposalPartner.invited_at)
        .join(ProposalPartner, ProposalPartner.proposal_id == Proposal.id)
        .join(Proposal.call)
        .where(
            ProposalPartner.organisation_id.in_(actor.organisation_ids),
            Proposal.state == State.DRAFT,
            takes_proposals,
            waits,
        )
        .options(joinedload(Proposal.call))
        .order_by(Call.closes_at, Proposal.id)
    )
    found = db.session.execute(query.limit(MOST_TASKS))
    return [_task(proposal, role, invited_at) for proposal, role, invited_at in found]


def _task(proposal: Proposal, role: PartnerRole, invited_at: datetime) -> Task:
    coordinates = role is PartnerRole.COORDINATOR
    return Task(
        label=_("Complete and submit the proposal")
        if coordinates
        else _("Confirm the participation of your organisation"),
        ref=proposal.ref,
        title=f"{proposal.acronym} — {proposal.title}",
        endpoint="proposals.submit" if coordinates else "proposals.show",
        values={"ref": proposal.ref},
        due_on=days.brussels_day(proposal.call.closes_at),
        since=days.brussels_day(invited_at),
    )
