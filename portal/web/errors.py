"""House errors become pages, in one place: 400, 403, 404, 405, 409, 413, 422, 429, 500 and
503.
"""

from dataclasses import dataclass

from flask import Flask, Response, current_app, g, make_response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from portal.core.db import db, may_write
from portal.core.errors import (
    AlreadySent,
    Busy,
    Fault,
    IllegalStep,
    NotAllowed,
    NotFound,
    PortalError,
    RuleBroken,
    Stale,
    TooManyAttempts,
)
from portal.core.i18n import Text, _
from portal.core.log import logger
from portal.core.refusals import refusal
from portal.web.refused import refused


@dataclass(frozen=True)
class Words:
    """What an error page says: what happened, and what to do next."""

    title: Text
    message: Text
    what_next: Text


WORDS: dict[int, Words] = {
    400: Words(
        _("The request could not be understood"),
        _("The form was incomplete, or it was opened too long ago. Nothing was changed."),
        _("Go back, reload the page and send the form again."),
    ),
    403: Words(
        _("You may not do this"),
        _("Your roles do not allow this action. Nothing was changed."),
        _("If you think they should, ask an administrator of the portal."),
    ),
    404: Words(
        _("There is no such page"),
        _("The address is wrong, or the file is not one you may see."),
        _("Check the reference, or start again from your desk."),
    ),
    405: Words(
        _("This address does not work that way"),
        _("The page was called in a way it does not offer. Nothing was changed."),
        _("Start again from your desk."),
    ),
    409: Words(
        _("This is no longer possible"),
        _("Somebody else has acted on this file in the meantime, or the step was already taken."),
        _("Open the file again to see where it stands now."),
    ),
    413: Words(
        _("The file is too large"),
        _("A file may have at most 10 MB. Nothing was changed."),
        _("Make the file smaller or split it, and send it again."),
    ),
    422: Words(
        _("A rule prevents this"),
        _("Nothing was changed."),
        _("Correct what is listed here and try again."),
    ),
    429: Words(
        _("Too many attempts"),
        _("There were too many attempts in a short time, so further ones are refused for a while."),
        _("Wait fifteen minutes, then try again."),
    ),
    500: Words(
        _("Something went wrong on our side"),
        _("The error was recorded and nothing was changed."),
        _(
            "Try again later. If it happens again, tell the support team and quote the reference "
            "below."
        ),
    ),
    503: Words(
        _("The portal is very busy"),
        _("Others are writing at this moment, so your turn did not come. Nothing was changed."),
        _("Wait a moment, then send the form again."),
    ),
}
#: After how many seconds a busy portal is worth another try.
_TRY_AGAIN = 5

_STATUS: dict[type[PortalError], int] = {
    NotAllowed: 403,
    NotFound: 404,
    IllegalStep: 409,
    Stale: 409,
    AlreadySent: 409,
    RuleBroken: 422,
    TooManyAttempts: 429,
    Busy: 503,
}

#: Said instead of the usual message of the status.
_MESSAGES: dict[type[PortalError], Text] = {
    AlreadySent: _(
        "This form was sent before with other values, and those were accepted. What you sent now "
        "changed nothing."
    ),
}


def init_errors(app: Flask) -> None:
    """Register the pages for house errors, HTTP errors and everything unforeseen."""
    app.register_error_handler(PortalError, answer_to)
    app.register_error_handler(CSRFError, lambda _error: _page(400))
    app.register_error_handler(HTTPException, _http)
    for kind in (IntegrityError, StaleDataError, OperationalError):
        app.register_error_handler(kind, _database)
    app.register_error_handler(Exception, _unforeseen)


def answer_to(error: PortalError) -> Response:
    """The page that answers a house error; the trail is told of what was refused."""
    refused(error)
    if isinstance(error, RuleBroken):
        return _page(422, faults=error.faults)
    message = error.message if isinstance(error, NotAllowed) else _MESSAGES.get(type(error))
    return _page(_STATUS[type(error)], message=message)


def _http(error: HTTPException) -> Response:
    if error.code is not None and 300 <= error.code < 400:
        return make_response(error.get_response())
    code = error.code or 500
    response = _page(code if code in WORDS else (400 if code < 500 else 500))
    response.status_code = code
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _database(error: Exception) -> Response:
    known = refusal(error)
    if known is None:
        return _unforeseen(error)
    logger.warning("database refusal: %s", str(getattr(error, "orig", error)).splitlines()[0])
    return answer_to(known)


def _unforeseen(error: Exception) -> Response:
    propagate = current_app.config["PROPAGATE_EXCEPTIONS"]
    if current_app.testing if propagate is None else propagate:
        raise error
    logger.exception("unforeseen error")
    return _page(500)


def _page(status: int, *, faults: tuple[Fault, ...] = (), message: Text | None = None) -> Response:
    _undo()
    words = WORDS[status]
    response = make_response(
        render_template(
            "errors/error.html",
            code=status,
            title=words.title,
            message=message or words.message,
            faults=faults,
            what_next=words.what_next,
            reference=g.get("request_id", "") if status == 500 else "",
        ),
        status,
    )
    if status == 503:
        response.headers["Retry-After"] = str(_TRY_AGAIN)
    return response


def _undo() -> None:
    """Forget what the request did; the page is written even when the database does not answer."""
    may_write.set(False)
    try:
        db.session.rollback()
    except SQLAlchemyError:
        logger.exception("the database did not answer")
        db.session().invalidate()
