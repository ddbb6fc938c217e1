"""The legal limits: what is in force today, every row of the table, and a new row."""

from flask import Blueprint, url_for

from portal.audit.queries import trail_of
from portal.core import clock
from portal.core.actors import ensure
from portal.core.i18n import _
from portal.payments.clocks import operations, policy, queries, rules
from portal.payments.clocks.forms import LimitForm
from portal.payments.clocks.states import KIND_LABELS, Kind
from portal.web.respond import Answer, Link, attempt, done, form_page, page
from portal.web.session import current_actor

blueprint = Blueprint("clocks", __name__)


@blueprint.get("/payment-limits")
def index() -> Answer:
    """The limit of each kind of payment today, and every row of the dated table."""
    actor, today = current_actor(), clock.today()
    ensure(policy.may_see(actor))
    rows = queries.rows()
    add = Link(_("Set a limit"), url_for("clocks.set_limit"), "primary")
    return page(
        "clocks/index.html",
        today=today,
        limits=[rules.limit_on(rows, kind, today) for kind in Kind],
        rows=rows,
        labels=KIND_LABELS,
        sources=rules.SOURCES,
        reference=rules.REFERENCE,
        actions=[add] if policy.may_set_limit(actor) else [],
        trail=trail_of(*(f"LIMIT-{kind.upper()}" for kind in Kind)),
    )


@blueprint.route("/payment-limits/set-limit", methods=["GET", "POST"])
def set_limit() -> Answer:
    """Add a row to the dated table."""
    actor, form = current_actor(), LimitForm()
    ensure(policy.may_set_limit(actor))
    if form.is_submitted() and attempt(form, operations.set_limit, actor=actor, **form.values()):
        return done(_("The limit is set."), "clocks.index")
    return form_page("clocks/set_limit.html", form)
