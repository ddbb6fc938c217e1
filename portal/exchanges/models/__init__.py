"""Editions, ceilings and partnership terms (dated rows), exchanges and what belongs to them,
counters.
"""

from portal.exchanges.models.exchange import Exchange
from portal.exchanges.models.quota import QuotaCounter, QuotaOverride
from portal.exchanges.models.records import ClosingReport, Evidence, Signature, Waiver
from portal.exchanges.models.terms import HostCeiling, PartnershipTerms, Scheme
from portal.exchanges.models.visits import VisitCount, VisitWay

__all__ = [
    "ClosingReport",
    "Evidence",
    "Exchange",
    "HostCeiling",
    "PartnershipTerms",
    "QuotaCounter",
    "QuotaOverride",
    "Scheme",
    "Signature",
    "VisitCount",
    "VisitWay",
    "Waiver",
]
