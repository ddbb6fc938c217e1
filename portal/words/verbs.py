"""What things are called, and the verbs recorded about them."""

from typing import Any

from portal.accounts import states as accounts
from portal.calls import states as calls
from portal.calls.proposals import states as proposals
from portal.core.i18n import Text, _
from portal.core.states import Life
from portal.exchanges import states as exchanges
from portal.exchanges.editions import states as editions
from portal.exchanges.groups import states as groups
from portal.exchanges.matches import states as matches
from portal.exchanges.profiles import states as profiles
from portal.exchanges.surveys import states as surveys
from portal.ledger import states as ledger
from portal.partners import states as partners
from portal.partners.bank_accounts import states as bank_accounts
from portal.partners.sme import states as sme
from portal.payments import states as payments
from portal.payments.answers import states as answers
from portal.payments.delegations import states as delegations
from portal.payments.recoveries import states as recoveries
from portal.projects import states as projects
from portal.projects.periods import states as periods
from portal.vouchers import states as vouchers
from portal.vouchers.milestones import states as milestones

#: What each kind of thing is called.
NOUNS: dict[str, Text] = {
    "person": _("Person"),
    "programme": _("Programme"),
    "ledger": _("Ledger"),
    "posting": _("Posting"),
    "organisation": _("Organisation"),
    "bank_account": _("Bank account"),
    "sme_assessment": _("SME status"),
    "payment": _("Payment"),
    "payment_limit": _("Payment limit"),
    "batch": _("Payment order"),
    "delegation": _("Delegation"),
    "bank_answer": _("Bank file"),
    "bank_entry": _("Entry of a bank file"),
    "recovery": _("Recovery"),
    "interest_rate": _("Interest on debit notes"),
    "call": _("Call"),
    "proposal": _("Proposal"),
    "project": _("Project"),
    "period": _("Reporting period"),
    "grant_terms": _("Terms of grant payments"),
    "voucher": _("Voucher"),
    "milestone": _("Milestone"),
    "scheme": _("Exchange scheme"),
    "edition_draft": _("Draft of an edition"),
    "profile": _("Profile"),
    "match": _("Match"),
    "round": _("Matching round"),
    "exchange": _("Exchange"),
    "survey": _("Survey"),
    "group": _("Group visit"),
}

#: The life of each kind of thing, whose labels name its verbs.
LIVES: dict[str, Life[Any, Any]] = {
    "person": accounts.LIFE,
    "ledger": ledger.LIFE,
    "posting": ledger.LIFE,
    "organisation": partners.LIFE,
    "bank_account": bank_accounts.LIFE,
    "sme_assessment": sme.LIFE,
    "payment": payments.LIFE,
    "delegation": delegations.LIFE,
    "bank_answer": answers.LIFE,
    "bank_entry": answers.LIFE,
    "recovery": recoveries.LIFE,
    "call": calls.LIFE,
    "proposal": proposals.LIFE,
    "project": projects.LIFE,
    "period": periods.LIFE,
    "voucher": vouchers.LIFE,
    "milestone": milestones.LIFE,
    "edition_draft": editions.LIFE,
    "profile": profiles.LIFE,
    "match": matches.LIFE,
    "exchange": exchanges.LIFE,
    "survey": surveys.LIFE,
    "group": groups.LIFE,
}

#: Verbs that are no steps of a life.
OTHER_VERBS: dict[str, Text] = {
    "person.invite": _("Create the account"),
    "person.edit": _("Change name or language"),
    "person.change_language": _("Change the language"),
    "person.change_password": _("Change the password"),
    "person.sign_out_everywhere": _("Sign out everywhere"),
    "person.turn_away": _("Try an action that is refused"),
    "person.grant_role": _("Grant a role"),
    "person.revoke_role": _("Withdraw a role"),
    "programme.add_programme": _("Enter the programme"),
    "programme.edit": _("Change the programme’s terms"),
    "programme.add_participation": _("Enter a participating country"),
    "programme.load_reference": _("Load the participating countries"),
    "project.export_budget": _("Export the budget"),
    "project.define_instrument": _("Define a voucher instrument"),
    "project.plan": periods.LIFE.labels[periods.Action.PLAN],
    "project.pre_finance": periods.LIFE.labels[periods.Action.PRE_FINANCE],
    "grant_terms.set_terms": _("Set the terms of grant payments"),
    "project.set_terms": _("Set the terms of exchanges"),
    "scheme.publish": _("Publish the terms of an edition"),
    "scheme.load_reference": _("Load the terms and ceilings of exchanges"),
    "round.ask_round": _("Ask for a round"),
    "round.solve_round": _("Solve the round"),
    "exchange.mistype": _("Type a wrong code"),
    "profile.remind": _("Send a reminder of the answer"),
    "exchange.remind_signatures": _("Send a reminder of the signatures"),
    "exchange.remind": _("Send a reminder of the closing reports"),
    "exchange.share_programme": _("Share the programme of a group visit"),
    "payment.request": _("Request the payment"),
    "payment.keep_back": _("Keep back part of the payment"),
    "interest_rate.set_rate": _("Enter a rate"),
    "payment_limit.set_limit": _("Set a limit"),
    "batch.send": _("Send the payments to the bank"),
    "batch.export": _("Download the bank file"),
}
