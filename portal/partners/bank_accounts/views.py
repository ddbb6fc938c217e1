"""The accounts of an organisation, one account, the validation desk."""

from typing import Any

from flask import Blueprint, request, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core import clock, formats
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.partners import queries as partners
from portal.partners.bank_accounts import operations, policy, queries, rules
from portal.partners.bank_accounts.forms import LiftForm, ProposeForm, ReasonForm, ValidateForm
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

_TONES = {
    Action.VALIDATE: "primary",
    Action.LIFT: "primary",
    Action.FREEZE: "danger",
    Action.RETIRE: "danger",
}
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
        payable_from=rules.payable_from,
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
    organisation = partners.by_ref(ref)
    return form_page(
        "bank_accounts/propose.html",
        form,
        organisation=organisation,
        replaces=queries.valid_account_of(organisation.id) is not None,
        waiting_days=rules.waiting_days_on(clock.today()),
    )


@blueprint.get("/bank-accounts/<ref>")
def show(ref: str) -> Answer:
    """One account: who proposed it, who vouched for it, what happened."""
    actor, account = current_actor(), queries.by_ref(ref)
    ensure_seen(policy.may_see(actor, account))
    replaces = queries.has_validated_another(account)
    tone, words = _standing(account, replaces=replaces)
    return page(
        "bank_accounts/show.html",
        badge_of=LIFE.badge(account.state),
        tone=tone,
        words=words,
        changes=_changes(account),
        links=_links(actor, account),
        trail=trail_of(ref),
        sees_evidence=policy.may_see_number(actor, account),
        people=accounts.by_ids([account.proposed_by_id, *account.vouched_by_ids]),
        payable_from=rules.payable_from(account),
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
        shared_reason=form.shared_reason.data,
    ):
        return done(_validated(form.result), "bank_accounts.show", ref=ref)
    account = queries.by_ref(ref)
    current = queries.valid_account_of(account.organisation_id)
    return form_page(
        "bank_accounts/validate.html",
        form,
        sharing=queries.sharing(account),
        current=_shown(actor, current) if current and current.id != account.id else None,
        first_day=_first_day(account),
        **_details(actor, account),
    )


@blueprint.route("/bank-accounts/<ref>/lift", methods=["GET", "POST"])
def lift(ref: str) -> Answer:
    """End the waiting period of an account, with the call-back that confirmed it."""
    actor, account, form = current_actor(), _seen(ref), LiftForm()
    ensure(policy.may_lift(actor, account))
    LIFE.step(account.state, Action.LIFT)
    if form.is_submitted() and attempt(
        form, operations.lift, account, actor=actor, **form.values()
    ):
        message = _("The waiting period is lifted; payments go there from now on.")
        return done(message, "bank_accounts.show", ref=ref)
    account = queries.by_ref(ref)
    before = queries.replaced_by(account)
    return form_page(
        "bank_accounts/lift.html",
        form,
        before=_shown(actor, before) if before else None,
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


def _links(actor: Actor, account: BankAccount) -> list[Link]:
    """What the person can do now; a wait that is over is not lifted."""
    waiting = rules.is_waiting(account, clock.today())
    return [
        Link(
            LIFE.labels[action],
            url_for(f"bank_accounts.{action}", ref=account.ref),
            _TONES[action],
        )
        for action in policy.available(actor, account)
        if action is not Action.LIFT or waiting
    ]


def _changes(account: BankAccount) -> list[BankAccount]:
    """The accounts proposed in place of a validated one, which hold its payments."""
    if account.state != State.VALIDATED:
        return []
    return queries.proposed_of(account.organisation_id)


def _validated(account: BankAccount) -> Text:
    """What is said once an account is validated."""
    if rules.is_waiting(account, clock.today()):
        assert account.usable_from is not None
        return _(
            "The account is validated; payments go there from %(day)s.",
            day=formats.day(account.usable_from),
        )
    return _("The account is validated; payments go there from now on.")


def _first_day(account: BankAccount) -> Text:
    """What will be the first day for payments, said to who is about to validate."""
    today = clock.today()
    first = account.usable_from or rules.usable_from(
        today, replaces=queries.has_validated_another(account)
    )
    if first <= today or account.lifted_at:
        return _("Once validated, the account may receive payments at once.")
    return _(
        "This account replaces another: once validated, it receives payments from %(day)s. A "
        "second person may lift that wait after calling the organisation back.",
        day=formats.day(first),
    )


def _standing(account: BankAccount, *, replaces: bool) -> tuple[str, Text]:
    """Tone and words of what the account means for payments today."""
    if account.state == State.PROPOSED:
        return "wait", _proposed(replaces=replaces)
    if account.state == State.FROZEN:
        return "wait", _(
            "The account is frozen: no payment goes here until somebody validates it again."
        )
    if account.state == State.RETIRED:
        return "info", _("The account is retired: no payment goes here any more.")
    first = rules.payable_from(account)
    assert first is not None
    if rules.is_waiting(account, clock.today()):
        return "wait", _(
            "Payments go here from %(day)s; until then they are held, because the account "
            "replaces another. An officer or accountant who neither proposed nor validated it may "
            "lift the wait after calling the organisation back.",
            day=formats.day(first),
        )
    if account.lifted_at:
        return "ok", _(
            "Payments have come here since %(day)s: a call-back lifted the waiting period.",
            day=formats.day(first),
        )
    return "ok", _("Payments have come here since %(day)s.", day=formats.day(first))


def _proposed(*, replaces: bool) -> Text:
    if not replaces:
        return _(
            "No payment goes here yet. Once validated, the account receives payments at once: it "
            "is the first of the organisation."
        )
    return _(
        "No payment goes here yet. Once validated, the account waits %(days)s days before it "
        "receives payments, unless a call-back lifts the wait; payments to the account used before "
        "are held meanwhile.",
        days=rules.waiting_days_on(clock.today()),
    )
