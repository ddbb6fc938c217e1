"""The directory of organisations, one organisation, and what people do with it."""

from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, request, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.partners import operations, policy, queries
from portal.partners.bank_accounts import policy as bank_policy
from portal.partners.bank_accounts import queries as bank_accounts
from portal.partners.bank_accounts import states as bank_states
from portal.partners.forms import (
    EditForm,
    LinkClusterForm,
    MemberForm,
    OrganisationForm,
    ReasonForm,
    UnlinkClusterForm,
    VerifyForm,
    countries,
)
from portal.partners.models import Organisation
from portal.partners.rules import identity, seats
from portal.partners.sme import policy as sme_policy
from portal.partners.sme import queries as sme
from portal.partners.sme.rules import words as sme_words
from portal.partners.states import ECCP_LABELS, KIND_LABELS, LIFE, Action, OrganisationKind, State
from portal.web.forms import EmptyForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import current_actor

blueprint = Blueprint("partners", __name__)

Word = TypeVar("Word", bound=StrEnum)

#: Actions offered beside what they concern, not at the top of the page.
_BESIDE = frozenset(
    {Action.ADD_MEMBER, Action.REMOVE_MEMBER, Action.LINK_CLUSTER, Action.UNLINK_CLUSTER}
)
_TONES = {Action.VERIFY: "primary", Action.SUSPEND: "danger"}
_SORTS = {
    "name": _("Name"),
    "kind": _("Type"),
    "country": _("Country"),
    "state": _("State"),
}
#: Longest text searched for.
_LONGEST_SEARCH = 100


@blueprint.get("/organisations")
def index() -> Answer:
    """The directory; with the filter on the state it is the officers' verification desk."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    asked: dict[str, Any] = {
        "text": request.args.get("q", "").strip()[:_LONGEST_SEARCH],
        "kind": _word(OrganisationKind, "kind"),
        "country": request.args.get("country", ""),
        "state": _word(State, "state"),
    }
    sort = request.args.get("sort", "name")
    found = paginate(
        queries.directory(**asked, sort=sort.removeprefix("-"), descending=sort.startswith("-"))
    )
    return page(
        "partners/index.html",
        organisations=found,
        asked=asked,
        columns=[_column(name, label, sort) for name, label in _SORTS.items()],
        kinds=KIND_LABELS,
        states=LIFE.badges,
        countries=countries(),
        life=LIFE,
        links=_desks(actor),
    )


@blueprint.get("/organisations/<ref>")
def show(ref: str) -> Answer:
    """One organisation: facts, members, clusters, status, account, timeline."""
    actor, organisation = current_actor(), queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, organisation))
    sees_members = policy.may_see_members(actor, organisation)
    today = clock.today()
    possible = policy.available(actor, organisation)
    is_cluster = organisation.kind in identity.CLUSTER_KINDS
    return page(
        "partners/show.html",
        organisation=organisation,
        badge_of=LIFE.badge(organisation.state),
        kind=KIND_LABELS[organisation.kind],
        eccp=ECCP_LABELS[organisation.eccp_profile],
        coordinates=_coordinates(organisation),
        links=[_link(action, ref) for action in possible if action not in _BESIDE],
        possible=possible,
        members=queries.members_of(organisation.id) if sees_members else None,
        clusters=queries.clusters_of(organisation.id),
        cluster_members=paginate(queries.members_of_cluster(organisation.id, today))
        if is_cluster
        else None,
        trail=trail_of(ref) if sees_members else None,
        **_status(actor, organisation),
        **_account(actor, organisation),
    )


@blueprint.route("/organisations/register", methods=["GET", "POST"])
def register() -> Answer:
    """Enter an organisation."""
    actor, form = current_actor(), OrganisationForm()
    ensure(policy.may_register(actor))
    if form.is_submitted() and attempt(form, operations.register, actor=actor, **form.values()):
        message = _("The organisation is registered. A programme officer will verify it.")
        return done(message, "partners.show", ref=form.result.ref)
    return form_page("partners/register.html", form, **_form_context(form))


@blueprint.route("/organisations/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Change what is said of an organisation."""
    actor, organisation = current_actor(), queries.by_ref(ref)
    ensure(policy.may_edit(actor, organisation))
    form = EditForm(obj=organisation, data={"seen_version": organisation.version})
    if form.is_submitted() and attempt(
        form, operations.edit, organisation, actor=actor, **form.values()
    ):
        return done(_edited(form.result), "partners.show", ref=ref)
    organisation = queries.by_ref(ref)
    is_verified = organisation.state is State.VERIFIED
    return form_page(
        "partners/edit.html",
        form,
        organisation=organisation,
        is_verified=is_verified,
        **_form_context(form),
    )


@blueprint.route("/organisations/<ref>/verify", methods=["GET", "POST"])
def verify(ref: str) -> Answer:
    """Confirm that the organisation is what it says."""
    actor, organisation, form = current_actor(), queries.by_ref(ref), VerifyForm()
    ensure(policy.may_verify(actor, organisation))
    if form.is_submitted() and attempt(
        form, operations.verify, organisation, actor=actor, **form.values()
    ):
        return done(_("The organisation is verified."), "partners.show", ref=ref)
    organisation = queries.by_ref(ref)
    return form_page(
        "partners/verify.html",
        form,
        organisation=organisation,
        kind=KIND_LABELS[organisation.kind],
    )


@blueprint.route("/organisations/<ref>/suspend", methods=["GET", "POST"])
def suspend(ref: str) -> Answer:
    """Keep the organisation from acting."""
    actor, organisation, form = current_actor(), queries.by_ref(ref), ReasonForm()
    ensure(policy.may_suspend(actor, organisation))
    if form.is_submitted() and attempt(
        form, operations.suspend, organisation, actor=actor, **form.values()
    ):
        return done(_("The organisation is suspended."), "partners.show", ref=ref)
    return form_page("partners/suspend.html", form, organisation=queries.by_ref(ref))


@blueprint.route("/organisations/<ref>/reinstate", methods=["GET", "POST"])
def reinstate(ref: str) -> Answer:
    """Lift the suspension."""
    actor, organisation, form = current_actor(), queries.by_ref(ref), ReasonForm()
    ensure(policy.may_reinstate(actor, organisation))
    if form.is_submitted() and attempt(
        form, operations.reinstate, organisation, actor=actor, **form.values()
    ):
        message = _("The suspension is lifted. The organisation now waits for verification.")
        return done(message, "partners.show", ref=ref)
    return form_page("partners/reinstate.html", form, organisation=queries.by_ref(ref))


@blueprint.route("/organisations/<ref>/add-member", methods=["GET", "POST"])
def add_member(ref: str) -> Answer:
    """Let a person act for the organisation."""
    actor, organisation, form = current_actor(), queries.by_ref(ref), MemberForm()
    ensure(policy.may_add_member(actor, organisation))
    if form.is_submitted() and attempt(
        form, operations.add_member, organisation, actor=actor, **form.values()
    ):
        return done(_("The member is added and informed by e-mail."), "partners.show", ref=ref)
    return form_page("partners/add_member.html", form, organisation=queries.by_ref(ref))


@blueprint.route("/organisations/<ref>/members/<person_ref>/remove", methods=["GET", "POST"])
def remove_member(ref: str, person_ref: str) -> Answer:
    """End a person's right to act for the organisation."""
    actor, organisation, form = current_actor(), queries.by_ref(ref), EmptyForm()
    ensure(policy.may_remove_member(actor, organisation))
    person = accounts.by_ref(person_ref)
    queries.open_membership(organisation.id, person.id)
    if form.is_submitted() and attempt(
        form, operations.remove_member, organisation, person=person, actor=actor
    ):
        return done(_("The person no longer acts for the organisation."), "partners.show", ref=ref)
    return form_page(
        "partners/remove_member.html", form, organisation=queries.by_ref(ref), person=person
    )


@blueprint.route("/organisations/<ref>/link-cluster", methods=["GET", "POST"])
def link_cluster(ref: str) -> Answer:
    """Record of which cluster the organisation is a member."""
    actor, organisation, form = current_actor(), queries.by_ref(ref), LinkClusterForm()
    ensure(policy.may_link_cluster(actor, organisation))
    clusters = {one.ref: one for one in queries.clusters() if one.id != organisation.id}
    form.offer([(one.ref, f"{one.legal_name} ({one.ref})") for one in clusters.values()])
    if form.is_submitted() and attempt(
        form,
        operations.link_cluster,
        organisation,
        cluster=clusters.get(form.cluster.data),
        valid_from=form.valid_from.data,
        actor=actor,
    ):
        return done(_("The membership of the cluster is recorded."), "partners.show", ref=ref)
    return form_page("partners/link_cluster.html", form, organisation=queries.by_ref(ref))


@blueprint.route("/organisations/<ref>/clusters/<cluster_ref>/unlink", methods=["GET", "POST"])
def unlink_cluster(ref: str, cluster_ref: str) -> Answer:
    """Record when the membership of a cluster ended."""
    actor, organisation, form = current_actor(), queries.by_ref(ref), UnlinkClusterForm()
    ensure(policy.may_unlink_cluster(actor, organisation))
    cluster = queries.by_ref(cluster_ref)
    queries.cluster_link(organisation.id, cluster.id)
    if form.is_submitted() and attempt(
        form,
        operations.unlink_cluster,
        organisation,
        cluster=cluster,
        actor=actor,
        **form.values(),
    ):
        return done(_("The end of the membership is recorded."), "partners.show", ref=ref)
    return form_page(
        "partners/unlink_cluster.html",
        form,
        organisation=queries.by_ref(ref),
        cluster=queries.by_ref(cluster_ref),
    )


def _edited(organisation: Organisation) -> Text:
    if organisation.state is State.REGISTERED:
        return _("The organisation is saved and waits for verification.")
    return _("The organisation is saved.")


def _form_context(form: OrganisationForm) -> dict[str, Any]:
    """The towns to offer, and whether the question about duplicates must be asked."""
    asks = bool(form.not_a_duplicate.errors or form.not_a_duplicate.data)
    return {"towns": seats.town_names(), "asks_about_duplicates": asks}


def _desks(actor: Actor) -> list[Link]:
    """What one can do from the directory, and the desks one may visit."""
    possible = (
        (policy.may_register, _("Register an organisation"), "partners.register", "primary"),
        (sme_policy.may_list, _("SME declarations"), "sme.index", "secondary"),
        (bank_policy.may_list, _("Bank accounts"), "bank_accounts.index", "secondary"),
    )
    return [Link(label, url_for(to), tone) for may, label, to, tone in possible if may(actor)]


def _link(action: Action, ref: str) -> Link:
    href = url_for(f"partners.{action}", ref=ref)
    return Link(LIFE.labels[action], href, _TONES.get(action, "secondary"))


def _status(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """What the page says of the SME status."""
    found = sme.status_on(organisation.id, clock.today())
    return {
        "sme_status": found,
        "sme_words": sme_words.category_words(found.category) if found else None,
        "sees_sme_file": bool(found) and sme_policy.may_see_of(actor, organisation),
        "may_declare": sme_policy.may_declare(actor, organisation),
    }


def _account(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """What the page says of the bank account, to those who may know."""
    if not bank_policy.may_list_of(actor, organisation):
        return {"sees_account": False}
    newest = bank_accounts.newest_of(organisation.id)
    return {
        "sees_account": True,
        "account": newest,
        "account_badge": bank_states.LIFE.badge(newest.state) if newest else None,
        "may_propose_account": bank_policy.may_propose(actor, organisation),
    }


def _coordinates(organisation: Organisation) -> str:
    latitude, longitude = organisation.latitude_e6, organisation.longitude_e6
    return f"{seats.degrees_text(latitude)}, {seats.degrees_text(longitude)}"


def _column(name: str, label: Text, sort: str) -> dict[str, Any]:
    """A column head that sorts; a second click turns the order round."""
    sorted_now = sort.removeprefix("-") == name
    descending = sort == f"-{name}"
    wanted = f"-{name}" if sorted_now and not descending else name
    args = {**request.args.to_dict(), "sort": wanted}
    args.pop("page", None)
    ways = "descending" if descending else "ascending"
    return {"label": label, "href": "?" + urlencode(args), "sorted": ways if sorted_now else None}


def _word(kind: type[Word], argument: str) -> Word | None:
    asked = request.args.get(argument, "")
    return kind(asked) if asked in set(kind) else None
