"""Which class an exchange counts in, whether the minima are met, and whether they can still be."""

from dataclasses import dataclass

from portal.exchanges.rules.terms import OTHER_SHARE_BP, SME_SHARE_BP
from portal.exchanges.states import Klass

_WHOLE_BP = 10_000


def classify(*, visitor_is_sme: bool, host_is_sme: bool, visitor_is_beneficiary: bool) -> Klass:
    """The class of one exchange, first match wins (domain 2.10).

    `visitor_is_beneficiary`: the visitor signed the grant agreement of any partnership (CXC-K08).
    """
    if visitor_is_sme or host_is_sme:
        return Klass.SME
    return Klass.INTERNAL if visitor_is_beneficiary else Klass.OTHER


@dataclass(frozen=True)
class Quota:
    """The shares of a count; None where nothing has been counted yet."""

    total: int
    sme: int
    other: int
    sme_ok: bool | None
    other_ok: bool | None

    @property
    def internal(self) -> int:
        """What is neither with an SME nor by other participants."""
        return self.total - self.sme - self.other


def quota(
    total: int,
    sme: int,
    other: int,
    *,
    sme_share_bp: int = SME_SHARE_BP,
    other_share_bp: int = OTHER_SHARE_BP,
) -> Quota:
    """Whether N exchanges, A with SMEs and B by others, meet both minima (domain 2.10, CXC-K04).

    Whole numbers only: a share in basis points is reached at equality.
    """
    if total == 0:
        return Quota(0, 0, 0, None, None)
    return Quota(
        total,
        sme,
        other,
        sme_ok=_WHOLE_BP * sme >= sme_share_bp * total,
        other_ok=_WHOLE_BP * other >= other_share_bp * total,
    )


@dataclass(frozen=True)
class Forecast:
    """What is still to come before the target is reached, in exchanges."""

    left: int
    need_sme: int
    need_other: int

    @property
    def feasible(self) -> bool:
        """Whether both minima can still be met."""
        return self.need_sme + self.need_other <= self.left

    @property
    def room_for_internal(self) -> int:
        """How many internal exchanges are left; negative when the minima are out of reach."""
        return self.left - self.need_sme - self.need_other


def forecast(
    total: int,
    sme: int,
    other: int,
    target: int,
    *,
    sme_share_bp: int = SME_SHARE_BP,
    other_share_bp: int = OTHER_SHARE_BP,
) -> Forecast:
    """What N exchanges so far leave to be done against a final target T (domain 2.10)."""
    return Forecast(
        left=max(0, target - total),
        need_sme=max(0, minimum(target, sme_share_bp) - sme),
        need_other=max(0, minimum(target, other_share_bp) - other),
    )


def minimum(target: int, share_bp: int) -> int:
    """The fewest exchanges that make up a share of the target, rounded up."""
    return -(-target * share_bp // _WHOLE_BP)
