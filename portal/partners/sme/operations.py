"""What people do with the SME status: declare it, confirm it, contest it."""

from collections.abc import Sequence

from portal.audit.effects import record
from portal.core import clock, steps
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.partners.models import Organisation
from portal.partners.sme import notifications, policy, queries
from portal.partners.sme.models import Assessment, Link
from portal.partners.sme.rules import status
from portal.partners.sme.rules.figures import Figures
from portal.partners.sme.rules.relations import Related
from portal.partners.sme.rules.status import Outcome, YearBefore
from portal.partners.sme.states import LIFE, Action, State


def declare(
    organisation: Organisation,
    *,
    reference_year: int,
    figures: Figures,
    signatory: str,
    actor: Actor,
    before: Figures | None = None,
    related: Sequence[Related] = (),
    is_estimate: bool = False,
    ownership_changed: bool = False,
) -> Assessment:
    """Compute the status from the figures of the reference year and keep it with every step.

    `before` are the organisation's own figures one year earlier; when they are missing the
    declaration made a year ago serves instead. Raises `RuleBroken` for a reference year that cannot
    be and for relations that do not hold together.
    """
    ensure(policy.may_declare(actor, organisation))
    now, today = clock.now(), clock.today()
    refuse_if(
        status.declaration_faults(
            related, reference_year=reference_year, is_estimate=is_estimate, today=today
        )
    )
    outcome = status.assess(
        figures,
        related,
        before=_year_before(organisation.id, reference_year, before, related),
        ownership_changed=ownership_changed,
    )
    assessment = Assessment(
        ref=next_reference("SME", today.year),
        organisation=organisation,
        state=State.DECLARED,
        reference_year=reference_year,
        is_estimate=is_estimate,
        ownership_changed=ownership_changed,
        signatory=signatory.strip(),
        assessed_on=today,
        declared_by_id=actor.id,
        declared_at=now,
        decision_reason="",
        related=[_link(one) for one in related],
        **_own(figures),
        **_own(before, prefix="before_"),
        **_computed(outcome),
    )
    db.session.add(assessment)
    record(
        actor,
        assessment,
        Action.DECLARE,
        after={"state": assessment.state, "category": outcome.category, "year": reference_year},
        organisation=organisation.ref,
        steps=assessment.steps,
    )
    return assessment


def confirm(assessment: Assessment, *, actor: Actor, note: str = "") -> Assessment:
    """Record that an officer has checked the declaration; the members are told."""
    ensure(policy.may_confirm(actor, assessment))
    assessment = _decide(assessment, Action.CONFIRM, note.strip(), actor)
    notifications.confirmed(assessment)
    return assessment


def contest(assessment: Assessment, *, reason: str, actor: Actor) -> Assessment:
    """Take the status away, with the reason; the members may declare again."""
    ensure(policy.may_contest(actor, assessment))
    if not reason.strip():
        raise RuleBroken(Fault(_("Give a reason."), "reason"))
    assessment = _decide(assessment, Action.CONTEST, reason.strip(), actor)
    notifications.contested(assessment)
    return assessment


def _decide(assessment: Assessment, action: Action, reason: str, actor: Actor) -> Assessment:
    assessment = queries.lock_assessment(assessment.id)
    before, assessment.state = assessment.state, LIFE.step(assessment.state, action)
    assessment.decided_by_id, assessment.decided_at = actor.id, clock.now()
    assessment.decision_reason = reason
    sides = {"before": {"state": before}, "after": {"state": assessment.state}}
    record(actor, assessment, action, **sides, reason=reason)
    return assessment


def _year_before(
    organisation_id: int, reference_year: int, before: Figures | None, related: Sequence[Related]
) -> YearBefore | None:
    """The year before: as declared now, or as declared and assessed then."""
    totals = status.totals_before(before, related)
    declared = queries.of_year(organisation_id, reference_year - 1)
    if declared is None:
        return YearBefore(totals) if totals else None
    then = Figures(
        declared.total_headcount_hundredths,
        declared.total_turnover_cents,
        declared.total_balance_cents,
    )
    return YearBefore(totals or then, has_known_status=True, known_category=declared.category)


def _own(figures: Figures | None, *, prefix: str = "") -> dict[str, int | None]:
    return {
        f"{prefix}headcount_hundredths": figures.headcount_hundredths if figures else None,
        f"{prefix}turnover_cents": figures.turnover_cents if figures else None,
        f"{prefix}balance_cents": figures.balance_cents if figures else None,
    }


def _computed(outcome: Outcome) -> dict[str, object]:
    return {
        "is_sme": outcome.is_sme,
        "category": outcome.category,
        "steps": steps.as_json(outcome.steps),
        **_own(outcome.totals, prefix="total_"),
    }


def _link(one: Related) -> Link:
    return Link(
        position=one.position,
        name=one.name,
        through_position=one.through,
        share_bp=one.share_bp,
        controls=one.controls,
        investor=one.investor,
        investor_group=one.investor_group,
        **_own(one.figures),
        **_own(one.before, prefix="before_"),
    )
