"""What waits for a person in this room, told in one query by the state and the person's part in
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from portal.core import clock, days
from portal.core.actors import Actor, Role
from portal.core.db import db
from portal.core.i18n import Text, _
from portal.core.tasks import Task
from portal.exchanges.models import (
    Attendance,
    ClosingReport,
    Exchange,
    ExchangeAmendment,
    ForceMajeure,
    QuotaOverride,
    Scheme,
    Signature,
)
from portal.exchanges.rules import attendance
from portal.exchanges.states import Party, Passage, Reporter, State
from portal.partners.models import Organisation
from portal.projects import queries as projects

#: How many tasks the desk shows.
MOST_TASKS = 50


class Waiting(StrEnum):
    """What an exchange may wait for; what stands first is asked for first."""

    SIGN = "sign"
    COMPLETE = "complete"
    DECIDE = "decide"
    EXCUSE = "excuse"
    APPROVE = "approve"
    ACCEPT = "accept"
    CONCLUDE = "conclude"
    AMEND = "amend"
    REPORT = "report"
    CONFIRM = "confirm"
    CORRECT = "correct"
    VALIDATE = "validate"


_PLACES = {kind: place for place, kind in enumerate(Waiting)}
#: What an officer who speaks for no organisation decides on.
_PROPOSED = (Waiting.DECIDE, Waiting.EXCUSE)
_LABELS: dict[Waiting, Text] = {
    Waiting.COMPLETE: _("Complete the commitment to quality"),
    Waiting.SIGN: _("Sign the commitment to quality"),
    Waiting.DECIDE: _("Decide on an override of the quota"),
    Waiting.EXCUSE: _("Decide on force majeure"),
    Waiting.APPROVE: _("Approve the exchange"),
    Waiting.ACCEPT: _("Accept the financial agreement"),
    Waiting.CONCLUDE: _("Conclude the financial agreement"),
    Waiting.AMEND: _("Accept the amendment"),
    Waiting.CONFIRM: _("Confirm the visitor’s attendance by code"),
    Waiting.REPORT: _("File the closing report"),
    Waiting.CORRECT: _("Complete the closing report"),
    Waiting.VALIDATE: _("Validate the exchange"),
}


@dataclass(frozen=True)
class _Asked:
    """What an exchange waits for when a condition holds; a partnership may have `many` of these."""

    kind: Waiting
    condition: ColumnElement[bool]
    many: bool = False


@dataclass(frozen=True)
class _Hats:
    """The actor's parts in an exchange, as conditions."""

    visits: ColumnElement[bool]
    hosts: ColumnElement[bool]
    pays: ColumnElement[bool]
    #: Pays, and is neither visitor nor host: may approve and validate.
    decides: ColumnElement[bool]
    receives: ColumnElement[bool]
    #: May decide on an override that somebody else has proposed.
    overrides: ColumnElement[bool]
    #: May decide on force majeure that somebody else has proposed.
    excuses: ColumnElement[bool]


def tasks_for(actor: Actor) -> list[Task]:
    """What waits for the actor: to complete, sign, approve, agree, report or validate; soonest
    first.
    """
    if not actor.organisation_ids and not actor.has(Role.OFFICER):
        return []
    waiting = _waiting(_hats(actor), clock.today())
    if not actor.organisation_ids:
        waiting = [one for one in waiting if one.kind in _PROPOSED]
    first = _first(waiting)
    visitor, host = aliased(Organisation), aliased(Organisation)
    query = (
        select(
            Exchange.ref,
            visitor.legal_name.label("visitor"),
            host.legal_name.label("host"),
            Exchange.departure_on,
            Exchange.last_on,
            Exchange.started_at,
            Scheme.signing_days,
            Scheme.report_days,
            first.c.place,
        )
        .join(first, first.c.id == Exchange.id)
        .join(visitor, visitor.id == Exchange.visitor_id)
        .join(host, host.id == Exchange.host_id)
        .join(Scheme, Scheme.id == Exchange.scheme_id)
        .order_by(Exchange.first_on, Exchange.id)
        .limit(MOST_TASKS)
    )
    return [_task(row) for row in db.session.execute(query)]


def _first(waiting: Sequence[_Asked]) -> Subquery:
    """The exchanges that wait, each with the place of what it waits for first.

    Every condition is looked up by an index of its own, and where there may be many gives no more
    than the desk shows: those that begin soonest are among them.
    """
    every = union_all(*map(_soonest, waiting)).subquery()
    place = func.min(every.c.place).label("place")
    return select(every.c.id, place).group_by(every.c.id).subquery()


def _soonest(asked: _Asked) -> Select[int, int]:
    place = literal(_PLACES[asked.kind]).label("place")
    query = select(Exchange.id.label("id"), place).where(asked.condition)
    if asked.many:
        query = query.order_by(Exchange.first_on, Exchange.id).limit(MOST_TASKS)
    found = query.subquery()
    return select(found.c.id, found.c.place)


def _hats(actor: Actor) -> _Hats:
    mine = actor.organisation_ids
    managed = projects.of_organisations(mine if actor.has(Role.MANAGER) else ())
    visits, hosts = Exchange.visitor_id.in_(mine), Exchange.host_id.in_(mine)
    pays = Exchange.project_id.in_(managed)
    no_party = and_(~visits, ~hosts)
    officer = no_party if actor.has(Role.OFFICER) else false()
    return _Hats(
        visits=visits,
        hosts=hosts,
        pays=pays,
        decides=and_(pays, no_party),
        receives=Exchange.host_project_id.in_(managed),
        overrides=and_(_proposed_by_another(actor), or_(officer, and_(pays, no_party))),
        excuses=and_(_excused_by_another(actor), or_(officer, and_(pays, no_party))),
    )


def _waiting(hats: _Hats, today: date) -> list[_Asked]:
    """When an exchange waits for the actor, and for what: one condition for each part they may
    have in it.
    """
    agreed = Exchange.state == State.AGREED
    return [
        *_signing(hats),
        _Asked(Waiting.DECIDE, and_(Exchange.state == State.SIGNED, hats.overrides)),
        _Asked(Waiting.EXCUSE, hats.excuses),
        *_approving(hats),
        *_amending(hats, and_(agreed, Exchange.first_on > today)),
        *_attending(hats, agreed, today),
        *_closing(hats, and_(agreed, Exchange.last_on < today)),
    ]


def _signing(hats: _Hats) -> list[_Asked]:
    building = Exchange.state == State.BUILDING
    complete = and_(Exchange.objectives != "", Exchange.agenda != "")
    ready = and_(building, complete)
    two_partnerships = Exchange.project_id != Exchange.host_project_id
    receives = and_(hats.receives, two_partnerships)
    sign, finish = Waiting.SIGN, Waiting.COMPLETE
    return [
        _Asked(sign, and_(ready, hats.visits, ~_signed(Party.VISITOR))),
        _Asked(sign, and_(ready, hats.hosts, ~_signed(Party.HOST))),
        _Asked(sign, and_(ready, hats.pays, ~_signed(Party.VISITOR_PARTNERSHIP)), many=True),
        _Asked(sign, and_(ready, receives, ~_signed(Party.HOST_PARTNERSHIP)), many=True),
        _Asked(finish, and_(building, ~complete, hats.visits)),
        _Asked(finish, and_(building, ~complete, hats.hosts)),
    ]


def _approving(hats: _Hats) -> list[_Asked]:
    approved = Exchange.state == State.APPROVED
    accepted = Exchange.accepted_at.is_not(None)
    return [
        _Asked(Waiting.APPROVE, and_(Exchange.state == State.SIGNED, hats.decides), many=True),
        _Asked(Waiting.ACCEPT, and_(approved, ~accepted, hats.visits)),
        _Asked(Waiting.CONCLUDE, and_(approved, accepted, hats.decides), many=True),
    ]


def _amending(hats: _Hats, coming: ColumnElement[bool]) -> list[_Asked]:
    host, payer = _unaccepted("host_accepted_at"), _unaccepted("payer_accepted_at")
    return [
        _Asked(Waiting.AMEND, and_(coming, hats.hosts, ~hats.visits, host)),
        _Asked(Waiting.AMEND, and_(coming, hats.decides, payer)),
    ]


def _attending(hats: _Hats, agreed: ColumnElement[bool], today: date) -> list[_Asked]:
    going_on = and_(agreed, Exchange.first_on <= today, Exchange.last_on >= today)
    there = and_(going_on, Exchange.virtual.is_(False))
    return [
        _Asked(Waiting.CONFIRM, and_(there, hats.hosts, ~hats.visits, _unconfirmed(today))),
    ]


def _closing(hats: _Hats, over: ColumnElement[bool]) -> list[_Asked]:
    returned = Exchange.state == State.RETURNED
    return [
        _Asked(Waiting.REPORT, and_(over, hats.visits, ~_reported(Reporter.VISITOR))),
        _Asked(Waiting.REPORT, and_(over, hats.hosts, ~_reported(Reporter.HOST))),
        _Asked(Waiting.CORRECT, and_(returned, hats.visits)),
        _Asked(Waiting.CORRECT, and_(returned, hats.hosts)),
        _Asked(Waiting.VALIDATE, and_(Exchange.state == State.REPORTED, hats.decides), many=True),
    ]


def _proposed_by_another(actor: Actor) -> ColumnElement[bool]:
    """Whether an override waits; the few open ones lead to their exchanges, not the reverse."""
    return Exchange.id.in_(_proposals(actor))


def _proposals(actor: Actor) -> Select[int]:
    """The exchanges for which others have proposed an override that nobody has decided on."""
    return select(QuotaOverride.exchange_id).where(
        QuotaOverride.used_at.is_(None),
        QuotaOverride.lapsed_at.is_(None),
        QuotaOverride.granted.is_(None),
        QuotaOverride.proposed_by_id != actor.id,
    )


def _excused_by_another(actor: Actor) -> ColumnElement[bool]:
    """Whether force majeure waits; told as overrides are."""
    return Exchange.id.in_(_excuses(actor))


def _excuses(actor: Actor) -> Select[int]:
    """The exchanges for which others have proposed force majeure that nobody has decided on."""
    return select(ForceMajeure.exchange_id).where(
        ForceMajeure.lapsed_at.is_(None),
        ForceMajeure.granted.is_(None),
        ForceMajeure.proposed_by_id != actor.id,
    )


def _signed(party: Party) -> ColumnElement[bool]:
    return exists().where(Signature.exchange_id == Exchange.id, Signature.party == party)


def _unaccepted(word: str) -> ColumnElement[bool]:
    """Whether an amendment waits for one of those who accept it; told as overrides are."""
    waiting = ExchangeAmendment
    open_ones = select(waiting.exchange_id).where(waiting.outcome.is_(None))
    return Exchange.id.in_(open_ones.where(getattr(waiting, word).is_(None)))


def _unconfirmed(today: date) -> ColumnElement[bool]:
    """Whether the visitor’s arrival is not confirmed by code, nor on the last day the departure."""
    return or_(
        ~_confirmed(Passage.ARRIVAL),
        and_(Exchange.last_on == today, ~_confirmed(Passage.DEPARTURE)),
    )


def _confirmed(passage: Passage) -> ColumnElement[bool]:
    return exists().where(Attendance.exchange_id == Exchange.id, Attendance.passage == passage)


def _reported(side: Reporter) -> ColumnElement[bool]:
    return exists().where(ClosingReport.exchange_id == Exchange.id, ClosingReport.side == side)


def _task(row: Row[Any]) -> Task:
    kind = list(Waiting)[row.place]
    return Task(
        label=_LABELS[kind],
        ref=row.ref,
        title=f"{row.visitor} → {row.host}",
        endpoint="exchanges.show",
        values={"ref": row.ref},
        due_on=_due_on(kind, row),
        since=days.brussels_day(row.started_at),
    )


def _due_on(kind: Waiting, row: Row[Any]) -> date | None:
    """Before the departure for what is signed, after the stay for what is reported (T03, T04)."""
    departure_on: date = row.departure_on
    last_on: date = row.last_on
    if kind in (Waiting.REPORT, Waiting.CORRECT):
        return last_on + timedelta(days=row.report_days)
    if kind is Waiting.CONFIRM:
        return attendance.last_day(last_on)
    if kind in (Waiting.VALIDATE, Waiting.EXCUSE):
        return None
    if kind in (Waiting.SIGN, Waiting.COMPLETE):
        return departure_on - timedelta(days=row.signing_days)
    return departure_on
