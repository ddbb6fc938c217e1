"""What officers do with a call: draft, edit, clone, publish, correct, cancel."""

import re

from portal.audit.effects import record
from portal.calls import notifications, policy, queries, rules
from portal.calls.models import Call, Corrigendum
from portal.calls.rules import Terms, publication
from portal.calls.rules.terms import changes, stored, terms_of
from portal.calls.states import LIFE, Action, CallKind
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import Fault, Stale, refuse_if
from portal.core.i18n import _
from portal.programme.queries import by_code

_IDENTIFIER = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")
#: Longest identifier of a call.
_LONGEST_IDENTIFIER = 24


def draft(*, ref: str, programme: str, kind: CallKind, terms: Terms, actor: Actor) -> Call:
    """Begin a call under its published identifier; drafts may be incomplete.

    `programme` is the programme's code. Raises `RuleBroken` for an identifier that is taken or is
    not written in capitals, digits and hyphens.
    """
    ensure(policy.may_draft(actor))
    refuse_if(_identifier_faults(ref))
    found = by_code(programme)
    call = Call(
        ref=ref,
        programme_id=found.id,
        kind=kind,
        drafted_at=clock.now(),
        drafted_by_id=actor.id,
        **terms.values(),
    )
    db.session.add(call)
    db.session.flush()
    record(
        actor, call, Action.DRAFT, after={"state": call.state, "kind": kind}, programme=found.ref
    )
    return call


def edit(call: Call, *, kind: CallKind, terms: Terms, version: int, actor: Actor) -> Call:
    """Replace the terms of a draft; `version` is that of the form, and an old one is `Stale`."""
    ensure(policy.may_edit(actor, call))
    call = queries.lock_call(call.id)
    LIFE.step(call.state, Action.EDIT)
    if call.version != version:
        raise Stale
    changed = changes(terms_of(call), terms)
    _take_over(call, terms)
    call.kind = kind
    old, new = _sides(changed)
    record(actor, call, Action.EDIT, before=old, after=new)
    return call


def clone(call: Call, *, ref: str, actor: Actor) -> Call:
    """Begin a new draft with the terms of a call, under an identifier of its own."""
    ensure(policy.may_clone(actor, call))
    refuse_if(_identifier_faults(ref))
    copy = Call(
        ref=ref,
        programme_id=call.programme_id,
        kind=call.kind,
        drafted_at=clock.now(),
        drafted_by_id=actor.id,
        **terms_of(call).values(),
    )
    db.session.add(copy)
    db.session.flush()
    record(actor, copy, Action.CLONE, after={"state": copy.state}, source=call.ref)
    return copy


def publish(call: Call, *, actor: Actor) -> Call:
    """Show the call to the world; raises `RuleBroken` with everything it still lacks."""
    ensure(policy.may_publish(actor, call))
    call, now = queries.lock_call(call.id), clock.now()
    before, state = call.state, LIFE.step(call.state, Action.PUBLISH)
    terms = terms_of(call)
    refuse_if(publication.faults(terms, now))
    call.state, call.published_at = state, now
    told = {name: stored(value) for name, value in terms.values().items()}
    record(
        actor, call, Action.PUBLISH, before={"state": before}, after={"state": state}, terms=told
    )
    return call


def correct(call: Call, *, terms: Terms, text_en: str, text_fr: str, actor: Actor) -> Corrigendum:
    """Change a published call by a dated corrigendum that says what changed, and tell followers.

    Raises `RuleBroken` with every fault: the rules of publication hold for the new terms, and after
    the deadline only texts and budget may change.
    """
    ensure(policy.may_correct(actor, call))
    call, now = queries.lock_call(call.id), clock.now()
    LIFE.step(call.state, Action.CORRECT)
    before = terms_of(call)
    refuse_if(
        publication.correction_faults(
            before,
            terms,
            text_en=text_en,
            text_fr=text_fr,
            phase=rules.phase(call, now),
            listed_cents=call.listed_cents,
            now=now,
        )
    )
    changed = changes(before, terms)
    _take_over(call, terms)
    corrigendum = Corrigendum(
        call_id=call.id,
        number=len(queries.corrigenda_of(call.id)) + 1,
        text_en=text_en,
        text_fr=text_fr,
        changes=[
            {"field": name, "before": stored(old), "after": stored(new)}
            for name, (old, new) in changed.items()
        ],
        published_at=now,
        published_by_id=actor.id,
    )
    db.session.add(corrigendum)
    old, new = _sides(changed)
    record(actor, call, Action.CORRECT, before=old, after=new, number=corrigendum.number)
    notifications.corrected(call, corrigendum)
    return corrigendum


def cancel(call: Call, *, reason: str, actor: Actor) -> Call:
    """End a call before it is decided; proposals are not judged any more."""
    ensure(policy.may_cancel(actor, call))
    call = queries.lock_call(call.id)
    before, state = call.state, LIFE.step(call.state, Action.CANCEL)
    if not reason.strip():
        refuse_if([Fault(_("Say why the call is cancelled."), "reason", "CALL-11")])
    call.state, call.cancel_reason = state, reason.strip()
    record(
        actor,
        call,
        Action.CANCEL,
        before={"state": before},
        after={"state": state},
        reason=reason.strip(),
    )
    notifications.cancelled(call)
    return call


def _identifier_faults(ref: str) -> list[Fault]:
    if _IDENTIFIER.fullmatch(ref) and len(ref) <= _LONGEST_IDENTIFIER:
        return []
    message = _(
        "Write the identifier in capitals, digits and hyphens, at most %(most)s characters, like "
        "COS-CLUSTER-2018-03-02.",
        most=_LONGEST_IDENTIFIER,
    )
    return [Fault(message, "ref", "CALL-01")]


def _take_over(call: Call, terms: Terms) -> None:
    for name, value in terms.values().items():
        setattr(call, name, value)
    db.session.flush()


def _sides(
    changed: dict[str, tuple[object, object]],
) -> tuple[dict[str, object], dict[str, object]]:
    before = {name: stored(old) for name, (old, _new) in changed.items()}
    after = {name: stored(new) for name, (_old, new) in changed.items()}
    return before, after
