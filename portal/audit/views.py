"""The trail browser."""

from datetime import timedelta

from flask import Blueprint, request

from portal.audit import policy, queries, rules
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
    given = form.values() if valid else {}
    asked = {name: value for name, value in given.items() if value not in ("", None)}
    first, last = asked.pop("from_on", None), asked.pop("to_on", None)
    entries = paginate(
        queries.search(
            **asked,
            from_at=end_of_day(first - timedelta(days=1)) if first else None,
            to_at=end_of_day(last) if last else None,
        )
    )
    return page("audit/search.html", 200 if valid else 422, form=form, entries=entries)


@blueprint.get("/trail/<path:subject>/<int:number>")
def show(subject: str, number: int) -> Answer:
    """One entry: what stood before and what stands after, side by side, and its place in the
    chain.
    """
    ensure(policy.may_search(current_actor()))
    entry = queries.by_number(subject, number)
    newest, _hash = queries.head_of(subject)
    return page(
        "audit/show.html",
        entry=entry,
        previous=number - 1 if number > 1 else None,
        following=number + 1 if number < newest else None,
        agrees=rules.agrees(entry.previous_hash, entry.content(), entry.hash),
    )
