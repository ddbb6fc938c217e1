"""Forms about accounts."""

from portal.accounts.rules import ADVISED_PASSWORD, SHORTEST_PASSWORD
from portal.core.actors import ROLE_LABELS
from portal.core.i18n import LANGUAGES, _
from portal.web.forms import (
    ChoiceField,
    EmailField,
    LongTextField,
    ManyChoicesField,
    PasswordField,
    PortalForm,
    TextField,
)

_NEW_PASSWORD_HELP = _(
    "At least %(least)s characters; %(advised)s or more are better, several words for example.",
    least=SHORTEST_PASSWORD,
    advised=ADVISED_PASSWORD,
)
_LANGUAGES = list(LANGUAGES.items())
_ROLES = [(role.value, label) for role, label in ROLE_LABELS.items()]


def _new_password() -> PasswordField:
    return PasswordField(
        _("New password"),
        description=_NEW_PASSWORD_HELP,
        render_kw={"autocomplete": "new-password"},
    )


class SignInForm(PortalForm):
    """E-mail address and password."""

    email = EmailField(_("E-mail address"), render_kw={"autocomplete": "username"})
    password = PasswordField(_("Password"), render_kw={"autocomplete": "current-password"})


class SignUpForm(PortalForm):
    """A newcomer's name, address and language."""

    name = TextField(_("Your name"), render_kw={"autocomplete": "name"})
    email = EmailField(
        _("E-mail address"), description=_("We send a link there to activate the account.")
    )
    language = ChoiceField(_("Language of your e-mails"), choices=_LANGUAGES)


class InviteForm(SignUpForm):
    """A person to invite, with roles."""

    roles = ManyChoicesField(_("Roles"), choices=_ROLES, required=False)


class PasswordForm(PortalForm):
    """A first or new password."""

    password = _new_password()


class ChangePasswordForm(PortalForm):
    """The current password and a new one."""

    current = PasswordField(_("Current password"), render_kw={"autocomplete": "current-password"})
    password = _new_password()


class ForgottenForm(PortalForm):
    """The address of the account whose password is forgotten."""

    email = EmailField(_("E-mail address"))


class ProfileForm(PortalForm):
    """The name others see and the language of mails and pages."""

    name = TextField(_("Your name"), render_kw={"autocomplete": "name"})
    language = ChoiceField(_("Language of pages and e-mails"), choices=_LANGUAGES)


class RoleForm(PortalForm):
    """A role to grant or to withdraw."""

    role = ChoiceField(_("Role"), choices=_ROLES)


class ReasonForm(PortalForm):
    """Why an account is suspended or reinstated."""

    reason = LongTextField(_("Reason"), most=1000)
