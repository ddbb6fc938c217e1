"""Who may do what with an exchange.

The visitor's partnership decides, through a manager who is neither visitor nor host: when the
visitor is itself a beneficiary, somebody of another beneficiary (domain 12-45).
"""

from sqlalchemy import ColumnElement, true

from portal.core import clock
from portal.core.actors import Actor, Role
from portal.exchanges import queries
from portal.exchanges.models import Exchange
from portal.exchanges.states import LIFE, Action, Party, Reporter
from portal.partners.models import Organisation
from portal.projects import policy as projects
from portal.projects.models import Project
from portal.projects.queries import ids_managed_by

#: Who accepts an amendment; the visitor has proposed it.
AMENDING = (Party.HOST, Party.VISITOR_PARTNERSHIP)
#: Staff who see every exchange and its figures.
STAFF = (Role.OFFICER, Role.VERIFIER, Role.AUTHORISER, Role.ACCOUNTANT, Role.AUDITOR)


def may_list(actor: Actor) -> bool:
    """Staff, and everybody who speaks for an organisation; each sees their own."""
    return actor.has(*STAFF) or bool(actor.organisation_ids)


def sees_all(actor: Actor) -> bool:
    """Staff see every exchange."""
    return actor.has(*STAFF)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Staff see all exchanges; others those of their organisations and of partnerships they
    manage.
    """
    if sees_all(actor):
        return true()
    return queries.involving(actor.organisation_ids, ids_managed_by(actor))


def may_see(actor: Actor, exchange: Exchange) -> bool:
    """Staff, both organisations, and the managers of both partnerships."""
    return actor.has(*STAFF) or _is_party(actor, exchange) or _manages_either(actor, exchange)


def may_see_evidence(actor: Actor, exchange: Exchange) -> bool:
    """As the exchange itself: the parties, both partnerships, and staff."""
    return may_see(actor, exchange)


def may_see_agreement(actor: Actor, exchange: Exchange) -> bool:
    """Those it binds, and staff: it names the visitor's account, so the host does not read it."""
    if actor.has(*STAFF) or actor.speaks_for(exchange.visitor_id):
        return True
    return projects.manages(actor, exchange.project)


def may_see_quota(actor: Actor, project: Project) -> bool:
    """Staff and the people of the consortium."""
    return actor.has(*STAFF) or projects.belongs_to(actor, project)


def may_see_scheme_quota(actor: Actor) -> bool:
    """Staff: it shows the partnerships beside one another."""
    return actor.has(*STAFF)


def may_see_queue(actor: Actor, project: Project) -> bool:
    """Staff and the managers of the partnership, who take the files of the queue."""
    return actor.has(*STAFF) or projects.manages(actor, project)


def may_see_terms(actor: Actor) -> bool:
    """Every signed-in person."""
    return actor.id is not None


def may_start(
    actor: Actor,
    *,
    visitor: Organisation | None = None,
    host: Organisation | None = None,
    partnerships: tuple[Project, ...] = (),
) -> bool:
    """People of the visitor or the host, and managers of one of the partnerships.

    Without a plan: whether the actor could start any exchange at all.
    """
    if visitor is None or host is None:
        return bool(actor.organisation_ids)
    if actor.speaks_for(visitor.id) or actor.speaks_for(host.id):
        return True
    return any(projects.manages(actor, project) for project in partnerships)


def may_edit(actor: Actor, exchange: Exchange) -> bool:
    """Both organisations and both partnerships draw the visit up together."""
    return _is_party(actor, exchange) or _manages_either(actor, exchange)


def parties_of(actor: Actor, exchange: Exchange) -> tuple[Party, ...]:
    """For whom the actor may sign, in the order of the text."""
    found = {
        Party.VISITOR: actor.speaks_for(exchange.visitor_id),
        Party.HOST: actor.speaks_for(exchange.host_id),
        Party.VISITOR_PARTNERSHIP: projects.manages(actor, exchange.project),
    }
    if not exchange.one_partnership:
        found[Party.HOST_PARTNERSHIP] = projects.manages(actor, exchange.host_project)
    return tuple(party for party, allowed in found.items() if allowed)


def may_sign(actor: Actor, exchange: Exchange, party: Party | None = None) -> bool:
    """Each party through its own people; without a party: for any of them."""
    allowed = parties_of(actor, exchange)
    return party in allowed if party is not None else bool(allowed)


def may_waive(actor: Actor, exchange: Exchange) -> bool:
    """The agency, through an officer who is no party (CXC-E06)."""
    return actor.has(Role.OFFICER) and not _is_party(actor, exchange)


def may_propose_override(actor: Actor, exchange: Exchange) -> bool:
    """Those who approve."""
    return _decides(actor, exchange)


def may_grant_override(actor: Actor, exchange: Exchange) -> bool:
    """Officers who are no party, and those who approve; never the person who proposed it."""
    officer = actor.has(Role.OFFICER) and not _is_party(actor, exchange)
    if not (officer or _decides(actor, exchange)):
        return False
    found = queries.open_override(exchange.id)
    return found is None or found.proposed_by_id != actor.id


def may_decline_override(actor: Actor, exchange: Exchange) -> bool:
    """Those who may grant it."""
    return may_grant_override(actor, exchange)


def may_approve(actor: Actor, exchange: Exchange) -> bool:
    """Managers of the paying partnership who belong to neither organisation (12-45)."""
    return _decides(actor, exchange)


def may_accept_agreement(actor: Actor, exchange: Exchange) -> bool:
    """The visitor, who is paid."""
    return actor.speaks_for(exchange.visitor_id)


def may_conclude(actor: Actor, exchange: Exchange) -> bool:
    """Managers of the paying partnership who belong to neither organisation."""
    return _decides(actor, exchange)


def may_amend(actor: Actor, exchange: Exchange) -> bool:
    """The visitor, who has accepted the agreement."""
    return actor.speaks_for(exchange.visitor_id)


def accepting_parties_of(actor: Actor, exchange: Exchange) -> tuple[Party, ...]:
    """For whom the actor may accept an amendment: never for the visitor who proposes it."""
    found = {
        Party.HOST: actor.speaks_for(exchange.host_id)
        and not actor.speaks_for(exchange.visitor_id),
        Party.VISITOR_PARTNERSHIP: _decides(actor, exchange),
    }
    return tuple(party for party in AMENDING if found[party])


def may_accept_amendment(actor: Actor, exchange: Exchange, party: Party | None = None) -> bool:
    """The host, and managers of the paying partnership who belong to neither organisation."""
    allowed = accepting_parties_of(actor, exchange)
    return party in allowed if party is not None else bool(allowed)


def may_decline_amendment(actor: Actor, exchange: Exchange) -> bool:
    """Those who may accept it."""
    return may_accept_amendment(actor, exchange)


def may_withdraw_amendment(actor: Actor, exchange: Exchange) -> bool:
    """The visitor."""
    return may_amend(actor, exchange)


def may_confirm_attendance(actor: Actor, exchange: Exchange) -> bool:
    """The host’s people; nobody who also speaks for the visitor, who is shown the code."""
    return actor.speaks_for(exchange.host_id) and not actor.speaks_for(exchange.visitor_id)


def may_see_code(actor: Actor, exchange: Exchange) -> bool:
    """The visitor’s people; nobody who also speaks for the host, who types the code."""
    return actor.speaks_for(exchange.visitor_id) and not actor.speaks_for(exchange.host_id)


def reporters_of(actor: Actor, exchange: Exchange) -> tuple[Reporter, ...]:
    """For which side the actor may report."""
    found = {
        Reporter.VISITOR: actor.speaks_for(exchange.visitor_id),
        Reporter.HOST: actor.speaks_for(exchange.host_id),
    }
    return tuple(side for side, allowed in found.items() if allowed)


def may_report(actor: Actor, exchange: Exchange, side: Reporter | None = None) -> bool:
    """Each side for itself."""
    allowed = reporters_of(actor, exchange)
    return side in allowed if side is not None else bool(allowed)


def may_propose_force_majeure(actor: Actor, exchange: Exchange) -> bool:
    """Those who validate."""
    return _decides(actor, exchange)


def may_grant_force_majeure(actor: Actor, exchange: Exchange) -> bool:
    """Officers who are no party, and those who validate; never the person who proposed it."""
    officer = actor.has(Role.OFFICER) and not _is_party(actor, exchange)
    if not (officer or _decides(actor, exchange)):
        return False
    found = queries.force_majeure(exchange)
    return found is None or found.proposed_by_id != actor.id


def may_decline_force_majeure(actor: Actor, exchange: Exchange) -> bool:
    """Those who may grant it."""
    return may_grant_force_majeure(actor, exchange)


def may_send_back(actor: Actor, exchange: Exchange) -> bool:
    """Those who approve and validate."""
    return _decides(actor, exchange)


def may_validate(actor: Actor, exchange: Exchange) -> bool:
    """Managers of the paying partnership who belong to neither organisation (12-45)."""
    return _decides(actor, exchange)


def may_refuse(actor: Actor, exchange: Exchange) -> bool:
    """Those who validate."""
    return _decides(actor, exchange)


def may_cancel(actor: Actor, exchange: Exchange) -> bool:
    """Both organisations and both partnerships may call a visit off."""
    return _is_party(actor, exchange) or _manages_either(actor, exchange)


def may_mark_no_show(actor: Actor, exchange: Exchange) -> bool:
    """Those who validate; the host tells them."""
    return _decides(actor, exchange)


def may_set_terms(actor: Actor, project: Project) -> bool:
    """The partnership's managers, and officers."""
    return actor.has(Role.OFFICER) or projects.manages(actor, project)


def may_load_reference(actor: Actor) -> bool:
    """The portal itself, when it is set up, or an officer."""
    return actor.is_system or actor.has(Role.OFFICER)


def may_remind(actor: Actor) -> bool:
    """The daily job, or an officer in its place."""
    return actor.is_system or actor.has(Role.OFFICER)


def may_remind_signatures(actor: Actor) -> bool:
    """The daily job, or an officer in its place."""
    return may_remind(actor)


def available(actor: Actor, exchange: Exchange) -> tuple[Action, ...]:
    """What the actor can do now: what the state allows and the permissions too.

    An override is proposed from the page of the approval, where one sees that it is needed.
    """
    asked = {
        Action.EDIT: may_edit,
        Action.SIGN: _may_still_sign,
        Action.WAIVE: may_waive,
        Action.GRANT_OVERRIDE: _may_decide_override_now,
        Action.DECLINE_OVERRIDE: _may_decide_override_now,
        Action.APPROVE: may_approve,
        Action.ACCEPT_AGREEMENT: may_accept_agreement,
        Action.CONCLUDE: _may_conclude_now,
        Action.AMEND: _may_amend_now,
        Action.ACCEPT_AMENDMENT: _may_accept_amendment_now,
        Action.DECLINE_AMENDMENT: _may_decline_amendment_now,
        Action.WITHDRAW_AMENDMENT: _may_withdraw_amendment_now,
        Action.CONFIRM_ATTENDANCE: _may_confirm_attendance_now,
        Action.REPORT: may_report,
        Action.PROPOSE_FORCE_MAJEURE: _may_propose_force_majeure_now,
        Action.GRANT_FORCE_MAJEURE: _may_decide_force_majeure_now,
        Action.DECLINE_FORCE_MAJEURE: _may_decide_force_majeure_now,
        Action.SEND_BACK: may_send_back,
        Action.VALIDATE: may_validate,
        Action.REFUSE: may_refuse,
        Action.CANCEL: may_cancel,
        Action.MARK_NO_SHOW: may_mark_no_show,
    }
    possible = [action for action in LIFE.actions_from(exchange.state) if action in asked]
    return tuple(action for action in possible if asked[action](actor, exchange))


def _may_still_sign(actor: Actor, exchange: Exchange) -> bool:
    signed = {signature.party for signature in exchange.signatures}
    return not signed.issuperset(parties_of(actor, exchange))


def _may_decide_override_now(actor: Actor, exchange: Exchange) -> bool:
    found = queries.open_override(exchange.id)
    waits = found is not None and found.granted is None
    return waits and may_grant_override(actor, exchange)


def _may_conclude_now(actor: Actor, exchange: Exchange) -> bool:
    return exchange.accepted_at is not None and may_conclude(actor, exchange)


def _may_amend_now(actor: Actor, exchange: Exchange) -> bool:
    early = clock.today() < exchange.first_on
    return early and may_amend(actor, exchange) and queries.open_amendment(exchange) is None


def _may_accept_amendment_now(actor: Actor, exchange: Exchange) -> bool:
    found = queries.open_amendment(exchange)
    early = clock.today() < exchange.first_on
    parties = accepting_parties_of(actor, exchange)
    return early and found is not None and any(one not in found.accepted_by for one in parties)


def _may_decline_amendment_now(actor: Actor, exchange: Exchange) -> bool:
    waits = queries.open_amendment(exchange) is not None
    return waits and may_decline_amendment(actor, exchange)


def _may_withdraw_amendment_now(actor: Actor, exchange: Exchange) -> bool:
    waits = queries.open_amendment(exchange) is not None
    return waits and may_withdraw_amendment(actor, exchange)


def _may_propose_force_majeure_now(actor: Actor, exchange: Exchange) -> bool:
    """Offered once a report tells of a stay too short; the validation leads to it too."""
    short = queries.is_reported_short(exchange)
    allowed = short and may_propose_force_majeure(actor, exchange)
    return allowed and queries.force_majeure(exchange) is None


def _may_decide_force_majeure_now(actor: Actor, exchange: Exchange) -> bool:
    found = queries.force_majeure(exchange)
    waits = found is not None and found.granted is None
    return waits and may_grant_force_majeure(actor, exchange)


def _may_confirm_attendance_now(actor: Actor, exchange: Exchange) -> bool:
    taken = queries.takes_codes(exchange, clock.today())
    return taken and may_confirm_attendance(actor, exchange)


def _is_party(actor: Actor, exchange: Exchange) -> bool:
    return actor.speaks_for(exchange.visitor_id) or actor.speaks_for(exchange.host_id)


def _manages_either(actor: Actor, exchange: Exchange) -> bool:
    if projects.manages(actor, exchange.project):
        return True
    return not exchange.one_partnership and projects.manages(actor, exchange.host_project)


def _decides(actor: Actor, exchange: Exchange) -> bool:
    return not _is_party(actor, exchange) and projects.manages(actor, exchange.project)
