"""The receipt of a submission and the decision letter, in the language being written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reportlab.platypus import Flowable

from portal.calls.models import Call
from portal.calls.proposals.models import Proposal, SubmittedCopy
from portal.calls.proposals.states import (
    ATTACHMENT_LABELS,
    CATEGORY_LABELS,
    ROLE_LABELS,
    AttachmentKind,
    CostCategory,
    PartnerRole,
    State,
)
from portal.core import formats, pdf
from portal.core.i18n import Text, _, current_language
from portal.core.pdf import pieces
from portal.core.places import country_name

#: Days to ask for a review of the decision, from the reading of the letter (domain 5.6).
REVIEW_DAYS = 30
#: A letter that is not opened counts as read this many days after it was sent (domain 5.6).
DEEMED_READ_DAYS = 10


@dataclass(frozen=True)
class Outcome:
    """What a decision letter tells: one proposal of one call."""

    proposal_ref: str
    acronym: str
    title: str
    coordinator: str
    call_ref: str
    call_title: str
    state: State
    position: int | None
    reason: str
    requested_cents: int
    told_at: datetime


#: The outcome in one sentence.
OUTCOME_WORDS: dict[State, Text] = {
    State.MAIN_LIST: _("Your proposal is on the main list: it has been selected for a grant."),
    State.RESERVE: _(
        "Your proposal is on the reserve list: it receives a grant only if money of the call "
        "becomes free."
    ),
    State.REJECTED: _("Your proposal has not been selected."),
    State.INADMISSIBLE: _("Your proposal is not admissible and was not assessed further."),
    State.INELIGIBLE: _("Your proposal is not eligible and was not assessed further."),
}


def receipt(copy: SubmittedCopy, call: Call) -> bytes:
    """The receipt of a submission as PDF, read from the copy that is kept, never from the draft.

    The same copy gives the same bytes. Raises MissingGlyph for characters that cannot be printed.
    """
    content = json.loads(copy.content)
    story = [
        pieces.heading(_("Receipt of your proposal")),
        pieces.text(
            _("The portal received this proposal before the deadline, as it is written here.")
        ),
        pieces.facts(_receipt_facts(copy, call, content)),
        *_consortium(content),
        *_costs(content),
        *_attachments(content),
        pieces.notice(
            _(
                "The fingerprint at the foot of each page is the SHA-256 of what was sent, word "
                "for word. Until the deadline you can reopen the proposal, change it and submit "
                "it again; only the last submission counts."
            )
        ),
    ]
    return pdf.build(
        story,
        title=_("Receipt of proposal %(ref)s", ref=content["ref"]),
        language=current_language(),
        reference=content["ref"],
        fingerprint=copy.sha256,
    )


def outcome_of(proposal: Proposal, call: Call) -> Outcome:
    """What the decision letter of a proposal says, once its call is informed."""
    assert call.informed_at is not None, "outcomes are confidential until the call is informed"
    return Outcome(
        proposal_ref=proposal.ref,
        acronym=proposal.acronym,
        title=proposal.title,
        coordinator=proposal.coordinator.legal_name,
        call_ref=call.ref,
        call_title=call.title,
        state=State.MAIN_LIST if proposal.state is State.AWARDED else proposal.state,
        position=proposal.list_position,
        reason=proposal.reason,
        requested_cents=proposal.requested_cents,
        told_at=call.informed_at,
    )


def decision_letter(outcome: Outcome) -> bytes:
    """The letter that tells a coordinator the outcome, with the reason and what can be done."""
    story = [
        pieces.heading(_("Decision on your proposal")),
        pieces.text(outcome.coordinator, "strong"),
        pieces.text(formats.moment(outcome.told_at), "small"),
        pieces.facts(list(_outcome_facts(outcome))),
        pieces.heading(_("The decision"), 2),
        pieces.text(OUTCOME_WORDS[outcome.state]),
        *([pieces.text(outcome.reason)] if outcome.reason else []),
        pieces.heading(_("What happens next"), 2),
        pieces.text(next_step(outcome.state)),
        pieces.text(review_words()),
    ]
    return pdf.build(
        story,
        title=_("Decision on proposal %(ref)s", ref=outcome.proposal_ref),
        language=current_language(),
        reference=outcome.proposal_ref,
    )


def next_step(state: State) -> Text:
    """What the applicant does, or waits for, after the decision."""
    if state is State.MAIN_LIST:
        return _(
            "An officer now prepares the grant agreement with you. The grant is final only when "
            "both sides have signed."
        )
    if state is State.RESERVE:
        return _("You need not do anything. We will write to you if funds become available.")
    return _("The proposal is closed. You may apply to other calls.")


def review_words() -> Text:
    """How to ask for a review (domain 5.6)."""
    return _(
        "You may ask for a review of the procedure within %(days)s days of reading this letter. "
        "A letter that is not opened counts as read %(deemed)s days after it was sent. A review "
        "looks at the procedure, not at the merit of the proposal.",
        days=REVIEW_DAYS,
        deemed=DEEMED_READ_DAYS,
    )


def _receipt_facts(
    copy: SubmittedCopy, call: Call, content: dict[str, Any]
) -> list[tuple[Text, Text | Flowable]]:
    return [
        (_("Call"), f"{call.ref} — {call.title}"),
        (_("Proposal"), content["ref"]),
        (_("Acronym"), content["acronym"]),
        (_("Title"), content["title"]),
        (_("Duration"), _("%(months)s months", months=content["months"])),
        (_("Received"), formats.moment(copy.submitted_at)),
        (_("Submitted by"), content["submitted_by"]),
        (_("Submission number"), str(copy.number)),
        (_("Requested grant"), pieces.money_cell(content["budget"]["grant_cents"])),
        (_("Fingerprint"), pieces.text(copy.sha256, "small")),
    ]


def _consortium(content: dict[str, Any]) -> list[Flowable]:
    language = current_language()
    rows: list[list[Text | Flowable]] = [
        [
            member["name"],
            country_name(member["country"], language),
            ROLE_LABELS[PartnerRole(member["role"])],
        ]
        for member in content["members"]
    ]
    header = [_("Organisation"), _("Country"), _("Role")]
    return [
        pieces.heading(_("Consortium"), 2),
        *pieces.table(header, rows, widths=(6, 3, 2)),
    ]


def _costs(content: dict[str, Any]) -> list[Flowable]:
    budget = content["budget"]
    sums: dict[str, int] = {}
    for line in content["lines"]:
        sums[line["category"]] = sums.get(line["category"], 0) + line["amount_cents"]
    sums[CostCategory.INDIRECT] = budget["indirect_cents"]
    rows: list[list[Text | Flowable]] = [
        [CATEGORY_LABELS[category], pieces.money_cell(sums[category])]
        for category in CostCategory
        if sums.get(category)
    ]
    rows.append([_("Eligible costs"), pieces.money_cell(budget["eligible_cents"])])
    return [
        pieces.heading(_("Budget"), 2),
        *pieces.table(
            [_("Budget heading"), _("Amount")],
            rows,
            widths=(7, 3),
            numeric_columns=(1,),
            total_row=True,
        ),
    ]


def _attachments(content: dict[str, Any]) -> Iterator[Flowable]:
    if not content["documents"]:
        return
    rows: list[list[Text | Flowable]] = [
        [
            ATTACHMENT_LABELS[AttachmentKind(found["kind"])],
            found["name"],
            formats.file_size(found["size"]),
            found["sha256"][:16],
        ]
        for found in content["documents"]
    ]
    header = [_("Document"), _("File name"), _("Size"), _("Fingerprint (beginning)")]
    yield pieces.heading(_("Attachments"), 2)
    yield from pieces.table(header, rows, widths=(3, 4, 2, 3), numeric_columns=(2,))


def _outcome_facts(outcome: Outcome) -> Iterator[tuple[Text, Text | Flowable]]:
    yield _("Call"), f"{outcome.call_ref} — {outcome.call_title}"
    yield _("Proposal"), f"{outcome.proposal_ref} — {outcome.acronym}"
    yield _("Title"), outcome.title
    yield _("Requested grant"), pieces.money_cell(outcome.requested_cents)
    if outcome.state is State.RESERVE:
        yield _("Rank on the reserve list"), str(outcome.position)
