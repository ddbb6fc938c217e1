"""Which file, in which language."""

from portal.core.i18n import LANGUAGES, _
from portal.web.forms import PortalForm, RadioField


class BudgetForm(PortalForm):
    """The language and kind of a budget export."""

    language = RadioField(_("Language of the document"), choices=list(LANGUAGES.items()))
    kind = RadioField(
        _("Kind of file"),
        choices=[("pdf", _("PDF, to read and to file")), ("csv", _("CSV, for a spreadsheet"))],
    )
