"""Pages of profiles: may we take part, my profile, the catalogue, what a partnership answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Blueprint, request, url_for

from portal.audit.queries import trail_of
from portal.calls.proposals.rules.themes import INDUSTRIAL_ECOSYSTEMS, THEMES
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.errors import Fault, NotFound
from portal.core.i18n import Text, _, current_language
from portal.core.places import country_name, language_name
from portal.exchanges import queries as exchanges
from portal.exchanges.profiles import operations, policy, queries
from portal.exchanges.profiles.forms import (
    AgreeForm,
    CheckForm,
    EditForm,
    ReasonForm,
    StartForm,
    SubmitForm,
    countries,
    field_data,
    languages,
)
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.queries import Wanted
from portal.exchanges.profiles.states import (
    ACTIVITY_LABELS,
    LIFE,
    OBJECTIVE_LABELS,
    PART_LABELS,
    WHY_LABELS,
    Action,
    ActivityType,
    Objective,
    Part,
    State,
    WishKind,
)
from portal.exchanges.queries import TakingPart
from portal.exchanges.rules import eligibility
from portal.exchanges.rules.eligibility import Side
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.partners.states import KIND_LABELS, OrganisationKind
from portal.projects import queries as projects
from portal.web.forms import PortalForm
from portal.web.respond import (
    Answer,
    Link,
    attempt,
    done,
    form_page,
    page,
    paginate,
    stored_file,
)
from portal.web.session import current_actor, public, visitor

blueprint = Blueprint("profiles", __name__)

Word = TypeVar("Word", bound=StrEnum)

#: Longest text searched for.
_LONGEST_SEARCH = 100
_TONES = {
    Action.SUBMIT: "primary",
    Action.ACCEPT: "primary",
    Action.REINSTATE: "primary",
    Action.REJECT: "danger",
    Action.SUSPEND: "danger",
    Action.WITHDRAW: "danger",
}


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may take one part, and what stands in the way."""

    part: Text
    allowed: bool
    faults: tuple[Fault, ...]


@blueprint.get("/taking-part")
@public
def check() -> Answer:
    """In a minute: may we take part, and as what?"""
    actor, today = visitor(), clock.today()
    form = CheckForm(request.args or None)
    programmes = {project.programme_id for project in projects.with_exchanges()}
    asked = bool(request.args) and form.validate()
    mine = partners.of_actor(actor) if actor else []
    found = exchanges.taking_part(mine, programmes, today) if mine else {}
    terms = exchanges.scheme_on(today).terms
    verdicts: list[Verdict] = []
    if asked:
        side = _imagined(form, exchanges.countries_of(programmes, today))
        verdicts = _verdicts(
            TakingPart(
                (*eligibility.alone(side, "visitor", terms), *_spent(form)),
                tuple(eligibility.alone(side, "host", terms)),
            )
        )
    return page(
        "profiles/check.html",
        422 if request.args and not asked else 200,
        form=form,
        verdicts=verdicts,
        is_sme=asked and form.kind.data == OrganisationKind.SME,
        mine=[(one, _verdicts(found[one.id])) for one in mine],
        may_start=actor is not None and policy.may_start(actor),
        terms=terms,
    )


@blueprint.get("/profiles")
def index() -> Answer:
    """The profiles the reader may see, by state and text."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    asked = {
        "state": request.args.get("state", ""),
        "q": request.args.get("q", "").strip()[:_LONGEST_SEARCH],
    }
    found = paginate(
        queries.listed(
            policy.visible_to(actor), state=_word(State, asked["state"]), text=asked["q"]
        )
    )
    return page(
        "profiles/index.html",
        found=found,
        badges={one.ref: LIFE.badge(one.state) for one in found.items},
        parts={one.ref: _parts(one) for one in found.items},
        asked=asked,
        states=LIFE.badges,
        may_start=policy.may_start(actor),
    )


@blueprint.get("/profiles/catalogue")
def catalogue() -> Answer:
    """The accepted hosts, or visitors, by sector, country, language, kind and name."""
    actor = current_actor()
    ensure(policy.may_browse(actor))
    names = ("sector", "country", "language", "kind")
    asked = {name: request.args.get(name, "")[:_LONGEST_SEARCH] for name in names}
    asked["q"] = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    part = _word(Part, request.args.get("part", "")) or Part.HOST
    wanted = Wanted(
        part=part,
        text=asked["q"],
        sector=asked["sector"],
        country=asked["country"],
        language=asked["language"],
        kind=asked["kind"],
    )
    found = paginate(queries.catalogue(wanted, but=actor.organisation_ids))
    return page(
        "profiles/catalogue.html",
        found=found,
        rows=[(one, _listing(one, WishKind.SECTOR), _periods(one)) for one in found.items],
        asked=asked,
        part=part,
        parts=[(Part.HOST, _("Hosts")), (Part.VISITOR, _("Visitors"))],
        filters=(
            ("sector", _("Sector"), _("All sectors"), list(INDUSTRIAL_ECOSYSTEMS.items())),
            ("country", _("Country"), _("All countries"), countries()),
            ("language", _("Working language"), _("All languages"), languages()),
            ("kind", _("Kind"), _("All kinds"), list(KIND_LABELS.items())),
        ),
    )


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


@blueprint.get("/profiles/<ref>")
def show(ref: str) -> Answer:
    """A profile; those who only browse see what it offers, not the file."""
    actor, profile = current_actor(), queries.by_ref(ref)
    ensure_seen(policy.may_see_offer(actor, profile))
    is_file = policy.may_see(actor, profile)
    return page(
        "profiles/show.html",
        profile=profile,
        badge_of=LIFE.badge(profile.state),
        links=links(actor, profile),
        parts=_parts(profile),
        offer=_offer(profile),
        is_file=is_file,
        sees_cv=policy.may_see_cv(actor, profile),
        reasons=formats.listing(WHY_LABELS[why] for why in profile.reasons),
        verdicts=_own_verdicts(profile) if is_file else [],
        trail=trail_of(ref) if is_file else [],
    )


@blueprint.get("/profiles/<ref>/cv")
def cv(ref: str) -> Answer:
    """The CV, for those who need it."""
    profile = queries.by_ref(ref)
    ensure_seen(policy.may_see_cv(current_actor(), profile))
    if profile.cv is None:
        raise NotFound()
    return stored_file(profile.cv)


@blueprint.route("/profiles/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Change a draft, or complete what was sent back."""
    actor, profile = current_actor(), _seen(ref)
    ensure(policy.may_edit(actor, profile))
    LIFE.step(profile.state, Action.EDIT)
    form = EditForm(data=field_data(profile.answers))
    if form.is_submitted() and attempt(form, _edit, form, profile, actor):
        return done(_("The profile is changed."), "profiles.show", ref=ref)
    return form_page("profiles/edit.html", form, profile=queries.by_ref(ref))


@blueprint.route("/profiles/<ref>/submit", methods=["GET", "POST"])
def submit(ref: str) -> Answer:
    """Choose a partnership, or take the one suggested."""
    actor, profile = current_actor(), _seen(ref)
    ensure(policy.may_submit(actor, profile))
    LIFE.step(profile.state, Action.SUBMIT)
    partnerships = {project.ref: project for project in projects.with_exchanges()}
    found = queries.suggestions(profile.organisation, profile.wished(WishKind.SECTOR))
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
        message = _("The profile is submitted. The partnership answers within ten working days.")
        return done(message, "profiles.show", ref=ref)
    return form_page(
        "profiles/submit.html",
        form,
        profile=queries.by_ref(ref),
        verdicts=_own_verdicts(profile),
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


def links(actor: Actor, profile: Profile) -> list[Link]:
    """What the actor can do now, as links to the pages where it is done."""
    return [
        Link(
            LIFE.labels[action],
            url_for(f"profiles.{action}", ref=profile.ref),
            _TONES.get(action, "secondary"),
        )
        for action in policy.available(actor, profile)
    ]


def _step(
    ref: str,
    action: Action,
    allowed: Callable[[Actor, Profile], bool],
    operation: Callable[..., Profile],
    text: Text,
    message: Text,
) -> Answer:
    """A page that says what will happen, asks for a reason where one is needed, and does it."""
    actor, profile = current_actor(), _seen(ref)
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
        tone=_TONES.get(action, "primary"),
    )


def _seen(ref: str) -> Profile:
    """The profile with this reference, if the reader may see its file; raises `NotFound`."""
    profile = queries.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), profile))
    return profile


def _start(form: StartForm, mine: dict[str, Organisation], actor: Actor) -> Profile:
    organisation = mine[form.organisation.data]
    return operations.start(organisation, form.answers(), cv=form.cv.content(), actor=actor)


def _edit(form: EditForm, profile: Profile, actor: Actor) -> Profile:
    return operations.edit(profile, form.answers(), cv=form.cv.content(), actor=actor)


def _suggested(project: Any, reasons: Sequence[Any]) -> Text:
    name = f"{project.acronym} – {project.title}"
    if not reasons:
        return name
    why = formats.listing(WHY_LABELS[reason] for reason in reasons)
    return _("%(partnership)s (%(why)s)", partnership=name, why=why)


def _imagined(form: CheckForm, taking_part: frozenset[str]) -> Side:
    """An organisation of which only the answers of the check are known."""
    return Side(
        name=str(_("Your organisation")),
        kind=OrganisationKind(form.kind.data),
        country=form.country.data,
        participates=form.country.data in taking_part,
        in_profiled_cluster=form.in_cluster.data == "yes",
        is_sme=True,
    )


def _spent(form: CheckForm) -> tuple[Fault, ...]:
    if form.visited.data != "yes":
        return ()
    message = _(
        "This organisation already has its one visit of the scheme. It may still host, or take "
        "part in a virtual exchange."
    )
    return (Fault(message, "visitor", "CXC-E07"),)


def _verdicts(found: TakingPart) -> list[Verdict]:
    return [
        Verdict(PART_LABELS[Part.VISITOR], not found.visitor, found.visitor),
        Verdict(PART_LABELS[Part.HOST], not found.host, found.host),
    ]


def _own_verdicts(profile: Profile) -> list[Verdict]:
    """What the rules say today of the parts the profile asks for."""
    if profile.project is not None:
        programmes = {profile.project.programme_id}
    else:
        programmes = {project.programme_id for project in projects.with_exchanges()}
    one = profile.organisation
    visit, host = _verdicts(exchanges.taking_part([one], programmes, clock.today())[one.id])
    return [*([visit] if profile.visits else []), *([host] if profile.hosts else [])]


def _parts(profile: Profile) -> str:
    chosen = ((Part.VISITOR, profile.visits), (Part.HOST, profile.hosts))
    return formats.listing(PART_LABELS[part] for part, wanted in chosen if wanted)


def _offer(profile: Profile) -> list[tuple[Text, str]]:
    """What the profile says, as pairs of label and value."""
    return [
        (_("Sectors"), _listing(profile, WishKind.SECTOR)),
        (_("Objectives"), _listing(profile, WishKind.OBJECTIVE)),
        (_("Types of activity"), _listing(profile, WishKind.ACTIVITY)),
        (_("Working languages"), _listing(profile, WishKind.LANGUAGE)),
        (_("Possible days"), _periods(profile)),
        (_("Preferred countries"), _listing(profile, WishKind.COUNTRY) or _("any")),
        (_("Preferred kinds of host"), _listing(profile, WishKind.HOST_KIND) or _("any")),
    ]


def _listing(profile: Profile, kind: WishKind) -> str:
    return formats.listing(_named(kind, profile.wished(kind)))


def _named(kind: WishKind, values: Iterable[str]) -> list[Text]:
    words: dict[WishKind, Callable[[str], Text]] = {
        WishKind.SECTOR: lambda value: THEMES.get(value, value),
        WishKind.OBJECTIVE: lambda value: OBJECTIVE_LABELS[Objective(value)],
        WishKind.ACTIVITY: lambda value: ACTIVITY_LABELS[ActivityType(value)],
        WishKind.LANGUAGE: lambda value: language_name(value, current_language()),
        WishKind.COUNTRY: lambda value: country_name(value, current_language()),
        WishKind.HOST_KIND: lambda value: KIND_LABELS[OrganisationKind(value)],
    }
    return [words[kind](value) for value in values]


def _periods(profile: Profile) -> str:
    return formats.listing(formats.day_range(one.first_on, one.last_on) for one in profile.periods)


def _word(kind: type[Word], text: str) -> Word | None:
    return kind(text) if text in set(kind) else None
