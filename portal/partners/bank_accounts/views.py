"""The accounts of an organisation, one account, the validation desk."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import _
from portal.partners import queries as partners
from portal.partners.bank_accounts import operations, policy, queries, rules
from portal.partners.bank_accounts.forms import ProposeForm, ReasonForm, ValidateForm
from portal.partners.bank_accounts.models import BankAccount
from portal.partners.bank_accounts.states import LIFE, Action, State
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
from portal.web.session import current_actor

blueprint = Blueprint("bank_accounts", __name__)

_TONES = {Action.VALIDATE: "primary", Action.FREEZE: "danger", Action.RETIRE: "danger"}
#: Longest text searched for.
_LONGEST_SEARCH = 100


@blueprint.get("/bank-accounts")
def index() -> Answer:
    """The accounts I may see; for officers and accountants the validation desk."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    return page(
        "bank_accounts/index.html",
        accounts=paginate(queries.listed(actor, state=state, text=text)),
        q=text,
        state=state,
        life=LIFE,
        shown=lambda account: _shown(actor, account),
    )


@blueprint.get("/organisations/<ref>/bank-accounts")
def of_organisation(ref: str) -> Answer:
    """Every account an organisation has or had."""
    actor, organisation = current_actor(), partners.by_ref(ref)
    ensure_seen(policy.may_list_of(actor, organisation))
    return page(
        "bank_accounts/of_organisation.html",
        organisation=organisation,
        accounts=queries.of_organisation(organisation.id),
        life=LIFE,
        shown=lambda account: _shown(actor, account),
        may_propose=policy.may_propose(actor, organisation),
    )


@blueprint.route("/organisations/<ref>/bank-accounts/propose", methods=["GET", "POST"])
def propose(ref: str) -> Answer:
    """Propose an account with a document of the bank."""
    actor, organisation, form = current_actor(), partners.by_ref(ref), ProposeForm()
    ensure(policy.may_propose(actor, organisation))
    if form.is_submitted() and attempt(
        form,
        operations.propose,
        organisation,
        holder=form.holder.data,
        iban=form.iban.data,
        bic=form.bic.data,
        evidence=form.evidence.content(),
        actor=actor,
    ):
        message = _("The account is proposed. The programme staff will validate it.")
        return done(message, "bank_accounts.show", ref=form.result.ref)
    return form_page("bank_accounts/propose.html", form, organisation=partners.by_ref(ref))


@blueprint.get("/bank-accounts/<ref>")
def show(ref: str) -> Answer:
    """One account: who proposed it, who vouched for it, what happened."""
    actor, account = current_actor(), queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, account))
    return page(
        "bank_accounts/show.html",
        badge_of=LIFE.badge(account.state),
        links=[_link(action, ref) for action in policy.available(actor, account)],
        trail=trail_of(ref),
        sees_evidence=policy.may_see_number(actor, account),
        people=accounts.by_ids([account.proposed_by_id, account.validated_by_id]),
        replaced_by=queries.by_id(account.replaced_by_id) if account.replaced_by_id else None,
        **_details(actor, account),
    )


@blueprint.get("/bank-accounts/<ref>/evidence")
def evidence(ref: str) -> Answer:
    """The document of the bank."""
    actor, account = current_actor(), queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, account))
    ensure(policy.may_see_number(actor, account))
    return stored_file(account.evidence)


@blueprint.route("/bank-accounts/<ref>/validate", methods=["GET", "POST"])
def validate(ref: str) -> Answer:
    """Vouch for an account."""
    actor, account, form = current_actor(), _seen(ref), ValidateForm()
    ensure(policy.may_validate(actor, account))
    if form.is_submitted() and attempt(
        form,
        operations.validate,
        account,
        actor=actor,
        shared_account_checked=form.shared_account_checked.data,
    ):
        message = _("The account is validated; payments go there from now on.")
        return done(message, "bank_accounts.show", ref=ref)
    account = queries.by_ref(ref)
    current = queries.valid_account_of(account.organisation_id)
    return form_page(
        "bank_accounts/validate.html",
        form,
        sharing=queries.sharing(account),
        current=_shown(actor, current) if current and current.id != account.id else None,
        **_details(actor, account),
    )


@blueprint.route("/bank-accounts/<ref>/freeze", methods=["GET", "POST"])
def freeze(ref: str) -> Answer:
    """Stop payments to an account."""
    actor, account, form = current_actor(), _seen(ref), ReasonForm()
    ensure(policy.may_freeze(actor, account))
    if form.is_submitted() and attempt(
        form, operations.freeze, account, actor=actor, **form.values()
    ):
        message = _("The account is frozen; nothing is paid there.")
        return done(message, "bank_accounts.show", ref=ref)
    return form_page("bank_accounts/freeze.html", form, **_details(actor, queries.by_ref(ref)))


@blueprint.route("/bank-accounts/<ref>/retire", methods=["GET", "POST"])
def retire(ref: str) -> Answer:
    """Use an account no longer."""
    actor, account, form = current_actor(), _seen(ref), ReasonForm()
    ensure(policy.may_retire(actor, account))
    if form.is_submitted() and attempt(
        form, operations.retire, account, actor=actor, **form.values()
    ):
        return done(_("The account is retired."), "bank_accounts.show", ref=ref)
    return form_page("bank_accounts/retire.html", form, **_details(actor, queries.by_ref(ref)))


def _seen(ref: str) -> BankAccount:
    account = queries.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), account))
    return account


def _shown(actor: Actor, account: BankAccount) -> str:
    """The number: whole for those who must compare it, masked for the others."""
    whole = policy.may_see_number(actor, account)
    return rules.grouped(account.iban) if whole else rules.masked(account.iban)


def _details(actor: Actor, account: BankAccount) -> dict[str, Any]:
    """What every page about one account says."""
    organisation = account.organisation
    return {
        "account": account,
        "organisation": organisation,
        "number": _shown(actor, account),
        "country": rules.country_of(account.iban),
        "is_reachable": rules.is_sepa_reachable(rules.country_of(account.iban), clock.today()),
        "holder_differs": rules.holder_differs(
            account.holder, organisation.legal_name, organisation.short_name
        ),
    }


def _link(action: Action, ref: str) -> Link:
    href = url_for(f"bank_accounts.{action}", ref=ref)
    return Link(LIFE.labels[action], href, _TONES[action])
