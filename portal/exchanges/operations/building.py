"""An exchange is started, drawn up and signed."""

from collections.abc import Sequence
from datetime import date
from itertools import chain

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, Stale, refuse_if
from portal.core.i18n import _
from portal.exchanges import effects, notifications, policy, queries
from portal.exchanges.models import Exchange, Signature, Waiver
from portal.exchanges.queries import Plan
from portal.exchanges.rules import commitment, eligibility
from portal.exchanges.rules import stay as stay_rules
from portal.exchanges.rules.stay import Journey
from portal.exchanges.states import LIFE, Action, Party
from portal.partners.models import Organisation
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.states import Instrument


def start(
    *,
    visitor: Organisation,
    host: Organisation,
    project: Project,
    host_project: Project,
    virtual: bool = False,
    departure_on: date,
    first_on: date,
    last_on: date,
    return_on: date,
    objectives: str = "",
    activities: Sequence[str] = (),
    agenda: str = "",
    actor: Actor,
) -> Exchange:
    """Begin an exchange; what cannot be a visit at all is refused, the rest may be completed later.

    `project` is the visitor's partnership, `host_project` the host's; they may be the same.
    """
    ensure(
        policy.may_start(actor, visitor=visitor, host=host, partnerships=(project, host_project))
    )
    now, today = clock.now(), clock.today()
    scheme = queries.scheme_on(today)
    journey = Journey(departure_on, first_on, last_on, return_on)
    plan = Plan(visitor, host, project, host_project, virtual, first_on, last_on)
    refuse_if(
        (
            *_without_envelope(project, "project"),
            *_without_envelope(host_project, "host_project"),
            *queries.refused_at_once(plan, journey, scheme, today),
        )
    )
    exchange = effects.begin(
        plan,
        journey,
        scheme=scheme,
        objectives=objectives.strip(),
        activities=list(activities),
        agenda=agenda.strip(),
        at=now,
        actor=actor,
    )
    notifications.started(exchange, by=actor)
    return exchange


def edit(
    exchange: Exchange,
    *,
    virtual: bool,
    departure_on: date,
    first_on: date,
    last_on: date,
    return_on: date,
    objectives: str,
    activities: Sequence[str],
    agenda: str,
    actor: Actor,
) -> Exchange:
    """Change what the parties are about to sign; signatures already given are void."""
    ensure(policy.may_edit(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.EDIT)
    before, void = effects.shown(exchange), len(exchange.signatures)
    plan = queries.plan_of(exchange, virtual=virtual, first_on=first_on, last_on=last_on)
    journey = Journey(departure_on, first_on, last_on, return_on)
    shared = exchange.programme
    refuse_if(
        (
            *queries.refused_at_once(plan, journey, exchange.scheme, clock.today()),
            *commitment.apart(shared, first_on, last_on),
            *commitment.virtual_in_group(shared, virtual=virtual),
        )
    )
    with effects.one_visit(plan, exchange.edition):
        _take(exchange, plan, journey)
        exchange.objectives, exchange.agenda = objectives.strip(), agenda.strip()
        exchange.activities = list(activities)
    record(
        actor,
        exchange,
        Action.EDIT,
        before=before,
        after=effects.shown(exchange),
        signatures_void=void,
    )
    notifications.changed(exchange, by=actor, void=void)
    return exchange


def sign(
    exchange: Exchange,
    *,
    party: Party,
    fingerprint: str,
    traveller_entitled: bool = False,
    actor: Actor,
) -> Exchange:
    """Sign the commitment to quality for one party; with the last signature it can be approved.

    `fingerprint` is that of the text the signatory was shown: when the text has changed since,
    nothing is signed (`Stale`). The visitor also declares that its traveller is entitled (CXC-E04).
    """
    ensure(policy.may_sign(actor, exchange, party))
    exchange = queries.lock_exchange(exchange.id)
    complete = LIFE.step(exchange.state, Action.SIGN)
    if fingerprint != commitment.fingerprint(exchange.commitment):
        raise Stale()
    refuse_if(_signing_faults(exchange, party, traveller_entitled))
    if party is Party.VISITOR:
        exchange.traveller_entitled = traveller_entitled
    exchange.signatures.append(
        Signature(
            party=party,
            fingerprint=fingerprint,
            person_id=actor.id,
            person_name=actor.name,
            signed_at=clock.now(),
        )
    )
    missing = commitment.missing(
        signed=[signature.party for signature in exchange.signatures],
        one_partnership=exchange.one_partnership,
    )
    if not missing:
        exchange.state = complete
    record(
        actor,
        exchange,
        Action.SIGN,
        after={"state": exchange.state, "missing": missing},
        party=party,
        fingerprint=fingerprint,
    )
    notifications.signed(exchange, missing=missing)
    return exchange


def waive(exchange: Exchange, *, requested_by: str, reason: str, actor: Actor) -> Exchange:
    """Let an SME that belongs to no cluster host this visit, for a stated reason (CXC-E06)."""
    ensure(policy.may_waive(actor, exchange))
    exchange = queries.lock_exchange(exchange.id)
    exchange.state = LIFE.step(exchange.state, Action.WAIVE)
    if exchange.waiver is not None:
        refuse_if([Fault(_("The host already has a waiver for this exchange."), rule="CXC-E06")])
    waiver = Waiver(
        exchange_id=exchange.id,
        requested_by=requested_by,
        reason=reason,
        approved_by_id=actor.id,
        approved_at=clock.now(),
    )
    db.session.add(waiver)
    record(
        actor,
        exchange,
        Action.WAIVE,
        reason=reason,
        requested_by=requested_by,
        rule="CXC-E06",
    )
    return exchange


def _without_envelope(project: Project, field: str) -> tuple[Fault, ...]:
    if projects.envelope(project.id, Instrument.EXCHANGE) is not None:
        return ()
    message = _("This project has no envelope for exchanges. Choose another partnership.")
    return (Fault(message, field, "2.1"),)


def _signing_faults(
    exchange: Exchange, party: Party, traveller_entitled: bool
) -> tuple[Fault, ...]:
    if any(signature.party is party for signature in exchange.signatures):
        return (Fault(_("This party has already signed."), None, "2.6"),)
    return tuple(
        chain(
            commitment.content_faults(exchange.objectives, exchange.activities, exchange.agenda),
            stay_rules.departed(exchange.departure_on, today=clock.today()),
            eligibility.undeclared_traveller(exchange.virtual, traveller_entitled)
            if party is Party.VISITOR
            else (),
        )
    )


def _take(exchange: Exchange, plan: Plan, journey: Journey) -> None:
    """Take the plan over; what was signed and declared before is void."""
    exchange.virtual = plan.virtual
    exchange.visitor_country, exchange.host_country = plan.visitor.country, plan.host.country
    exchange.departure_on, exchange.return_on = journey.departure_on, journey.return_on
    exchange.first_on, exchange.last_on = journey.first_on, journey.last_on
    exchange.signatures.clear()
    exchange.traveller_entitled = False
    exchange.signing_reminders = 0
