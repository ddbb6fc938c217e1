"""An application as plain data: what the checks look at and what the submitted copy keeps."""

from dataclasses import dataclass

from portal.calls.proposals.states import AttachmentKind, CostCategory, PartnerRole
from portal.partners.states import EccpProfile, OrganisationKind


@dataclass(frozen=True)
class Member:
    """An organisation of the consortium as it stands on the day of the check."""

    organisation_id: int
    ref: str
    name: str
    country: str
    role: PartnerRole
    kind: OrganisationKind
    #: NUTS 2 code, or empty.
    region: str = ""
    #: Same words mean the same legal group; empty means none.
    legal_group: str = ""
    eccp: EccpProfile = EccpProfile.NO
    #: By a declaration valid on the day, not by its kind.
    is_sme: bool = False
    confirmed: bool = True
    suspended: bool = False


@dataclass(frozen=True)
class Line:
    """The costs of one partner in one category, in cents; `note` says how they reach SMEs."""

    organisation_id: int
    category: CostCategory
    amount_cents: int
    sme_direct: bool = False
    note: str = ""


@dataclass(frozen=True)
class Document:
    """An attachment, known by its content."""

    name: str
    kind: AttachmentKind
    size: int
    sha256: str


@dataclass(frozen=True)
class Application:
    """Everything a consortium filled in."""

    ref: str
    call_ref: str
    acronym: str
    title: str
    abstract: str
    months: int | None
    themes: tuple[str, ...]
    members: tuple[Member, ...]
    lines: tuple[Line, ...]
    documents: tuple[Document, ...] = ()
    asked_cents: int | None = None
    planned_exchanges: int | None = None
    planned_vouchers: int | None = None
    #: Another proposal to the same call that this coordinator has submitted, or empty.
    other_submission: str = ""
