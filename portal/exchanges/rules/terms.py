"""The terms of a scheme edition; the constants are those of the first, as its rows are first
loaded.
"""

from dataclasses import dataclass
from datetime import date

from portal.exchanges.states import EvidenceKind
from portal.partners.states import OrganisationKind

#: "Lump sums of max. 1 100 EUR": the most one exchange earns, in cents (seed 000; domain 2.5,
#: CXC-L01).
LUMP_SUM_CAP = 110_000
#: Halved under this many working days at the host (ClusterXchange, About; domain 2.5, CXC-L04).
WHOLE_FROM_DAYS = 5
#: Halved when the two organisations are nearer than this, in metres (the same page; CXC-L04).
NEAR_M = 200_000
#: Fewest working days at the host, travel excluded (ClusterXchange, About; domain 2.4, CXC-D01).
SHORTEST_DAYS = 3
#: Longest stay, in months (ClusterXchange, About; domain 2.4, CXC-D02).
LONGEST_MONTHS = 1
#: Exchanges aimed at by the pilot (seed 000; corrigendum of the 2018 call; domain 2.10, CXC-K01,
#: 12-01).
TARGET = 500
#: At least half of the exchanges involve SMEs, in basis points (seed 000; domain 2.10, CXC-K04).
SME_SHARE_BP = 5_000
#: At least a quarter involve others than direct beneficiaries, in basis points (seed 000; CXC-K04).
OTHER_SHARE_BP = 2_500
#: Who may visit and host in the pilot, by kind of organisation (domain 2.2, columns "pilot";
#: 12-05).
PILOT_KINDS = (
    OrganisationKind.CLUSTER,
    OrganisationKind.NETWORK,
    OrganisationKind.SSO,
    OrganisationKind.SME,
)
#: Closing reports are due this many calendar days after the last day at the host (domain 2.6,
#: CXC-T03).
REPORT_DAYS = 15
#: Both sides are reminded of their reports so many calendar days after it (CXC-T03).
REMINDER_DAYS = (7, 15, 22)
#: The commitment to quality is complete this many calendar days before departure (CXC-T04).
SIGNING_DAYS = 10
#: Evidence is kept this many years after the grant ends (domain 12-35).
RETENTION_YEARS = 5
#: From so many working days on, a stay cut short by force majeure that two people recognised earns
#: half; under it, and without them, nothing (domain 2.6, an assumption: "worth 0 unless").
EXCUSED_FROM_DAYS = 1
#: One proof of each of these kinds is on file before a visit is checked; nobody travels to a
#: virtual one (domain 2.7, 12-12).
EVIDENCE_KINDS = (EvidenceKind.TRAVEL, EvidenceKind.PRESENCE)
#: First and last day of virtual exchanges, both included; the pilot's date was extended without an
#: end that we could read, so there is none (domain 2.6, CXC-T05).
VIRTUAL_FROM: date | None = None
VIRTUAL_UNTIL: date | None = None


@dataclass(frozen=True)
class Terms:
    """What one edition of the scheme lays down; amounts in cents, distances in metres, shares in
    bp.
    """

    edition: str
    cap_cents: int = LUMP_SUM_CAP
    whole_from_days: int = WHOLE_FROM_DAYS
    near_m: int = NEAR_M
    shortest_days: int = SHORTEST_DAYS
    longest_months: int = LONGEST_MONTHS
    target: int = TARGET
    sme_share_bp: int = SME_SHARE_BP
    other_share_bp: int = OTHER_SHARE_BP
    visitor_kinds: tuple[OrganisationKind, ...] = PILOT_KINDS
    host_kinds: tuple[OrganisationKind, ...] = PILOT_KINDS
    report_days: int = REPORT_DAYS
    reminder_days: tuple[int, ...] = REMINDER_DAYS
    signing_days: int = SIGNING_DAYS
    retention_years: int = RETENTION_YEARS
    excused_from_days: int = EXCUSED_FROM_DAYS
    evidence_kinds: tuple[EvidenceKind, ...] = EVIDENCE_KINDS
    virtual_from: date | None = VIRTUAL_FROM
    virtual_until: date | None = VIRTUAL_UNTIL


#: The pilot, 2020-2022 (domain 2.1).
FIRST_EDITION = Terms(edition="CXC-PILOT")
#: The day from which its terms, and the default host ceilings, are in force.
FIRST_EDITION_FROM = date(2020, 1, 1)
