"""The verbs of profiles."""

from portal.audit.effects import record
from portal.core import clock, files
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, RuleBroken, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.exchanges.profiles import notifications, policy, queries, rules
from portal.exchanges.profiles.models import AvailablePeriod, Profile
from portal.exchanges.profiles.rules import Answers
from portal.exchanges.profiles.states import LIFE, Action, State, WishKind
from portal.partners.models import Organisation
from portal.partners.states import State as OrganisationState
from portal.projects import queries as projects
from portal.projects.models import Project

#: Content and name of an upload.
Upload = tuple[bytes, str]


def start(
    organisation: Organisation, answers: Answers, *, cv: Upload | None = None, actor: Actor
) -> Profile:
    """Begin a profile as a draft; an organisation has one that is alive at a time."""
    ensure(policy.may_start(actor, organisation))
    refuse_if(rules.shape_faults(answers))
    profile = Profile(
        ref=next_reference("PRF", clock.today().year),
        state=State.DRAFT,
        organisation=organisation,
        person_id=actor.id,
        visits=answers.visits,
        hosts=answers.hosts,
        chosen_because=[],
        wishes=[],
        periods=[],
        started_at=clock.now(),
        kept_until=rules.kept_until(clock.today()),
    )
    db.session.add(profile)
    _take(profile, answers, cv, actor)
    record(actor, profile, Action.START, after=_shown(profile))
    return profile


def edit(profile: Profile, answers: Answers, *, cv: Upload | None = None, actor: Actor) -> Profile:
    """Change what a draft or a returned profile says; a CV sent replaces the earlier one."""
    ensure(policy.may_edit(actor, profile))
    profile = queries.lock_profile(profile.id)
    profile.state = LIFE.step(profile.state, Action.EDIT)
    refuse_if(rules.shape_faults(answers))
    before = _shown(profile)
    _take(profile, answers, cv, actor)
    profile.kept_until = rules.kept_until(clock.today())
    record(actor, profile, Action.EDIT, before=before, after=_shown(profile))
    return profile


def submit(profile: Profile, *, project: Project | None = None, actor: Actor) -> Profile:
    """Hand a complete profile to a partnership, which answers within ten working days (CXC-T02).

    Without a `project` the portal assigns the best suggestion (domain 2.6).
    """
    ensure(policy.may_submit(actor, profile))
    profile = queries.lock_profile(profile.id)
    before, state = profile.state, LIFE.step(profile.state, Action.SUBMIT)
    today = clock.today()
    refuse_if(_submission_faults(profile))
    found = queries.suggestions(profile.organisation, profile.wished(WishKind.SECTOR), today)
    if project is None:
        if not found:
            raise RuleBroken(Fault(_("No partnership takes part in exchanges today."), "project"))
        project = projects.by_ref(found[0].ref)
    reasons = {one.ref: one.reasons for one in found}
    if project.ref not in reasons:
        message = _("This project pays no exchanges today. Choose another partnership.")
        raise RuleBroken(Fault(message, "project", "2.1"))
    profile.state, profile.project = state, project
    profile.chosen_because = [str(reason) for reason in reasons[project.ref]]
    profile.submitted_at, profile.answer_due_on = clock.now(), rules.answer_due_on(today)
    profile.decided_at = profile.decided_by_id = None
    profile.reminders = 0
    profile.decision_reason = ""
    profile.kept_until = rules.kept_until(today)
    record(
        actor,
        profile,
        Action.SUBMIT,
        before={"state": before},
        after={"state": state, "project": project.ref, "due_on": profile.answer_due_on},
        because=profile.chosen_because,
    )
    notifications.submitted(profile)
    return profile


def accept(profile: Profile, *, actor: Actor) -> Profile:
    """Take the organisation into the catalogue; only then may it be matched (CXC-E11)."""
    ensure(policy.may_accept(actor, profile))
    profile = _decide(profile, Action.ACCEPT, "", actor)
    notifications.accepted(profile)
    return profile


def send_back(profile: Profile, *, reason: str, actor: Actor) -> Profile:
    """Ask the organisation to complete its profile."""
    ensure(policy.may_send_back(actor, profile))
    profile = _decide(profile, Action.SEND_BACK, reason, actor)
    notifications.sent_back(profile)
    return profile


def reject(profile: Profile, *, reason: str, actor: Actor) -> Profile:
    """Refuse the profile for a stated reason; the organisation may turn to another partnership."""
    ensure(policy.may_reject(actor, profile))
    profile = _decide(profile, Action.REJECT, reason, actor)
    notifications.rejected(profile)
    return profile


def suspend(profile: Profile, *, reason: str, actor: Actor) -> Profile:
    """Take an accepted profile out of the catalogue for a while, for a stated reason."""
    ensure(policy.may_suspend(actor, profile))
    profile = _decide(profile, Action.SUSPEND, reason, actor)
    notifications.suspended(profile)
    return profile


def reinstate(profile: Profile, *, actor: Actor) -> Profile:
    """Put a suspended profile back into the catalogue."""
    ensure(policy.may_reinstate(actor, profile))
    profile = _decide(profile, Action.REINSTATE, "", actor)
    notifications.reinstated(profile)
    return profile


def withdraw(profile: Profile, *, actor: Actor) -> Profile:
    """Give the profile up; it leaves the catalogue at once."""
    ensure(policy.may_withdraw(actor, profile))
    profile = queries.lock_profile(profile.id)
    before, profile.state = profile.state, LIFE.step(profile.state, Action.WITHDRAW)
    if profile.kept_until is not None:
        profile.kept_until = rules.kept_until(clock.today())
    _record_step(profile, Action.WITHDRAW, before, actor, "")
    return profile


def remind(*, actor: Actor) -> list[Profile]:
    """Remind partnerships of the registrations they are to answer (CXC-T02); returns these."""
    ensure(policy.may_remind(actor))
    today = clock.today()
    reminded = []
    for profile in queries.awaiting_answer():
        assert profile.answer_due_on is not None, "submitted with its last day"
        due = rules.reminders_due(profile.answer_due_on, today=today)
        if due <= profile.reminders:
            continue
        profile.reminders = due
        record(actor, profile, "remind", after={"reminders": due, "due_on": profile.answer_due_on})
        notifications.answer_due(profile)
        reminded.append(profile)
    return reminded


def close(*, actor: Actor) -> list[Profile]:
    """Close every profile whose time is over and delete its personal data (DP-2).

    The CV, the motivation and the link to the person go; that there was a profile stays.
    """
    ensure(policy.may_close(actor))
    closed = queries.past_keeping(clock.today())
    for profile in closed:
        before, profile.state = profile.state, LIFE.step(profile.state, Action.CLOSE)
        _forget(profile)
        _record_step(profile, Action.CLOSE, before, actor, "")
    return closed


def _decide(profile: Profile, action: Action, reason: str, actor: Actor) -> Profile:
    profile = queries.lock_profile(profile.id)
    state = LIFE.step(profile.state, action)
    asks_reason = action in (Action.SEND_BACK, Action.REJECT, Action.SUSPEND)
    if asks_reason and not reason.strip():
        raise RuleBroken(Fault(_("Give a reason."), "reason"))
    before, profile.state = profile.state, state
    profile.decided_by_id, profile.decided_at = actor.id, clock.now()
    profile.decision_reason = reason.strip()
    if profile.kept_until is not None:
        profile.kept_until = rules.kept_until(clock.today())
    _record_step(profile, action, before, actor, profile.decision_reason)
    return profile


def _record_step(
    profile: Profile, action: Action, before: State, actor: Actor, reason: str
) -> None:
    record(
        actor,
        profile,
        action,
        before={"state": before},
        after={"state": profile.state},
        reason=reason,
    )


def _submission_faults(profile: Profile) -> list[Fault]:
    answers = profile.answers
    found = list(rules.missing(answers, has_cv=profile.cv_id is not None, today=clock.today()))
    if profile.organisation.state is OrganisationState.SUSPENDED:
        name = profile.organisation.legal_name
        found.append(Fault(_("%(name)s is suspended from the programme.", name=name), None, "2.3"))
    return found


def _take(profile: Profile, answers: Answers, cv: Upload | None, actor: Actor) -> None:
    profile.visits, profile.hosts = answers.visits, answers.hosts
    profile.motivation = answers.motivation.strip()
    profile.wish((kind, value) for kind, values in answers.wishes.items() for value in values)
    profile.periods = [
        AvailablePeriod(first_on=period.first_on, last_on=period.last_on)
        for period in answers.periods
    ]
    if cv is not None:
        earlier = profile.cv
        content, name = cv
        profile.cv = files.keep(content, name, uploaded_by_id=actor.id, field="cv")
        _delete(earlier)
        profile.person_id = actor.id
    db.session.flush()


def _forget(profile: Profile) -> None:
    cv, profile.cv = profile.cv, None
    profile.motivation, profile.person, profile.kept_until = "", None, None
    db.session.flush()
    _delete(cv)


def _delete(file: files.StoredFile | None) -> None:
    if file is not None:
        db.session.flush()
        db.session.delete(file)


def _shown(profile: Profile) -> dict[str, object]:
    """What the trail keeps of a profile: choices, never what a person wrote (DP-1)."""
    return {
        "state": profile.state,
        "organisation": profile.organisation.ref,
        "visits": profile.visits,
        "hosts": profile.hosts,
        "sectors": list(profile.wished(WishKind.SECTOR)),
        "objectives": list(profile.wished(WishKind.OBJECTIVE)),
        "activities": list(profile.wished(WishKind.ACTIVITY)),
        "preferred_countries": list(profile.wished(WishKind.COUNTRY)),
    }
