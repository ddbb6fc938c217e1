"""Sign in and out, sign up, my profile, people administration."""

from flask import Blueprint, redirect, request, session

from portal.accounts import operations, policy, queries
from portal.accounts.forms import (
    ChangePasswordForm,
    ForgottenForm,
    InviteForm,
    PasswordForm,
    ProfileForm,
    ReasonForm,
    RoleForm,
    SignInForm,
    SignUpForm,
)
from portal.accounts.models import User
from portal.accounts.rules import INVITATION_LIFE
from portal.accounts.states import LIFE, Action
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import ROLE_LABELS, Role, ensure, ensure_seen
from portal.core.db import reading, transaction
from portal.core.errors import NotFound
from portal.core.i18n import _, current_language
from portal.web.forms import EmptyForm
from portal.web.request_keys import repeatable
from portal.web.respond import Answer, Link, attempt, done, form_page, page, paginate
from portal.web.session import (
    begin_session,
    client_address,
    current_actor,
    end_session,
    public,
    signed_in_person,
    signed_in_row,
    visitor,
)
from portal.web.transaction import undo
from portal.web.views import own_path

blueprint = Blueprint("accounts", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
@repeatable
def sign_in() -> Answer:
    """Sign in with address and password."""
    form = SignInForm()
    if form.is_submitted() and form.validate() and _signed_in(form):
        return redirect(own_path(request.args.get("next", "/")), 303)
    return form_page("accounts/sign_in.html", form)


def _signed_in(form: SignInForm) -> bool:
    """Count the attempt and commit it, compare the password outside any transaction, then open the
    session.
    """
    email, address = form.email.data, client_address()
    with transaction():
        attempt_id = operations.note_attempt(email=email, address=address).id
    with reading():
        person = queries.by_email(email)
        known_hash = person.password_hash if person else None
    right = operations.password_is_right(known_hash, form.password.data)
    opened = None
    if right:
        opened = operations.sign_in(
            email=email,
            proved_hash=known_hash,
            attempt_id=attempt_id,
            address=address,
            browser=request.user_agent.string,
        )
    if opened is None:
        form.form_errors = [_("The e-mail address or the password is wrong.")]
        undo()
        return False
    _leave()
    begin_session(*opened)
    return True


@blueprint.post("/sign-out")
@public
def sign_out() -> Answer:
    """End this session."""
    _leave()
    end_session()
    return done(_("You have signed out."), "accounts.sign_in")


def _leave() -> None:
    """End the session this browser has, if any."""
    row, actor = signed_in_row(), visitor()
    if row and actor:
        operations.sign_out(row, actor=actor)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> Answer:
    """Create an account."""
    form = SignUpForm(language=current_language())
    if form.is_submitted() and attempt(form, operations.sign_up, **form.values()):
        message = _("A message is on its way to %(email)s.", email=form.email.data)
        return done(message, "accounts.signed_up")
    return form_page("accounts/sign_up.html", form)


@blueprint.get("/sign-up/sent")
@public
def signed_up() -> Answer:
    """What to do with the mail that is on its way."""
    return page("accounts/signed_up.html", days=INVITATION_LIFE.days)


@blueprint.route("/activate/<token>", methods=["GET", "POST"])
@public
def activate(token: str) -> Answer:
    """Choose the first password with the link from the mail."""
    _ensure_link(token)
    form = PasswordForm()
    if form.is_submitted() and attempt(form, operations.activate, token=token, **form.values()):
        return done(
            _("Your account is active. Sign in with your new password."), "accounts.sign_in"
        )
    return form_page("accounts/activate.html", form)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten_password() -> Answer:
    """Ask for a link to set a new password."""
    form = ForgottenForm()
    if form.is_submitted() and attempt(form, operations.ask_new_password, **form.values()):
        message = _(
            "If this address belongs to an account, a link is on its way. It works for one hour."
        )
        return done(message, "accounts.sign_in")
    return form_page("accounts/forgotten_password.html", form)


@blueprint.route("/new-password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Answer:
    """Set a new password with the link from the mail."""
    _ensure_link(token)
    form = PasswordForm()
    if form.is_submitted() and attempt(
        form, operations.set_new_password, token=token, **form.values()
    ):
        return done(_("Your password is changed. Sign in with the new one."), "accounts.sign_in")
    return form_page("accounts/new_password.html", form)


@blueprint.route("/profile", methods=["GET", "POST"])
def profile() -> Answer:
    """My name, my language, my roles, where I am signed in."""
    actor, person = current_actor(), _me()
    ensure(policy.may_see(actor, person))
    form = ProfileForm(obj=person)
    if form.is_submitted() and attempt(form, operations.edit, person, actor=actor, **form.values()):
        session["language"] = form.language.data
        return done(_("Your profile is saved."), "accounts.profile")
    sessions = queries.sessions_of(person.id, clock.now())
    return form_page("accounts/profile.html", form, roles=_roles(person), sessions=sessions)


@blueprint.route("/profile/password", methods=["GET", "POST"])
def change_password() -> Answer:
    """Change my password."""
    actor, person = current_actor(), _me()
    ensure(policy.may_change_password(actor, person))
    form = ChangePasswordForm()
    if form.is_submitted() and attempt(
        form, operations.change_password, person, actor=actor, **form.values()
    ):
        end_session()
        return done(_("Your password is changed. Sign in with the new one."), "accounts.sign_in")
    return form_page("accounts/change_password.html", form)


@blueprint.post("/profile/sign-out-everywhere")
def sign_out_everywhere() -> Answer:
    """End all my sessions."""
    operations.sign_out_everywhere(_me(), actor=current_actor())
    end_session()
    return done(_("You have signed out everywhere."), "accounts.sign_in")


@blueprint.get("/people")
def people() -> Answer:
    """Everybody who has an account."""
    ensure(policy.may_list(current_actor()))
    text, role = request.args.get("q", "").strip()[:100], request.args.get("role", "")
    role = role if role in set(Role) else ""
    return page(
        "accounts/people.html",
        people=paginate(queries.search(text, role)),
        q=text,
        role=role,
        roles=ROLE_LABELS,
        life=LIFE,
        may_invite=policy.may_invite(current_actor()),
    )


@blueprint.route("/people/invite", methods=["GET", "POST"])
def invite() -> Answer:
    """Invite somebody, with roles."""
    ensure(policy.may_invite(current_actor()))
    form = InviteForm(language=current_language())
    values = {
        **form.values(),
        "roles": tuple(Role(role) for role in form.roles.data or () if role in set(Role)),
    }
    if form.is_submitted() and attempt(form, operations.invite, actor=current_actor(), **values):
        return done(_("The invitation is on its way."), "accounts.person", ref=form.result.ref)
    return form_page("accounts/invite.html", form)


@blueprint.get("/people/<ref>")
def person(ref: str) -> Answer:
    """One person: roles, state, trail."""
    return _person_page(ref, RoleForm(formdata=None))


@blueprint.post("/people/<ref>/grant-role")
def grant_role(ref: str) -> Answer:
    """Give a person a role."""
    holder, form = queries.by_ref(ref), RoleForm()
    ensure(policy.may_grant_role(current_actor(), holder))
    role = Role(form.role.data) if form.role.data in set(Role) else Role.EVALUATOR
    if attempt(form, operations.grant_role, holder, role=role, actor=current_actor()):
        return done(_("The role is granted."), "accounts.person", ref=ref)
    return _person_page(ref, form)


@blueprint.post("/people/<ref>/revoke-role/<role>")
def revoke_role(ref: str, role: str) -> Answer:
    """Take a role away."""
    holder = queries.by_ref(ref)
    ensure(policy.may_revoke_role(current_actor(), holder))
    if role not in set(Role):
        raise NotFound
    if attempt(EmptyForm(), operations.revoke_role, holder, role=Role(role), actor=current_actor()):
        return done(_("The role is withdrawn."), "accounts.person", ref=ref)
    return _person_page(ref, RoleForm(formdata=None))


@blueprint.route("/people/<ref>/suspend", methods=["GET", "POST"])
def suspend(ref: str) -> Answer:
    """Shut a person out."""
    holder, form = queries.by_ref(ref), ReasonForm()
    ensure(policy.may_suspend(current_actor(), holder))
    if form.is_submitted() and attempt(
        form, operations.suspend, holder, actor=current_actor(), **form.values()
    ):
        return done(_("The account is suspended."), "accounts.person", ref=ref)
    return form_page("accounts/suspend.html", form, person=queries.by_ref(ref))


@blueprint.route("/people/<ref>/reinstate", methods=["GET", "POST"])
def reinstate(ref: str) -> Answer:
    """Let a person in again."""
    holder, form = queries.by_ref(ref), ReasonForm()
    ensure(policy.may_reinstate(current_actor(), holder))
    if form.is_submitted() and attempt(
        form, operations.reinstate, holder, actor=current_actor(), **form.values()
    ):
        return done(_("The account is reinstated."), "accounts.person", ref=ref)
    return form_page("accounts/reinstate.html", form, person=queries.by_ref(ref))


def _person_page(ref: str, form: RoleForm) -> Answer:
    actor, holder = current_actor(), queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, holder))
    tones = {Action.SUSPEND: "danger"}
    links = [
        Link(LIFE.labels[action], f"/people/{ref}/{action}", tones.get(action, "secondary"))
        for action in policy.available(actor, holder)
    ]
    return form_page(
        "accounts/person.html",
        form,
        person=holder,
        badge_of=LIFE.badge(holder.state),
        roles=[
            (grant.role, ROLE_LABELS[grant.role])
            for grant in holder.grants
            if grant.revoked_at is None
        ],
        may_grant=policy.may_grant_role(actor, holder),
        actions_available=links,
        trail=trail_of(ref),
    )


def _me() -> User:
    person = signed_in_person()
    assert person is not None, "the closed door lets only signed-in people through"
    return person


def _roles(person: User) -> list[object]:
    return [ROLE_LABELS[grant.role] for grant in person.grants if grant.revoked_at is None]


def _ensure_link(token: str) -> None:
    if queries.live_link(token, clock.now()) is None:
        raise NotFound
