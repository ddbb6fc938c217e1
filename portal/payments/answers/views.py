"""Bank files: the list, one file with its entries, and what waits for a person."""

from dataclasses import dataclass

from flask import Blueprint, url_for

from portal.accounts import queries as accounts
from portal.audit.queries import trail_of
from portal.core.actors import Actor, ensure, ensure_seen
from portal.core.errors import Fault, NotFound, RuleBroken
from portal.core.i18n import Text, _, n_
from portal.core.states import Badge
from portal.payments import queries as payments
from portal.payments import rules as payment_rules
from portal.payments.answers import operations, policy, queries, rules
from portal.payments.answers.forms import AttributeForm, DismissForm, TakeInForm
from portal.payments.answers.models import BankAnswer, BankEntry
from portal.payments.answers.states import KIND_LABELS, LIFE, OUTCOME_LABELS, Action, State
from portal.payments.models import Payment
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

blueprint = Blueprint("answers", __name__)
_ENTRY = "/bank-files/<ref>/entries/<int:number>"


@dataclass(frozen=True)
class FileRow:
    """One bank file in the list, with how many entries stand where."""

    answer: BankAnswer
    kind: Text
    applied: int
    waiting: int


@dataclass(frozen=True)
class EntryRow:
    """One entry as people read it."""

    entry: BankEntry
    outcome: Text
    reason: Text
    badge: Badge
    links: list[Link]


@blueprint.get("/bank-files")
def index() -> Answer:
    """Every file of the bank, newest first."""
    actor = current_actor()
    ensure(policy.may_list(actor))
    found = paginate(queries.listed())
    counts = queries.counts([answer.id for answer in found.items])
    rows = [
        FileRow(
            answer,
            KIND_LABELS[answer.kind],
            counts.get((answer.id, State.APPLIED), 0),
            counts.get((answer.id, State.WAITING), 0),
        )
        for answer in found.items
    ]
    return page("answers/index.html", found=found, rows=rows, may_take_in=policy.may_take_in(actor))


@blueprint.route("/bank-files/take-in", methods=["GET", "POST"])
def take_in() -> Answer:
    """Import a file of the bank."""
    actor, form = current_actor(), TakeInForm()
    ensure(policy.may_take_in(actor))
    if form.is_submitted() and attempt(form, operations.take_in, form.file.content(), actor=actor):
        return done(_taken_in(form.result), "answers.show", ref=form.result.ref)
    return form_page("answers/take_in.html", form)


@blueprint.get("/bank-files/<ref>")
def show(ref: str) -> Answer:
    """One file: what each of its entries says, and what came of it."""
    actor = current_actor()
    ensure_seen(policy.may_list(actor))
    answer = queries.by_ref(ref)
    found = paginate(queries.entries_of(answer.id))
    return page(
        "answers/show.html",
        answer=answer,
        kind=KIND_LABELS[answer.kind],
        found=found,
        rows=[_row(actor, ref, entry) for entry in found.items],
        taken_in_by=accounts.by_id(answer.taken_in_by_id).name,
        trail=trail_of(ref),
    )


@blueprint.get("/bank-files/<ref>/file")
def file(ref: str) -> Answer:
    """The file as the bank sent it."""
    ensure_seen(policy.may_list(current_actor()))
    return stored_file(queries.by_ref(ref).file)


@blueprint.route(f"{_ENTRY}/attribute", methods=["GET", "POST"])
def attribute(ref: str, number: int) -> Answer:
    """Say which payment an entry means."""
    actor, entry, form = current_actor(), _entry(ref, number), AttributeForm()
    ensure(policy.may_attribute(actor, entry))
    LIFE.step(entry.state, Action.ATTRIBUTE)
    if form.is_submitted() and attempt(form, _attribute, entry, form, actor):
        return done(_("The entry is attributed and entered."), "answers.show", ref=ref)
    entry = _entry(ref, number)
    return form_page(
        "answers/attribute.html",
        form,
        entry=entry,
        row=_row(actor, ref, entry),
        proposed=queries.proposals(entry),
    )


@blueprint.route(f"{_ENTRY}/dismiss", methods=["GET", "POST"])
def dismiss(ref: str, number: int) -> Answer:
    """Set an entry aside that concerns no payment of ours."""
    actor, entry, form = current_actor(), _entry(ref, number), DismissForm()
    ensure(policy.may_dismiss(actor, entry))
    LIFE.step(entry.state, Action.DISMISS)
    if form.is_submitted() and attempt(
        form, operations.dismiss, entry, actor=actor, **form.values()
    ):
        return done(_("The entry is set aside."), "answers.show", ref=ref)
    entry = _entry(ref, number)
    return form_page("answers/dismiss.html", form, entry=entry, row=_row(actor, ref, entry))


def _entry(ref: str, number: int) -> BankEntry:
    ensure_seen(policy.may_list(current_actor()))
    return queries.entry(f"{ref}/{number}")


def _attribute(entry: BankEntry, form: AttributeForm, actor: Actor) -> BankEntry:
    return operations.attribute(entry, payment=_chosen(form), actor=actor)


def _chosen(form: AttributeForm) -> Payment:
    """The payment typed; an unknown one is a mistake in the form, not a missing page."""
    try:
        return payments.by_ref((form.payment.data or "").strip().upper())
    except NotFound:
        fault = Fault(_("There is no payment with this reference."), "payment")
        raise RuleBroken(fault) from None


def _row(actor: Actor, ref: str, entry: BankEntry) -> EntryRow:
    tones = {Action.ATTRIBUTE: "primary", Action.DISMISS: "secondary"}
    links = [
        Link(
            LIFE.labels[action],
            url_for(f"answers.{action}", ref=ref, number=entry.number),
            tones[action],
        )
        for action in policy.available(actor, entry)
    ]
    told = (
        rules.reason_kept(entry.code, entry.text, entry.outcome) if entry.code or entry.text else ""
    )
    return EntryRow(
        entry,
        OUTCOME_LABELS[entry.outcome],
        payment_rules.reason_in_words(told),
        LIFE.badge(entry.state),
        links,
    )


def _taken_in(answer: BankAnswer) -> Text:
    counts = queries.counts([answer.id])
    waiting = counts.get((answer.id, State.WAITING), 0)
    if waiting:
        return n_(
            "The file is imported. %(num)s entry waits for you.",
            "The file is imported. %(num)s entries wait for you.",
            waiting,
        )
    return _("The file is imported. Nothing was entered twice.")
