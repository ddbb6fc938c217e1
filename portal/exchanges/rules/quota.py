"""Which class an exchange counts in, whether the minima are met, and whether they can still be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.core.errors import Fault
from portal.core.i18n import _
from portal.exchanges.rules.terms import OTHER_SHARE_BP, SME_SHARE_BP
from portal.exchanges.states import Klass, Reading

_WHOLE_BP = 10_000


def classify(
    *,
    visitor_is_sme: bool,
    host_is_sme: bool,
    visitor_is_beneficiary: bool,
    host_is_beneficiary: bool = False,
    reading: Reading = Reading.EITHER,
) -> Klass:
    """The class of one exchange, first match wins (domain 2.10).

    `…_is_beneficiary`: it signed the grant agreement of any partnership (CXC-K08). The stricter
    readings take an SME as visitor only, or ask of "others" that no side is a beneficiary.
    """
    if visitor_is_sme or (host_is_sme and reading is not Reading.VISITOR):
        return Klass.SME
    inside = visitor_is_beneficiary or (host_is_beneficiary and reading is Reading.BOTH)
    return Klass.INTERNAL if inside else Klass.OTHER


def counted_in(
    *,
    visitor_is_sme: bool,
    host_is_sme: bool,
    visitor_is_beneficiary: bool,
    host_is_beneficiary: bool,
) -> tuple[str, ...]:
    """The counters that one exchange moves, as their names end: its class in the scheme's reading,
    and in each stricter one the class that reading may sort otherwise.

    What a stricter reading finds internal is what is left of the total; "with SMEs" is the same
    in the scheme's reading and in `Reading.BOTH`.
    """
    classes = {
        reading: classify(
            visitor_is_sme=visitor_is_sme,
            host_is_sme=host_is_sme,
            visitor_is_beneficiary=visitor_is_beneficiary,
            host_is_beneficiary=host_is_beneficiary,
            reading=reading,
        )
        for reading in Reading
    }
    found = [str(classes[Reading.EITHER])]
    if classes[Reading.VISITOR] is not Klass.INTERNAL:
        found.append(f"visitor_{classes[Reading.VISITOR]}")
    if classes[Reading.BOTH] is Klass.OTHER:
        found.append("both_b")
    return tuple(found)


@dataclass(frozen=True)
class Goal:
    """What the terms in force ask: exchanges aimed at, and the least shares in basis points."""

    target: int
    sme_share_bp: int = SME_SHARE_BP
    other_share_bp: int = OTHER_SHARE_BP


@dataclass(frozen=True)
class Tally:
    """How many exchanges there are of each class."""

    sme: int = 0
    other: int = 0
    internal: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.sme + self.other + self.internal

    def of(self, klass: Klass) -> int:
        """Those of a class."""
        return {Klass.SME: self.sme, Klass.OTHER: self.other, Klass.INTERNAL: self.internal}[klass]

    def plus(self, klasses: Iterable[Klass]) -> "Tally":
        """The same with one more exchange for each class named."""
        found = list(klasses)
        return replace(
            self,
            sme=self.sme + found.count(Klass.SME),
            other=self.other + found.count(Klass.OTHER),
            internal=self.internal + found.count(Klass.INTERNAL),
        )

    def and_also(self, more: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.sme + more.sme, self.other + more.other, self.internal + more.internal)


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


def quota_of(tally: Tally, goal: Goal) -> Quota:
    """As `quota`, of a tally against what the terms ask."""
    return quota(
        tally.total,
        tally.sme,
        tally.other,
        sme_share_bp=goal.sme_share_bp,
        other_share_bp=goal.other_share_bp,
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

    def need(self, klass: Klass) -> int:
        """How many of a class must still come; none of the internal ones."""
        return {Klass.SME: self.need_sme, Klass.OTHER: self.need_other, Klass.INTERNAL: 0}[klass]


def forecast(
    total: int,
    sme: int,
    other: int,
    target: int,
    *,
    sme_share_bp: int = SME_SHARE_BP,
    other_share_bp: int = OTHER_SHARE_BP,
) -> Forecast:
    """What N exchanges so far leave to be done against a final target T (domain 2.10).

    Past its target a round has the size it has: nothing is left, and the minima are those of N.
    """
    size = max(target, total)
    return Forecast(
        left=size - total,
        need_sme=max(0, minimum(size, sme_share_bp) - sme),
        need_other=max(0, minimum(size, other_share_bp) - other),
    )


def forecast_of(tally: Tally, goal: Goal) -> Forecast:
    """As `forecast`, of a tally against what the terms ask."""
    return forecast(
        tally.total,
        tally.sme,
        tally.other,
        goal.target,
        sme_share_bp=goal.sme_share_bp,
        other_share_bp=goal.other_share_bp,
    )


def minimum(target: int, share_bp: int) -> int:
    """The fewest exchanges that make up a share of the target, rounded up."""
    return -(-target * share_bp // _WHOLE_BP)


def is_blocked(before: Forecast, after: Forecast) -> bool:
    """Whether a step puts the minima out of reach, or further out than they are already."""
    return not after.feasible and after.room_for_internal < before.room_for_internal


def out_of_reach(after: Forecast) -> Fault:
    """Why an approval is refused that would leave these needs."""
    message = _(
        "After this one both minima could no longer be met: %(sme)s must still be with SMEs and "
        "%(other)s by others, but only %(left)s are left. Propose to override the quota; another "
        "person decides on it.",
        sme=after.need_sme,
        other=after.need_other,
        left=after.left,
    )
    return Fault(message, None, "CXC-K04", {"left": after.left})
