"""Migration 0009 finds accounts that were validated before anybody waited."""

from datetime import UTC, date, datetime

import pytest
from alembic import command
from sqlalchemy import text

from portal.core.db import db, transaction
from portal.partners.bank_accounts.states import State
from tests.database import alembic_config
from tests.payments.builders import a_change, a_payee, a_payment, an_account


@pytest.fixture
def before(committed):
    """A database of migration 0008 with accounts in every state, and a payment to one of them."""
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    with transaction():
        payee = a_payee(with_account=False)
        vouched = {"validated_at": night, "usable_from": date(2020, 1, 1)}
        retired = {"state": State.RETIRED, "retired_at": night}
        an_account(payee, ref="ACC-OLD-1", **vouched | retired)
        an_account(payee, ref="ACC-OLD-2", **vouched)
        frozen = vouched | {"state": State.FROZEN, "reason": "a doubt"}
        an_account(a_payee(with_account=False), ref="ACC-OLD-3", **frozen)
        a_change(a_payee(with_account=False), ref="ACC-OLD-4")
        a_payment()
    command.downgrade(alembic_config(), "0008")
    return committed


def test_accounts_validated_before_stay_usable_from_that_day(before):
    command.upgrade(alembic_config(), "0009")

    query = text("SELECT ref, usable_from FROM bank_account WHERE ref LIKE 'ACC-OLD-%' ORDER BY 1")
    found = {ref: day and date.fromisoformat(str(day)) for ref, day in db.session.execute(query)}
    validated = date(2026, 3, 3)
    assert found == {
        "ACC-OLD-1": validated,
        "ACC-OLD-2": validated,
        "ACC-OLD-3": validated,
        "ACC-OLD-4": None,
    }
