"""What a project's managers do: define instruments, look a firm up, award a voucher."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, request, url_for

from portal.accounts.models import User
from portal.core import clock, formats
from portal.core.actors import Actor, ensure
from portal.core.i18n import Text, _
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.states import Instrument as EnvelopeKind
from portal.vouchers import operations, policy, queries
from portal.vouchers.forms import AwardForm, InstrumentForm
from portal.vouchers.rules import decision, eligibility
from portal.vouchers.rules.instruments import PRESETS, SCHEDULES, Preset
from portal.vouchers.states import AMOUNT_MODE_LABELS, TRIGGER_LABELS, Trigger
from portal.vouchers.views.base import blueprint, seen_project
from portal.web.respond import Answer, attempt, done, form_page, page
from portal.web.session import current_actor

#: Longest text searched for.
_LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Standing:
    """A firm as it stands before an award: what stands in the way, what is to be noted."""

    faults: list[Text]
    warnings: list[Text]
    cap: queries.CapStanding
    envelope_left_cents: int


@blueprint.get("/projects/<ref>/instruments")
def instruments(ref: str) -> Answer:
    """The kinds of voucher a project gives."""
    actor = current_actor()
    project = seen_project(actor, ref)
    return page(
        "vouchers/instruments.html",
        project=project,
        instruments=queries.instruments_of(project.id),
        modes=AMOUNT_MODE_LABELS,
        parts=_parts,
        may_define=policy.may_define_instrument(actor, project),
        may_award=policy.may_award(actor, project),
    )


@blueprint.route("/projects/<ref>/instruments/define", methods=["GET", "POST"])
def define_instrument(ref: str) -> Answer:
    """Add a kind of voucher, perhaps one that a programme has published."""
    actor = current_actor()
    project = seen_project(actor, ref)
    ensure(policy.may_define_instrument(actor, project))
    form = InstrumentForm(data=_suggested(request.args.get("preset", "")))
    if form.is_submitted() and attempt(
        form, operations.define_instrument, project, actor=actor, **form.values()
    ):
        message = _("The kind of voucher is defined: it can be awarded now.")
        return done(message, "vouchers.instruments", ref=ref)
    return form_page(
        "vouchers/define_instrument.html", form, project=project, presets=PRESETS, parts=_parts
    )


@blueprint.route("/projects/<ref>/vouchers/award", methods=["GET", "POST"])
def award(ref: str) -> Answer:
    """Find the firm, see how it stands, award the voucher."""
    actor = current_actor()
    project = seen_project(actor, ref)
    ensure(policy.may_award(actor, project))
    chosen = request.args.get("holder", "")
    if not chosen and request.method == "POST":
        return redirect(url_for("vouchers.award", ref=ref), 303)
    if not chosen:
        return _look_up(project)
    holder = partners.by_ref(chosen)
    ensure(policy.may_award(actor, project, holder))
    form = _award_form(project)
    if form.is_submitted() and attempt(form, _award, project, holder, form, actor):
        message = _("The voucher is offered. Both sides can now sign the agreement.")
        return done(message, "vouchers.show", ref=form.result.ref)
    return form_page(
        "vouchers/award.html",
        form,
        project=project,
        holder=holder,
        standing=_standing(project, holder),
    )


def _look_up(project: Project) -> Answer:
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    found = partners.search(text) if text else []
    return page("vouchers/look_up.html", project=project, text=text, found=found)


def _award_form(project: Project) -> AwardForm:
    form = AwardForm(starts_on=clock.today())
    form.instrument.choices = [
        ("", _("Choose a kind of voucher")),
        *((one.code, f"{one.code} – {one.name}") for one in queries.instruments_of(project.id)),
    ]
    form.mentor.choices = [
        ("", _("Nobody")),
        *((person.ref, person.name) for person in _people(project)),
    ]
    return form


def _award(project: Project, holder: Organisation, form: AwardForm, actor: Actor) -> object:
    """Find what was chosen by its code, then award."""
    values = form.values()
    code, mentor = values.pop("instrument"), values.pop("mentor")
    people = {person.ref: person for person in _people(project)}
    return operations.award(
        project,
        holder=holder,
        instrument=queries.instrument(project.id, code),
        mentor=people.get(mentor or ""),
        actor=actor,
        **values,
    )


def _people(project: Project) -> list[User]:
    return partners.people_of(sorted(projects.beneficiary_ids(project.id)))


def _standing(project: Project, holder: Organisation) -> Standing:
    """How the firm would fare today, everything declared."""
    today = clock.today()
    declared = queries.Declarations(exclusion=True, double_funding=True)
    candidate = queries.candidate(project, holder, day=today, title="", declared=declared)
    envelope = projects.envelope(project.id, EnvelopeKind.VOUCHER)
    figures = projects.figures_of([envelope.line_id] if envelope else [])
    return Standing(
        faults=[fault.message for fault in eligibility.faults(candidate)],
        warnings=[decision.explain(step) for step in eligibility.warnings(candidate)],
        cap=queries.cap_standing(project.id, holder.id, today),
        envelope_left_cents=sum(one.available_cents for one in figures.values()),
    )


def _parts(instalments: Any) -> str:
    """The instalments of an instrument in one line: "50 % interim report, 50 % final report"."""
    return formats.listing(
        str(
            _(
                "%(share)s %(trigger)s",
                share=formats.percent(percent, 100),
                trigger=TRIGGER_LABELS[Trigger(trigger)],
            )
        )
        for percent, trigger in instalments
    )


def _suggested(code: str) -> dict[str, Any]:
    """The terms of a published instrument to start from, or the usual ones."""
    preset = next((one for one in PRESETS if one.code == code), None)
    if preset is None:
        return {"funding_rate": 100, "counts_towards_cap": True, "schedule": "halves"}
    return {
        "code": preset.code,
        "name_en": preset.name_en,
        "name_fr": preset.name_fr,
        "amount_mode": str(preset.amount_mode),
        "min_cents": preset.min_cents or None,
        "max_cents": preset.max_cents,
        "funding_rate": preset.funding_rate_bp // 100,
        "counts_towards_cap": preset.counts_towards_cap,
        "schedule": _schedule_of(preset),
        "max_months": preset.max_months,
    }


def _schedule_of(preset: Preset) -> str:
    return next(name for name, parts in SCHEDULES.items() if parts == preset.instalments)
