"""Home, and search by reference."""

from flask import Blueprint, redirect, request, session, url_for

from portal.core import clock
from portal.core.actors import ensure
from portal.core.ids import is_reference
from portal.desk import policy, queries
from portal.partners import queries as partners
from portal.payments.tracker import queries as tracker
from portal.web.navigation import href_of
from portal.web.respond import Answer, page
from portal.web.session import current_actor, signed_in_person

blueprint = Blueprint("desk", __name__)


@blueprint.get("/")
def home() -> Answer:
    """What waits for me."""
    actor = current_actor()
    ensure(policy.may_see(actor))
    waiting = queries.tasks(actor)
    # The menu shows this count on every page until something is done; asking every room each time
    # would not be free.
    session["waiting"] = len(waiting)
    today = clock.today()
    money = tracker.money_of(actor.organisation_ids, today)
    return page(
        "desk/home.html",
        tasks=waiting,
        today=today,
        money=money,
        told=tracker.told(money, today, organisation_ids=actor.organisation_ids),
        person=signed_in_person(),
        organisations=partners.of_actor(actor),
    )


@blueprint.get("/find")
def find() -> Answer:
    """Go to the file whose public reference was typed."""
    ensure(policy.may_see(current_actor()))
    wanted = request.args.get("reference", "").strip().upper()[:40]
    target = href_of(wanted) if is_reference(wanted.partition("/")[0]) else ""
    if not target and wanted:
        target = url_for("calls.index", q=wanted)
    return redirect(target or url_for("desk.home"), 303)
