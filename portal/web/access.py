"""Every request gets its id, and one log line: route, status, duration, statements.

The route is logged, never the address: addresses hold one-time keys and what people searched for.
"""

from contextvars import ContextVar
from time import perf_counter_ns
from typing import Any
from uuid import uuid4

from flask import Flask, Response, g, request
from sqlalchemy import Engine, event

from portal.core import log
from portal.core.actors import forget_permissions_asked

#: Methods that only look.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
#: What begins and ends transactions is not counted.
_FRAME = ("BEGIN", "PRAGMA", "SET TRANSACTION", "SAVEPOINT", "RELEASE", "ROLLBACK")

_statements: ContextVar[int] = ContextVar("statements", default=0)


def init_access(app: Flask) -> None:
    """Install the log line; register first, so that it counts and times everything else."""
    app.before_request(_start)
    app.after_request(_note)
    app.teardown_request(_write)
    if not event.contains(Engine, "before_cursor_execute", _count):
        event.listen(Engine, "before_cursor_execute", _count)


def statements() -> int:
    """How many statements this request has sent to the database so far."""
    return _statements.get()


def _count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if not statement.startswith(_FRAME):
        _statements.set(_statements.get() + 1)


def _start() -> None:
    g.began_ns = perf_counter_ns()
    g.request_id = uuid4().hex[:12]
    log.request_id.set(g.request_id)
    log.actor_id.set("-")
    forget_permissions_asked()
    _statements.set(0)


def _note(response: Response) -> Response:
    g.answered = response.status_code
    return response


def _write(_error: BaseException | None) -> None:
    began = g.pop("began_ns", None)
    if began is None:
        return
    log.logger.info(
        "%s %s %s %s ms %s statements",
        request.method,
        request.url_rule.rule if request.url_rule else "-",
        g.get("answered", 500),
        (perf_counter_ns() - began) // 1_000_000,
        statements(),
    )
