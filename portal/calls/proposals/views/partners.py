"""The second tab: who takes part, and the answer of each partner."""

from flask import request

from portal.calls.proposals import operations, policy
from portal.calls.proposals.forms import AddPartnerForm
from portal.calls.proposals.models import Proposal
from portal.calls.proposals.states import LIFE, ROLE_LABELS, Action, Tab
from portal.calls.proposals.views.base import blueprint, seen, tab_context
from portal.calls.proposals.views.show import proposal_page
from portal.core.actors import ensure
from portal.core.i18n import _
from portal.partners.queries import by_ref, search
from portal.partners.states import KIND_LABELS
from portal.web.forms import EmptyForm
from portal.web.respond import Answer, attempt, done, form_page
from portal.web.session import current_actor

#: Longest text searched for, and most organisations found.
_LONGEST_SEARCH = 100
_MOST_FOUND = 12


@blueprint.route("/proposals/<ref>/add-partner", methods=["GET", "POST"])
def add_partner(ref: str) -> Answer:
    """Name an organisation as a partner, by reference or after a search."""
    actor, form = current_actor(), AddPartnerForm()
    proposal = seen(actor, ref)
    ensure(policy.may_add_partner(actor, proposal))
    LIFE.step(proposal.state, Action.ADD_PARTNER)
    if form.is_submitted() and attempt(
        form, operations.add_partner, proposal, actor=actor, **form.values()
    ):
        message = _("The partner is named; its people are asked by e-mail to confirm.")
        return done(message, "proposals.add_partner", ref=ref)
    return _partners_page(proposal, form)


@blueprint.route("/proposals/<ref>/partners/<organisation>/remove", methods=["GET", "POST"])
def remove_partner(ref: str, organisation: str) -> Answer:
    """Take a partner out of the proposal, or leave it."""
    actor, form, found = current_actor(), EmptyForm(), by_ref(organisation)
    proposal = seen(actor, ref)
    ensure(policy.may_remove_partner(actor, proposal, found))
    LIFE.step(proposal.state, Action.REMOVE_PARTNER)
    if form.is_submitted() and attempt(
        form, operations.remove_partner, proposal, organisation=organisation, actor=actor
    ):
        message = _("%(name)s no longer takes part.", name=found.legal_name)
        stays = policy.may_edit(actor, proposal)
        if stays:
            return done(message, "proposals.add_partner", ref=ref)
        return done(message, "proposals.index")
    leaves = actor.speaks_for(found.id)
    return form_page(
        "proposals/remove_partner.html", form, proposal=proposal, partner=found, leaves=leaves
    )


@blueprint.post("/proposals/<ref>/partners/<organisation>/confirm")
def confirm_partner(ref: str, organisation: str) -> Answer:
    """A partner says that it takes part."""
    actor, form, found = current_actor(), EmptyForm(), by_ref(organisation)
    proposal = seen(actor, ref)
    ensure(policy.may_confirm_partner(actor, proposal, found))
    if attempt(form, operations.confirm_partner, proposal, organisation=organisation, actor=actor):
        return done(_("Your organisation takes part."), "proposals.show", ref=ref)
    return proposal_page(actor, proposal, form)


def _partners_page(proposal: Proposal, form: AddPartnerForm) -> Answer:
    wanted = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    named = {partner.organisation_id for partner in proposal.partners}
    found = search(wanted, limit=_MOST_FOUND + len(named)) if wanted else []
    return form_page(
        "proposals/add_partner.html",
        form,
        q=wanted,
        results=[each for each in found if each.id not in named][:_MOST_FOUND],
        partners=proposal.partners,
        roles=ROLE_LABELS,
        kinds=KIND_LABELS,
        **tab_context(proposal, Tab.PARTNERS),
    )
