"""The number of periods, the costs of a report, the decision on each, a return, dated terms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from wtforms import Field

from portal.core import formats
from portal.core.i18n import Text, _
from portal.projects.periods.rules import MOST_PERIODS, WHOLE_BP
from portal.web.forms import (
    CentsField,
    ChoiceField,
    DayField,
    LongTextField,
    PortalForm,
    TextField,
    WholeNumberField,
)

_WRITE_LIKE = _("Enter a percentage between 0 and 100 with at most two decimals, such as 7.50.")


@dataclass(frozen=True)
class Line:
    """A line of the budget in a form: what it is called, and what is said beside it."""

    line_id: int
    label: Text
    note: Text = ""


class PlanForm(PortalForm):
    """How many periods."""

    count = WholeNumberField(
        _("Number of reporting periods"),
        least=1,
        most=MOST_PERIODS,
        description=_("The months of the project are shared out among them."),
    )


class SubmitForm(PortalForm):
    """What was done and the costs of each line; `submit_form` adds the amounts."""

    lines: ClassVar[Sequence[Line]] = ()

    report = LongTextField(
        _("What was done"), description=_("The work of the period, its results, what is open.")
    )

    def values(self) -> dict[str, Any]:
        """The amounts by line; what is left empty is not claimed."""
        claims = {each.line_id: self.claimed(each).data or 0 for each in self.lines}
        return {"report": self.report.data or "", "claims": claims}

    def claimed(self, line: Line) -> Field:
        """The field of a line."""
        return self._fields[f"claimed_{line.line_id}"]


class AcceptForm(PortalForm):
    """What is accepted of each cost, and why less; `accept_form` adds the fields."""

    lines: ClassVar[Sequence[Line]] = ()

    def values(self) -> dict[str, Any]:
        """Amounts and reasons by line."""
        accepted, reasons = {}, {}
        for each in self.lines:
            amount, reason = self.decided(each)
            accepted[each.line_id], reasons[each.line_id] = amount.data, reason.data or ""
        return {"accepted": accepted, "reasons": reasons}

    def decided(self, line: Line) -> tuple[Field, Field]:
        """The two fields of a line."""
        return self._fields[f"accepted_{line.line_id}"], self._fields[f"reason_{line.line_id}"]


class SendBackForm(PortalForm):
    """What is missing."""

    reason = LongTextField(
        _("What is missing"), most=2000, description=_("The coordinator reads this in a message.")
    )


class CloseForm(PortalForm):
    """Why a grant is closed."""

    reason = LongTextField(
        _("Reason"),
        most=2000,
        description=_("The whole consortium reads it, and it stays in the history."),
    )


class RateField(CentsField):
    """A percentage with at most two decimals; data are basis points, read as strictly as cents."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, with or without the sign."""
        typed = valuelist[0].strip().removesuffix("%").rstrip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = formats.parse_cents(typed)
        except formats.NotAnAmount:
            raise ValueError(str(_WRITE_LIKE)) from None
        if not 0 <= self.data <= WHOLE_BP:
            raise ValueError(str(_WRITE_LIKE))


class TermsForm(PortalForm):
    """A row of the dated terms."""

    programme_id = ChoiceField(_("Programme"))
    fund_bp = RateField(
        _("Kept in the guarantee fund, in per cent"),
        description=_("Of the maximum grant, until the balance; for example 5, or 0 for nothing."),
    )
    ceiling_bp = RateField(
        _("Paid before the balance, in per cent"),
        description=_("Of the maximum grant, at most; for example 90."),
    )
    valid_from = DayField(
        _("Valid from"), description=_("For plans laid down on this day or later.")
    )
    source = TextField(
        _("Source"),
        most=500,
        description=_("Where this was read: a regulation, a grant agreement, with its article."),
    )

    def values(self) -> dict[str, Any]:
        """What was typed, the programme as its database id."""
        programme = str(self.programme_id.data or "")
        return super().values() | {"programme_id": int(programme) if programme.isdecimal() else 0}


def submit_form(lines: Sequence[Line]) -> type[SubmitForm]:
    """The report form of one project: an amount for each line of its budget."""
    fields: dict[str, Any] = {"lines": tuple(lines)}
    for each in lines:
        fields[f"claimed_{each.line_id}"] = CentsField(
            each.label, required=False, description=each.note, render_kw={"data-sum": "costs"}
        )
    return type("SubmitFormOfProject", (SubmitForm,), fields)


def accept_form(lines: Sequence[Line]) -> type[AcceptForm]:
    """The decision form of one report: an amount and a reason for each cost claimed."""
    fields: dict[str, Any] = {"lines": tuple(lines)}
    for each in lines:
        fields[f"accepted_{each.line_id}"] = CentsField(
            _("%(line)s: accepted", line=each.label), description=each.note
        )
        fields[f"reason_{each.line_id}"] = TextField(
            _("%(line)s: why less", line=each.label), required=False, most=500
        )
    return type("AcceptFormOfReport", (AcceptForm,), fields)
