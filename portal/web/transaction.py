"""One request, one transaction: a POST commits when it succeeds, a GET always rolls back.

`may_write` follows the method before any query, so that a GET cannot write on either database and,
on SQLite, takes no write lock.
"""

from flask import Flask, Response, g, request
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import InstanceState
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from portal.core.db import db, may_write
from portal.core.refusals import refusal
from portal.web.access import SAFE_METHODS
from portal.web.errors import answer_to
from portal.web.request_keys import keep

#: Things read by the view, with the values they had when they were read.
AsRead = list[tuple[object, dict[str, object]]]


def init_transactions(app: Flask) -> None:
    """Install the commit at the end of every unsafe request; register before everything that
    queries.
    """
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_forget)


def as_read() -> AsRead:
    """Everything the view has read so far, with its values, to be put back by `undo`."""
    things = list(db.session.identity_map.values())
    return [(thing, _values(inspect(thing))) for thing in things]


def undo(read: AsRead | None = None) -> None:
    """Undo everything the request did so far; what follows may only read (the form shown again).

    Undoing makes the session forget what it holds. `read` puts it back as the view read it before
    the operation, so that the page can be shown from the same objects, relationships included,
    without asking the database again and without the values the operation left behind.
    """
    db.session.rollback()
    may_write.set(False)
    for thing, values in read or ():
        if thing in db.session:
            for name, value in values.items():
                set_committed_value(thing, name, value)


def _values(state: InstanceState[object]) -> dict[str, object]:
    """The columns and relationships that were read; collections are copied, the operation may fill
    them.
    """
    known = state.dict
    values = {
        name: known[name]
        for name in [each.key for each in state.mapper.column_attrs]
        if name in known
    }
    for name, relationship in state.mapper.relationships.items():
        if name in known:
            held = known[name]
            held = held.values() if isinstance(held, dict) else held
            values[name] = list(held) if relationship.uselist and held is not None else held
    return values


def _begin() -> None:
    g.write_token = may_write.set(request.method not in SAFE_METHODS)


def _finish(response: Response) -> Response:
    nothing_done = response.status_code >= 400 or g.get("turned_away")
    if request.method in SAFE_METHODS or nothing_done:
        db.session.rollback()
        return response
    try:
        keep(response)
        db.session.commit()
    except (IntegrityError, OperationalError, StaleDataError) as error:
        db.session.rollback()
        known = refusal(error)
        if known is None:
            raise
        return answer_to(known)
    return response


def _forget(_error: BaseException | None) -> None:
    token = g.pop("write_token", None)
    if token is not None:
        may_write.reset(token)
