"""Mails about proposals, each in its reader's language."""

from collections.abc import Collection
from typing import Any

from portal.accounts.queries import recipient
from portal.calls.models import Call
from portal.calls.proposals import documents, queries
from portal.calls.proposals.models import Proposal, SubmittedCopy
from portal.core import mail
from portal.core.files import PDF, StoredFile, keep_generated
from portal.core.i18n import use_locale
from portal.partners.models import Organisation
from portal.partners.queries import people_of


def partner_added(proposal: Proposal, organisation: Organisation, call: Call) -> None:
    """An organisation was named as a partner: its people are asked to confirm."""
    about = f"add_partner:{organisation.ref}"
    _tell(
        proposal, "partner_added", about, (organisation.id,), organisation=organisation, call=call
    )


def partner_confirmed(proposal: Proposal, organisation: Organisation) -> None:
    """A partner confirmed: the coordinator learns of it."""
    about, coordinator = f"confirm_partner:{organisation.ref}", (proposal.coordinator_id,)
    _tell(proposal, "partner_confirmed", about, coordinator, organisation=organisation)


def partner_removed(proposal: Proposal, organisation: Organisation) -> None:
    """A partner left or was removed: both sides learn of it."""
    both = (proposal.coordinator_id, organisation.id)
    _tell(
        proposal,
        "partner_removed",
        f"remove_partner:{organisation.ref}",
        both,
        organisation=organisation,
    )


def received(proposal: Proposal, copy: SubmittedCopy, call: Call) -> None:
    """The proposal was submitted: everybody in the consortium gets the receipt.

    Raises MissingGlyph when the receipt cannot be printed.
    """
    receipts: dict[str, StoredFile] = {}
    for person in people_of(queries.organisation_ids(proposal.id)):
        if person.language not in receipts:
            with use_locale(person.language):
                content = documents.receipt(copy, call)
            receipts[person.language] = keep_generated(
                content, f"{proposal.ref}-{copy.number}.pdf", PDF, made_by_id=copy.submitted_by_id
            )
        mail.queue(
            recipient(person),
            "proposals/mail/received.txt",
            about=f"{proposal.ref}:submit:{copy.number}",
            attachments={f"{proposal.ref}-{copy.number}.pdf": receipts[person.language]},
            proposal=proposal,
            copy=copy,
            call=call,
        )


def reopened(proposal: Proposal, call: Call, number: int) -> None:
    """The proposal was reopened: until it is submitted again, nothing counts as submitted."""
    everybody = queries.organisation_ids(proposal.id)
    _tell(proposal, "reopened", f"reopen:{number}", everybody, call=call)


def withdrawn(proposal: Proposal) -> None:
    """The proposal was withdrawn: everybody in the consortium learns of it."""
    _tell(proposal, "withdrawn", "withdraw", queries.organisation_ids(proposal.id))


def informed(proposal: Proposal, call: Call) -> None:
    """The decision letter goes to the coordinator's people, a copy to those of the partners."""
    letters: dict[str, StoredFile] = {}
    for person in people_of(queries.organisation_ids(proposal.id)):
        with use_locale(person.language):
            outcome = documents.outcome_of(proposal, call)
            if person.language not in letters:
                letters[person.language] = keep_generated(
                    documents.decision_letter(outcome),
                    f"{proposal.ref}-decision.pdf",
                    PDF,
                    made_by_id=None,
                )
        mail.queue(
            recipient(person),
            "proposals/mail/informed.txt",
            about=f"{proposal.ref}:inform",
            attachments={f"{proposal.ref}-decision.pdf": letters[person.language]},
            outcome=outcome,
            words=documents.OUTCOME_WORDS[outcome.state],
            next_step=documents.next_step(outcome.state),
            review=documents.review_words(),
        )


def _tell(
    proposal: Proposal,
    template: str,
    about: str,
    organisation_ids: Collection[int],
    **context: Any,
) -> None:
    for person in people_of(organisation_ids):
        mail.queue(
            recipient(person),
            f"proposals/mail/{template}.txt",
            about=f"{proposal.ref}:{about}:{proposal.version}",
            proposal=proposal,
            **context,
        )
