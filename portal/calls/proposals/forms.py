"""One form for each tab of an application, and what officers type about an outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from portal.calls.proposals.rules import Line
from portal.calls.proposals.rules.themes import INDUSTRIAL_ECOSYSTEMS, THEMATIC_AREAS, THEMES
from portal.calls.proposals.states import (
    ATTACHMENT_LABELS,
    CATEGORY_LABELS,
    TYPED_CATEGORIES,
    AttachmentKind,
    CostCategory,
)
from portal.core.i18n import _
from portal.web.forms import (
    CentsField,
    ChoiceField,
    LongTextField,
    ManyChoicesField,
    PortalForm,
    TextField,
    TickField,
    UploadField,
    WholeNumberField,
)

LONGEST_ACRONYM = 40
LONGEST_NOTE = 500
#: Most exchanges or vouchers anybody plans.
_MOST_PLANNED = 10_000


class StartForm(PortalForm):
    """Who coordinates, and what the project is called."""

    organisation = ChoiceField(_("Coordinating organisation"))
    acronym = TextField(
        _("Acronym"), most=LONGEST_ACRONYM, description=_("A short name, for example WATERLINK.")
    )
    title = TextField(_("Title"))


class EditForm(PortalForm):
    """The first tab: the project in words."""

    acronym = TextField(_("Acronym"), most=LONGEST_ACRONYM)
    title = TextField(_("Title"))
    abstract = LongTextField(_("Abstract"), required=False)
    months = WholeNumberField(
        _("Duration in months"), least=1, most=120, required=False, description=_("For example 24.")
    )
    thematic_areas = ManyChoicesField(
        _("Thematic areas"), choices=list(THEMATIC_AREAS.items()), required=False
    )
    ecosystems = ManyChoicesField(
        _("Industrial ecosystems"), choices=list(INDUSTRIAL_ECOSYSTEMS.items()), required=False
    )
    version = IntegerField(widget=HiddenInput(), default=0)

    def values(self) -> dict[str, Any]:
        """What was typed, both kinds of themes together."""
        chosen = [*(self.thematic_areas.data or ()), *(self.ecosystems.data or ())]
        return {
            "acronym": self.acronym.data,
            "title": self.title.data,
            "abstract": self.abstract.data or "",
            "months": self.months.data,
            "themes": [theme for theme in THEMES if theme in chosen],
            "version": self.version.data or 0,
        }


class AddPartnerForm(PortalForm):
    """Which organisation joins."""

    organisation = TextField(
        _("Reference of the organisation"),
        most=24,
        description=_("For example ORG-2026-0012. If you do not know it, search by name."),
    )


@dataclass(frozen=True)
class Row:
    """One partner in the budget form."""

    position: int
    organisation_id: int
    name: str


class CostsForm(PortalForm):
    """The third tab: amounts for each partner and budget heading; `costs_form` adds the cells."""

    rows: ClassVar[Sequence[Row]] = ()
    with_smes: ClassVar[bool] = False

    asked_cents = CentsField(
        _("Grant you ask for"),
        required=False,
        description=_("Leave empty to ask for the maximum that these costs and the call allow."),
    )
    planned_exchanges = WholeNumberField(
        _("Number of ClusterXchange visits planned"), least=1, most=_MOST_PLANNED, required=False
    )
    planned_vouchers = WholeNumberField(
        _("Number of vouchers planned"), least=1, most=_MOST_PLANNED, required=False
    )
    version = IntegerField(widget=HiddenInput(), default=0)

    def values(self) -> dict[str, Any]:
        """The lines with an amount, and what is planned."""
        return {
            "lines": [line for row in self.rows for line in self._lines(row)],
            "asked_cents": self.asked_cents.data,
            "planned_exchanges": self.planned_exchanges.data,
            "planned_vouchers": self.planned_vouchers.data,
            "version": self.version.data or 0,
        }

    def cells(self, row: Row) -> list[list[Any]]:
        """The fields of one partner, one list for each budget heading."""
        kinds = ("other", "sme", "note") if self.with_smes else ("other",)
        return [
            [self._fields[cell(kind, row.position, category)] for kind in kinds]
            for category in TYPED_CATEGORIES
        ]

    def _lines(self, row: Row) -> Iterable[Line]:
        for category in TYPED_CATEGORIES:
            other = self._typed("other", row, category)
            if other:
                yield Line(row.organisation_id, category, other)
            sme = self._typed("sme", row, category) if self.with_smes else None
            if sme:
                note = self._typed("note", row, category) or ""
                yield Line(row.organisation_id, category, sme, sme_direct=True, note=note)

    def _typed(self, kind: str, row: Row, category: CostCategory) -> Any:
        return self._fields[cell(kind, row.position, category)].data


class AttachForm(PortalForm):
    """A document and what it is."""

    kind = ChoiceField(
        _("What it is"), choices=[(str(kind), label) for kind, label in ATTACHMENT_LABELS.items()]
    )
    document = UploadField(
        _("Document"), description=_("PDF, PNG, JPEG, DOCX or XLSX, at most 10 MB.")
    )

    def values(self) -> dict[str, Any]:
        """Bytes, name and kind."""
        content, name = self.document.content() or (b"", "")
        kind = self.kind.data
        known = kind and kind in set(AttachmentKind)
        return {
            "content": content,
            "name": name,
            "kind": AttachmentKind(kind) if known else AttachmentKind.OTHER,
        }


class SubmitForm(PortalForm):
    """The two declarations; a missing tick is told together with all other faults."""

    honour = TickField(
        _("Declaration on honour"),
        required=False,
        description=_(
            "I declare on honour that no organisation of the consortium is in an exclusion "
            "situation (bankruptcy, unpaid taxes or social contributions, grave professional "
            "misconduct, fraud, corruption, money laundering, child labour, serious breach of an "
            "earlier contract, among others), and that the same costs are not funded twice."
        ),
    )
    mandate = TickField(
        _("Agreement of the partners"),
        required=False,
        description=_(
            "I declare that every partner agrees with the content of this proposal and has "
            "mandated the coordinator to submit it."
        ),
    )


class WithdrawForm(PortalForm):
    """Why a proposal is given up."""

    reason = LongTextField(
        _("Reason"),
        most=2000,
        required=False,
        description=_("Your partners read it."),
    )


class ReasonForm(PortalForm):
    """Why a proposal is set aside or rejected."""

    reason = LongTextField(
        _("Reason"),
        most=5000,
        description=_("The applicant reads it in the decision letter. Write in their language."),
    )


class RankForm(PortalForm):
    """The place on a list."""

    position = WholeNumberField(
        _("Rank on the list"),
        least=1,
        most=10_000,
        required=False,
        description=_("Leave empty for the next rank."),
    )
    reason = LongTextField(
        _("Reason"),
        most=5000,
        required=False,
        description=_("If there is one, the applicant reads it in the decision letter."),
    )


def cell(kind: str, position: int, category: CostCategory) -> str:
    """The name of one field of the budget form."""
    return f"{kind}_{position}_{category}"


def costs_form(rows: Sequence[Row], *, with_smes: bool) -> type[CostsForm]:
    """The budget form of one consortium: a cell for each partner and budget heading.

    `with_smes` adds the amounts that reach SMEs directly, each with its reason.
    """
    fields: dict[str, Any] = {"rows": tuple(rows), "with_smes": with_smes}
    for row in rows:
        for category in TYPED_CATEGORIES:
            fields |= _cells(row, category, with_smes)
    return type("CostsFormOfConsortium", (CostsForm,), fields)


def _cells(row: Row, category: CostCategory, with_smes: bool) -> dict[str, Any]:
    names = [cell(kind, row.position, category) for kind in ("other", "sme", "note")]
    label = CATEGORY_LABELS[category]
    summed = {"data-sum": "costs"}
    if not with_smes:
        return {names[0]: CentsField(label, required=False, render_kw=summed)}
    return {
        names[0]: CentsField(
            _("%(heading)s: not direct to SMEs", heading=label), required=False, render_kw=summed
        ),
        names[1]: CentsField(
            _("%(heading)s: direct to SMEs", heading=label), required=False, render_kw=summed
        ),
        names[2]: TextField(
            _("%(heading)s: how it reaches SMEs", heading=label),
            required=False,
            most=LONGEST_NOTE,
        ),
    }


def typed_costs(rows: Sequence[Row], lines: Iterable[Line]) -> dict[str, Any]:
    """Saved lines as the budget form shows them."""
    positions = {row.organisation_id: row.position for row in rows}
    typed: dict[str, Any] = {}
    for line in lines:
        position = positions[line.organisation_id]
        kind = "sme" if line.sme_direct else "other"
        typed[cell(kind, position, line.category)] = line.amount_cents
        if line.sme_direct:
            typed[cell("note", position, line.category)] = line.note
    return typed
