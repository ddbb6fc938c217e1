"""The words of the trail: what recorded verbs, names and values are called in front of people.

The trail keeps technical words, never sentences (house 5.8). This file stands on the roof because
it needs the words of every room; it turns entries into the reader's language. What it has no word
for is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from portal.accounts import states as accounts
from portal.audit.models import AuditEntry
from portal.calls import states as calls
from portal.calls.proposals import states as proposals
from portal.calls.rules.terms import LABELS as TERM_LABELS
from portal.core import formats
from portal.core.actors import ROLE_LABELS, SYSTEM, Role
from portal.core.i18n import LANGUAGES, Text, _, current_language, p_
from portal.core.places import country_name
from portal.core.states import Life
from portal.exchanges import states as exchanges
from portal.ledger import states as ledger
from portal.partners import states as partners
from portal.partners.bank_accounts import states as bank_accounts
from portal.partners.sme import states as sme
from portal.payments import states as payments
from portal.payments.answers import states as answers
from portal.payments.recoveries import states as recoveries
from portal.projects import states as projects
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
    "batch": _("Payment order"),
    "bank_answer": _("Bank file"),
    "bank_entry": _("Entry of a bank file"),
    "recovery": _("Recovery"),
    "interest_rate": _("Interest on debit notes"),
    "call": _("Call"),
    "proposal": _("Proposal"),
    "project": _("Project"),
    "voucher": _("Voucher"),
    "milestone": _("Milestone"),
    "scheme": _("Exchange scheme"),
    "exchange": _("Exchange"),
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
    "bank_answer": answers.LIFE,
    "bank_entry": answers.LIFE,
    "recovery": recoveries.LIFE,
    "call": calls.LIFE,
    "proposal": proposals.LIFE,
    "project": projects.LIFE,
    "voucher": vouchers.LIFE,
    "milestone": milestones.LIFE,
    "exchange": exchanges.LIFE,
}

#: Verbs that are no steps of a life.
OTHER_VERBS: dict[str, Text] = {
    "person.invite": _("Create the account"),
    "person.edit": _("Change name or language"),
    "person.change_language": _("Change the language"),
    "person.change_password": _("Change the password"),
    "person.sign_out_everywhere": _("Sign out everywhere"),
    "person.grant_role": _("Grant a role"),
    "person.revoke_role": _("Withdraw a role"),
    "programme.add_programme": _("Enter the programme"),
    "programme.edit": _("Change the programme’s terms"),
    "programme.add_participation": _("Enter a participating country"),
    "programme.load_reference": _("Load the participating countries"),
    "project.export_budget": _("Export the budget"),
    "project.define_instrument": _("Define a voucher instrument"),
    "project.set_terms": _("Set the terms of exchanges"),
    "scheme.load_reference": _("Load the terms and ceilings of exchanges"),
    "exchange.remind": _("Send a reminder of the closing reports"),
    "payment.request": _("Request the payment"),
    "payment.keep_back": _("Keep back part of the payment"),
    "interest_rate.set_rate": _("Enter a rate"),
    "batch.send": _("Send the payments to the bank"),
    "batch.export": _("Download the bank file"),
}

#: Names of values, the same in every room.
NAMES: dict[str, Text] = {
    **TERM_LABELS,
    "state": _("State"),
    "amount_cents": _("Amount"),
    "cents": _("Amount"),
    "total_cents": _("Total"),
    "lump_sum_cents": _("Lump sum"),
    "final_cents": _("Final lump sum"),
    "requested_cents": _("Grant requested"),
    "listed_cents": _("Amount of the main list"),
    "eligible_cents": _("Eligible costs"),
    "grant_cents": _("Grant"),
    "removed_cents": _("Costs removed"),
    "released_cents": _("Released"),
    "earned_cents": _("Earned"),
    "counted_cents": _("Counted towards the cap"),
    "due_cents": _("Instalment due"),
    "cap_cents": _("Cap"),
    "min_cents": _("Minimum amount"),
    "max_cents": _("Maximum amount"),
    "starts_on": _("Start"),
    "ends_on": _("End"),
    "departure_on": _("Departure"),
    "first_on": _("First day of the visit"),
    "last_on": _("Last day of the visit"),
    "return_on": _("Return"),
    "due_on": _("Due date"),
    "executed_on": _("Day of execution"),
    "as_of": _("As of"),
    "valid_from": _("Valid from"),
    "valid_to": _("Valid to"),
    "accepted_at": _("Accepted on"),
    "name": _("Name"),
    "name_en": _("Name in English"),
    "name_fr": _("Name in French"),
    "language": _("Language"),
    "role": _("Role"),
    "title": _("Title"),
    "acronym": _("Acronym"),
    "abstract": _("Abstract"),
    "months": _("Duration in months"),
    "legal_name": _("Legal name"),
    "short_name": _("Short name"),
    "kind": _("Kind"),
    "country": _("Country"),
    "region": _("Region"),
    "town": _("Town"),
    "street": _("Street"),
    "postcode": _("Postcode"),
    "registration_number": _("Registration number"),
    "vat_number": _("VAT number"),
    "pic": _("PIC"),
    "eccp_profile": _("Profile on the cluster collaboration platform"),
    "legal_group": _("Group of companies"),
    "exclusion_checked": _("Exclusion database consulted"),
    "category": _("Category"),
    "year": _("Reference year"),
    "ending": _("Account ending in"),
    "organisation": _("Organisation"),
    "member": _("Member"),
    "cluster": _("Cluster"),
    "account": _("Bank account"),
    "project": _("Project"),
    "proposal": _("Proposal"),
    "call": _("Call"),
    "programme": _("Programme"),
    "source": _("Copied from"),
    "payment": _("Payment"),
    "batch": _("Payment order"),
    "payments": _("Number of payments"),
    "purpose": _("Purpose"),
    "subject": _("File"),
    "replaced_by": _("Replaced by"),
    "holder": _("Holder"),
    "instrument": _("Instrument"),
    "counts_towards_cap": _("Counts towards the cap"),
    "max_months": _("Maximum duration in months"),
    "line": _("Budget line"),
    "lines": _("Number of budget entries"),
    "number": _("Number"),
    "list_position": _("Place on the list"),
    "file": _("Document"),
    "checksum": _("SHA-256 checksum"),
    "side": _("By"),
    "party": _("By"),
    "target": _("Target"),
    "shortest_days": _("Shortest stay in working days"),
    "class": _("Class"),
    "virtual": _("Virtual visit"),
    "visitor_is_sme": _("The visitor is an SME"),
    "host_is_sme": _("The host is an SME"),
    "visitor_is_beneficiary": _("The visitor is a beneficiary"),
    "signatures_void": _("Earlier signatures void"),
    "activities": _("Activities"),
    "requested_by": _("Requested by"),
    "note": _("Remark"),
    "reminders": _("Reminders sent"),
    "countries": _("Number of countries"),
    "entries": _("Number of entries"),
    "applied": _("Entered"),
    "known_before": _("Entries told by an earlier file"),
    "message_id": _("Message identifier"),
    "cause": _("Cause"),
    "kept_back_cents": _("Kept back"),
    "debt": _("Debit note"),
    "open_cents": _("Still open"),
    "interest_cents": _("Interest"),
    "waived_cents": _("Waived"),
    "comment_until": _("Comments possible until"),
    "received_on": _("Value date"),
    "bank_reference": _("Reference of the bank"),
    "rate_bp": _("Rate a year"),
}

#: Words of values that are codes, by name; "kind" and "side" depend on the noun.
_CODES: dict[str, Mapping[Any, Text]] = {
    "role": ROLE_LABELS,
    "language": LANGUAGES,
    "eccp_profile": partners.ECCP_LABELS,
    "eligible_kinds": partners.KIND_LABELS,
    "category": sme.CATEGORY_LABELS,
    "purpose": payments.PURPOSE_LABELS,
    "cause": recoveries.CAUSE_LABELS,
    "party": exchanges.PARTY_LABELS,
    "class": exchanges.KLASS_LABELS,
    "activities": exchanges.ACTIVITY_LABELS,
    "organisation.kind": partners.KIND_LABELS,
    "call.kind": calls.KIND_LABELS,
    "bank_answer.kind": answers.KIND_LABELS,
    "proposal.kind": proposals.ATTACHMENT_LABELS,
    "project.side": projects.SIDE_LABELS,
    "voucher.side": vouchers.SIDE_LABELS,
    "exchange.side": exchanges.REPORTER_LABELS,
    "project.kind": {"pdf": "PDF", "csv": "CSV"},
    "ledger.kind": ledger.LIFE.labels,
}
_ANYTHING_ELSE = _("Other action")
_DASH = "—"


@dataclass(frozen=True)
class Told:
    """One entry of the trail in the reader's words; what timelines and the search page show."""

    when: datetime
    who: Text
    what: Text
    subject: str
    number: int
    reason: str
    #: Both filled or both empty: what a change replaced, and by what.
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    #: What else is known of the action.
    details: tuple[tuple[str, str], ...] = ()

    @property
    def detail(self) -> str:
        """What else is known, in one line."""
        return formats.listing(_pair(label, value) for label, value in self.details)

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Everything as pairs of label and value, "old → new" where something was replaced."""
        replaced = [
            (label, f"{old} → {self.after.get(label, _DASH)}") for label, old in self.before.items()
        ]
        new = [label for label in self.after if label not in self.before]
        added = [(label, f"{_DASH} → {self.after[label]}") for label in new]
        return [*replaced, *added, *self.details]


@dataclass(frozen=True)
class Compared:
    """One entry with both sides of every value; `rows` are label, value before, value after."""

    who: Text
    roles: str
    what: Text
    rows: list[tuple[str, str, str]]
    details: list[tuple[str, str]]


def verb_label(verb: str) -> Text:
    """A verb of the trail with its noun: "exchange.approve" is "Exchange: Approve"."""
    noun = verb.partition(".")[0]
    if noun not in NOUNS:
        return _ANYTHING_ELSE
    return _("%(thing)s: %(action)s", thing=NOUNS[noun], action=action_label(verb))


def action_label(verb: str) -> Text:
    """What was done, for a page that says to what: "exchange.approve" is "Approve"."""
    return _known(verb) or _ANYTHING_ELSE


def has_words(verb: str) -> bool:
    """Whether a verb has words of its own."""
    return verb.partition(".")[0] in NOUNS and _known(verb) is not None


def told(entries: Iterable[AuditEntry | Told]) -> list[Told]:
    """Entries of the trail in the reader's words; what was told already stays as it is."""
    return [entry if isinstance(entry, Told) else _told(entry) for entry in entries]


def _told(entry: AuditEntry) -> Told:
    before, after = _shown(entry, entry.before), _shown(entry, entry.after)
    same = {label for label, value in before.items() if after.get(label) == value}
    before = {label: value for label, value in before.items() if label not in same}
    after = {label: value for label, value in after.items() if label not in same}
    details = list(_shown(entry, entry.details).items())
    if not (before and after):
        details = [*before.items(), *after.items(), *details]
        before, after = {}, {}
    return Told(
        when=entry.at,
        who=_who(entry),
        what=action_label(entry.verb),
        subject=entry.subject,
        number=entry.number,
        reason=entry.reason,
        before=before,
        after=after,
        details=tuple(dict(details).items()),
    )


def compared(entry: AuditEntry) -> Compared:
    """One entry in the reader's words, both sides of each value."""
    before, after = _shown(entry, entry.before), _shown(entry, entry.after)
    held = entry.actor_roles.split(",")
    return Compared(
        who=_who(entry),
        roles=formats.listing(str(ROLE_LABELS[role]) for role in Role if role in held),
        what=verb_label(entry.verb),
        rows=[(each, before.get(each, _DASH), after.get(each, _DASH)) for each in before | after],
        details=list(_shown(entry, entry.details).items()),
    )


def _who(entry: AuditEntry) -> Text:
    by_itself = (entry.actor_id, entry.actor_name) == (SYSTEM.id, SYSTEM.name)
    return _("The portal") if by_itself else entry.actor_name


def _known(verb: str) -> Text | None:
    noun, _dot, action = verb.partition(".")
    if verb in OTHER_VERBS:
        return OTHER_VERBS[verb]
    life = LIVES.get(noun)
    return life.labels.get(action) if life else None


def _shown(entry: AuditEntry, values: Mapping[str, Any]) -> dict[str, str]:
    noun = entry.verb.partition(".")[0]
    if entry.verb == "project.shift_budget" and values is not entry.details:
        # A transfer records the two budgets by the codes of their lines.
        return {
            str(_("Line %(code)s", code=code)): formats.money(cents)
            for code, cents in values.items()
        }
    shown = {}
    for name, value in values.items():
        text = _value(noun, name, value) if name in NAMES else None
        if text:
            shown[str(NAMES[name])] = text
    return shown


def _value(noun: str, name: str, value: Any) -> str | None:
    """A value in words, or None when there is nothing to show or no word for it."""
    if value in (None, "", []):
        return None
    if isinstance(value, bool):
        return str(p_("answer", "Yes") if value else p_("answer", "No"))
    if isinstance(value, list):
        known = [_value(noun, name, item) for item in value]
        return formats.listing(item for item in known if item) or None
    if isinstance(value, int):
        return _figure(name, value)
    return _word(noun, name, value) if isinstance(value, str) else None


def _figure(name: str, value: int) -> str:
    if name.endswith("cents"):
        return formats.money(value)
    if name.endswith("_bp"):
        return formats.percent(value, 10_000)
    return str(value) if name in ("year", "number") else formats.number(value)


def _word(noun: str, name: str, value: str) -> str | None:
    if name == "state":
        life = LIVES.get(noun)
        badges = {str(state): badge for state, badge in life.badges.items()} if life else {}
        return str(badges[value].label) if value in badges else None
    codes = _CODES.get(f"{noun}.{name}") or _CODES.get(name)
    if codes is not None:
        return str(codes[value]) if value in codes else None
    if name == "country":
        return country_name(value, current_language())
    if name.endswith("_at"):
        return formats.moment(datetime.fromisoformat(value))
    if name.endswith("_on") or name in ("as_of", "comment_until", "valid_from", "valid_to"):
        return formats.day(date.fromisoformat(value[:10]))
    return value


def _pair(label: str, value: str) -> str:
    return str(_("%(label)s: %(value)s", label=label, value=value))
