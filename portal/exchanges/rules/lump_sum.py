"""How much a visit earns: the least of three limits, halved once for a short or a near stay."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.core import formats
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import Text, _, current_language, n_
from portal.core.money import halve
from portal.core.places import country_name
from portal.core.steps import Step
from portal.exchanges.rules import stay as stay_rules
from portal.exchanges.rules.stay import Stay
from portal.exchanges.rules.terms import Terms

Values = dict[str, str | int]


@dataclass(frozen=True)
class Sum:
    """An amount in cents, and the steps that led to it."""

    cents: int
    steps: tuple[Step, ...]


def lump_sum(
    stay: Stay,
    terms: Terms,
    ceiling_cents: int | None,
    partnership_cents: int | None = None,
    *,
    shortest_days: int | None = None,
) -> Sum:
    """What a planned stay will earn, per visiting organisation (domain 2.5, CXC-L01 to L04, L08,
    L09).

    `ceiling_cents` is the host country's amount in force on the day, `partnership_cents` the
    partnership's own, if it set one. Raises `RuleBroken` with every fault when the stay earns
    nothing; a virtual exchange is no fault while the edition allows it, and earns 0.
    """
    refuse_if(stay_rules.faults(stay, terms, shortest_days=shortest_days))
    if stay.virtual:
        return Sum(0, (Step("virtual", "CXC-L08"),))
    if ceiling_cents is None:
        raise RuleBroken(no_ceiling(stay.host_country))
    limits = _limits(stay, terms, ceiling_cents, partnership_cents)
    base = min(int(step.values["cents"]) for step in limits)
    least = Step("least", "CXC-L03", {"cents": base})
    return _reduced(base, stay, terms, before=(*limits, least))


def final_sum(
    stay: Stay,
    terms: Terms,
    ceiling_cents: int | None,
    partnership_cents: int | None,
    *,
    agreed_cents: int,
    excused: bool = False,
) -> Sum:
    """What the stay actually spent earns: never more than agreed, 0 under the shortest stay.

    `excused` says that two people have recognised force majeure: a shorter stay, of
    `terms.excused_from_days` working days at least, then earns half.

    `stay` holds the days actually spent, the other terms are those frozen with the agreement. A
    stay longer than agreed changes nothing, for a lump sum is neither topped up nor taken back for
    its costs (domain 2.6, "interrupted"; 2.5, CXC-L07).
    """
    if stay.virtual:
        return Sum(0, (Step("virtual", "CXC-L08"),))
    spent = Step("spent", "CXC-D05", {"working_days": stay.working_days})
    too_short = stay.working_days < terms.shortest_days
    saved = excused and stay.working_days >= terms.excused_from_days
    if too_short and not saved:
        short: Values = {
            "working_days": stay.working_days,
            "shortest": terms.shortest_days,
            "to_cents": 0,
        }
        return Sum(0, (spent, Step("too_short", "CXC-D01", short)))
    if ceiling_cents is None:
        raise RuleBroken(no_ceiling(stay.host_country))
    limits = _limits(stay, terms, ceiling_cents, partnership_cents)
    base = min(int(step.values["cents"]) for step in limits)
    least = Step("least", "CXC-L03", {"cents": base})
    before = (spent, *limits, least)
    price = _excused if too_short else _reduced
    again = price(base, stay, terms, before=before)
    if again.cents <= agreed_cents:
        return again
    kept = Step("agreed", "CXC-L07", {"from_cents": again.cents, "to_cents": agreed_cents})
    return Sum(agreed_cents, (*again.steps, kept))


def is_exchange(stay: Stay, terms: Terms) -> bool:
    """Whether the days actually spent make an exchange that counts (domain 2.6, 2.10)."""
    return stay.virtual or stay.working_days >= terms.shortest_days


def no_ceiling(country: str) -> Fault:
    """The fault of a host country for which no ceiling has been recorded (CXC-L03)."""
    return Fault(
        _(
            "No ceiling has been recorded for stays in %(country)s. Ask the programme officer to "
            "add one.",
            country=country_name(country, current_language()),
        ),
        "host",
        "CXC-L03",
        {"country": country},
    )


def _limits(
    stay: Stay, terms: Terms, ceiling_cents: int, partnership_cents: int | None
) -> tuple[Step, ...]:
    cap = Step("cap", "CXC-L01", {"cents": terms.cap_cents})
    country: Values = {"cents": ceiling_cents, "country": stay.host_country}
    ceiling = Step("ceiling", "CXC-L03", country)
    if partnership_cents is None:
        return cap, ceiling
    return cap, ceiling, Step("partnership", "CXC-L03", {"cents": partnership_cents})


def _reduced(base: int, stay: Stay, terms: Terms, *, before: tuple[Step, ...]) -> Sum:
    """Halve once for a short and/or a near stay; both comparisons are strict (CXC-L04)."""
    facts: Values = {
        "working_days": stay.working_days,
        "whole_from_days": terms.whole_from_days,
        "distance_m": stay.distance_m,
        "near_m": terms.near_m,
        "from_cents": base,
    }
    short = stay.working_days < terms.whole_from_days
    near = stay.distance_m < terms.near_m
    if not short and not near:
        return Sum(base, (*before, Step("whole", "CXC-L04", {**facts, "to_cents": base})))
    code = "halved_both" if short and near else "halved_short" if short else "halved_near"
    half = halve(base)
    return Sum(half, (*before, Step(code, "CXC-L04", {**facts, "to_cents": half})))


def _excused(base: int, stay: Stay, terms: Terms, *, before: tuple[Step, ...]) -> Sum:
    """Halve once for a stay that force majeure cut short (domain 2.6)."""
    half = halve(base)
    facts: Values = {
        "working_days": stay.working_days,
        "shortest": terms.shortest_days,
        "from_cents": base,
        "to_cents": half,
    }
    return Sum(half, (*before, Step("force_majeure", "2.6", facts)))


def explain(step: Step) -> Text:
    """One step of the calculation as a sentence in the reader's language."""
    if step.code in _PLAIN:
        return _PLAIN[step.code]
    return _WITH_VALUES[step.code](step)


def result_cents(step: Step) -> int | None:
    """The amount a step leads to, in cents; None for a step that only states a fact."""
    found = step.values.get("to_cents", step.values.get("cents"))
    return int(found) if found is not None else None


def _ceiling(step: Step) -> Text:
    country = country_name(str(step.values["country"]), current_language())
    return _("Ceiling for stays in this country: %(country)s", country=country)


def _whole(step: Step) -> Text:
    return n_(
        "Not halved: %(num)s working day at the host, %(distance)s apart",
        "Not halved: %(num)s working days at the host, %(distance)s apart",
        int(step.values["working_days"]),
        distance=formats.km(int(step.values["distance_m"])),
    )


def _halved_short(step: Step) -> Text:
    return n_(
        "Halved: %(num)s working day at the host, fewer than %(limit)s",
        "Halved: %(num)s working days at the host, fewer than %(limit)s",
        int(step.values["working_days"]),
        limit=step.values["whole_from_days"],
    )


def _halved_near(step: Step) -> Text:
    return _(
        "Halved: the two organisations are %(distance)s apart, less than %(limit)s",
        distance=formats.km(int(step.values["distance_m"])),
        limit=formats.km(int(step.values["near_m"])),
    )


def _halved_both(step: Step) -> Text:
    return n_(
        "Halved once: %(num)s working day at the host, fewer than %(limit)s, and %(distance)s "
        "apart, less than %(near)s",
        "Halved once: %(num)s working days at the host, fewer than %(limit)s, and %(distance)s "
        "apart, less than %(near)s",
        int(step.values["working_days"]),
        limit=step.values["whole_from_days"],
        distance=formats.km(int(step.values["distance_m"])),
        near=formats.km(int(step.values["near_m"])),
    )


def _spent(step: Step) -> Text:
    return n_(
        "%(num)s working day actually spent at the host",
        "%(num)s working days actually spent at the host",
        int(step.values["working_days"]),
    )


def _too_short(step: Step) -> Text:
    return n_(
        "Nothing due: %(num)s working day at the host, fewer than the %(shortest)s required",
        "Nothing due: %(num)s working days at the host, fewer than the %(shortest)s required",
        int(step.values["working_days"]),
        shortest=step.values["shortest"],
    )


def _force_majeure(step: Step) -> Text:
    return n_(
        "Halved: %(num)s working day at the host, fewer than %(shortest)s, for force majeure that "
        "two people recognised",
        "Halved: %(num)s working days at the host, fewer than %(shortest)s, for force majeure that "
        "two people recognised",
        int(step.values["working_days"]),
        shortest=step.values["shortest"],
    )


_PLAIN: dict[str, Text] = {
    "cap": _("Cap of the scheme"),
    "partnership": _("Amount set by the partnership"),
    "least": _("The lowest of these amounts"),
    "virtual": _("A virtual exchange carries no lump sum"),
    "agreed": _("Not above the amount agreed before the visit"),
}

_WITH_VALUES: dict[str, Callable[[Step], Text]] = {
    "ceiling": _ceiling,
    "whole": _whole,
    "halved_short": _halved_short,
    "halved_near": _halved_near,
    "halved_both": _halved_both,
    "spent": _spent,
    "too_short": _too_short,
    "force_majeure": _force_majeure,
}
