"""The shape of what people answer: few questions, to be answered on a phone in two minutes."""

from portal.core.i18n import _, p_
from portal.exchanges.surveys.rules import MOST_COUNTED, SATISFACTION, Answers
from portal.exchanges.surveys.states import CONTACT_LABELS, Contact
from portal.web.forms import CentsField, LongTextField, PortalForm, RadioField, WholeNumberField

_MARKS = {
    1: _("1 – not at all satisfied"),
    5: _("5 – fully satisfied"),
}


class AnswerForm(PortalForm):
    """What came of a visit so far, as one side sees it."""

    contact = RadioField(
        _("Are you still in contact with the other organisation?"),
        choices=[(str(each), label) for each, label in CONTACT_LABELS.items()],
    )
    projects = WholeNumberField(
        _("How many projects or proposals have you begun together since the visit?"),
        most=MOST_COUNTED,
        description=_("Proposals that were turned down count too. Enter 0 if there are none."),
    )
    contracts = WholeNumberField(
        _("How many contracts or orders has your organisation won thanks to the visit?"),
        most=MOST_COUNTED,
        description=_(
            "In new markets, from the other organisation, or through it. Enter 0 if there are none."
        ),
    )
    contracts_cents = CentsField(
        _("What are these contracts worth in all?"),
        required=False,
        description=_("A rough figure in euros is enough; leave it empty if you would rather."),
    )
    partners = WholeNumberField(
        _("How many new partners have you found thanks to the visit?"),
        most=MOST_COUNTED,
        description=_("Besides the other organisation. Enter 0 if there are none."),
    )
    jobs = WholeNumberField(
        _("How many jobs have you created or kept thanks to the visit?"),
        most=MOST_COUNTED,
        description=_("Enter 0 if there are none."),
    )
    skills = RadioField(
        _("Do your people use skills at work that they acquired through the visit?"),
        choices=[("y", p_("answer", "Yes")), ("n", p_("answer", "No"))],
    )
    satisfaction = RadioField(
        _("Looking back, how satisfied are you with the visit?"),
        choices=[(str(mark), _MARKS.get(mark, str(mark))) for mark in SATISFACTION],
    )
    comment = LongTextField(
        _("Anything else that came of it, or that we should do better?"),
        required=False,
        most=2000,
        description=_("Read by your partnership and the agency, not by the other organisation."),
    )

    @property
    def answers(self) -> Answers:
        """What was answered."""
        return Answers(
            contact=Contact(self.contact.data),
            projects=self.projects.data or 0,
            contracts=self.contracts.data or 0,
            contracts_cents=self.contracts_cents.data,
            partners=self.partners.data or 0,
            jobs=self.jobs.data or 0,
            skills=self.skills.data == "y",
            satisfaction=int(self.satisfaction.data),
            comment=self.comment.data or "",
        )
