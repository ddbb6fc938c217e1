"""A book with its lines, a line with its postings, the reversal of a posting."""

from datetime import date

from flask import Blueprint, request, url_for

from portal.core import clock, formats
from portal.core.actors import ensure, ensure_seen
from portal.core.i18n import Text, _
from portal.ledger import exports, operations, policy, queries, rules
from portal.ledger.forms import AsOfForm, ReverseForm
from portal.ledger.models import Book, BudgetLine
from portal.ledger.states import LIFE
from portal.web.respond import Answer, Link, attempt, csv, done, form_page, page, paginate
from portal.web.session import current_actor

blueprint = Blueprint("ledger", __name__)

#: Columns of the balances, with their words: the budget is what is available, outstanding and paid.
_COLUMNS: tuple[tuple[str, Text], ...] = (
    ("budget_cents", _("Budget")),
    ("available_cents", _("Available")),
    ("committed_cents", _("Committed")),
    ("bound_cents", _("Legally bound")),
    ("certified_cents", _("Certified")),
    ("paid_cents", _("Paid")),
    ("outstanding_cents", _("Outstanding (RAL)")),
)
#: The figures a line opens with, and what the outstanding amount is made of.
_FIRST = ("budget_cents", "available_cents", "outstanding_cents", "paid_cents")
_OUTSTANDING = ("committed_cents", "bound_cents", "certified_cents")


@blueprint.get("/books/<ref>")
def book(ref: str) -> Answer:
    """A book: every line with its balances, today or at the end of any day, and the totals."""
    ensure_seen(policy.may_see(current_actor()))
    found, form = queries.by_ref(ref), AsOfForm(request.args)
    valid = form.validate()
    day = form.day.data if valid and form.day.data else clock.today()
    form.day.data = form.day.data or day
    lines = queries.balances_as_of(found.id, day)
    return page(
        "ledger/book.html",
        200 if valid else 422,
        book=found,
        form=form,
        day=day,
        columns=[label for _name, label in _COLUMNS],
        rows=[(line.code, _amounts(line)) for line in lines],
        totals=[sum(getattr(line, name) for line in lines) for name, _label in _COLUMNS],
        actions=_book_actions(found, day),
    )


@blueprint.get("/books/<ref>/postings.csv")
def export(ref: str) -> Answer:
    """Every posting of a book as CSV."""
    ensure_seen(policy.may_export(current_actor()))
    found = queries.by_ref(ref)
    return csv(exports.postings(queries.postings_in_order(found.id)), f"{ref}-postings.csv")


@blueprint.get("/books/<ref>/lines/<path:code>")
def line(ref: str, code: str) -> Answer:
    """A line: its balances and its postings, newest first."""
    actor = current_actor()
    ensure_seen(policy.may_see(actor))
    found = queries.line_by_code(queries.by_ref(ref).id, code)
    postings = paginate(queries.postings_on(found.id))
    undone = queries.reversed_among([each.id for each in postings.items])
    may_reverse = policy.may_reverse(actor)
    return page(
        "ledger/line.html",
        book_ref=ref,
        line=found,
        figures=_figures(found, _FIRST),
        outstanding=_figures(found, _OUTSTANDING),
        postings=postings,
        labels=LIFE.labels,
        buckets=LIFE.badges,
        undone=undone,
        reversible={
            each.id
            for each in postings.items
            if may_reverse
            and not rules.reversal_faults(each.kind, already_reversed=each.id in undone)
        },
    )


@blueprint.route("/books/<ref>/postings/<int:number>/reverse", methods=["GET", "POST"])
def reverse(ref: str, number: int) -> Answer:
    """Undo a posting, with the reason."""
    ensure(policy.may_reverse(current_actor()))
    form, posting = ReverseForm(), queries.posting(queries.by_ref(ref).id, number)
    if form.is_submitted() and attempt(
        form, operations.reverse, posting, actor=current_actor(), **form.values()
    ):
        message = _("The posting is reversed; both stay in the books.")
        return done(message, "ledger.line", ref=ref, code=form.result.line.code)
    posting = queries.posting(queries.by_ref(ref).id, number)
    return form_page(
        "ledger/reverse.html",
        form,
        posting=posting,
        kind=LIFE.labels[posting.kind],
        back=url_for("ledger.line", ref=ref, code=posting.line.code),
    )


def _figures(line: BudgetLine, names: tuple[str, ...]) -> list[tuple[Text, int]]:
    words = dict(_COLUMNS)
    return [(words[name], getattr(line, name)) for name in names]


def _amounts(line: queries.LineBalances) -> list[int]:
    return [getattr(line, name) for name, _label in _COLUMNS]


def _book_actions(found: Book, day: date) -> list[Link]:
    links = [Link(_("Postings (CSV)"), url_for("ledger.export", ref=found.ref))]
    if day != clock.today():
        today = _("As of today, %(day)s", day=formats.day(clock.today()))
        links.append(Link(today, url_for("ledger.book", ref=found.ref)))
    return links
