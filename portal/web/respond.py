"""How a view answers: a page, a redirect after success, a file, a page of a long list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from math import ceil
from typing import Any
from urllib.parse import urlencode

from flask import (
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from sqlalchemy import Select, func
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as BaseResponse

from portal.core.db import db
from portal.core.errors import RuleBroken
from portal.core.files import StoredFile
from portal.core.i18n import Text
from portal.core.refusals import refusal
from portal.web.forms import PortalForm
from portal.web.refused import refused
from portal.web.transaction import as_read, undo

Answer = str | BaseResponse | tuple[str, int]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Rows on one page of a list.
ROWS = 50
#: Up to so many pages, every number is offered.
ALL_NUMBERS = 9


@dataclass(frozen=True)
class Link:
    """Something to do or see: a link, or with method "post" a button in a small form of its own."""

    label: Text
    href: str
    tone: str = "secondary"
    method: str = "get"


@dataclass(frozen=True)
class Page:
    """One page of a long list."""

    items: Sequence[Any]
    number: int
    pages: int
    total: int

    @property
    def first_shown(self) -> int:
        """Position of the first row shown, from 1; 0 when there is none."""
        return (self.number - 1) * ROWS + 1 if self.items else 0

    @property
    def last_shown(self) -> int:
        """Position of the last row shown."""
        return (self.number - 1) * ROWS + len(self.items)

    @property
    def previous(self) -> int | None:
        """The number of the page before, or None on the first."""
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        """The number of the page after, or None on the last."""
        return self.number + 1 if self.number < self.pages else None

    @property
    def numbers(self) -> list[int | None]:
        """The page numbers to offer: first, last and those around this one; None stands for a
        gap.
        """
        if self.pages <= ALL_NUMBERS:
            return list(range(1, self.pages + 1))
        near = range(max(1, self.number - 1), min(self.pages, self.number + 1) + 1)
        wanted = sorted({1, *near, self.pages})
        shown: list[int | None] = [1]
        for before, number in pairwise(wanted):
            shown += [number] if number == before + 1 else [None, number]
        return shown

    def href(self, number: int) -> str:
        """The address of another page of the same list, with the same filters and order."""
        kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
        return "?" + urlencode([*kept, ("page", number)])


def page(template: str, status: int = 200, **context: object) -> tuple[str, int]:
    """Answer with a page."""
    return render_template(template, **context), status


def form_page(template: str, form: PortalForm, **context: object) -> tuple[str, int]:
    """Answer with a form: 200 when it is opened, 422 when it comes back with faults."""
    return page(template, 422 if form.is_submitted() else 200, form=form, **context)


def done(message: Text, endpoint: str, **values: Any) -> BaseResponse:
    """Say what was done and go on to a page (303)."""
    flash(str(message), "ok")
    return redirect(url_for(endpoint, **values), 303)


def attempt(
    form: PortalForm, operation: Callable[..., object], *args: object, **kwargs: object
) -> bool:
    """Run the operation when the form's shape is right; whether everything succeeded.

    The operation's result is left in `form.result`. Broken rules are added to the form's faults,
    and everything the operation did is undone; what the view had read before stays readable, with
    the values it had. Other house errors become their own page.
    """
    read = as_read()
    if not form.validate():
        undo(read)
        return False
    try:
        form.result = operation(*args, **kwargs)
        db.session.flush()
    except RuleBroken as broken:
        undo(read)
        _take(form, broken)
        return False
    except (IntegrityError, OperationalError, StaleDataError) as error:
        known = refusal(error)
        undo(read)
        if not isinstance(known, RuleBroken):
            raise (known or error) from error
        _take(form, known)
        return False
    return True


def _take(form: PortalForm, broken: RuleBroken) -> None:
    refused(broken)
    form.take(broken)


def look_ahead(
    form: PortalForm, reading: Callable[..., object], *args: object, **kwargs: object
) -> bool:
    """As `attempt`, for a page that shows what would happen: whatever it finds, nothing is kept,
    and the form may be sent again.
    """
    read = as_read()
    found = attempt(form, reading, *args, **kwargs)
    if found:
        undo(read)
    # Who only looks was refused nothing.
    refused(None)
    return found


def paginate(
    query: Select[Any], *, number: int | None = None, counted: Select[int] | None = None
) -> Page:
    """The requested page of a query: two statements, whatever the table holds.

    A page beyond the end shows the last one. `counted` tells how many rows there are where the
    database keeps the number; otherwise the rows are counted.
    """
    wanted = number if number is not None else request.args.get("page", 1, type=int) or 1
    if counted is None:
        bare = query.order_by(None).options()
        counted = bare.with_only_columns(func.count(), maintain_column_froms=True)
    total = db.session.scalar(counted) or 0
    pages = max(1, ceil(total / ROWS))
    number = min(max(1, wanted), pages)
    rows = db.session.scalars(query.limit(ROWS).offset((number - 1) * ROWS)).unique().all()
    return Page(rows, number, pages, total)


def download(content: bytes, name: str, media_type: str) -> Response:
    """Hand over a file as an attachment, never shown inside the portal's own pages."""
    return send_file(BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)


def pdf(content: bytes, name: str) -> Response:
    """Hand over a PDF."""
    return download(content, name, "application/pdf")


def csv(content: bytes, name: str) -> Response:
    """Hand over a CSV file."""
    return download(content, name, "text/csv")


def xlsx(content: bytes, name: str) -> Response:
    """Hand over a workbook."""
    return download(content, name, XLSX)


def stored_file(file: StoredFile) -> Response:
    """Hand over an upload under its safe name."""
    return download(file.content, file.name, file.media_type)


def plain(text: str, status: int = 200) -> Response:
    """Answer a machine with one line of text."""
    response = make_response(text, status)
    response.mimetype = "text/plain"
    return response
