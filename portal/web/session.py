"""Signed in or turned away: every page is closed unless marked @public, and must ask a permission.

The cookie holds a random token that names a row of `sign_in_session`; ending the row ends the
session in every worker at the next request.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from portal.accounts import queries as accounts
from portal.accounts import rules
from portal.accounts.models import SignInSession, User
from portal.core import clock, log
from portal.core.actors import Actor, permissions_asked
from portal.core.errors import NotAllowed
from portal.core.i18n import _
from portal.partners import queries as partners
from portal.web.access import SAFE_METHODS
from portal.web.errors import answer_to

View = TypeVar("View", bound=Callable[..., Any])

login_manager = LoginManager()


@dataclass(frozen=True)
class Me:
    """The person signed in, as every page shows them: plain words that outlive a rollback."""

    ref: str
    name: str
    email: str
    language: str


class SignedIn(UserMixin):
    """The person behind a request, and the session they signed in with."""

    def __init__(self, row: SignInSession, token: str) -> None:
        self.row = row
        self.token = token
        self.person: User = row.person

    def get_id(self) -> str:
        """What the cookie holds: the session's token, never the person's id."""
        return self.token


def public(view: View) -> View:
    """Mark a view that anybody may call; `tests/architecture/test_routes.py` lists them all."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def init_sessions(app: Flask, *, secure: bool) -> None:
    """Install sign-in, the closed door, and the check that a permission was asked."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-portal" if secure else "portal",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_PROTECTION=None,
    )
    # Its context processor would ask the database again on error pages.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.session_protection = None
    login_manager.user_loader(_load)
    app.before_request(_close_the_door)
    app.after_request(_refuse_unasked)


def current_actor() -> Actor:
    """Who is acting in this request; only in views that are not public."""
    actor = visitor()
    if actor is None:
        abort(403)
    return actor


def visitor() -> Actor | None:
    """Who is acting in this request, or None for somebody who has not signed in."""
    if "actor" not in g:
        # Asked once: an error page after a failure of the database does not ask again.
        g.actor = None
        g.actor = _actor() if me() else None
    actor: Actor | None = g.actor
    return actor


def me() -> Me | None:
    """The person signed in, in plain words, or None; asks the database once per request."""
    if "me" not in g:
        g.me = None
        person = signed_in_person()
        g.me = Me(person.ref, person.name, person.email, person.language) if person else None
    found: Me | None = g.me
    return found


def signed_in_person() -> User | None:
    """The row of the person signed in, or None."""
    return current_user.person if current_user.is_authenticated else None


def signed_in_row() -> SignInSession | None:
    """The session row of this browser, or None."""
    return current_user.row if current_user.is_authenticated else None


def begin_session(row: SignInSession, token: str) -> None:
    """Tie this browser to a new session row; what the cookie held before is dropped."""
    _empty_cookie()
    session["seen"] = clock.now().isoformat()
    login_user(SignedIn(row, token))


def end_session() -> None:
    """Make this browser forget who was signed in."""
    logout_user()
    _empty_cookie()


def _empty_cookie() -> None:
    kept = {name: session[name] for name in ("language", "_flashes") if name in session}
    session.clear()
    session.update(kept)
    g.pop("actor", None)
    g.pop("me", None)


def client_address() -> str:
    """Where the request came from."""
    return request.remote_addr or ""


def _actor() -> Actor:
    person = current_user.person
    return partners.actor_for(
        person,
        roles=frozenset(grant.role for grant in person.grants if grant.revoked_at is None),
        address=client_address(),
        request_id=g.request_id,
    )


def _load(token: str) -> SignedIn | None:
    seen = session.get("seen")
    now = clock.now()
    if not seen or now - datetime.fromisoformat(seen) > rules.IDLE_LIFE:
        return None
    row = accounts.live_session(token, now)
    return SignedIn(row, token) if row else None


def _close_the_door() -> BaseResponse | None:
    if request.endpoint in (None, "static"):
        return None
    who = me()
    if who is not None:
        session["seen"] = clock.now().isoformat()
        log.actor_id.set(who.ref)
        return None
    if _is_public():
        return None
    g.turned_away = True
    if session.pop("_user_id", None):
        flash(str(_("Your session has ended. Sign in again to go on.")), "wait")
    wanted = request.full_path.rstrip("?") if request.method in SAFE_METHODS else request.path
    return redirect(url_for("accounts.sign_in", next=wanted), 303)


def _is_public() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "is_public", False)


def _refuse_unasked(response: Response) -> Response:
    """Closed by default, a second time: an answer for which nobody asked a permission is not
    given.
    """
    free = request.endpoint in (None, "static") or request.method == "OPTIONS" or _is_public()
    free = free or g.get("turned_away") or g.get("answered_before")
    if free or response.status_code >= 400 or permissions_asked():
        return response
    log.logger.error("no permission was asked by %s", request.endpoint)
    if current_app.testing:
        raise AssertionError(f"{request.endpoint} answered without asking a permission")
    return answer_to(NotAllowed())
