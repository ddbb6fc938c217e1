"""What makes a posting valid, and the words for refusals."""

import pytest

from portal.core.i18n import use_locale
from portal.ledger import rules
from portal.ledger.states import BALANCES, LIFE, Action, Bucket


def test_the_file_of_a_milestone_is_its_voucher():
    assert rules.file_of("VCH-2026-0001/2") == "VCH-2026-0001"
    assert rules.file_of("CXC-2026-0137") == "CXC-2026-0137"


@pytest.mark.parametrize("cents", [0, -1])
def test_a_posting_moves_an_amount_above_zero(cents):
    with pytest.raises(ValueError, match="above zero"):
        rules.positive(cents)


def test_a_float_is_no_amount():
    with pytest.raises(TypeError):
        rules.positive(1.0)


def test_a_refused_commitment_says_what_is_left_and_what_to_do(app):
    fault = rules.shortage("travel", Bucket.AVAILABLE, wanted_cents=501, left_cents=500)

    with use_locale("en"):
        words = str(fault.message)

    assert "travel" in words
    assert "€5.00 left" in words
    assert "shifted to this line" in words
    assert fault.inputs == {
        "line": "travel",
        "bucket": "available",
        "wanted_cents": 501,
        "left_cents": 500,
    }


@pytest.mark.parametrize("bucket", BALANCES)
def test_every_shortage_names_what_is_left(app, bucket):
    fault = rules.shortage("travel", bucket, wanted_cents=501, left_cents=500, file="CXC-2026-0001")

    assert "€5.00" in str(fault.message)
    assert "CXC-2026-0001" in str(fault.message)


@pytest.mark.parametrize("kind", Action)
def test_only_what_has_no_page_of_its_own_is_reversed_by_hand(kind):
    faults = rules.reversal_faults(kind, already_reversed=False)

    assert bool(faults) == (kind not in rules.REVERSIBLE)
    assert {
        Action.PAY,
        Action.TAKE_BACK,
        Action.RECOVER,
        Action.TRANSFER,
        Action.REVERSE,
    }.isdisjoint(rules.REVERSIBLE)


def test_a_posting_is_reversed_once():
    assert rules.reversal_faults(Action.COMMIT, already_reversed=True)


def test_money_goes_forward_step_by_step_and_back_only_where_the_table_says():
    ways = {(source, target) for (source, _), target in LIFE.table.items()}

    assert ways == {
        (Bucket.OUTSIDE, Bucket.AVAILABLE),
        (Bucket.AVAILABLE, Bucket.OUTSIDE),
        (Bucket.AVAILABLE, Bucket.COMMITTED),
        (Bucket.COMMITTED, Bucket.BOUND),
        (Bucket.BOUND, Bucket.CERTIFIED),
        (Bucket.CERTIFIED, Bucket.PAID),
        (Bucket.COMMITTED, Bucket.AVAILABLE),
        (Bucket.BOUND, Bucket.AVAILABLE),
        (Bucket.CERTIFIED, Bucket.AVAILABLE),
        (Bucket.PAID, Bucket.CERTIFIED),
        (Bucket.PAID, Bucket.COMMITTED),
    }
