"""Editions, ceilings and partnership terms (dated rows), exchanges and what belongs to them,
counters.
"""

from portal.exchanges.models.amendment import ExchangeAmendment
from portal.exchanges.models.attendance import Attendance, WrongCode
from portal.exchanges.models.exchange import Exchange
from portal.exchanges.models.force_majeure import ForceMajeure
from portal.exchanges.models.quota import QuotaCounter, QuotaOverride
from portal.exchanges.models.records import ClosingReport, Evidence, Signature, Waiver
from portal.exchanges.models.terms import HostCeiling, PartnershipTerms, Scheme
from portal.exchanges.models.visits import VisitCount, VisitWay

__all__ = [
    "Attendance",
    "ClosingReport",
    "Evidence",
    "Exchange",
    "ExchangeAmendment",
    "ForceMajeure",
    "HostCeiling",
    "PartnershipTerms",
    "QuotaCounter",
    "QuotaOverride",
    "Scheme",
    "Signature",
    "VisitCount",
    "VisitWay",
    "Waiver",
    "WrongCode",
]
