"""The grant agreement as people read and sign it, from the text frozen at award."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reportlab.platypus import Flowable

from portal.calls.proposals.states import CATEGORY_LABELS, ROLE_LABELS, CostCategory, PartnerRole
from portal.core import formats
from portal.core.i18n import Text, _, current_language
from portal.core.pdf import pieces
from portal.core.places import country_name
from portal.projects.rules.sme_share import WHOLE_BP
from portal.projects.states import (
    INSTRUMENT_LABELS,
    SIDE_LABELS,
    Instrument,
    Side,
)


@dataclass(frozen=True)
class Signed:
    """A signature as the document shows it."""

    side: Side
    name: str
    at: datetime


def agreement_title(terms: Mapping[str, Any]) -> Text:
    """What the document is called."""
    return _("Grant agreement %(ref)s", ref=terms["reference"])


def agreement(terms: Mapping[str, Any], signatures: Sequence[Signed]) -> list[Flowable]:
    """The grant agreement: parties, duration, budget, support to third parties, signatures."""
    return [
        pieces.heading(agreement_title(terms)),
        pieces.text(f"{terms['acronym']} – {terms['title']}", "strong"),
        pieces.facts(_facts(terms)),
        pieces.heading(_("Article 1 – Parties"), 2),
        pieces.text(
            _(
                "The granting authority awards the grant to the beneficiaries named below, who "
                "carry out the action together. The coordinator signs on behalf of all of them."
            )
        ),
        *_consortium(terms),
        pieces.heading(_("Article 2 – Grant and budget"), 2),
        *_money(terms),
        *_third_parties(terms),
        pieces.heading(_("Article 4 – Checks and records"), 2),
        pieces.text(
            _(
                "The granting authority, the European Anti-Fraud Office (OLAF) and the European "
                "Court of Auditors may check the action, its beneficiaries and the recipients of "
                "support. Records are kept for five years after the payment of the balance."
            )
        ),
        pieces.heading(_("Signatures"), 2),
        pieces.signatures(_signatories(terms, signatures)),
    ]


def _facts(terms: Mapping[str, Any]) -> list[tuple[Text, Text | Flowable]]:
    first, last = date.fromisoformat(terms["starts_on"]), date.fromisoformat(terms["ends_on"])
    return [
        (_("Call"), f"{terms['call']} ({terms['programme']})"),
        (_("Proposal"), terms["proposal"]),
        (_("Duration"), formats.day_range(first, last)),
        (_("Eligible costs"), formats.money(terms["total_cents"])),
        (_("Funding rate"), formats.percent(terms["funding_rate_bp"], WHOLE_BP)),
        (_("Maximum grant amount"), formats.money(terms["max_grant_cents"])),
    ]


def _consortium(terms: Mapping[str, Any]) -> list[Flowable]:
    rows = [
        (
            partner["name"],
            f"{partner['town']}, {country_name(partner['country'], current_language())}",
            ROLE_LABELS[PartnerRole(partner["role"])],
        )
        for partner in terms["beneficiaries"]
    ]
    header = (_("Organisation"), _("Seat"), _("Role"))
    return pieces.table(header, rows, widths=(3, 2, 1.2))


def _money(terms: Mapping[str, Any]) -> list[Flowable]:
    rows: list[tuple[Text, Text, Text]] = [
        (
            line["code"],
            _line_label(line),
            pieces.money_cell(line["cents"]),
        )
        for line in terms["lines"]
    ]
    rows.append(("", _("Total"), pieces.money_cell(terms["total_cents"])))
    header = (_("Line"), _("Costs"), _("Amount"))
    return [
        pieces.text(
            _(
                "The grant pays at most %(rate)s of the eligible costs and never more than the "
                "maximum grant amount. The budget is:",
                rate=formats.percent(terms["funding_rate_bp"], WHOLE_BP),
            )
        ),
        *pieces.table(header, rows, widths=(1.4, 4, 1.4), numeric_columns=(2,), total_row=True),
    ]


def _line_label(line: Mapping[str, Any]) -> Text:
    label = CATEGORY_LABELS[CostCategory(line["category"])]
    if not line["organisation"]:
        return label
    return _("%(organisation)s: %(category)s", organisation=line["organisation"], category=label)


def _third_parties(terms: Mapping[str, Any]) -> list[Flowable]:
    if not terms["envelopes"]:
        return []
    rows = [
        (
            INSTRUMENT_LABELS[Instrument(envelope["instrument"])],
            formats.number(envelope["target"]),
            pieces.money_cell(envelope["cents"]),
        )
        for envelope in terms["envelopes"]
    ]
    story = [
        pieces.heading(_("Article 3 – Financial support to third parties"), 2),
        pieces.text(
            _(
                "The beneficiaries hand the following amounts on to third parties. They remain "
                "responsible for this money towards the granting authority."
            )
        ),
        *pieces.table(
            (_("Kind of support"), _("Planned number"), _("Amount")),
            rows,
            widths=(3, 1.2, 1.4),
            numeric_columns=(1, 2),
        ),
    ]
    if terms["sme_share_bp"]:
        story.append(
            pieces.notice(
                _(
                    "At least %(share)s of the whole budget must reach small and medium-sized "
                    "enterprises directly.",
                    share=formats.percent(terms["sme_share_bp"], WHOLE_BP),
                )
            )
        )
    return story


def _signatories(terms: Mapping[str, Any], signatures: Sequence[Signed]) -> list[pieces.Signatory]:
    given = {signature.side: signature for signature in signatures}
    organisations = {Side.COORDINATOR: terms["beneficiaries"][0]["name"], Side.AGENCY: ""}
    return [
        pieces.Signatory(
            SIDE_LABELS[side],
            given[side].name if side in given else "",
            organisations[side],
            _("Signed in the portal on %(moment)s", moment=formats.moment(given[side].at))
            if side in given
            else "",
        )
        for side in Side
    ]
