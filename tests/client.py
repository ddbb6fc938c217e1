"""The test client: every request in a context of its own, every answer checked for its headers."""

import contextvars
import hashlib
import secrets
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from portal.accounts.models import SignInSession, User
from portal.core import clock
from portal.core.db import db
from portal.web import headers, request_keys
from portal.web.access import SAFE_METHODS
from tests.reading import Page, read_page


class PortalClient(FlaskClient):
    """A browser without a screen.

    What the test did so far is committed before each request (with the `session` fixture that only
    releases a savepoint): the request finds it, and the test sees what the request changed.
    """

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request, as a stranger to the test's own context.

        Unsafe requests carry what a form opened in this session for the purpose would: its token,
        unless `csrf=False`, and its key, unless `key=False`. A form that was read carries its own.
        """
        token, key = kwargs.pop("csrf", True), kwargs.pop("key", True)
        if kwargs.get("method", "GET") not in SAFE_METHODS:
            own = {"X-CSRFToken": self.csrf_token()} if token else {}
            own |= {request_keys.HEADER: request_keys.new_key()} if key else {}
            kwargs["headers"] = {**own, **dict(kwargs.get("headers", {}))}
        db.session.commit()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        for response in (*answer.history, answer):
            check_headers(response)
        return answer

    def page(self, path: str, *, status: int = 200) -> Page:
        """Get a page, check its status, and read it."""
        answer = self.get(path)
        assert answer.status_code == status, f"{path}: {answer.status}\n{answer.text[:2000]}"
        return read_page(answer.data)

    def csrf_token(self) -> str:
        """The token the forms of this browser's session carry."""
        with self.session_transaction() as cookie:
            raw = cookie.setdefault("csrf_token", secrets.token_hex(20))
        signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
        return str(signer.dumps(raw))

    def sign_in(self, user: User) -> None:
        """Have a real server-side session of this person, without any hashing."""
        self.carry(self.open_session(user))

    def open_session(self, user: User) -> str:
        """Open a server-side session for this person, and return its token."""
        token, now = secrets.token_urlsafe(32), clock.now()
        db.session.add(
            SignInSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                person_id=user.id,
                created_at=now,
                expires_at=now + timedelta(hours=12),
                address="127.0.0.1",
                browser="tests",
            )
        )
        db.session.commit()
        return token

    def carry(self, token: str) -> None:
        """Hold the cookie of an open session, as `begin_session` writes it."""
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie.update({"_user_id": token, "_fresh": True, "seen": clock.now().isoformat()})


def check_headers(response: TestResponse) -> None:
    """Quality S9: the exact set of security headers, on pages, errors, redirects and files."""
    where = f"{response.request.method} {response.request.path} ({response.status_code})"
    for name, value in headers.HEADERS.items():
        assert response.headers.getlist(name) == [value], f"{where}: {name}"
    assert response.headers.getlist("Cache-Control"), f"{where}: Cache-Control"
    if not response.request.path.startswith("/static/"):
        assert "no-store" in response.headers["Cache-Control"], f"{where}: may be stored"
    for revealing in ("Server", "X-Powered-By"):
        assert revealing not in response.headers, f"{where}: {revealing}"
