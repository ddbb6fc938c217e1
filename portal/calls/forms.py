"""The shape of what officers type about a call."""

from typing import Any

from wtforms import IntegerField
from wtforms.widgets import HiddenInput

from portal.calls.rules import Terms
from portal.calls.rules.terms import ABSTRACT_LIMIT, LABELS, MONTHS_TO_INFORM
from portal.calls.states import KIND_LABELS, CallKind
from portal.core.i18n import _
from portal.partners.states import KIND_LABELS as ORGANISATION_KINDS
from portal.web.forms import (
    CentsField,
    ChoiceField,
    LongTextField,
    ManyChoicesField,
    MomentField,
    PortalForm,
    TextField,
    TickField,
    WholeNumberField,
)

_RATE_HELP = _("In per cent, with at most two decimals.")


def kind_of(typed: str | None) -> CallKind:
    """The kind that was chosen; anything else is refused by the field itself."""
    return CallKind(typed) if typed and typed in set(CallKind) else CallKind.PARTNERSHIP


class RateField(CentsField):
    """A rate typed in percent; data are basis points, so 7.5 becomes 750."""


class TermsForm(PortalForm):
    """The terms of a call, in the order an officer thinks of them."""

    title_en = TextField(LABELS["title_en"], required=False)
    title_fr = TextField(LABELS["title_fr"], required=False)
    summary_en = LongTextField(LABELS["summary_en"], required=False, most=5000)
    summary_fr = LongTextField(LABELS["summary_fr"], required=False, most=5000)
    opens_at = MomentField(LABELS["opens_at"], description=_("Day and time in Brussels."))
    closes_at = MomentField(
        LABELS["closes_at"],
        description=_("Day and time in Brussels; a proposal sent at that second is still in."),
    )
    budget_cents = CentsField(LABELS["budget_cents"])
    max_grant_cents = CentsField(LABELS["max_grant_cents"])
    min_grant_cents = CentsField(
        LABELS["min_grant_cents"], required=False, description=_("Leave empty when there is none.")
    )
    funding_rate_bp = RateField(LABELS["funding_rate_bp"], description=_RATE_HELP)
    indirect_rate_bp = RateField(LABELS["indirect_rate_bp"], description=_RATE_HELP)
    sme_share_bp = RateField(
        LABELS["sme_share_bp"],
        required=False,
        description=_("In per cent of the whole budget. Leave empty when the call asks for none."),
    )
    min_entities = WholeNumberField(LABELS["min_entities"], most=100)
    min_countries = WholeNumberField(LABELS["min_countries"], most=60)
    min_smes = WholeNumberField(LABELS["min_smes"], most=100, required=False)
    eligible_kinds = ManyChoicesField(
        LABELS["eligible_kinds"],
        choices=[(str(kind), label) for kind, label in ORGANISATION_KINDS.items()],
        required=False,
        description=_("Tick none when all kinds may take part."),
    )
    requires_region_category = TickField(
        _("At least one entity from a less developed or transition region"), required=False
    )
    requires_eccp = TickField(
        _("A profile on the European Cluster Collaboration Platform, or a request for one"),
        required=False,
    )
    single_application = TickField(_("One proposal for each coordinator"), required=False)
    min_months = WholeNumberField(LABELS["min_months"], most=120, description=_("In whole months."))
    max_months = WholeNumberField(LABELS["max_months"], most=120, description=_("In whole months."))
    abstract_limit = WholeNumberField(
        LABELS["abstract_limit"],
        most=10_000,
        default=ABSTRACT_LIMIT,
        description=_("In characters."),
    )
    months_to_inform = WholeNumberField(
        LABELS["months_to_inform"], most=24, default=MONTHS_TO_INFORM
    )

    def terms(self) -> Terms:
        """The terms as typed; what may be left empty counts as nothing."""
        typed = {name: self._fields[name].data for name in LABELS}
        for name in ("min_grant_cents", "sme_share_bp", "min_smes"):
            typed[name] = typed[name] or 0
        for name in ("title_en", "title_fr", "summary_en", "summary_fr"):
            typed[name] = typed[name] or ""
        return Terms(**typed | {"eligible_kinds": tuple(typed["eligible_kinds"] or ())})


class EditForm(TermsForm):
    """A draft: its kind and its terms."""

    kind = ChoiceField(_("Kind of call"), choices=[(str(k), v) for k, v in KIND_LABELS.items()])
    version = IntegerField(widget=HiddenInput(), default=0)

    def values(self) -> dict[str, Any]:
        """Kind, terms and the version the form was opened with."""
        return {
            "kind": kind_of(self.kind.data),
            "terms": self.terms(),
            "version": self.version.data or 0,
        }


class DraftForm(TermsForm):
    """A new call: its identifier, its programme, its kind and its terms."""

    ref = TextField(
        _("Identifier"),
        most=24,
        description=_("As it will be published, for example COS-CLUSTER-2018-03-02."),
    )
    programme = ChoiceField(_("Programme"))
    kind = ChoiceField(_("Kind of call"), choices=[(str(k), v) for k, v in KIND_LABELS.items()])

    def values(self) -> dict[str, Any]:
        """Identifier, programme, kind and terms."""
        return {
            "ref": self.ref.data,
            "programme": self.programme.data,
            "kind": kind_of(self.kind.data),
            "terms": self.terms(),
        }


class CorrectForm(TermsForm):
    """A corrigendum: the terms as they shall be, and why, in both languages."""

    text_en = LongTextField(_("What is corrected, and why, in English"), most=3000)
    text_fr = LongTextField(_("What is corrected, and why, in French"), most=3000)

    def values(self) -> dict[str, Any]:
        """The new terms and the explanation."""
        return {
            "terms": self.terms(),
            "text_en": self.text_en.data,
            "text_fr": self.text_fr.data,
        }


class CloneForm(PortalForm):
    """The identifier of the new draft."""

    ref = TextField(
        _("Identifier of the new call"),
        most=24,
        description=_("As it will be published, for example COS-CLUSTER-2018-03-02."),
    )


class CancelForm(PortalForm):
    """Why a call is cancelled."""

    reason = LongTextField(
        _("Reason"), most=2000, description=_("Everybody who prepares a proposal reads it.")
    )
