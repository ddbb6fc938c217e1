"""Forms about SME status: the figures of the organisation and of the enterprises related to it."""

from typing import Any

from wtforms import FieldList, Form, FormField

from portal.core import formats
from portal.core.i18n import Text, _
from portal.partners.sme.rules.figures import Figures
from portal.partners.sme.rules.relations import MOST_RELATED, Related
from portal.partners.sme.states import INVESTOR_LABELS, Investor
from portal.web.forms import (
    CentsField,
    ChoiceField,
    LongTextField,
    PortalForm,
    TextField,
    TickField,
    WholeNumberField,
)

#: Largest figures that can be typed, inclusive: hundredths of a unit, basis points.
_MOST_HEADCOUNT = 10_000_000_00
_WHOLE_BP = 100_00


class HundredthsField(CentsField):
    """A number with at most two decimals; data are hundredths. `most` is inclusive."""

    def __init__(self, label: Text, *, most: int, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed, strictly."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            read = formats.parse_cents(valuelist[0].replace("%", ""))
        except formats.NotAnAmount:
            read = -1
        if not 0 <= read <= self.most:
            message = _(
                "Enter a number up to %(most)s with at most two decimals, for example %(example)s.",
                most=formats.number(self.most // 100),
                example=formats.money_plain(12_50),
            )
            raise ValueError(str(message))
        self.data = read


class RelatedForm(Form):
    """One enterprise related to the one that declares."""

    name = TextField(_("Name of the enterprise"), required=False)
    through = ChoiceField(_("Related to"), required=False, coerce=str)
    share_bp = HundredthsField(
        _("Share in per cent"),
        most=_WHOLE_BP,
        required=False,
        description=_("Capital or votes, whichever is higher, held by either of the other."),
    )
    controls = TickField(
        _("Control"),
        required=False,
        description=_(
            "One has the majority of votes in the other, may appoint its board, or rules it by "
            "contract or agreement."
        ),
    )
    investor = ChoiceField(
        _("Kind of enterprise"),
        choices=list(INVESTOR_LABELS.items()),
        required=False,
        default=Investor.ENTERPRISE,
    )
    investor_group = TextField(
        _("Group of investors"),
        most=60,
        required=False,
        description=_("The same word for investors that are linked to one another."),
    )
    headcount = HundredthsField(_("Headcount in AWU"), most=_MOST_HEADCOUNT, required=False)
    turnover_cents = CentsField(_("Turnover"), required=False)
    balance_cents = CentsField(_("Balance sheet total"), required=False)
    before_headcount = HundredthsField(
        _("Headcount one year before"), most=_MOST_HEADCOUNT, required=False
    )
    before_turnover_cents = CentsField(_("Turnover one year before"), required=False)
    before_balance_cents = CentsField(_("Balance sheet total one year before"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        earlier = range(1, MOST_RELATED)
        self.through.choices = [
            ("0", _("Our organisation")),
            *((str(number), _("Enterprise %(number)s", number=number)) for number in earlier),
        ]

    @property
    def is_used(self) -> bool:
        """Whether anything was typed about this enterprise."""
        typed = (self.name, self.share_bp, self.headcount, self.turnover_cents, self.balance_cents)
        return bool(self.controls.data) or any(field.data or field.errors for field in typed)

    def related(self, position: int) -> Related:
        """What was typed, as the rules read it."""
        investor = str(self.investor.data or "")
        return Related(
            position=position,
            name=self.name.data or "",
            through=int(self.through.data or 0),
            share_bp=self.share_bp.data or 0,
            controls=bool(self.controls.data),
            investor=Investor(investor) if investor in set(Investor) else Investor.ENTERPRISE,
            investor_group=self.investor_group.data or "",
            figures=_figures(self, "") or Figures(0, 0, 0),
            before=_figures(self, "before_"),
        )


class DeclareForm(PortalForm):
    """The declaration: reference year, own figures, related enterprises, signatory."""

    reference_year = WholeNumberField(
        _("Reference year"),
        least=2000,
        most=2100,
        description=_("The last year with approved accounts."),
    )
    is_estimate = TickField(
        _("Estimate: a new enterprise without approved accounts"), required=False
    )
    headcount = HundredthsField(
        _("Headcount in AWU"),
        most=_MOST_HEADCOUNT,
        description=_("Annual work units: a person at half time for the year counts 0.5."),
    )
    turnover_cents = CentsField(_("Turnover"))
    balance_cents = CentsField(_("Balance sheet total"))
    before_headcount = HundredthsField(
        _("Headcount one year before"), most=_MOST_HEADCOUNT, required=False
    )
    before_turnover_cents = CentsField(_("Turnover one year before"), required=False)
    before_balance_cents = CentsField(_("Balance sheet total one year before"), required=False)
    ownership_changed = TickField(
        _("The owner has changed since the reference year"), required=False
    )
    related = FieldList(FormField(RelatedForm), min_entries=MOST_RELATED, max_entries=MOST_RELATED)
    signatory = TextField(
        _("Signatory"), description=_("Name and function of the person who signs.")
    )
    on_honour = TickField(_("I declare on my honour that these figures are right and complete"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the shape is right: figures come all three together, relations with a name."""
        right = bool(super().validate(extra_validators))
        right &= _complete(self, "", needed=True)
        right &= _complete(self, "before_", needed=False)
        for entry in self.related:
            if entry.form.is_used:
                right &= _complete(entry.form, "", needed=True)
                right &= _complete(entry.form, "before_", needed=False)
                right &= _needed(entry.form.name) and _needed(entry.form.share_bp)
        return right

    def values(self) -> dict[str, Any]:
        """What was typed, as `operations.declare` takes it."""
        return {
            "reference_year": self.reference_year.data,
            "is_estimate": bool(self.is_estimate.data),
            "figures": _figures(self, "") or Figures(0, 0, 0),
            "before": _figures(self, "before_"),
            "ownership_changed": bool(self.ownership_changed.data),
            "related": [
                entry.form.related(position)
                for position, entry in enumerate(self.related, start=1)
                if entry.form.is_used
            ],
            "signatory": self.signatory.data or "",
        }


class ConfirmForm(PortalForm):
    """What the officer has checked."""

    note = LongTextField(_("Note"), most=1000, required=False)


class ContestForm(PortalForm):
    """Why the status is contested."""

    reason = LongTextField(
        _("Reason"), most=1000, description=_("The members of the organisation read it.")
    )


_NAMES: tuple[str, ...] = ("headcount", "turnover_cents", "balance_cents")


def _fields(form: Any, prefix: str) -> list[Any]:
    return [form[prefix + name] for name in _NAMES]


def _figures(form: Any, prefix: str) -> Figures | None:
    values = [field.data for field in _fields(form, prefix)]
    return None if any(value is None for value in values) else Figures(*values)


def _complete(form: Any, prefix: str, *, needed: bool) -> bool:
    """Whether the three figures are all there, or (unless needed) all absent; none is negative."""
    fields = _fields(form, prefix)
    given = [field for field in fields if field.data is not None or field.errors]
    positive = [_at_least_nothing(field) for field in given]
    if not given and not needed:
        return True
    return all([*(_needed(field) for field in fields), *positive])


def _needed(field: Any) -> bool:
    if field.data is not None and field.data != "":
        return not field.errors
    return _fault(field, _("This field is required."))


def _at_least_nothing(field: Any) -> bool:
    if field.data is None or field.data >= 0:
        return True
    return _fault(field, _("This figure cannot be negative."))


def _fault(field: Any, message: Text) -> bool:
    if not field.errors:
        field.errors = [str(message)]
    return False
