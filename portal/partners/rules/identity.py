"""What of an organisation was verified, what it may be, and to which cluster it may belong."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.partners.states import EccpProfile, OrganisationKind

#: An edit of one of these takes the verification away: the officer compared exactly them.
VERIFIED_FIELDS = frozenset(
    {"legal_name", "kind", "country", "registration_number", "vat_number", "pic"}
)
#: Who can be profiled on the European Cluster Collaboration Platform.
PROFILED_KINDS = frozenset(
    {OrganisationKind.CLUSTER, OrganisationKind.NETWORK, OrganisationKind.SSO}
)
#: Of what an organisation can be a member.
CLUSTER_KINDS = frozenset({OrganisationKind.CLUSTER, OrganisationKind.NETWORK})
#: Memberships of a cluster are not older than this: a typing error otherwise.
EARLIEST_LINK = date(1990, 1, 1)


class Linked(Protocol):
    """A cluster link, as the overlap check sees it."""

    cluster_id: int
    valid_from: date
    valid_to: date | None


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, object]:
    """The values of `after` that differ from `before`."""
    return {field: value for field, value in after.items() if before.get(field) != value}


def must_be_verified_again(changed: Mapping[str, object]) -> bool:
    """Whether a change touches what the officer verified."""
    return not VERIFIED_FIELDS.isdisjoint(changed)


def kind_faults(kind: OrganisationKind, eccp_profile: EccpProfile) -> list[Fault]:
    """Only clusters, networks and scaling-up organisations have a profile on ECCP (domain 2.2)."""
    if eccp_profile is EccpProfile.NO or kind in PROFILED_KINDS:
        return []
    message = _(
        "Only clusters, business networks and scaling-up support organisations have a profile on "
        "the European Cluster Collaboration Platform. Choose “No profile”."
    )
    return [Fault(message, "eccp_profile", "ORG-KIND")]


def link_faults(
    cluster_id: int,
    cluster_kind: OrganisationKind,
    valid_from: date,
    *,
    organisation_id: int,
    links: list[Linked],
    today: date,
) -> list[Fault]:
    """Why an organisation cannot be recorded as a member of that cluster from that day on."""
    faults = []
    if cluster_id == organisation_id:
        faults.append(
            Fault(_("An organisation cannot be a member of itself."), "cluster", "ORG-LINK")
        )
    if cluster_kind not in CLUSTER_KINDS:
        message = _("Only a cluster organisation or a business network has members.")
        faults.append(Fault(message, "cluster", "ORG-LINK"))
    if not EARLIEST_LINK <= valid_from <= today:
        message = _(
            "The membership begins between %(earliest)s and today.",
            earliest=formats.day(EARLIEST_LINK),
        )
        faults.append(Fault(message, "valid_from", "ORG-LINK"))
    if any(
        link.cluster_id == cluster_id and (link.valid_to is None or link.valid_to >= valid_from)
        for link in links
    ):
        message = _("A membership of this cluster is already recorded for that time.")
        faults.append(Fault(message, "valid_from", "ORG-LINK"))
    return faults


def unlink_faults(valid_from: date, valid_to: date, *, today: date) -> list[Fault]:
    """Why a cluster membership cannot end on that day (its last day, included)."""
    if valid_from <= valid_to <= today:
        return []
    message = _(
        "The last day of the membership lies between %(first)s and today.",
        first=formats.day(valid_from),
    )
    return [Fault(message, "valid_to", "ORG-LINK")]
