"""What people type about milestones: proof, a decision, a return, a later date."""

from typing import Any

from portal.core import formats
from portal.core.i18n import _
from portal.vouchers.milestones.rules import ACHIEVEMENTS, WHOLE
from portal.web.forms import DayField, LongTextField, PortalForm, RadioField, UploadField


class SubmitForm(PortalForm):
    """What was done, and a document that shows it."""

    report = LongTextField(
        _("What was done"), description=_("The work, the results, and what is still open.")
    )
    proof = UploadField(
        _("Document that shows the work"),
        description=_("PDF, PNG, JPEG, DOCX or XLSX, at most 10 MB."),
    )

    def values(self) -> dict[str, Any]:
        """The upload as its bytes and name."""
        return {"report": self.report.data, "proof": self.proof.content()}


class AcceptForm(PortalForm):
    """To what degree the objectives are reached."""

    achievement = RadioField(
        _("Objectives reached"),
        choices=lambda: [
            (str(percent), formats.percent(percent, WHOLE)) for percent in reversed(ACHIEVEMENTS)
        ],
        description=_("The instalment is reduced in the same proportion."),
    )
    reason = LongTextField(
        _("Reason"),
        required=False,
        most=2000,
        description=_("Needed when less than everything is due; the firm reads it."),
    )

    def values(self) -> dict[str, Any]:
        """The degree as a whole number of percent."""
        typed = self.achievement.data or ""
        return {
            "achievement": int(typed) if typed.isdecimal() else -1,
            "reason": self.reason.data or "",
        }


class SendBackForm(PortalForm):
    """What is missing."""

    reason = LongTextField(
        _("What is missing"), most=2000, description=_("The firm reads this in a message.")
    )


class PostponeForm(PortalForm):
    """A later date, and why."""

    due_on = DayField(_("New due date"))
    reason = LongTextField(
        _("Reason"), most=2000, description=_("The firm reads this in a message.")
    )
