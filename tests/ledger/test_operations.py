"""The one posting made by hand: a reversal, with its reason."""

import pytest

from portal.audit.queries import trail_of
from portal.core.actors import SYSTEM, Role
from portal.core.errors import NotAllowed, RuleBroken
from portal.ledger import effects, operations, queries
from tests.builders import an_actor
from tests.ledger.builders import a_book, a_line, money_certified

ABOUT = {"subject": "CXC-2026-0001", "why": "", "actor": SYSTEM}
ACCOUNTANT = an_actor(Role.ACCOUNTANT)


def test_reverse_brings_the_money_back_and_keeps_both_postings(session):
    line = a_line(1_000)
    wrong = effects.commit(line.id, 400, **ABOUT)

    undone = operations.reverse(wrong, reason="typed twice", actor=ACCOUNTANT)

    assert (line.available_cents, line.committed_cents) == (1_000, 0)
    assert (undone.reverses_id, undone.why) == (wrong.id, "typed twice")
    assert queries.mismatches() == []


def test_reverse_is_told_in_the_trail_of_the_file_that_owns_the_book(session):
    book = a_book()
    wrong = effects.commit(a_line(book=book).id, 400, **ABOUT)

    operations.reverse(wrong, reason="typed twice", actor=ACCOUNTANT)

    entry = trail_of(book.ref)[0]
    assert (entry.verb, entry.reason) == ("ledger.reverse", "typed twice")
    assert entry.details["amount_cents"] == 400


def test_reverse_is_done_once(session):
    wrong = effects.commit(a_line().id, 400, **ABOUT)
    operations.reverse(wrong, reason="typed twice", actor=ACCOUNTANT)

    with pytest.raises(RuleBroken, match="ledger-reverse"):
        operations.reverse(wrong, reason="again", actor=ACCOUNTANT)


def test_reverse_is_refused_when_the_money_has_moved_on(session):
    line = a_line()
    wrong = effects.commit(line.id, 400, **ABOUT)
    effects.bind(line.id, 400, **ABOUT)

    with pytest.raises(RuleBroken, match="I1"):
        operations.reverse(wrong, reason="too late", actor=ACCOUNTANT)


def test_reverse_never_touches_a_payment(session):
    line = a_line()
    money_certified(line, 400, "CXC-2026-0001")
    paid = effects.pay(line.id, 400, **ABOUT)

    with pytest.raises(RuleBroken) as refused:
        operations.reverse(paid, reason="returned", actor=ACCOUNTANT)

    assert "take it back" in str(refused.value.faults[0].message)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ACCOUNTANT])
def test_reverse_belongs_to_accounting_officers(session, role):
    wrong = effects.commit(a_line().id, 400, **ABOUT)

    with pytest.raises(NotAllowed):
        operations.reverse(wrong, reason="no right", actor=an_actor(role))
