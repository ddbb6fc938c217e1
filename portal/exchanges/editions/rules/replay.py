"""What past visits would have come to under other terms, by the very rules that priced them.

Each visit is worked out twice from the facts stored with it: under the terms it stands under, and
under the draft. Where both agree, the visit keeps what it has; so the terms of a visit replayed
upon itself differ nowhere, whatever else was decided on its file.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from portal.core import formats
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.exchanges.editions.rules.draft import Proposed
from portal.exchanges.editions.states import Difference, Halving
from portal.exchanges.rules import closing, eligibility, lump_sum
from portal.exchanges.rules.eligibility import Side, Visit
from portal.exchanges.rules.stay import Stay
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import EVIDENCE_LABELS, EvidenceKind
from portal.partners.states import OrganisationKind

_LIMITS = frozenset({"cap", "ceiling", "partnership"})
_HALVED = frozenset({"halved_short", "halved_near", "halved_both"})


@dataclass(frozen=True)
class KnownStay(Stay):
    """A stay whose working days at the host were counted when it was agreed or validated."""

    known_days: int = 0

    @property
    def working_days(self) -> int:
        """As they were counted then, whatever the calendar of holidays says now (CXC-D05)."""
        return self.known_days


@dataclass(frozen=True)
class Final:
    """What a validated visit came to: the days really spent and the amount earned, in cents."""

    first_on: date
    last_on: date
    working_days: int
    cents: int
    counts: bool


@dataclass(frozen=True)
class Past:
    """The facts stored with a visit that has been approved; amounts in cents, distance in metres.

    The kinds of both organisations are those they are registered as today. `evidence` is None
    while nothing has been reported.
    """

    ref: str
    scheme_id: int
    visitor: str
    host: str
    visitor_kind: OrganisationKind
    host_kind: OrganisationKind
    visitor_country: str
    host_country: str
    virtual: bool
    first_on: date
    last_on: date
    working_days: int
    distance_m: int
    ceiling_cents: int | None
    partnership_cents: int | None
    agreed_cents: int
    final: Final | None = None
    evidence: frozenset[EvidenceKind] | None = None
    #: Two people have recognised force majeure.
    excused: bool = False

    @property
    def cents(self) -> int:
        """What the visit has earned, or will as agreed."""
        return self.agreed_cents if self.final is None else self.final.cents

    @property
    def stay(self) -> KnownStay:
        """The stay as it was agreed."""
        return self._between(self.first_on, self.last_on, self.working_days)

    @property
    def final_stay(self) -> KnownStay | None:
        """The days really spent, once they are validated."""
        if self.final is None:
            return None
        return self._between(self.final.first_on, self.final.last_on, self.final.working_days)

    def _between(self, first: date, last: date, days: int) -> KnownStay:
        return KnownStay(
            first,
            last,
            self.visitor_country,
            self.host_country,
            self.distance_m,
            self.virtual,
            days,
        )


@dataclass(frozen=True)
class Reason:
    """Why a visit would be refused, admitted or priced otherwise: the rule, and what it says."""

    rule: str
    text: Text


@dataclass(frozen=True)
class Replayed:
    """One past visit under the draft; amounts in cents."""

    past: Past
    difference: Difference
    old_cents: int
    new_cents: int
    halving: Halving = Halving.UNCHANGED
    reasons: tuple[Reason, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether anything would be otherwise."""
        return self.difference is not Difference.SAME or self.halving is not Halving.UNCHANGED


@dataclass(frozen=True)
class Summary:
    """All visits of a period together; amounts in cents."""

    visits: int = 0
    old_cents: int = 0
    new_cents: int = 0
    differences: Mapping[Difference, int] = field(default_factory=dict)
    halvings: Mapping[Halving, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, int]:
        """The figures as the draft and the trail keep them."""
        return {
            "visits_replayed": self.visits,
            "old_cents": self.old_cents,
            "new_cents": self.new_cents,
            **{f"replay_{one}": self.differences.get(one, 0) for one in Difference},
            **{
                f"replay_{one}": self.halvings.get(one, 0)
                for one in (Halving.HALVED, Halving.WHOLE)
            },
        }


def from_json(kept: Mapping[str, int]) -> Summary:
    """The figures as they were kept at the publication."""
    return Summary(
        kept["visits_replayed"],
        kept["old_cents"],
        kept["new_cents"],
        {one: kept[f"replay_{one}"] for one in Difference},
        {one: kept[f"replay_{one}"] for one in (Halving.HALVED, Halving.WHOLE)},
    )


def fingerprint(proposed: Proposed, found: Summary) -> str:
    """SHA-256 of a draft and of what its replay came to: whoever publishes saw both."""
    content = {"draft": asdict(proposed), "replay": found.as_json()}
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def period_faults(first_on: date, last_on: date) -> Iterator[Fault]:
    """The fault of a period that ends before it begins."""
    if last_on < first_on:
        yield Fault(_("The last day is before the first."), "last_on")


@dataclass(frozen=True)
class _Outcome:
    """What a visit comes to under some terms; no amount when the stay earns none."""

    faults: tuple[Fault, ...]
    cents: int | None
    counts: bool
    steps: tuple[Step, ...]

    @property
    def halved(self) -> bool:
        return any(step.code in _HALVED for step in self.steps)

    @property
    def least(self) -> int:
        """The lowest of the limits, in cents; 0 where none was asked."""
        return next((int(one.values["cents"]) for one in self.steps if one.code == "least"), 0)


def replay(past: Past, own: Terms, draft: Terms, ceilings: Mapping[str, int]) -> Replayed:
    """One visit under the draft, against the terms it stands under.

    `ceilings` are those the draft lays down, in cents by country; every other country keeps the
    ceiling the visit was agreed at.
    """
    before = _outcome(past, own, past.ceiling_cents)
    after = _outcome(past, draft, ceilings.get(past.host_country, past.ceiling_cents))
    refused = _newly_refused(before, after)
    if refused:
        return Replayed(past, Difference.REFUSED, past.cents, 0, reasons=refused)
    if past.final is not None and not past.final.counts and not before.counts and after.counts:
        reason = _too_short(before)
        return Replayed(past, Difference.ADMITTED, past.cents, after.cents or 0, reasons=reason)
    return _priced(past, before, after)


def summary(rows: Iterable[Replayed]) -> Summary:
    """All rows together."""
    visits = old = new = 0
    differences = dict.fromkeys(Difference, 0)
    halvings = dict.fromkeys(Halving, 0)
    for row in rows:
        visits += 1
        old += row.old_cents
        new += row.new_cents
        differences[row.difference] += 1
        halvings[row.halving] += 1
    return Summary(visits, old, new, differences, halvings)


def _priced(past: Past, before: _Outcome, after: _Outcome) -> Replayed:
    new = past.cents
    if after.cents is not None and before.cents != after.cents:
        new = after.cents
    halving = Halving.UNCHANGED
    if before.halved != after.halved and after.steps and before.steps:
        halving = Halving.HALVED if after.halved else Halving.WHOLE
    if new == past.cents:
        return Replayed(past, Difference.SAME, past.cents, new, halving)
    difference = Difference.HIGHER if new > past.cents else Difference.LOWER
    return Replayed(past, difference, past.cents, new, halving, tuple(_because(before, after)))


def _because(before: _Outcome, after: _Outcome) -> Iterator[Reason]:
    """The limit that decides under the draft when another one did before, and the halving."""
    if before.least != after.least:
        for step in after.steps:
            if step.code in _LIMITS and step.values["cents"] == after.least:
                label, value = lump_sum.explain(step), formats.money(after.least)
                text = _("%(label)s: %(value)s", label=label, value=value)
                yield Reason(step.clause, text)
                break
    if before.halved != after.halved:
        for step in after.steps:
            if step.clause == "CXC-L04":
                yield Reason(step.clause, lump_sum.explain(step))


def _outcome(past: Past, terms: Terms, ceiling: int | None) -> _Outcome:
    faults = [*eligibility.kinds(_visit(past), terms), *_proofs_missing(past, terms)]
    try:
        agreed = lump_sum.lump_sum(past.stay, terms, ceiling, past.partnership_cents)
    except RuleBroken as broken:
        return _Outcome((*faults, *broken.faults), None, counts=False, steps=())
    stay = past.final_stay
    if stay is None:
        return _Outcome(tuple(faults), agreed.cents, counts=True, steps=agreed.steps)
    final = lump_sum.final_sum(
        stay,
        terms,
        ceiling,
        past.partnership_cents,
        agreed_cents=agreed.cents,
        excused=past.excused,
    )
    counts = lump_sum.is_exchange(stay, terms)
    return _Outcome(tuple(faults), final.cents, counts, final.steps)


def _newly_refused(before: _Outcome, after: _Outcome) -> tuple[Reason, ...]:
    known = {(fault.rule, fault.field) for fault in before.faults}
    found = tuple(
        Reason(fault.rule, fault.message)
        for fault in after.faults
        if (fault.rule, fault.field) not in known
    )
    if found or not before.counts or after.counts or after.cents is None:
        return found
    return _too_short(after)


def _too_short(outcome: _Outcome) -> tuple[Reason, ...]:
    """The step that says that too few days were spent (CXC-D01)."""
    return tuple(
        Reason(step.clause, lump_sum.explain(step))
        for step in outcome.steps
        if step.code == "too_short"
    )


def _proofs_missing(past: Past, terms: Terms) -> list[Fault]:
    if past.evidence is None:
        return []
    needed = closing.proofs(terms.evidence_kinds, virtual=past.virtual)
    return [
        Fault(_("Not on file: %(proof)s", proof=EVIDENCE_LABELS[kind]), kind.value, "12-12")
        for kind in needed
        if kind not in past.evidence
    ]


def _visit(past: Past) -> Visit:
    """The visit as the rules of kinds see it; what they do not ask is left as it was approved."""
    return Visit(
        visitor=_side(past.visitor, past.visitor_kind, past.visitor_country),
        host=_side(past.host, past.host_kind, past.host_country),
        same_organisation=False,
        virtual=past.virtual,
        traveller_entitled=True,
    )


def _side(name: str, kind: OrganisationKind, country: str) -> Side:
    return Side(name, kind, country, participates=True, in_profiled_cluster=True, is_sme=None)
