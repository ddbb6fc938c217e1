"""The verbs people perform on vouchers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.accounts.models import User
from portal.audit.effects import record
from portal.core import clock, days
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.core.steps import Step, as_json
from portal.ledger import effects as ledger
from portal.ledger.states import Bucket
from portal.partners import queries as partners
from portal.partners.models import Organisation
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.projects.rules.agreement import fingerprint
from portal.projects.states import Instrument as EnvelopeKind
from portal.vouchers import effects, notifications, policy, queries
from portal.vouchers.models import CapUse, Instalment, Instrument, Voucher, VoucherSignature
from portal.vouchers.rules import decision, instruments
from portal.vouchers.rules.decision import Limits, Offer
from portal.vouchers.states import LIFE, Action, AmountMode, Side, State, Trigger


@dataclass(frozen=True)
class _Asked:
    """An award as somebody asks for it."""

    holder: Organisation
    instrument: Instrument
    offer: Offer
    title: str
    declared: queries.Declarations
    other_funding: str
    mentor: User | None


def define_instrument(
    project: Project,
    *,
    code: str,
    name_en: str,
    name_fr: str,
    amount_mode: AmountMode,
    max_cents: int,
    instalments: Sequence[tuple[int, Trigger]],
    max_months: int,
    actor: Actor,
    min_cents: int = 0,
    funding_rate_bp: int = instruments.WHOLE_BP,
    counts_towards_cap: bool = True,
) -> Instrument:
    """Add a kind of voucher to a project; awards keep to it, so it never changes afterwards.

    `instalments` are percents of the award and what earns them. Raises `RuleBroken`.
    """
    ensure(policy.may_define_instrument(actor, project))
    least = instruments.least_cents(amount_mode, min_cents, max_cents)
    refuse_if(instruments.definition_faults(least, max_cents, instalments))
    instrument = Instrument(
        project_id=project.id,
        code=code.strip().upper(),
        name_en=name_en,
        name_fr=name_fr,
        amount_mode=amount_mode,
        min_cents=least,
        max_cents=max_cents,
        funding_rate_bp=funding_rate_bp,
        counts_towards_cap=counts_towards_cap,
        instalments=[[percent, str(trigger)] for percent, trigger in instalments],
        max_months=max_months,
    )
    db.session.add(instrument)
    db.session.flush()
    record(actor, project, Action.DEFINE_INSTRUMENT, after=_defined(instrument))
    return instrument


def award(
    project: Project,
    *,
    holder: Organisation,
    instrument: Instrument,
    title: str,
    amount_cents: int,
    starts_on: date,
    months: int,
    exclusion_declared: bool,
    double_funding_declared: bool,
    actor: Actor,
    other_funding: str = "",
    cost_cents: int | None = None,
    mentor: User | None = None,
) -> Voucher:
    """Offer a voucher to a firm: check it, count it against its cap, set the money aside.

    Raises `RuleBroken` with every fault at once: who the firm is, the amount, the cap, the
    envelope. The firm's other vouchers only warn; the warnings are kept with the steps.
    """
    ensure(policy.may_award(actor, project, holder))
    counts = instrument.counts_towards_cap
    asked = _Asked(
        holder=holder,
        instrument=instrument,
        offer=Offer(amount_cents, cost_cents, starts_on, months, counts),
        title=title,
        declared=queries.Declarations(exclusion_declared, double_funding_declared),
        other_funding=other_funding,
        mentor=mentor,
    )
    voucher = _award(project, asked, actor=actor)
    notifications.awarded(voucher)
    return voucher


def sign(voucher: Voucher, *, actor: Actor) -> Voucher:
    """Put one of the two signatures under the sub-grant agreement; the second binds the money.

    Raises `IllegalStep` unless the voucher is offered, `RuleBroken` when the actor's side has
    signed already or the project may not spend.
    """
    ensure(policy.may_sign(actor, voucher))
    voucher = queries.lock_voucher(voucher.id)
    state = LIFE.step(voucher.state, Action.SIGN)
    side = policy.side_of(actor, voucher)
    assert side is not None
    if queries.has_signed(voucher, side):
        fault = Fault(_("Your side has already signed the sub-grant agreement."), None, "V-SIGN")
        raise RuleBroken(fault)
    voucher.signatures.append(_signature(voucher, side, actor))
    before = voucher.state
    if len(voucher.signatures) == len(Side):
        projects.ensure_open_for_spending(voucher.project_id, clock.today())
        voucher.state, voucher.signed_at = state, clock.now()
        ledger.bind(
            voucher.line_id,
            voucher.amount_cents,
            subject=voucher.ref,
            why=voucher.title,
            actor=actor,
        )
    record(
        actor,
        voucher,
        Action.SIGN,
        before={"state": before},
        after={"state": voucher.state},
        side=side,
        fingerprint=voucher.fingerprint,
    )
    if voucher.state is State.SIGNED:
        notifications.signed(voucher)
    else:
        notifications.half_signed(voucher, side)
    return voucher


def withdraw(voucher: Voucher, *, reason: str, actor: Actor) -> Voucher:
    """Take an offer back, or decline it: the money and the cap are available again."""
    ensure(policy.may_withdraw(actor, voucher))
    voucher = _end(voucher, Action.WITHDRAW, Bucket.COMMITTED, reason=reason, actor=actor)
    notifications.withdrawn(voucher, reason)
    return voucher


def terminate(voucher: Voucher, *, reason: str, actor: Actor) -> Voucher:
    """End a signed voucher early: what was found due stays due, the rest goes back."""
    ensure(policy.may_terminate(actor, voucher))
    voucher = _end(voucher, Action.TERMINATE, Bucket.BOUND, reason=reason, actor=actor)
    notifications.terminated(voucher, reason)
    return voucher


def _end(voucher: Voucher, action: Action, source: Bucket, *, reason: str, actor: Actor) -> Voucher:
    voucher = queries.lock_voucher(voucher.id)
    before, state = voucher.state, LIFE.step(voucher.state, action)
    released = voucher.held_cents
    # The money goes first: the database lets no voucher be over that still holds some.
    effects.release_rest(voucher, source, why=reason, actor=actor)
    voucher.state, voucher.ended_at = state, clock.now()
    effects.give_cap_back(voucher, voucher.amount_cents - voucher.earned_cents)
    record(
        actor,
        voucher,
        action,
        before={"state": before},
        after={"state": voucher.state},
        reason=reason,
        released_cents=released,
        earned_cents=voucher.earned_cents,
    )
    return voucher


def _envelope_line(project: Project) -> int:
    envelope = projects.envelope(project.id, EnvelopeKind.VOUCHER)
    if envelope is None:
        fault = Fault(_("This project has no envelope for vouchers."), "amount_cents", "I1")
        raise RuleBroken(fault)
    return envelope.line_id


def _award(project: Project, asked: _Asked, *, actor: Actor) -> Voucher:
    """The cap's row first, then the project, then the ledger's line: locks go downwards."""
    today = clock.today()
    use = effects.open_cap(project.id, asked.holder.id, today)
    project = projects.ensure_open_for_spending(project.id, today)
    line_id = _envelope_line(project)
    steps = _decide(project, asked, use, line_id, today)
    voucher = _draw_up(project, asked, line_id, steps, actor=actor)
    _plan(voucher, asked)
    _freeze(voucher, use)
    amount_cents = voucher.amount_cents
    if asked.offer.counts_towards_cap:
        effects.take_cap(use, amount_cents)
    ledger.commit(line_id, amount_cents, subject=voucher.ref, why=asked.title, actor=actor)
    record(
        actor,
        voucher,
        Action.AWARD,
        after={"state": voucher.state, "amount_cents": amount_cents},
        project=project.ref,
        holder=asked.holder.ref,
        instrument=asked.instrument.code,
        steps=voucher.steps,
    )
    return voucher


def _decide(project: Project, asked: _Asked, use: CapUse, line_id: int, today: date) -> list[Step]:
    """Every check of an award; the steps that explain it, or `RuleBroken`."""
    candidate = queries.candidate(
        project, asked.holder, day=today, title=asked.title, declared=asked.declared
    )
    limits = Limits(
        used_cents=use.used_cents,
        cap_cents=use.cap_cents,
        cap_source=use.cap_source,
        envelope_left_cents=projects.figures_of([line_id])[line_id].available_cents,
        project_starts_on=project.starts_on,
        project_ends_on=project.ends_on,
    )
    refuse_if(decision.faults(candidate, asked.instrument, asked.offer, limits))
    return decision.steps(
        candidate, asked.instrument, asked.offer, limits, name=asked.instrument.code
    )


def _draw_up(
    project: Project, asked: _Asked, line_id: int, steps: Sequence[Step], *, actor: Actor
) -> Voucher:
    assert actor.id is not None
    now, offer = clock.now(), asked.offer
    voucher = Voucher(
        ref=next_reference("VCH", days.brussels_day(now).year),
        project=project,
        holder=asked.holder,
        instrument=asked.instrument,
        title=asked.title,
        amount_cents=offer.amount_cents,
        cost_cents=offer.cost_cents,
        starts_on=offer.starts_on,
        ends_on=instruments.last_day(offer.starts_on, offer.months),
        mentor_id=_mentor_id(project, asked.mentor),
        line_id=line_id,
        other_funding=asked.other_funding,
        steps=as_json(steps),
        awarded_at=now,
        awarded_by_id=actor.id,
        instalments=[],
        signatures=[],
        agreement={},
        fingerprint="",
    )
    db.session.add(voucher)
    db.session.flush()
    return voucher


def _mentor_id(project: Project, mentor: User | None) -> int | None:
    """The mentor's id, who must be one of the consortium's people."""
    if mentor is None:
        return None
    consortium = partners.people_of(sorted(projects.beneficiary_ids(project.id)))
    if mentor.id not in {person.id for person in consortium}:
        fault = Fault(_("The mentor must be one of the project’s people."), "mentor", "V-MENTOR")
        raise RuleBroken(fault)
    return mentor.id


def _plan(voucher: Voucher, asked: _Asked) -> None:
    offer = asked.offer
    parts = [(percent, Trigger(trigger)) for percent, trigger in asked.instrument.instalments]
    for planned in instruments.plan(
        offer.amount_cents, parts, starts_on=offer.starts_on, months=offer.months
    ):
        voucher.instalments.append(
            Instalment(
                number=planned.number,
                trigger=planned.trigger,
                share_bp=planned.share_bp,
                amount_cents=planned.amount_cents,
                due_on=planned.due_on,
            )
        )
    db.session.flush()


def _freeze(voucher: Voucher, use: CapUse) -> None:
    """Write down what the parties sign, as names and amounts stand at this moment."""
    grant = projects.agreement_of(voucher.project_id)
    holder = voucher.holder
    voucher.agreement = {
        "reference": voucher.ref,
        "project": voucher.project.ref,
        "acronym": voucher.project.acronym,
        "programme": grant["programme"],
        "call": grant["call"],
        "giver": grant["beneficiaries"][0]["name"],
        "holder": {
            "ref": holder.ref,
            "name": holder.legal_name,
            "town": holder.town,
            "country": holder.country,
        },
        "instrument_en": voucher.instrument.name_en,
        "instrument_fr": voucher.instrument.name_fr,
        "title": voucher.title,
        "amount_cents": voucher.amount_cents,
        "cost_cents": voucher.cost_cents,
        "cap_cents": use.cap_cents,
        "other_funding": voucher.other_funding,
        "starts_on": voucher.starts_on.isoformat(),
        "ends_on": voucher.ends_on.isoformat(),
        "instalments": [_agreed(part) for part in voucher.instalments],
    }
    voucher.fingerprint = fingerprint(voucher.agreement)


def _agreed(part: Instalment) -> dict[str, Any]:
    return {
        "number": part.number,
        "trigger": str(part.trigger),
        "share_bp": part.share_bp,
        "cents": part.amount_cents,
        "due_on": part.due_on.isoformat(),
    }


def _signature(voucher: Voucher, side: Side, actor: Actor) -> VoucherSignature:
    assert actor.id is not None
    return VoucherSignature(
        voucher_id=voucher.id,
        side=side,
        person_id=actor.id,
        person_name=actor.name,
        signed_at=clock.now(),
        fingerprint=voucher.fingerprint,
    )


def _defined(instrument: Instrument) -> dict[str, object]:
    return {
        "code": instrument.code,
        "amount_mode": instrument.amount_mode,
        "min_cents": instrument.min_cents,
        "max_cents": instrument.max_cents,
        "funding_rate_bp": instrument.funding_rate_bp,
        "counts_towards_cap": instrument.counts_towards_cap,
        "instalments": instrument.instalments,
        "max_months": instrument.max_months,
    }
