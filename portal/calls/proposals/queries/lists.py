"""Many proposals: the list for a person, what a call received, counts and countries."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import joinedload, selectinload

from portal.calls.models import Call
from portal.calls.proposals.models import Proposal, ProposalPartner
from portal.calls.proposals.states import OUTCOMES, State
from portal.calls.states import State as CallState
from portal.core.db import db
from portal.partners.models import Organisation
from portal.partners.queries import matches
from portal.partners.rules import names

#: States of a call in which applicants know the outcome.
TOLD = (CallState.INFORMED, CallState.CONCLUDED)


def listing(
    visible: ColumnElement[bool],
    *,
    text: str = "",
    state: State | None = None,
    call_id: int | None = None,
    sort: str = "",
    descending: bool = False,
    confidential: bool = True,
) -> Select[Proposal]:
    """The visible proposals that meet every given condition, the latest first.

    While `confidential`, outcomes that are not yet told count as submitted, in filter and order.
    """
    state_column = _shown_state() if confidential else Proposal.state
    query = select(Proposal).join(Proposal.call).join(Proposal.coordinator).where(visible)
    query = query.options(
        joinedload(Proposal.call),
        joinedload(Proposal.coordinator),
        selectinload(Proposal.partners),
    )
    if text.strip():
        query = query.where(_matches(text))
    if state:
        query = query.where(state_column == state)
    if call_id is not None:
        query = query.where(Proposal.call_id == call_id)
    columns: dict[str, SQLColumnExpression[Any]] = {
        "acronym": Proposal.search_name,
        "call": Call.ref,
        "coordinator": Organisation.search_name,
        "state": state_column,
        "requested": Proposal.requested_cents,
        "submitted": Proposal.submitted_at,
    }
    latest: Sequence[ColumnElement[Any]] = (Proposal.started_at.desc(), Proposal.id.desc())
    if sort in columns:
        column = columns[sort]
        return query.order_by(column.desc() if descending else column.asc(), *latest)
    return query.order_by(*latest)


def of_organisations(call_id: int, organisation_ids: Collection[int]) -> list[Proposal]:
    """The proposals to a call in which one of the organisations takes part, the latest first."""
    own = select(ProposalPartner.proposal_id).where(
        ProposalPartner.organisation_id.in_(organisation_ids)
    )
    query = select(Proposal).where(Proposal.call_id == call_id, Proposal.id.in_(own))
    loaded = query.options(joinedload(Proposal.call), selectinload(Proposal.partners))
    return list(db.session.scalars(loaded.order_by(Proposal.started_at.desc(), Proposal.id)))


def received(call_id: int) -> Select[Proposal]:
    """What was submitted to a call, in the order of the lists: main, reserve, then the others."""
    rank = case(
        (Proposal.state.in_((State.MAIN_LIST, State.AWARDED)), 0),
        (Proposal.state == State.RESERVE, 1),
        (Proposal.state == State.SUBMITTED, 2),
        (Proposal.state == State.WITHDRAWN, 4),
        else_=3,
    )
    query = select(Proposal).where(Proposal.call_id == call_id, Proposal.submitted_at.is_not(None))
    loaded = query.options(joinedload(Proposal.coordinator))
    return loaded.order_by(rank, Proposal.list_position, Proposal.submitted_at, Proposal.id)


def outcomes_of(call_id: int) -> list[Proposal]:
    """The proposals of a call that have an outcome to be told, in a fixed order."""
    query = select(Proposal).where(Proposal.call_id == call_id, Proposal.state.in_(OUTCOMES))
    loaded = query.options(joinedload(Proposal.coordinator))
    return list(db.session.scalars(loaded.order_by(Proposal.id)))


def counts_of(call_id: int) -> dict[State, int]:
    """How many submitted proposals of a call are in each state; every state is named."""
    query = select(Proposal.state, func.count()).where(
        Proposal.call_id == call_id, Proposal.submitted_at.is_not(None)
    )
    rows = db.session.execute(query.group_by(Proposal.state))
    counted = {state: number for state, number in rows}  # noqa: C416  a Row is no pair for mypy
    return {state: counted.get(state, 0) for state in State}


def countries_of(proposal_ids: Collection[int]) -> dict[int, list[str]]:
    """The countries of several consortia, each once, in one query."""
    query = (
        select(ProposalPartner.proposal_id, Organisation.country)
        .join(Organisation, Organisation.id == ProposalPartner.organisation_id)
        .where(ProposalPartner.proposal_id.in_(proposal_ids))
        .distinct()
        .order_by(Organisation.country)
    )
    found: dict[int, list[str]] = {number: [] for number in proposal_ids}
    for proposal_id, country in db.session.execute(query):
        found[proposal_id].append(country)
    return found


def next_position(call_id: int, state: State) -> int:
    """The rank after the last one on a list; ask under the call's lock."""
    query = select(func.max(Proposal.list_position)).where(
        Proposal.call_id == call_id, Proposal.state == state
    )
    return (db.session.scalar(query) or 0) + 1


def _shown_state() -> ColumnElement[Any]:
    secret = and_(Proposal.state.in_(OUTCOMES), Call.state.not_in(TOLD))
    return case((secret, literal(State.SUBMITTED, Proposal.state.type)), else_=Proposal.state)


def _matches(text: str) -> ColumnElement[bool]:
    words = names.fold(text).split()
    by_name = and_(*(Proposal.search_name.contains(word, autoescape=True) for word in words))
    by_number = or_(Proposal.ref == text.strip().upper(), Call.ref == text.strip().upper())
    return or_(by_name, by_number, matches(text)) if words else by_number
