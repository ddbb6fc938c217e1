"""The reference tables: programmes, their rates, the countries that take part."""

import unicodedata

from flask import Blueprint, request

from portal.audit.queries import trail_of
from portal.core import clock, places
from portal.core.actors import SYSTEM, ensure
from portal.core.i18n import _, current_language
from portal.programme import operations, policy, queries, rules
from portal.programme.forms import AddProgrammeForm, EditForm, OnDayForm, ParticipationForm
from portal.web.respond import Answer, Link, attempt, done, form_page, page
from portal.web.session import current_actor

blueprint = Blueprint("programme", __name__)


@blueprint.get("/programmes")
def index() -> Answer:
    """Every programme with its rates and how many countries take part today."""
    actor, today = current_actor(), clock.today()
    ensure(policy.may_see(actor))
    links = [Link(_("Add a programme"), "/programmes/add", "primary")]
    counts = queries.count_countries(today)
    return page(
        "programme/index.html",
        rows=[(each, counts.get(each.id, 0)) for each in queries.all_programmes()],
        whole=rules.WHOLE_BP,
        actions=links if policy.may_add_programme(actor) else [],
    )


@blueprint.route("/programmes/add", methods=["GET", "POST"])
def add_programme() -> Answer:
    """Add a programme."""
    actor, form = current_actor(), AddProgrammeForm()
    ensure(policy.may_add_programme(actor))
    if form.is_submitted() and attempt(
        form, operations.add_programme, actor=actor, **form.values()
    ):
        return done(_("The programme is added."), "programme.show", ref=form.result.ref)
    return form_page("programme/add.html", form)


@blueprint.get("/programmes/<ref>")
def show(ref: str) -> Answer:
    """A programme: rates, the countries that take part on a day, every row of the table."""
    actor, form = current_actor(), OnDayForm(request.args)
    ensure(policy.may_see(actor))
    programme = queries.by_code(ref)
    valid = form.validate()
    day = form.day.data if valid and form.day.data else clock.today()
    form.day.data = form.day.data or day
    rows = queries.participations_of(programme.id)
    edit = Link(_("Edit the programme"), f"/programmes/{ref}/edit")
    add = Link(_("Add a participation"), f"/programmes/{ref}/add-participation", "primary")
    return page(
        "programme/show.html",
        200 if valid else 422,
        programme=programme,
        whole=rules.WHOLE_BP,
        form=form,
        day=day,
        countries=_by_name(rules.countries_on(rows, day)),
        rows=sorted(rows, key=lambda row: _folded(_name(row.country))),
        by_itself=SYSTEM.name,
        actions=[add, edit] if policy.may_edit(actor) else [],
        trail=trail_of(ref),
    )


@blueprint.route("/programmes/<ref>/edit", methods=["GET", "POST"])
def edit(ref: str) -> Answer:
    """Correct names or default rates."""
    actor, programme = current_actor(), queries.by_code(ref)
    ensure(policy.may_edit(actor))
    form = EditForm(obj=programme)
    if form.is_submitted() and attempt(
        form, operations.edit, programme, actor=actor, **form.values()
    ):
        return done(_("The programme is saved."), "programme.show", ref=ref)
    return form_page("programme/edit.html", form, programme=queries.by_code(ref))


@blueprint.route("/programmes/<ref>/add-participation", methods=["GET", "POST"])
def add_participation(ref: str) -> Answer:
    """Add a row to the table of participating countries."""
    actor, programme, form = current_actor(), queries.by_code(ref), ParticipationForm()
    ensure(policy.may_add_participation(actor))
    if form.is_submitted() and attempt(
        form, operations.add_participation, programme, actor=actor, **form.values()
    ):
        return done(_("The row is added."), "programme.show", ref=ref)
    return form_page("programme/add_participation.html", form, programme=queries.by_code(ref))


def _by_name(codes: list[str]) -> list[tuple[str, str]]:
    """Codes with their names in the reader's language, by name."""
    return sorted(((_name(code), code) for code in codes), key=lambda pair: _folded(pair[0]))


def _name(code: str) -> str:
    return places.country_name(code, current_language())


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKD", name.casefold())
