"""Who may do what with milestones."""

from portal.core.actors import Actor, Role
from portal.projects import policy as projects
from portal.vouchers import policy as vouchers
from portal.vouchers.milestones.models import Milestone
from portal.vouchers.milestones.states import LIFE, Action
from portal.vouchers.states import State as VoucherState


def may_list(actor: Actor) -> bool:
    """Managers see what waits for review, firms what they have to send."""
    return actor.has(Role.MANAGER) or bool(actor.organisation_ids)


def may_see(actor: Actor, milestone: Milestone) -> bool:
    """Everybody who may see the voucher."""
    return vouchers.may_see(actor, milestone.voucher)


def may_submit(actor: Actor, milestone: Milestone) -> bool:
    """The holder's people."""
    return actor.speaks_for(milestone.voucher.holder_id)


def may_send_back(actor: Actor, milestone: Milestone) -> bool:
    """Reviewers."""
    return _reviews(actor, milestone)


def may_accept(actor: Actor, milestone: Milestone) -> bool:
    """Reviewers."""
    return _reviews(actor, milestone)


def may_postpone(actor: Actor, milestone: Milestone) -> bool:
    """The project's managers and officers who do not speak for the holder."""
    voucher = milestone.voucher
    stands_for_project = projects.manages(actor, voucher.project) or actor.has(Role.OFFICER)
    return stands_for_project and not actor.speaks_for(voucher.holder_id)


def available(actor: Actor, milestone: Milestone) -> tuple[Action, ...]:
    """What the actor can do now: what the states allow and the permissions too."""
    if milestone.voucher.state is not VoucherState.SIGNED:
        return ()
    asked = {
        Action.SUBMIT: may_submit,
        Action.ACCEPT: may_accept,
        Action.SEND_BACK: may_send_back,
        Action.POSTPONE: may_postpone,
    }
    possible = LIFE.actions_from(milestone.state)
    return tuple(action for action in possible if asked[action](actor, milestone))


def _reviews(actor: Actor, milestone: Milestone) -> bool:
    """Managers of the project; never the mentor, nor anybody on the holder's side."""
    voucher = milestone.voucher
    return (
        projects.manages(actor, voucher.project)
        and not actor.speaks_for(voucher.holder_id)
        and actor.id not in (voucher.mentor_id, milestone.submitted_by_id)
    )
