"""A payment run in one request leaves the books that single payments leave (quality P4)."""

import pytest

from bench.payments import books, pay_singly, pay_together, sent
from portal.audit import queries as trail
from portal.core.db import db
from portal.core.errors import IllegalStep
from portal.ledger import queries as ledger
from portal.payments import operations, queries
from tests.counting import selects
from tests.ledger.builders import a_book, a_line
from tests.payments.builders import a_circuit

#: `python -m bench.payments run` is the long form.
VOUCHERS = 20


@pytest.fixture
def run(session):
    """The payments of two lines that the bank has executed, and who enters them."""
    circuit, book = a_circuit(), a_book()
    lines = [a_line(1_000_000, book=book, code=code) for code in ("travel", "vouchers")]
    refs = [ref for line in lines for ref in sent(VOUCHERS // 2, circuit, line)]
    return refs, circuit.accountant


def after(session, way, *given):
    """What the books hold after paying that way; then it is undone."""
    session.commit()
    undone = session.get_bind().begin_nested()
    way(*given)
    found = books()
    wrong = [*ledger.mismatches(), *ledger.unproven(), *trail.verify_chains()]
    session.rollback()
    undone.rollback()
    session.expire_all()
    assert wrong == []
    return found


def test_one_by_one_and_together_give_the_same_books(session, run):
    refs, accountant = run
    before = books()

    singly = after(session, pay_singly, refs, accountant)
    together = after(session, pay_together, refs, accountant)

    assert books() == before != singly
    assert singly == together
    # The control: the comparison sees one payment that was left out.
    assert after(session, pay_together, refs[1:], accountant) != singly


def test_many_payments_are_read_with_as_many_queries_as_few(session, run):
    refs, accountant = run

    with selects() as for_few:
        pay_together(refs[8:11], accountant)
    with selects() as for_many:
        pay_together([*refs[:8], *refs[11:]], accountant)

    assert len(for_many) == len(for_few)


def test_all_are_paid_or_none(session, run):
    refs, accountant = run
    operations.reject(queries.by_ref(refs[7]), reason="closed", actor=accountant)
    session.commit()
    before = books()

    with pytest.raises(IllegalStep):
        pay_together(refs, accountant)

    db.session.expire_all()
    assert books() == before
