"""What the pages of the quota show: figures become words and widths here, so that the templates
compute nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.accounts import queries as accounts
from portal.core import formats
from portal.core.i18n import Text, _, n_
from portal.core.states import Badge
from portal.exchanges.queries import OverrideOnFile, ReadingStanding, Standing
from portal.exchanges.rules.quota import Forecast, Quota, Tally, minimum
from portal.exchanges.rules.terms import Terms
from portal.exchanges.states import KLASS_LABELS, READING_LABELS, Klass
from portal.web.gauges import Gauge

_REACHED = Badge(_("Met so far"), "ok")
_BEHIND = Badge(_("Behind, within reach"), "wait")
_OUT_OF_REACH = Badge(_("Out of reach"), "no")
_EMPTY = Badge(_("Nothing counted yet"), "info")


@dataclass(frozen=True)
class Row:
    """One class of exchanges: reached, committed, both."""

    label: Text
    reached: str
    committed: str
    together: str


@dataclass(frozen=True)
class ReadingRow:
    """One reading of the quota: shares reached and planned, and what must still come."""

    label: Text
    sme: Text
    other: Text
    planned_sme: Text
    planned_other: Text
    ahead: Text
    badge: Badge


@dataclass(frozen=True)
class Segment:
    """A stretch of a strip, in exchanges from its beginning."""

    css: str
    start: int
    length: int


@dataclass(frozen=True)
class Strip:
    """A round as one line: what is validated, approved and still to come, class by class."""

    size: int
    segments: tuple[Segment, ...]
    words: Text


@dataclass(frozen=True)
class OverrideRow:
    """An override on file, in words."""

    ref: str
    reason: str
    proposed: Text
    decided: Text
    badge: Badge


def after_words(files: int, tally: Tally, ahead: Forecast) -> Text:
    """What approving one file, or several, does to the shares and to what must still come."""
    values = {
        "files": formats.number(files),
        "sme": formats.number(tally.sme),
        "total": formats.number(tally.total),
        "need_sme": formats.number(ahead.need_sme),
        "left": formats.number(ahead.left),
        "need_other": formats.number(ahead.need_other),
        "internal": formats.number(abs(ahead.room_for_internal)),
    }
    if ahead.feasible and files == 1:
        return _(
            "After this one: %(sme)s of %(total)s with SMEs; %(need_sme)s of the remaining "
            "%(left)s must be SMEs, %(need_other)s others; still reachable, %(internal)s internal "
            "left",
            **values,
        )
    if ahead.feasible:
        return _(
            "After these %(files)s: %(sme)s of %(total)s with SMEs; %(need_sme)s of the remaining "
            "%(left)s must be SMEs, %(need_other)s others; still reachable, %(internal)s internal "
            "left",
            **values,
        )
    if files == 1:
        return _(
            "After this one: %(sme)s of %(total)s with SMEs; %(need_sme)s of the remaining "
            "%(left)s must be SMEs, %(need_other)s others; no longer reachable, %(internal)s too "
            "many",
            **values,
        )
    return _(
        "After these %(files)s: %(sme)s of %(total)s with SMEs; %(need_sme)s of the remaining "
        "%(left)s must be SMEs, %(need_other)s others; no longer reachable, %(internal)s too many",
        **values,
    )


def also_words(tally: Tally) -> Text:
    """The other two classes of the same count."""
    return _(
        "%(other)s of %(total)s by others; %(internal)s internal.",
        other=formats.number(tally.other),
        total=formats.number(tally.total),
        internal=formats.number(tally.internal),
    )


def badge(standing: ReadingStanding) -> Badge:
    """Where a reading stands, in a word: what is committed counts as coming."""
    if not standing.planned_forecast.feasible:
        return _OUT_OF_REACH
    if not standing.planned.total:
        return _EMPTY
    met = standing.planned.sme_ok and standing.planned.other_ok
    return _REACHED if met else _BEHIND


def reading_rows(standing: Standing) -> list[ReadingRow]:
    """The three readings of the quota beside one another (domain 2.10)."""
    return [
        ReadingRow(
            label=READING_LABELS[one.reading],
            sme=_("validated: %(share)s", share=_part(one.reached.sme, one.reached)),
            other=_("validated: %(share)s", share=_part(one.reached.other, one.reached)),
            planned_sme=_planned(one.planned.sme, one.planned),
            planned_other=_planned(one.planned.other, one.planned),
            ahead=_ahead(one.planned_forecast),
            badge=badge(one),
        )
        for one in standing.readings
    ]


def strip(standing: Standing) -> Strip:
    """The round in the scheme's reading: each class validated, approved and still to come."""
    counts, ahead = standing.counts, standing.planned_forecast
    to_come = {
        Klass.SME: ahead.need_sme,
        Klass.OTHER: ahead.need_other,
        Klass.INTERNAL: max(0, ahead.room_for_internal),
    }
    lengths = [
        (f"s-{klass} s-{tone}", amounts[klass])
        for klass in Klass
        for tone, amounts in (
            ("reached", counts.reached),
            ("committed", counts.committed),
            ("to-come", to_come),
        )
    ]
    segments, start = [], 0
    for css, length in lengths:
        if length:
            segments.append(Segment(css, start, length))
            start += length
    return Strip(max(1, start), tuple(segments), _ahead(ahead))


def override_rows(found: Iterable[OverrideOnFile]) -> list[OverrideRow]:
    """Overrides on file: who proposed, who decided, what came of it."""
    kept = list(found)
    ids = [one.override.proposed_by_id for one in kept]
    people = accounts.by_ids([*ids, *(one.override.decided_by_id for one in kept)])

    def signed(person_id: int | None) -> str:
        return people[person_id].name if person_id in people else ""

    return [
        OverrideRow(
            ref=one.ref,
            reason=one.override.reason,
            proposed=_(
                "%(name)s, %(moment)s",
                name=signed(one.override.proposed_by_id),
                moment=formats.moment(one.override.proposed_at),
            ),
            decided=_(
                "%(name)s, %(moment)s",
                name=signed(one.override.decided_by_id),
                moment=formats.moment(one.override.decided_at),
            )
            if one.override.decided_at
            else "—",
            badge=_override_badge(one),
        )
        for one in kept
    ]


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


def _ahead(ahead: Forecast) -> Text:
    values = {
        "left": formats.number(ahead.left),
        "sme": formats.number(ahead.need_sme),
        "other": formats.number(ahead.need_other),
        "internal": formats.number(max(0, ahead.room_for_internal)),
    }
    if ahead.feasible:
        return _(
            "Of %(left)s still to come: %(sme)s with SMEs, %(other)s by others, %(internal)s may "
            "be internal",
            **values,
        )
    return _("Of %(left)s still to come, %(sme)s with SMEs and %(other)s by others", **values)


def _part(part: int, whole: Quota) -> str:
    if not whole.total:
        return "—"
    return f"{formats.number(part)} ({formats.percent(part, whole.total)})"


def _planned(part: int, whole: Quota) -> Text:
    return _("with those approved: %(share)s", share=_part(part, whole))


def _override_badge(one: OverrideOnFile) -> Badge:
    found = one.override
    if found.granted is None and found.lapsed_at is None:
        return Badge(_("To be decided"), "wait")
    if found.used_at is not None:
        return Badge(_("Granted and used"), "ok")
    if found.granted is False:
        return Badge(_("Declined"), "no")
    if found.lapsed_at is not None:
        return Badge(_("Lapsed"), "muted")
    return Badge(_("Granted, not yet used"), "info")


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
    """A class that needs at least a share: red when it misses what can no longer be reached."""
    sme = klass is Klass.SME
    reached, planned = standing.counts.reached[klass], standing.counts.committed[klass]
    need = standing.forecast.need_sme if sme else standing.forecast.need_other
    met = standing.reached.sme_ok if sme else standing.reached.other_ok
    limit = reached + need if need else minimum(standing.target, share_bp)
    ahead = standing.planned_forecast
    missed = not ahead.feasible and ahead.need(klass) > 0
    tone = "no" if missed else "wait" if met is False else "ok"
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
    left = max(0, standing.planned_forecast.room_for_internal)
    return Gauge(
        "class-c",
        KLASS_LABELS[Klass.INTERNAL],
        _pct(reached, limit),
        _pct(reached + committed, limit),
        formats.number(reached),
        formats.number(limit),
        n_("Room for %(left)s more", "Room for %(left)s more", left, left=formats.number(left)),
        "no" if room < 0 else "wait" if room < committed else "ok",
    )


def _share(part: int, whole: int, share_bp: int) -> Text:
    least = formats.percent(share_bp, 10_000)
    if not whole:
        return _("No exchange validated yet; at least %(least)s are asked for", least=least)
    return _("Today %(share)s, at least %(least)s", share=formats.percent(part, whole), least=least)


def _pct(part: int, whole: int) -> int:
    return 100 if whole <= 0 else min(100, part * 100 // whole)
