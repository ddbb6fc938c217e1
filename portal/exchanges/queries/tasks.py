"""What waits for a person in this room, told in one query by the state and the person's part in
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Row,
    Select,
    Subquery,
    TextClause,
    and_,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

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
from portal.exchanges.models.exchange import TO_COMPLETE, TO_CONCLUDE, TO_SIGN, TO_SIGN_FOR_HOST
from portal.exchanges.rules import attendance
from portal.exchanges.states import Party, Passage, Reporter, State
from portal.partners.models import Organisation
from portal.projects import queries as projects

#: How many tasks the desk shows.
MOST_TASKS = 50
#: For how many organisations, and for how many partnerships, of one person each is looked up by
#: itself. SQLite takes 500 sub-selects in one statement; a pair uses sixteen.
MOST_APART = 20

T = TypeVar("T")
Conditions = Sequence[ColumnElement[bool]]


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
    """What the exchanges that meet a condition wait for.

    `among` are the exchanges in question when they are few and known from elsewhere. Everything
    else is cut to what the desk shows.
    """

    kind: Waiting
    condition: ColumnElement[bool]
    among: Select[int] | None = None


@dataclass(frozen=True)
class _Hats:
    """The actor's parts in an exchange, as conditions: one for each organisation or partnership,
    for only then an index gives what waits for it the soonest first.
    """

    visits: Conditions
    hosts: Conditions
    pays: Conditions
    receives: Conditions
    #: Neither visitor nor host: may approve, conclude and validate.
    no_party: ColumnElement[bool]
    no_visitor: ColumnElement[bool]
    #: Hosts, or pays as neither visitor nor host; asked only of the few that are known.
    hosts_any: ColumnElement[bool]
    pays_any: ColumnElement[bool]
    #: May decide on what others have proposed.
    rules: ColumnElement[bool]


def tasks_for(actor: Actor) -> list[Task]:
    """What waits for the actor: to complete, sign, approve, agree, report or validate; soonest
    first.
    """
    if not actor.organisation_ids and not actor.has(Role.OFFICER):
        return []
    first = _first(_waiting(actor, _hats(actor), clock.today()))
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

    Every condition is looked up by an index of its own, and gives no more than the desk shows:
    those that begin soonest are among them.
    """
    every = union_all(*map(_soonest, waiting)).subquery()
    place = func.min(every.c.place).label("place")
    return select(every.c.id, place).group_by(every.c.id).subquery()


def _soonest(asked: _Asked) -> Select[int, int]:
    place = literal(_PLACES[asked.kind]).label("place")
    query = select(Exchange.id.label("id"), place).where(asked.condition)
    if asked.among is None:
        query = query.order_by(Exchange.first_on, Exchange.id).limit(MOST_TASKS)
    else:
        few = asked.among.subquery()
        query = query.join(few, few.c.exchange_id == Exchange.id)
    # Named by hand: the columns of so many sub-selects would be worked out for nothing.
    id_: ColumnClause[int] = column("id")
    place_: ColumnClause[int] = column("place")
    return select(id_, place_).select_from(query.subquery())


def _hats(actor: Actor) -> _Hats:
    mine, managed = sorted(actor.organisation_ids), projects.ids_managed_by(actor)
    no_visitor = Exchange.visitor_id.not_in(mine)
    no_party = and_(no_visitor, Exchange.host_id.not_in(mine))
    pays_any = and_(_known(Exchange.project_id).in_(managed), no_party)
    return _Hats(
        visits=_apart(Exchange.visitor_id, mine),
        hosts=_apart(Exchange.host_id, mine),
        pays=_apart(Exchange.project_id, managed),
        receives=_apart(Exchange.host_project_id, managed),
        no_party=no_party,
        no_visitor=no_visitor,
        hosts_any=and_(_known(Exchange.host_id).in_(mine), no_visitor),
        pays_any=pays_any,
        rules=no_party if actor.has(Role.OFFICER) else pays_any,
    )


def _known(column: InstrumentedAttribute[T]) -> ColumnElement[T]:
    """A column of exchanges that are known already: no index of the column is to be used, which
    SQLite would prefer to the ids.
    """
    return func.coalesce(column, null())


def _apart(column: InstrumentedAttribute[int], ids: Sequence[int]) -> Conditions:
    """A condition for each id; one for all of them where the statement would become too long."""
    if len(ids) > MOST_APART:
        return [column.in_(ids)]
    return [column == one for one in ids]


def _waiting(actor: Actor, hats: _Hats, today: date) -> list[_Asked]:
    """When an exchange waits for the actor, and for what: one condition for each part they may
    have in it.
    """
    agreed = Exchange.state == State.AGREED
    return [
        *_signing(hats),
        *_ruling(actor, hats),
        *_approving(hats),
        *_amending(hats, today),
        *_attending(hats, agreed, today),
        # The first day is before the last one: said for the index.
        *_closing(hats, and_(agreed, Exchange.last_on < today, Exchange.first_on < today)),
    ]


def _each(
    kind: Waiting, parts: Conditions, *conditions: ColumnElement[bool] | TextClause
) -> list[_Asked]:
    return [_Asked(kind, and_(part, *conditions)) for part in parts]


def _signing(hats: _Hats) -> list[_Asked]:
    building = Exchange.state == State.BUILDING
    complete = and_(Exchange.objectives != "", Exchange.agenda != "")
    ready = and_(building, complete)
    sign, finish = Waiting.SIGN, Waiting.COMPLETE
    return [
        *_each(sign, hats.visits, ready, ~_signed(Party.VISITOR)),
        *_each(sign, hats.hosts, ready, ~_signed(Party.HOST)),
        *_each(sign, hats.pays, TO_SIGN, ~_signed(Party.VISITOR_PARTNERSHIP)),
        *_each(sign, hats.receives, TO_SIGN_FOR_HOST, ~_signed(Party.HOST_PARTNERSHIP)),
        *_each(finish, hats.visits, building, ~complete),
        *_each(finish, hats.hosts, TO_COMPLETE),
    ]


def _ruling(actor: Actor, hats: _Hats) -> list[_Asked]:
    """The few open proposals lead to their exchanges, not the reverse."""
    signed = and_(_known(Exchange.state) == State.SIGNED, hats.rules)
    return [
        _Asked(Waiting.DECIDE, signed, among=_proposals(actor)),
        _Asked(Waiting.EXCUSE, hats.rules, among=_excuses(actor)),
    ]


def _approving(hats: _Hats) -> list[_Asked]:
    signed = and_(Exchange.state == State.SIGNED, hats.no_party)
    unaccepted = and_(Exchange.state == State.APPROVED, Exchange.accepted_at.is_(None))
    return [
        *_each(Waiting.APPROVE, hats.pays, signed),
        *_each(Waiting.ACCEPT, hats.visits, unaccepted),
        *_each(Waiting.CONCLUDE, hats.pays, TO_CONCLUDE, hats.no_party),
    ]


def _amending(hats: _Hats, today: date) -> list[_Asked]:
    """The few open amendments lead to their exchanges, as proposals do."""
    coming = and_(_known(Exchange.state) == State.AGREED, _known(Exchange.first_on) > today)
    host, payer = _unaccepted("host_accepted_at"), _unaccepted("payer_accepted_at")
    return [
        _Asked(Waiting.AMEND, and_(coming, hats.hosts_any), among=host),
        _Asked(Waiting.AMEND, and_(coming, hats.pays_any), among=payer),
    ]


def _attending(hats: _Hats, agreed: ColumnElement[bool], today: date) -> list[_Asked]:
    going_on = and_(agreed, Exchange.first_on <= today, Exchange.last_on >= today)
    there = and_(going_on, Exchange.virtual.is_(False), hats.no_visitor)
    return _each(Waiting.CONFIRM, hats.hosts, there, _unconfirmed(today))


def _closing(hats: _Hats, over: ColumnElement[bool]) -> list[_Asked]:
    returned = Exchange.state == State.RETURNED
    reported = and_(Exchange.state == State.REPORTED, hats.no_party)
    return [
        *_each(Waiting.REPORT, hats.visits, over, ~_reported(Reporter.VISITOR)),
        *_each(Waiting.REPORT, hats.hosts, over, ~_reported(Reporter.HOST)),
        *_each(Waiting.CORRECT, hats.visits, returned),
        *_each(Waiting.CORRECT, hats.hosts, returned),
        *_each(Waiting.VALIDATE, hats.pays, reported),
    ]


def _proposals(actor: Actor) -> Select[int]:
    """The exchanges for which others have proposed an override that nobody has decided on."""
    return select(QuotaOverride.exchange_id).where(
        QuotaOverride.used_at.is_(None),
        QuotaOverride.lapsed_at.is_(None),
        QuotaOverride.granted.is_(None),
        QuotaOverride.proposed_by_id != actor.id,
    )


def _excuses(actor: Actor) -> Select[int]:
    """The exchanges for which others have proposed force majeure that nobody has decided on."""
    return select(ForceMajeure.exchange_id).where(
        ForceMajeure.lapsed_at.is_(None),
        ForceMajeure.granted.is_(None),
        ForceMajeure.proposed_by_id != actor.id,
    )


def _unaccepted(word: str) -> Select[int]:
    """The exchanges whose amendment waits for one of those who accept it."""
    waiting = ExchangeAmendment
    open_ones = select(waiting.exchange_id).where(waiting.outcome.is_(None))
    return open_ones.where(getattr(waiting, word).is_(None))


def _signed(party: Party) -> ColumnElement[bool]:
    return exists().where(Signature.exchange_id == Exchange.id, Signature.party == party)


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
