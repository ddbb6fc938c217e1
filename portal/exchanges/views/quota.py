"""The gauges of the quota page: figures become words here, so that the template computes
nothing.
"""

from dataclasses import dataclass

from portal.core import formats
from portal.core.i18n import Text, _
from portal.exchanges.queries import Standing
from portal.exchanges.rules.quota import minimum
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import KLASS_LABELS, Klass


@dataclass(frozen=True)
class Gauge:
    """One gauge: how full it is, and everything it says in words."""

    id: str
    label: Text
    used_pct: int
    committed_pct: int
    value_text: str
    limit_text: str
    status_text: Text
    tone: str


@dataclass(frozen=True)
class Row:
    """One class of exchanges: reached, committed, both."""

    label: Text
    reached: str
    committed: str
    together: str


def gauges(standing: Standing, terms: Terms) -> list[Gauge]:
    """The target and the three classes against what the target asks of them."""
    return [
        _target(standing),
        _minimum(standing, Klass.SME, terms.sme_share_bp),
        _minimum(standing, Klass.OTHER, terms.other_share_bp),
        _internal(standing),
    ]


def rows(standing: Standing) -> list[Row]:
    """The counts by class, and the virtual exchanges apart."""
    counts = standing.counts
    found = [
        _row(KLASS_LABELS[klass], counts.reached[klass], counts.committed[klass]) for klass in Klass
    ]
    virtual = _row(_("Virtual exchanges"), counts.reached_virtual, counts.committed_virtual)
    return [*found, virtual]


def _row(label: Text, reached: int, committed: int) -> Row:
    together = formats.number(reached + committed)
    return Row(label, formats.number(reached), formats.number(committed), together)


def _target(standing: Standing) -> Gauge:
    total, planned = standing.reached.total, standing.planned.total
    return Gauge(
        "target",
        _("Validated exchanges"),
        _pct(total, standing.target),
        _pct(planned, standing.target),
        formats.number(total),
        formats.number(standing.target),
        _("%(planned)s with those approved", planned=formats.number(planned)),
        "ok",
    )


def _minimum(standing: Standing, klass: Klass, share_bp: int) -> Gauge:
    """A class that needs at least a share: red when it can no longer be reached."""
    sme = klass is Klass.SME
    reached, planned = standing.counts.reached[klass], standing.counts.committed[klass]
    need = standing.forecast.need_sme if sme else standing.forecast.need_other
    met = standing.reached.sme_ok if sme else standing.reached.other_ok
    limit = reached + need if need else minimum(standing.target, share_bp)
    tone = "no" if not standing.forecast.feasible else "wait" if met is False else "ok"
    return Gauge(
        f"class-{klass}",
        KLASS_LABELS[klass],
        _pct(reached, limit),
        _pct(reached + planned, limit),
        formats.number(reached),
        formats.number(limit),
        _share(reached, standing.reached.total, share_bp),
        tone,
    )


def _internal(standing: Standing) -> Gauge:
    reached = standing.counts.reached[Klass.INTERNAL]
    committed = standing.counts.committed[Klass.INTERNAL]
    room = standing.forecast.room_for_internal
    limit = max(0, reached + room)
    left = max(0, room)
    return Gauge(
        "class-c",
        KLASS_LABELS[Klass.INTERNAL],
        _pct(reached, limit),
        _pct(reached + committed, limit),
        formats.number(reached),
        formats.number(limit),
        _("Room for %(left)s more", left=formats.number(left)),
        "no" if room < 0 else "wait" if room < committed else "ok",
    )


def _share(part: int, whole: int, share_bp: int) -> Text:
    least = formats.percent(share_bp, 10_000)
    if not whole:
        return _("No exchange validated yet; at least %(least)s are asked for", least=least)
    return _("Today %(share)s, at least %(least)s", share=formats.percent(part, whole), least=least)


def _pct(part: int, whole: int) -> int:
    return 100 if whole <= 0 else min(100, part * 100 // whole)
