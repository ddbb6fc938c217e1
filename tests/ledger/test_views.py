"""Pages of the ledger: books, lines, the reversal of a posting."""

import pytest

from portal.core import clock
from portal.core.actors import SYSTEM, Role
from portal.core.db import db
from portal.ledger import effects, queries
from tests.ledger.builders import a_book, a_line
from tests.payments.builders import a_person
from tests.reading import read_csv_rows

ABOUT = {"subject": "CXC-2026-0001", "why": "a visit", "actor": SYSTEM}


def test_a_book_shows_every_line_and_its_totals(sign_in_as):
    book = a_book()
    effects.commit(a_line(100_000, book=book).id, 40_000, **ABOUT)
    a_line(50_000, book=book, code="staff")

    page = sign_in_as(a_person(Role.AUDITOR)).page(f"/books/{book.ref}")

    for words in ("travel", "staff", "€600.00", "€400.00", "€1,500.00"):
        assert words in page.text


def test_a_book_of_a_past_day_shows_what_stood_then(sign_in_as):
    book = a_book()
    a_line(100_000, book=book)

    client = sign_in_as(a_person(Role.OFFICER))

    assert "€1,000.00" not in client.page(f"/books/{book.ref}?day=2019-01-01").text
    assert "€1,000.00" in client.page(f"/books/{book.ref}?day={clock.today()}").text


def test_a_line_shows_its_postings_and_who_made_them(sign_in_as):
    book = a_book()
    effects.commit(a_line(book=book).id, 40_000, **ABOUT)

    page = sign_in_as(a_person(Role.AUDITOR)).page(f"/books/{book.ref}/lines/travel")

    for words in ("Budgetary commitment", "CXC-2026-0001", "a visit", "The portal"):
        assert words in page.text


def test_an_accounting_officer_reverses_a_posting(sign_in_as):
    book = a_book()
    line = a_line(book=book)
    posting = effects.commit(line.id, 40_000, **ABOUT)
    client = sign_in_as(a_person(Role.ACCOUNTANT))
    address = f"/books/{book.ref}/postings/{posting.id}/reverse"

    assert address in client.page(f"/books/{book.ref}/lines/travel").links
    answer = client.post(address, data={"reason": "typed twice"})

    assert answer.status_code == 303
    db.session.expire_all()
    assert queries.line(line.id).committed_cents == 0
    assert "typed twice" in client.page(answer.location).text
    assert client.post(address, data={"reason": "again"}).status_code == 422


def test_postings_are_taken_along_as_csv(sign_in_as):
    book = a_book()
    effects.commit(a_line(book=book).id, 40_000, **ABOUT | {"why": "=1+1"})

    answer = sign_in_as(a_person(Role.ACCOUNTANT)).get(f"/books/{book.ref}/postings.csv")

    rows = read_csv_rows(answer.data)
    assert [(row["kind"], row["amount_cents"]) for row in rows] == [
        ("open_line", "100000"),
        ("commit", "40000"),
    ]
    assert rows[1]["why"] == "'=1+1"


@pytest.mark.parametrize("path", ["", "/lines/travel"])
def test_applicants_do_not_learn_that_a_book_exists(sign_in_as, path):
    book = a_book()
    a_line(book=book)

    sign_in_as(a_person()).page(f"/books/{book.ref}{path}", status=404)
