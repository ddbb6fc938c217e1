"""One proposal: the row, its parts, and the application as plain data."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.calls.models import Call
from portal.calls.proposals.models import (
    Attachment,
    CostItem,
    Proposal,
    ProposalPartner,
    SubmittedCopy,
)
from portal.calls.proposals.rules import (
    Application,
    Document,
    Line,
    Member,
    TabFault,
    faults,
)
from portal.calls.proposals.states import State
from portal.calls.rules.terms import terms_of
from portal.core.db import db
from portal.core.errors import NotFound
from portal.partners.sme.queries import statuses_on
from portal.partners.states import State as OrganisationState
from portal.programme.queries import participating_countries


def by_ref(ref: str) -> Proposal:
    """The proposal with this reference, with call, programme and consortium; raises `NotFound`."""
    query = select(Proposal).where(Proposal.ref == ref).options(*_whole())
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def by_id(proposal_id: int) -> Proposal:
    """The proposal with this database id, with the same parts; raises `NotFound`."""
    query = select(Proposal).where(Proposal.id == proposal_id).options(*_whole())
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def lock_proposal(proposal_id: int) -> Proposal:
    """The proposal, fresh and locked until the end of the transaction."""
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def partners_of(proposal_id: int) -> list[ProposalPartner]:
    """The consortium with its organisations, the coordinator first."""
    query = select(ProposalPartner).where(ProposalPartner.proposal_id == proposal_id)
    loaded = query.options(joinedload(ProposalPartner.organisation))
    return list(db.session.scalars(loaded.order_by(ProposalPartner.position)))


def partner_of(proposal_id: int, organisation_id: int) -> ProposalPartner:
    """The part one organisation has in a consortium; raises `NotFound`."""
    found = db.session.scalar(
        select(ProposalPartner).where(
            ProposalPartner.proposal_id == proposal_id,
            ProposalPartner.organisation_id == organisation_id,
        )
    )
    if found is None:
        raise NotFound
    return found


def organisation_ids(proposal_id: int) -> frozenset[int]:
    """The organisations of a consortium, by database id."""
    query = select(ProposalPartner.organisation_id).where(
        ProposalPartner.proposal_id == proposal_id
    )
    return frozenset(db.session.scalars(query))


def items_of(proposal_id: int) -> list[CostItem]:
    """The cost lines of a proposal, in the order they were entered."""
    query = select(CostItem).where(CostItem.proposal_id == proposal_id)
    return list(db.session.scalars(query.order_by(CostItem.id)))


def attachments_of(proposal_id: int) -> list[Attachment]:
    """The documents that are part of the application now, in the order of upload."""
    query = select(Attachment).where(
        Attachment.proposal_id == proposal_id, Attachment.removed_at.is_(None)
    )
    loaded = query.options(joinedload(Attachment.file))
    return list(db.session.scalars(loaded.order_by(Attachment.number)))


def attachment(proposal_id: int, number: int) -> Attachment:
    """One document, even a removed one; raises `NotFound`."""
    query = select(Attachment).where(
        Attachment.proposal_id == proposal_id, Attachment.number == number
    )
    found = db.session.scalar(query.options(joinedload(Attachment.file)))
    if found is None:
        raise NotFound
    return found


def next_number(kind: type[Attachment] | type[SubmittedCopy], proposal_id: int) -> int:
    """The number the next attachment or copy of a proposal gets; ask under the proposal's lock."""
    query = select(func.max(kind.number)).where(kind.proposal_id == proposal_id)
    return (db.session.scalar(query) or 0) + 1


def copies_of(proposal_id: int) -> list[SubmittedCopy]:
    """Every copy that was submitted, the last one first."""
    query = select(SubmittedCopy).where(SubmittedCopy.proposal_id == proposal_id)
    return list(db.session.scalars(query.order_by(SubmittedCopy.number.desc())))


def last_copy(proposal_id: int) -> SubmittedCopy:
    """The copy that counts; raises `NotFound` when nothing was ever submitted."""
    found = copies_of(proposal_id)
    if not found:
        raise NotFound
    return found[0]


def application_of(proposal: Proposal, day: date) -> Application:
    """Everything the consortium filled in, as the checks and the copy see it on `day`."""
    consortium = partners_of(proposal.id)
    statuses = statuses_on([each.organisation_id for each in consortium], day)
    smes = {found for found, status in statuses.items() if status.is_sme}
    return Application(
        ref=proposal.ref,
        call_ref=db.session.get_one(Call, proposal.call_id).ref,
        acronym=proposal.acronym,
        title=proposal.title,
        abstract=proposal.abstract,
        months=proposal.months,
        themes=tuple(proposal.themes),
        members=tuple(_member(each, is_sme=each.organisation_id in smes) for each in consortium),
        lines=tuple(_line(item) for item in items_of(proposal.id)),
        documents=tuple(_document(each) for each in attachments_of(proposal.id)),
        asked_cents=proposal.asked_cents,
        planned_exchanges=proposal.planned_exchanges,
        planned_vouchers=proposal.planned_vouchers,
        other_submission=_other_submission(proposal),
    )


def faults_of(application: Application, call: Call, day: date) -> list[TabFault]:
    """Everything that would stand in the way of submitting the application to the call on a day."""
    participating = participating_countries(call.programme_id, day)
    return faults(application, terms_of(call), participating=participating, day=day)


def _whole() -> tuple[Any, ...]:
    return (
        joinedload(Proposal.call).joinedload(Call.programme),
        joinedload(Proposal.coordinator),
        selectinload(Proposal.partners).joinedload(ProposalPartner.organisation),
    )


def _member(partner: ProposalPartner, *, is_sme: bool) -> Member:
    organisation = partner.organisation
    return Member(
        organisation_id=organisation.id,
        ref=organisation.ref,
        name=organisation.legal_name,
        country=organisation.country,
        role=partner.role,
        kind=organisation.kind,
        region=organisation.region,
        legal_group=organisation.legal_group,
        eccp=organisation.eccp_profile,
        is_sme=is_sme,
        confirmed=partner.confirmed_at is not None,
        suspended=organisation.state is OrganisationState.SUSPENDED,
    )


def _line(item: CostItem) -> Line:
    return Line(
        organisation_id=item.organisation_id,
        category=item.category,
        amount_cents=item.amount_cents,
        sme_direct=item.sme_direct,
        note=item.note,
    )


def _document(found: Attachment) -> Document:
    return Document(found.file.name, found.kind, found.file.size, found.file.sha256)


def _other_submission(proposal: Proposal) -> str:
    """The reference of another submitted proposal of the coordinator, where the call allows one."""
    query = (
        select(Proposal.ref)
        .join(Proposal.call)
        .where(
            Call.single_application,
            Proposal.call_id == proposal.call_id,
            Proposal.coordinator_id == proposal.coordinator_id,
            Proposal.id != proposal.id,
            Proposal.state.not_in((State.DRAFT, State.WITHDRAWN)),
        )
    )
    return db.session.scalar(query.order_by(Proposal.id).limit(1)) or ""
