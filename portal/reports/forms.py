"""Which day, which file, in which language; and which document to verify."""

from portal.core.i18n import LANGUAGES, _
from portal.reports.rules import Kind
from portal.web.forms import DayField, PortalForm, RadioField, TextField, UploadField


class AsOfForm(PortalForm):
    """The day at whose end the budget is shown; sent in the address, so that it can be kept."""

    class Meta:
        """Looking at a day changes nothing: no token in its address."""

        csrf = False

    day = DayField(_("As of the end of"), required=False)


class BudgetForm(PortalForm):
    """The language and kind of a budget export."""

    language = RadioField(_("Language of the document"), choices=list(LANGUAGES.items()))
    kind = RadioField(
        _("Kind of file"),
        choices=[
            (Kind.PDF, _("PDF, to read and to file")),
            (Kind.CSV, _("CSV, for a spreadsheet")),
        ],
    )


class VerifyForm(PortalForm):
    """A code to look up, a file to compare, or both."""

    code = TextField(
        _("Code of this document"),
        required=False,
        description=_(
            "Four groups of four digits and letters, on the first page and at the foot of every "
            "page; in a CSV file, on its last line."
        ),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    file = UploadField(
        _("The file itself"),
        required=False,
        description=_("PDF or CSV, at most 10 MB. It is compared and not kept."),
    )

    def values(self) -> dict[str, object]:
        """The code as typed, and bytes and name of the file."""
        return {"code": self.code.data, "file": self.file.content()}
