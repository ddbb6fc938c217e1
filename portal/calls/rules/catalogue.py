"""Two real calls with their published figures, ready to be drafted (domain 3.1 and 5.1)."""

from datetime import datetime
from typing import Final

from portal.calls.rules.terms import INNOSUP_SME_SHARE_BP, MONTHS_TO_INFORM_H2020, Terms
from portal.core.days import BRUSSELS

ESCP_4X_2018_CODE: Final = "COS-CLUSTER-2018-03-02"
#: 3.6 M EUR, at most 360 000 a grant, three entities from three countries, one of them from a less
#: developed or transition region, on ECCP, 20 to 24 months, deadline 4 April 2019, 17:00
#: (CALL-2018, seed 000). The opening is three weeks before the corrigendum of 31 January 2019
#: (CORR-2018); the funding rate is an assumption of the reference.
ESCP_4X_2018: Final = Terms(
    title_en="European Strategic Cluster Partnerships for Excellence",
    title_fr="Partenariats stratégiques européens de clusters pour l’excellence",
    summary_en=(
        "Partnerships of cluster organisations improve their management, build a joint strategy "
        "and let their members visit one another through ClusterXchange, with lump sums for the "
        "organisations that travel."
    ),
    summary_fr=(
        "Des partenariats de structures d’animation de clusters améliorent leur gestion, "
        "bâtissent une stratégie commune et permettent à leurs membres de se rendre visite grâce "
        "à ClusterXchange, avec des montants forfaitaires pour les organisations qui se déplacent."
    ),
    budget_cents=360_000_000,
    max_grant_cents=36_000_000,
    funding_rate_bp=7500,
    indirect_rate_bp=700,
    min_entities=3,
    min_countries=3,
    requires_region_category=True,
    requires_eccp=True,
    min_months=20,
    max_months=24,
    opens_at=datetime(2019, 1, 10, 9, 0, tzinfo=BRUSSELS),
    closes_at=datetime(2019, 4, 4, 17, 0, tzinfo=BRUSSELS),
)

INNOSUP_01_CODE: Final = "INNOSUP-01-2018-2020"
#: 25.15 M EUR, 2.5 to 5 M a project at 70 %, three quarters of the budget for SMEs, deadline
#: 3 April 2020 (seed 000, INNOSUP-pl, INNOSUP-topic). Assumptions: the opening, three entities
#: from three countries (the general rule of Horizon 2020), 12 to 36 months (AMULET had 36).
INNOSUP_01_2020: Final = Terms(
    title_en="Cluster facilitated projects for new industrial value chains",
    title_fr="Projets portés par les clusters pour de nouvelles chaînes de valeur industrielles",
    summary_en=(
        "Consortia of clusters and other intermediaries help SMEs of different sectors and "
        "countries to innovate together. At least three quarters of the whole budget must reach "
        "the innovation of SMEs directly, among others through innovation vouchers."
    ),
    summary_fr=(
        "Des consortiums de clusters et d’autres intermédiaires aident des PME de secteurs et de "
        "pays différents à innover ensemble. Au moins les trois quarts du budget total doivent "
        "soutenir directement l’innovation des PME, notamment par des chèques innovation."
    ),
    budget_cents=2_515_000_000,
    min_grant_cents=250_000_000,
    max_grant_cents=500_000_000,
    funding_rate_bp=7000,
    indirect_rate_bp=2500,
    min_entities=3,
    min_countries=3,
    sme_share_bp=INNOSUP_SME_SHARE_BP,
    min_months=12,
    max_months=36,
    months_to_inform=MONTHS_TO_INFORM_H2020,
    opens_at=datetime(2019, 11, 5, 9, 0, tzinfo=BRUSSELS),
    closes_at=datetime(2020, 4, 3, 17, 0, tzinfo=BRUSSELS),
)
