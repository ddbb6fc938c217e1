"""Every action that is refused leaves one entry in the trail, in a transaction of its own.

What was refused is undone first; the entry is written when the answer is ready. Looking leaves no
entry: a GET cannot write (docs/decisions/0004). If the entry cannot be written, the person still
gets the answer, and the log says so.
"""

import re
from collections.abc import Callable

from flask import Flask, Response, g, request
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts import effects, queries
from portal.core.actors import Actor
from portal.core.db import db, transaction
from portal.core.errors import Busy, PortalError, RuleBroken
from portal.core.log import logger
from portal.web.access import SAFE_METHODS

#: How often it is tried: two refusals of one person at the same instant want the same number.
_TRIES = 3


def init_refusals(app: Flask, who: Callable[[], Actor | None]) -> None:
    """Tell the trail after the request was undone; register before what commits and undoes.

    `who` says who is signed in.
    """

    @app.after_request
    def finish(response: Response) -> Response:
        error: PortalError | None = g.pop("refused", None)
        if error is not None and request.method not in SAFE_METHODS:
            _tell(error, who())
        return response


def refused(error: PortalError | None) -> None:
    """Remember what stood in the way of this request; None: nothing that counts."""
    g.refused = error


def _tell(error: PortalError, actor: Actor | None) -> None:
    """Nobody signed in has no chain, and who came while others wrote was not refused."""
    if actor is None or actor.id is None or isinstance(error, Busy):
        return
    for _try in range(_TRIES):
        # Who is signed in may have been asked just now, in a transaction that only reads.
        db.session.rollback()
        try:
            with transaction():
                _write(error, actor, actor.id)
        except IntegrityError:
            continue
        except (OperationalError, StaleDataError):
            break
        else:
            return
    logger.error("%s was refused, and the trail was not told", request.endpoint)


def _write(error: PortalError, actor: Actor, person_id: int) -> None:
    about = " ".join(str(value) for value in (request.view_args or {}).values())
    effects.turn_away(
        queries.by_id(person_id),
        tried=request.endpoint or "",
        about=about,
        refusal=re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower(),
        faults=error.faults if isinstance(error, RuleBroken) else (),
        actor=actor,
    )
