"""The sub-grant agreement as people read and sign it, from the text frozen at award."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reportlab.platypus import Flowable

from portal.core import formats
from portal.core.i18n import Text, _, current_language
from portal.core.pdf import pieces
from portal.core.places import country_name
from portal.vouchers.rules.instruments import WHOLE_BP
from portal.vouchers.states import SIDE_LABELS, TRIGGER_LABELS, Side, Trigger


@dataclass(frozen=True)
class Signed:
    """A signature as the document shows it."""

    side: Side
    name: str
    at: datetime


def agreement_title(terms: Mapping[str, Any]) -> Text:
    """What the document is called."""
    return _("Sub-grant agreement %(ref)s", ref=terms["reference"])


def agreement(terms: Mapping[str, Any], signatures: Sequence[Signed]) -> list[Flowable]:
    """The sub-grant agreement: parties, work, amount, instalments, obligations, signatures."""
    return [
        pieces.heading(agreement_title(terms)),
        pieces.text(terms["title"], "strong"),
        pieces.facts(_facts(terms)),
        pieces.heading(_("Article 1 – Parties"), 2),
        pieces.text(
            _(
                "%(giver)s, on behalf of the project %(project)s, grants financial support to "
                "%(holder)s, a third party to the grant agreement of that project.",
                giver=terms["giver"],
                project=f"{terms['project']} ({terms['acronym']})",
                holder=terms["holder"]["name"],
            )
        ),
        pieces.heading(_("Article 2 – Amount and instalments"), 2),
        *_instalments(terms),
        pieces.heading(_("Article 3 – Obligations of the holder"), 2),
        *_obligations(terms),
        pieces.heading(_("Signatures"), 2),
        pieces.signatures(_signatories(terms, signatures)),
    ]


def _facts(terms: Mapping[str, Any]) -> list[tuple[Text, Text | Flowable]]:
    first, last = date.fromisoformat(terms["starts_on"]), date.fromisoformat(terms["ends_on"])
    holder = terms["holder"]
    seat = f"{holder['town']}, {country_name(holder['country'], current_language())}"
    shown = [
        (_("Holder"), f"{holder['name']} – {seat}"),
        (_("Kind of voucher"), terms[f"instrument_{current_language()}"]),
        (_("Duration"), formats.day_range(first, last)),
        (_("Amount"), formats.money(terms["amount_cents"])),
    ]
    if terms["cost_cents"] is not None:
        shown.append((_("Cost of the work"), formats.money(terms["cost_cents"])))
    return [*shown, (_("Other public funding declared"), terms["other_funding"] or _("None"))]


def _instalments(terms: Mapping[str, Any]) -> list[Flowable]:
    rows: list[tuple[Text, ...]] = [
        (
            f"{terms['reference']}/{part['number']}",
            TRIGGER_LABELS[Trigger(part["trigger"])],
            formats.day(date.fromisoformat(part["due_on"])),
            formats.percent(part["share_bp"], WHOLE_BP),
            pieces.money_cell(part["cents"]),
        )
        for part in terms["instalments"]
    ]
    rows.append(("", _("Total"), "", "", pieces.money_cell(terms["amount_cents"])))
    header = (_("Milestone"), _("What has to be shown"), _("Due on"), _("Share"), _("Amount"))
    return [
        pieces.text(
            _(
                "Each instalment is paid within 30 days of the acceptance of its milestone. Where "
                "the objectives are reached in part, the instalment is reduced to 75%%, 50%% or "
                "nothing, with the reason. The support to one firm from this project is at most "
                "%(cap)s in all.",
                cap=formats.money(terms["cap_cents"]),
            )
        ),
        *pieces.table(
            header, rows, widths=(1.7, 3, 1.5, 0.8, 1.3), numeric_columns=(3, 4), total_row=True
        ),
    ]


def _obligations(terms: Mapping[str, Any]) -> list[Flowable]:
    return [
        pieces.text(
            _(
                "The holder carries out the work described in its application, sends the proof of "
                "each milestone by its due date, and keeps the records for five years after the "
                "balance of the project’s grant is paid."
            )
        ),
        pieces.text(
            _(
                "The granting authority, the European Anti-Fraud Office (OLAF) and the European "
                "Court of Auditors may check the holder. The same costs may not be paid by another "
                "grant. The holder has declared on its honour that it is in no exclusion situation."
            )
        ),
        pieces.text(
            _(
                "The project is financed by the programme %(programme)s under the call %(call)s.",
                programme=terms["programme"],
                call=terms["call"],
            )
        ),
    ]


def _signatories(terms: Mapping[str, Any], signatures: Sequence[Signed]) -> list[pieces.Signatory]:
    given = {signature.side: signature for signature in signatures}
    organisations = {Side.HOLDER: terms["holder"]["name"], Side.PROJECT: terms["giver"]}
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
