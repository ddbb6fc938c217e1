"""The trail browser."""

from datetime import timedelta

from flask import Blueprint, request

from portal.audit import policy, queries
from portal.audit.forms import SearchForm
from portal.core.actors import ensure
from portal.core.days import end_of_day
from portal.core.i18n import _
from portal.web.respond import Answer, page, paginate
from portal.web.session import current_actor

blueprint = Blueprint("audit", __name__)


@blueprint.get("/trail")
def search() -> Answer:
    """Who did what to which file, when and why."""
    ensure(policy.may_search(current_actor()))
    form = SearchForm(request.args)
    form.verb.choices = [("", _("All actions")), *((verb, verb) for verb in queries.verbs())]
    valid = form.validate()
    asked = {name: value for name, value in form.values().items() if value} if valid else {}
    first, last = asked.pop("from_on", None), asked.pop("to_on", None)
    entries = paginate(
        queries.search(
            **asked,
            from_at=end_of_day(first - timedelta(days=1)) if first else None,
            to_at=end_of_day(last) if last else None,
        )
    )
    return page("audit/search.html", 200 if valid else 422, form=form, entries=entries)
