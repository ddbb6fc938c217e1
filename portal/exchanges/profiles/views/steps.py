"""The steps of a profile, each on a page of its own that shows what will happen before it does."""

from collections.abc import Callable, Sequence

from portal.core import clock, formats
from portal.core.actors import Actor, ensure
from portal.core.i18n import Text, _
from portal.exchanges.profiles import operations, policy, queries
from portal.exchanges.profiles.forms import (
    AgreeForm,
    EditForm,
    ReasonForm,
    StartForm,
    SubmitForm,
    field_data,
)
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import LIFE, WHY_LABELS, Action, Why, WishKind
from portal.exchanges.profiles.views.base import TONES, blueprint, own_verdicts, seen
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.web.forms import PortalForm
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor


@blueprint.route("/profiles/start", methods=["GET", "POST"])
def start() -> Answer:
    """Begin a profile for one of the reader's organisations."""
    actor = current_actor()
    ensure(policy.may_start(actor))
    mine = {one.ref: one for one in partners.of_actor(actor)}
    form = StartForm(data={"organisation": next(iter(mine), "")})
    form.organisation.choices = [(ref, one.legal_name) for ref, one in mine.items()]
    if form.is_submitted() and attempt(form, _start, form, mine, actor):
        message = _("The draft is kept. Check it, then submit it to a partnership.")
        return done(message, "profiles.show", ref=form.result.ref)
    return form_page("profiles/start.html", form)


@blueprint.route("/profiles/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Change a draft, or complete what was sent back."""
    actor, profile = current_actor(), seen(ref)
    ensure(policy.may_edit(actor, profile))
    LIFE.step(profile.state, Action.EDIT)
    form = EditForm(data=field_data(profile.answers))
    if form.is_submitted() and attempt(form, _edit, form, profile, actor):
        return done(_("The profile is changed."), "profiles.show", ref=ref)
    return form_page("profiles/edit.html", form, profile=queries.by_ref(ref))


@blueprint.route("/profiles/<ref>/submit", methods=["GET", "POST"])
def submit(ref: str) -> Answer:
    """Choose a partnership, or take the one suggested."""
    actor, profile = current_actor(), seen(ref)
    ensure(policy.may_submit(actor, profile))
    LIFE.step(profile.state, Action.SUBMIT)
    partnerships = {project.ref: project for project in projects.with_exchanges()}
    found = queries.suggestions(
        profile.organisation, profile.wished(WishKind.SECTOR), clock.today()
    )
    form = SubmitForm(data={"project": "auto"})
    form.project.choices = [
        ("auto", _("Choose for us: the portal takes the first of the list")),
        *((one.ref, _suggested(partnerships[one.ref], one.reasons)) for one in found),
    ]
    if form.is_submitted() and attempt(
        form,
        lambda: operations.submit(
            profile, project=partnerships.get(form.project.data), actor=actor
        ),
    ):
        message = _(
            "The profile is submitted. %(partnership)s answers by %(day)s.",
            partnership=form.result.project.acronym,
            day=formats.day(form.result.answer_due_on),
        )
        return done(message, "profiles.show", ref=ref)
    return form_page(
        "profiles/submit.html",
        form,
        profile=queries.by_ref(ref),
        verdicts=own_verdicts(profile),
    )


@blueprint.route("/profiles/<ref>/accept", methods=["GET", "POST"])
def accept(ref: str) -> Answer:
    """Take the organisation into the catalogue."""
    asked, done_message = policy.may_accept, _("The profile is accepted and in the catalogue.")
    text = _("The organisation enters the catalogue and may be matched from now on.")
    return _step(ref, Action.ACCEPT, asked, operations.accept, text, done_message)


@blueprint.route("/profiles/<ref>/reinstate", methods=["GET", "POST"])
def reinstate(ref: str) -> Answer:
    """Put a suspended profile back."""
    asked, done_message = policy.may_reinstate, _("The profile is back in the catalogue.")
    text = _("The organisation returns to the catalogue and may be matched again.")
    return _step(ref, Action.REINSTATE, asked, operations.reinstate, text, done_message)


@blueprint.route("/profiles/<ref>/withdraw", methods=["GET", "POST"])
def withdraw(ref: str) -> Answer:
    """Give the profile up."""
    asked, done_message = policy.may_withdraw, _("The profile is withdrawn.")
    text = _("The profile leaves the catalogue at once. You may begin a new one at any time.")
    return _step(ref, Action.WITHDRAW, asked, operations.withdraw, text, done_message)


@blueprint.route("/profiles/<ref>/send-back", methods=["GET", "POST"])
def send_back(ref: str) -> Answer:
    """Ask for what is missing."""
    asked, done_message = policy.may_send_back, _("The profile is sent back.")
    text = _("The organisation completes its profile and submits it again.")
    return _step(ref, Action.SEND_BACK, asked, operations.send_back, text, done_message)


@blueprint.route("/profiles/<ref>/reject", methods=["GET", "POST"])
def reject(ref: str) -> Answer:
    """Refuse the profile for a reason."""
    asked, done_message = policy.may_reject, _("The profile is rejected.")
    text = _("The organisation may turn to another partnership with a new profile.")
    return _step(ref, Action.REJECT, asked, operations.reject, text, done_message)


@blueprint.route("/profiles/<ref>/suspend", methods=["GET", "POST"])
def suspend(ref: str) -> Answer:
    """Take the profile out of the catalogue for a while."""
    asked, done_message = policy.may_suspend, _("The profile is suspended.")
    text = _("The organisation leaves the catalogue until the profile is reinstated.")
    return _step(ref, Action.SUSPEND, asked, operations.suspend, text, done_message)


def _step(
    ref: str,
    action: Action,
    allowed: Callable[[Actor, Profile], bool],
    operation: Callable[..., Profile],
    text: Text,
    message: Text,
) -> Answer:
    """A page that says what will happen, asks for a reason where one is needed, and does it."""
    actor, profile = current_actor(), seen(ref)
    ensure(allowed(actor, profile))
    LIFE.step(profile.state, action)
    with_reason = action in (Action.SEND_BACK, Action.REJECT, Action.SUSPEND)
    form: PortalForm = ReasonForm() if with_reason else AgreeForm()
    if form.is_submitted() and attempt(form, operation, profile, actor=actor, **form.values()):
        return done(message, "profiles.show", ref=ref)
    return form_page(
        "profiles/step.html",
        form,
        profile=queries.by_ref(ref),
        label=LIFE.labels[action],
        text=text,
        tone=TONES.get(action, "primary"),
    )


def _start(form: StartForm, mine: dict[str, Organisation], actor: Actor) -> Profile:
    organisation = mine[form.organisation.data]
    return operations.start(organisation, form.answers(), cv=form.cv.content(), actor=actor)


def _edit(form: EditForm, profile: Profile, actor: Actor) -> Profile:
    return operations.edit(profile, form.answers(), cv=form.cv.content(), actor=actor)


def _suggested(project: Project, reasons: Sequence[Why]) -> Text:
    name = f"{project.acronym} – {project.title}"
    if not reasons:
        return name
    why = formats.listing(WHY_LABELS[reason] for reason in reasons)
    return _("%(partnership)s (%(why)s)", partnership=name, why=why)
