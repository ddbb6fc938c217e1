"""Reads of proposals: one with its parts, lists, what waits."""

from portal.calls.proposals.queries.lists import (
    TOLD,
    countries_of,
    counts_of,
    listing,
    next_position,
    of_organisations,
    outcomes_of,
    received,
)
from portal.calls.proposals.queries.one import (
    application_of,
    attachment,
    attachments_of,
    by_id,
    by_ref,
    copies_of,
    faults_of,
    items_of,
    last_copy,
    lock_proposal,
    next_number,
    organisation_ids,
    partner_of,
    partners_of,
)
from portal.calls.proposals.queries.tasks import (
    tasks_for,
)

__all__ = [
    "TOLD",
    "application_of",
    "attachment",
    "attachments_of",
    "by_id",
    "by_ref",
    "copies_of",
    "countries_of",
    "counts_of",
    "faults_of",
    "items_of",
    "last_copy",
    "listing",
    "lock_proposal",
    "next_number",
    "next_position",
    "of_organisations",
    "organisation_ids",
    "outcomes_of",
    "partner_of",
    "partners_of",
    "received",
    "tasks_for",
]
