"""Who may do what with vouchers."""

from sqlalchemy import Select, false, or_, select

from portal.core.actors import Actor, Role
from portal.partners.models import Organisation
from portal.projects import policy as projects
from portal.projects import queries as project_queries
from portal.projects.models import Project
from portal.vouchers import queries
from portal.vouchers.models import Voucher
from portal.vouchers.states import LIFE, Action, Side


def may_list(actor: Actor) -> bool:
    """Staff, auditors, and everybody who speaks for an organisation, each seeing their own."""
    return actor.has(*projects.STAFF) or bool(actor.organisation_ids)


def visible_to(actor: Actor) -> Select[Voucher]:
    """Staff and auditors see all; a consortium sees its project's, a firm its own."""
    if actor.has(*projects.STAFF):
        return select(Voucher)
    if not actor.organisation_ids:
        return select(Voucher).where(false())
    own = project_queries.of_organisations(actor.organisation_ids)
    return select(Voucher).where(
        or_(Voucher.holder_id.in_(actor.organisation_ids), Voucher.project_id.in_(own))
    )


def may_see(actor: Actor, voucher: Voucher) -> bool:
    """Staff, auditors, the holder's people and the people of the consortium."""
    if actor.has(*projects.STAFF) or actor.speaks_for(voucher.holder_id):
        return True
    return projects.belongs_to(actor, voucher.project)


def may_define_instrument(actor: Actor, project: Project) -> bool:
    """The project's managers, and officers."""
    return projects.manages(actor, project) or actor.has(Role.OFFICER)


def may_award(actor: Actor, project: Project, holder: Organisation | None = None) -> bool:
    """The project's managers and officers, never to a firm they speak for."""
    if holder is not None and actor.speaks_for(holder.id):
        return False
    return projects.manages(actor, project) or actor.has(Role.OFFICER)


def side_of(actor: Actor, voucher: Voucher) -> Side | None:
    """Whom the actor may sign for: the holder, the project, or nobody."""
    if actor.speaks_for(voucher.holder_id):
        return Side.HOLDER
    return Side.PROJECT if projects.manages(actor, voucher.project) else None


def may_sign(actor: Actor, voucher: Voucher) -> bool:
    """People of the holder for one side, managers of the project for the other."""
    return side_of(actor, voucher) is not None


def may_withdraw(actor: Actor, voucher: Voucher) -> bool:
    """The project's managers and officers take an offer back; the holder declines it."""
    return actor.speaks_for(voucher.holder_id) or _stands_for_project(actor, voucher)


def may_terminate(actor: Actor, voucher: Voucher) -> bool:
    """The project's managers and officers who do not speak for the holder."""
    return _stands_for_project(actor, voucher) and not actor.speaks_for(voucher.holder_id)


def available(actor: Actor, voucher: Voucher) -> tuple[Action, ...]:
    """What the actor can do now: what the state allows and the permissions too."""
    asked = {
        Action.SIGN: lambda: _may_still_sign(actor, voucher),
        Action.WITHDRAW: lambda: may_withdraw(actor, voucher),
        Action.TERMINATE: lambda: may_terminate(actor, voucher),
    }
    possible = LIFE.actions_from(voucher.state)
    return tuple(action for action in possible if action in asked and asked[action]())


def _stands_for_project(actor: Actor, voucher: Voucher) -> bool:
    return projects.manages(actor, voucher.project) or actor.has(Role.OFFICER)


def _may_still_sign(actor: Actor, voucher: Voucher) -> bool:
    side = side_of(actor, voucher)
    return side is not None and not queries.has_signed(voucher, side)
