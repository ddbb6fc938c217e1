"""Every document adds up while money moves (quality R5); `bench.books` is the long form."""

from time import sleep

import pytest

from portal.core.db import db, may_write
from portal.ledger import queries as ledger
from tests.reports.bank import run

READS = 50
SHORT = {"writers": 2, "readers": 2, "seconds": 1}


@pytest.mark.long
def test_every_document_adds_up_while_money_moves(committed):
    reads = run(committed.app, committed.url, **SHORT, least=READS)

    assert reads.problems == []
    assert reads.documents >= READS
    assert reads.written


@pytest.mark.long
def test_lines_and_files_read_at_two_moments_do_not_add_up(committed, monkeypatch):
    """The control: the lines are those of one moment, the files behind them those of another."""
    at_once = ledger.files_as_of

    def apart(book_id, day):
        if may_write.get():
            return at_once(book_id, day)
        lines = [line for line, _files in at_once(book_id, day)]
        db.session.rollback()
        sleep(0.2)
        return list(zip(lines, [files for _line, files in at_once(book_id, day)], strict=True))

    monkeypatch.setattr(ledger, "files_as_of", apart)

    problems = run(committed.app, committed.url, **SHORT, least=READS // 2).problems

    assert any("files give" in each for each in problems)
