"""What publication and corrigenda ask of a call: every fault at once."""

from collections.abc import Iterator
from datetime import datetime

from portal.calls.rules.terms import CORRECTABLE_AFTER_CLOSING, Terms, changes
from portal.calls.states import Phase
from portal.core import formats
from portal.core.errors import Fault
from portal.core.i18n import Text, _


def faults(terms: Terms, now: datetime) -> list[Fault]:
    """Everything that stands in the way of publishing these terms at `now`."""
    return [
        *_missing_texts(terms),
        *_window(terms, now),
        *_amounts(terms),
        *_consortium(terms),
        *_durations(terms),
    ]


def correction_faults(
    before: Terms,
    after: Terms,
    *,
    text_en: str,
    text_fr: str,
    phase: Phase,
    listed_cents: int,
    now: datetime,
) -> list[Fault]:
    """Everything that stands in the way of a corrigendum published at `now`.

    `phase` is that of the call as it stands, `listed_cents` what the main list already holds. Once
    open, the opening stays; once closed, only texts and budget may be corrected.
    """
    changed = changes(before, after)
    found = [fault for fault in faults(after, now) if fault.field != "closes_at"]
    if not changed:
        found.append(
            Fault(_("Nothing was changed. A corrigendum needs a change."), None, "CALL-07")
        )
    found += _explanations(text_en, text_fr)
    if phase is not Phase.FORECAST and "opens_at" in changed:
        found.append(
            Fault(_("The call has opened; its opening can no longer move."), "opens_at", "CALL-08")
        )
    if "closes_at" in changed and phase is not Phase.CLOSED:
        found += [fault for fault in _window(after, now) if fault.field == "closes_at"]
    if phase is Phase.CLOSED:
        found += _too_late(changed)
    if after.budget_cents < listed_cents:
        found.append(
            Fault(
                _(
                    "The main list already holds %(listed)s. The budget cannot be smaller.",
                    listed=formats.money(listed_cents),
                ),
                "budget_cents",
                "CALL-10",
                {"listed_cents": listed_cents, "budget_cents": after.budget_cents},
            )
        )
    return found


def _too_late(changed: dict[str, tuple[object, object]]) -> Iterator[Fault]:
    for name in sorted(set(changed) - CORRECTABLE_AFTER_CLOSING):
        message = _("After the deadline only the texts and the budget may be corrected.")
        yield Fault(message, name, "CALL-09")


def _explanations(text_en: str, text_fr: str) -> Iterator[Fault]:
    message = _("Say what is corrected, and why, in both languages.")
    for field, text in (("text_en", text_en), ("text_fr", text_fr)):
        if not text.strip():
            yield Fault(message, field, "CALL-07")


def _missing_texts(terms: Terms) -> Iterator[Fault]:
    wanted: tuple[tuple[str, Text], ...] = (
        ("title_en", _("The title in English is missing.")),
        ("title_fr", _("The title in French is missing.")),
        ("summary_en", _("The summary in English is missing.")),
        ("summary_fr", _("The summary in French is missing.")),
    )
    for field, message in wanted:
        if not getattr(terms, field).strip():
            yield Fault(message, field, "CALL-04")


def _window(terms: Terms, now: datetime) -> Iterator[Fault]:
    if terms.opens_at >= terms.closes_at:
        message = _(
            "The deadline, %(deadline)s, must come after the opening, %(opening)s.",
            deadline=formats.moment(terms.closes_at),
            opening=formats.moment(terms.opens_at),
        )
        yield Fault(message, "closes_at", "CALL-05")
    if terms.closes_at <= now:
        message = _(
            "The deadline, %(deadline)s, is already past.",
            deadline=formats.moment(terms.closes_at),
        )
        yield Fault(message, "closes_at", "CALL-05")


def _amounts(terms: Terms) -> Iterator[Fault]:
    if terms.budget_cents <= 0:
        yield Fault(_("The budget of the call must be above zero."), "budget_cents", "CALL-06")
    if terms.max_grant_cents <= 0:
        yield Fault(_("The maximum grant must be above zero."), "max_grant_cents", "CALL-06")
    if terms.max_grant_cents > terms.budget_cents > 0:
        message = _(
            "The maximum grant, %(grant)s, is above the budget of the call, %(budget)s.",
            grant=formats.money(terms.max_grant_cents),
            budget=formats.money(terms.budget_cents),
        )
        yield Fault(message, "max_grant_cents", "CALL-06")
    if terms.min_grant_cents > terms.max_grant_cents:
        message = _(
            "The minimum grant, %(smallest)s, is above the maximum, %(greatest)s.",
            smallest=formats.money(terms.min_grant_cents),
            greatest=formats.money(terms.max_grant_cents),
        )
        yield Fault(message, "min_grant_cents", "CALL-06")
    yield from _rates(terms)


def _rates(terms: Terms) -> Iterator[Fault]:
    if not 0 < terms.funding_rate_bp <= 10_000:
        message = _("The funding rate must be above 0 and at most 100 per cent.")
        yield Fault(message, "funding_rate_bp", "CALL-06")
    if not 0 <= terms.indirect_rate_bp <= 10_000:
        message = _("The rate of indirect costs must lie between 0 and 100 per cent.")
        yield Fault(message, "indirect_rate_bp", "CALL-06")
    if not 0 <= terms.sme_share_bp <= 10_000:
        message = _("The share for SMEs must lie between 0 and 100 per cent.")
        yield Fault(message, "sme_share_bp", "CALL-06")


def _consortium(terms: Terms) -> Iterator[Fault]:
    if terms.min_entities < 1:
        yield Fault(_("At least one legal entity must apply."), "min_entities", "CALL-06")
    if terms.min_countries < 1:
        yield Fault(_("At least one country must be represented."), "min_countries", "CALL-06")
    if terms.min_countries > terms.min_entities:
        message = _(
            "%(countries)s countries need at least as many legal entities, not %(entities)s.",
            countries=terms.min_countries,
            entities=terms.min_entities,
        )
        yield Fault(message, "min_countries", "CALL-06")


def _durations(terms: Terms) -> Iterator[Fault]:
    if terms.min_months < 1:
        yield Fault(_("The minimum duration is one month."), "min_months", "CALL-06")
    if terms.max_months < terms.min_months:
        message = _("The maximum duration is below the minimum.")
        yield Fault(message, "max_months", "CALL-06")
    if terms.abstract_limit < 1:
        message = _("The abstract needs room for at least one character.")
        yield Fault(message, "abstract_limit", "CALL-06")
    if terms.months_to_inform < 1:
        message = _("Applicants are informed one month after the deadline at the earliest.")
        yield Fault(message, "months_to_inform", "CALL-06")
