"""Forged requests: a token in every form (Flask-WTF), and no unsafe request from another site."""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf import CSRFProtect

from portal.web.access import SAFE_METHODS

csrf = CSRFProtect()


def init_csrf(app: Flask) -> None:
    """Check the origin and the token of every unsafe request before any view runs."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_METHODS"] = ["POST", "PUT", "PATCH", "DELETE"]
    # The origin check below covers it, with and without TLS.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    app.before_request(_same_origin)
    csrf.init_app(app)


def _same_origin() -> None:
    if request.method in SAFE_METHODS:
        return
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        abort(400)
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        abort(400)
