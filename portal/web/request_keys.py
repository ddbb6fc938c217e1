"""A form is done once: its key is taken before the work, and kept with the answer.

A double click, a form sent again after a time-out, the Back button: the second time the same
redirect and the same message are given, and nothing is done. `core/request_keys.py` says how this
holds between processes.
"""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from portal.core import request_keys
from portal.core.db import may_write
from portal.core.errors import Stale
from portal.core.log import logger

#: The field beside the CSRF token, and the header that may carry the key instead.
FIELD = "request_key"
HEADER = "Idempotency-Key"
_SHAPE = re.compile(rf"[0-9a-f]{{{request_keys.LENGTH}}}")
_CHUNK = 1 << 16

View = TypeVar("View", bound=Callable[..., Any])


def repeatable(view: View) -> View:
    """Mark a view that is run again when its form arrives again: doing it twice does no harm, and
    its answer cannot be kept. `tests/architecture/test_request_keys.py` lists them all.
    """
    view.is_repeatable = True  # type: ignore[attr-defined]
    return view


def init_request_keys(app: Flask) -> None:
    """Give templates a fresh key for each form, and take the key of every unsafe request.

    Register after the CSRF check, whose token tells one browser from another, and before the
    sessions: the form that ended a session is answered again to the browser it belonged to.
    """
    app.jinja_env.globals[FIELD] = new_key
    app.before_request(_take)


def new_key() -> str:
    """A key nobody has used."""
    return secrets.token_hex(request_keys.LENGTH // 2)


def keep(response: Response) -> None:
    """Keep the answer of a request that is about to commit; nothing when its work was undone."""
    taken = g.pop("request_key", None)
    if taken is None or not may_write.get():
        return
    if not 300 <= response.status_code < 400:
        logger.error("%s answered a form with something else than a redirect", request.endpoint)
        if current_app.testing:
            raise AssertionError(f"{request.endpoint} must redirect, or be marked repeatable")
    said = session.get("_flashes", [])[g.said_before :]
    answer = {
        "status": response.status_code,
        "location": response.location,
        "said": [list(each) for each in said],
        "language": session.get("language"),
    }
    scope, key = taken
    request_keys.keep(scope, key, answer)


def _take() -> BaseResponse | None:
    if request.endpoint is None or not may_write.get():
        return None
    key = request.form.get(FIELD) or request.headers.get(HEADER, "")
    if not _SHAPE.fullmatch(key):
        abort(400)
    if getattr(current_app.view_functions[request.endpoint], "is_repeatable", False):
        return None
    scope = hashlib.sha256(str(session.get("csrf_token")).encode()).hexdigest()
    answer = request_keys.take(scope, key, endpoint=request.endpoint, fingerprint=_fingerprint())
    if answer is not None:
        return _again(answer)
    g.request_key = (scope, key)
    g.said_before = len(session.get("_flashes", []))
    return None


def _again(answer: dict[str, Any]) -> BaseResponse:
    """The answer that was given before, to the same browser: no permission is needed for it."""
    if not answer["location"]:
        raise Stale
    g.answered_before = True
    logger.info("%s: sent again, answered as before", request.endpoint)
    for category, message in answer["said"]:
        flash(message, category)
    if answer["language"]:
        session["language"] = answer["language"]
    return redirect(answer["location"], answer["status"])


def _fingerprint() -> str:
    """What was sent and where to, as a hash that tells nothing without the portal's secret: there
    may be a password in it.
    """
    apart = (FIELD, "csrf_token")
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in apart]
    files = [(name, *_digest(file)) for name, file in request.files.items(multi=True)]
    sent = json.dumps([request.full_path, typed, files])
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, sent.encode(), hashlib.sha256).hexdigest()


def _digest(file: FileStorage) -> tuple[str, str]:
    digest = hashlib.sha256()
    for chunk in iter(partial(file.stream.read, _CHUNK), b""):
        digest.update(chunk)
    file.stream.seek(0)
    return file.filename or "", digest.hexdigest()
