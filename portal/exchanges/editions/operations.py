"""An edition is drafted, changed, published by somebody else, or discarded."""

from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Any

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, refuse_if
from portal.core.i18n import _
from portal.core.ids import next_reference
from portal.exchanges import queries as exchanges
from portal.exchanges.editions import effects, notifications, policy, queries
from portal.exchanges.editions.models import EditionDraft
from portal.exchanges.editions.queries import Period, Replay
from portal.exchanges.editions.rules import draft as rules
from portal.exchanges.editions.rules import replay as replays
from portal.exchanges.editions.rules.draft import Proposed
from portal.exchanges.editions.states import LIFE, Action, State


def draft(proposed: Proposed, *, note: str = "", actor: Actor) -> EditionDraft:
    """Keep the next edition as a draft; every fault is told at once.

    Of the ceilings only those that differ from the ones in force on its first day are kept.
    """
    ensure(policy.may_draft(actor))
    now, today = clock.now(), clock.today()
    refuse_if(_faults(proposed, today))
    draft = EditionDraft(
        ref=next_reference("EDI", now.year),
        state=State.DRAFT,
        drafted_by_id=actor.id,
        drafted_at=now,
        note=note,
        replay={},
        **effects.columns(proposed),
    )
    draft.ceilings = effects.ceilings(_changed(proposed))
    db.session.add(draft)
    record(actor, draft, Action.DRAFT, after=effects.shown(draft), reason=note)
    notifications.drafted(draft, by=actor)
    return draft


def edit(draft: EditionDraft, proposed: Proposed, *, note: str = "", actor: Actor) -> EditionDraft:
    """Put other values into a draft; only its author may, and only while it is one."""
    ensure(policy.may_edit(actor, draft))
    draft = queries.lock_draft(draft.id)
    draft.state = LIFE.step(draft.state, Action.EDIT)
    refuse_if(_faults(proposed, clock.today()))
    before = effects.shown(draft)
    for name, value in effects.columns(proposed).items():
        setattr(draft, name, value)
    draft.note = note
    effects.replace_ceilings(draft, _changed(proposed))
    record(actor, draft, Action.EDIT, before=before, after=effects.shown(draft), reason=note)
    return draft


def publish(
    draft: EditionDraft, *, first_on: date, last_on: date, seen: str = "", actor: Actor
) -> EditionDraft:
    """Make a draft the terms of the scheme from its first day on, for good.

    The visits that began from `first_on` to `last_on` are replayed once more: what they come to is
    kept with the draft. `seen` is the fingerprint of what the officer was shown; when draft or
    figures have changed since, nothing is published. Visits agreed before keep their terms.
    """
    ensure(policy.may_publish(actor, draft))
    draft = queries.lock_draft(draft.id)
    state = LIFE.step(draft.state, Action.PUBLISH)
    now, today = clock.now(), clock.today()
    refuse_if(chain(_faults(draft.proposed, today), replays.period_faults(first_on, last_on)))
    found = queries.replay(draft, Period(first_on, last_on))
    refuse_if(_changed_since(draft, found, seen))
    scheme = effects.enact(draft)
    draft.state, draft.scheme_id = state, scheme.id
    draft.published_by_id, draft.published_at = actor.id, now
    draft.replayed_from, draft.replayed_until = first_on, last_on
    kept: dict[str, Any] = found.summary.as_json()
    draft.replay = kept
    record(
        actor,
        draft,
        Action.PUBLISH,
        before={"state": State.DRAFT},
        after={"state": state, "valid_from": draft.valid_from},
        replayed_from=first_on,
        replayed_until=last_on,
        **kept,
    )
    record(actor, scheme, Action.PUBLISH, after=effects.shown(draft), draft=draft.ref)
    notifications.published(draft, by=actor)
    return draft


def discard(draft: EditionDraft, *, reason: str, actor: Actor) -> EditionDraft:
    """Give a draft up; it stays readable with the reason."""
    ensure(policy.may_discard(actor, draft))
    draft = queries.lock_draft(draft.id)
    state = LIFE.step(draft.state, Action.DISCARD)
    before = draft.state
    draft.state, draft.end_reason = state, reason
    draft.discarded_by_id, draft.discarded_at = actor.id, clock.now()
    record(
        actor,
        draft,
        Action.DISCARD,
        before={"state": before},
        after={"state": state},
        reason=reason,
    )
    return draft


def _faults(proposed: Proposed, today: date) -> list[Fault]:
    published = queries.published(proposed.valid_from)
    return list(rules.faults(proposed, published, today=today))


def _changed(proposed: Proposed) -> Mapping[str, int]:
    """The ceilings that would be other than those in force on the first day."""
    now = exchanges.ceilings_on(proposed.valid_from)
    return {
        country: cents for country, cents in proposed.ceilings.items() if now.get(country) != cents
    }


def _changed_since(draft: EditionDraft, found: Replay, seen: str) -> list[Fault]:
    if seen in ("", replays.fingerprint(draft.proposed, found.summary)):
        return []
    message = _(
        "The draft or the visits have changed while you were looking. Read the replay again before "
        "you publish."
    )
    return [Fault(message, None, "2.10")]
