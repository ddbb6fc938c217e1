"""Pages that belong to no room: language, statements, help, health, and the demo's outbox."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, request, session, url_for
from sqlalchemy import select
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portal.accounts import operations as accounts
from portal.core import settings
from portal.core.actors import ensure
from portal.core.db import db
from portal.core.errors import NotFound as NoSuchThing
from portal.core.i18n import LANGUAGES
from portal.core.outbox import OutboxMessage
from portal.web.request_keys import repeatable
from portal.web.respond import Answer, page, paginate, plain
from portal.web.session import public, signed_in_person, visitor

blueprint = Blueprint("web", __name__)
outbox = Blueprint("outbox", __name__)


@blueprint.post("/language")
@public
@repeatable
def language() -> Answer:
    """Switch the language and come back to the same place."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
        person, actor = signed_in_person(), visitor()
        if person is not None and actor is not None and person.language != wanted:
            accounts.change_language(person, language=wanted, actor=actor)
    return redirect(own_path(request.form.get("next", "")), 303)


@blueprint.get("/accessibility")
@public
def accessibility() -> Answer:
    """The accessibility statement."""
    return page("pages/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> Answer:
    """What is kept about people, why and for how long."""
    return page("pages/privacy.html")


@blueprint.get("/legal")
@public
def legal() -> Answer:
    """Legal notice and licences."""
    return page("pages/legal.html")


@blueprint.get("/help")
@public
def help_page() -> Answer:
    """Where to find what."""
    return page("pages/help.html")


@blueprint.get("/health")
@public
def health() -> Answer:
    """For monitoring: the process lives and the database answers."""
    db.session.execute(select(1))
    return plain("ok\n")


@outbox.get("/outbox")
def index() -> Answer:
    """The mails of the demo, newest first; a portal with real people has no such page."""
    ensure(settings.current().is_demo)
    return page(
        "pages/outbox.html",
        messages=paginate(select(OutboxMessage).order_by(OutboxMessage.id.desc())),
    )


@outbox.get("/outbox/<int:number>")
def show(number: int) -> Answer:
    """One mail of the demo."""
    ensure(settings.current().is_demo)
    message = db.session.get(OutboxMessage, number)
    if message is None:
        raise NoSuchThing
    return page("pages/mail.html", message=message)


def own_path(wanted: str) -> str:
    """A page of this portal that can be opened, whatever was asked for: never another site.

    An address that only takes forms leads to the page it belongs to, one part shorter.
    """
    parts = urlsplit(wanted if wanted.isprintable() else "")
    foreign = parts.scheme or parts.netloc or not parts.path.startswith("/") or "\\" in wanted
    if foreign or wanted.startswith("//"):
        return url_for("desk.home")
    path = parts.path
    while path.strip("/"):
        if _opens(path):
            return f"{path}?{parts.query}" if parts.query and path == parts.path else path
        path = path.rpartition("/")[0]
    return url_for("desk.home")


def _opens(path: str) -> bool:
    try:
        found = current_app.url_map.bind(request.host).match(path, method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return False
    return bool(found[0] != "static")
