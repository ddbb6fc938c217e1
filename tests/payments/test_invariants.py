"""No sequence of steps pays twice, spends what is not there, or lets one person sign twice."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import text

from portal.core.db import db
from portal.ledger import effects as ledger
from portal.payments import operations, policy, queries
from portal.payments.states import LIFE
from tests.audit.unguarded import let_lines_change
from tests.payments.machine import Paying
from tests.payments.promises import a_scene


def play(machine, runs, *phases):
    """So many runs of fifty steps, the same ones every time."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=50,
            deadline=None,
            derandomize=True,
            database=None,
            report_multiple_bugs=False,
            phases=phases or tuple(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def scene(session):
    found = a_scene()
    session.commit()
    return found


@pytest.mark.long
@pytest.mark.parametrize("runs", [200])
def test_no_sequence_of_steps_breaks_the_circuit(scene, runs):
    play(lambda: Paying(scene), runs)


def test_every_verb_is_played():
    verbs = {action for _state, action in LIFE.table}

    assert all(hasattr(operations, verb) or hasattr(Paying, verb) for verb in verbs)


# A machine that finds nothing proves nothing: each fault below is planted, and must be found.


def found_by(machine):
    """The machine stops at a broken promise, and says which."""
    with pytest.raises(AssertionError) as problem:
        play(machine, 100, Phase.generate)
    return str(problem.value)


def test_a_balance_changed_in_secret_is_found(scene):
    let_lines_change(db.session)
    db.session.commit()

    class Thief(Paying):
        @rule()
        def steal(self):
            change = "available_cents = available_cents - 1, paid_cents = paid_cents + 1"
            db.session.execute(
                text(f"UPDATE budget_line SET {change} WHERE available_cents > 0 AND id = :line"),
                {"line": self.scene.lines[0]},
            )

    found_by(lambda: Thief(scene))


def test_a_return_that_leaves_the_money_paid_is_found(scene, monkeypatch):
    monkeypatch.setattr(ledger, "take_back", lambda *_args, **_about: None)

    assert "paid twice, or not at all" in found_by(lambda: Paying(scene))


class Careless(Paying):
    """Nobody looks at who is already on the payment before trying."""

    def actor(self, number, action, row, *, anybody):
        return super().actor(number, action, row, anybody=True)


def test_a_signature_by_somebody_already_on_the_payment_is_found(scene, session, monkeypatch):
    monkeypatch.setattr(policy, "may_authorise", lambda *_: True)
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        session.execute(text("PRAGMA ignore_check_constraints = ON"))
    else:
        unguarded = "ALTER TABLE payment DROP CONSTRAINT ck_payment_authorised_by_another"
        session.execute(text(unguarded))
    session.commit()

    assert "something forbids it" in found_by(lambda: Careless(scene))
    if on_sqlite:
        session.execute(text("PRAGMA ignore_check_constraints = OFF"))


class Frozen(Paying):
    """The account of one payee is frozen from the beginning."""

    def __init__(self, scene):
        super().__init__(scene)
        Paying.turn_account(self, payee=True, freeze=True)

    def turn_account(self):
        """Nobody validates it again."""


def test_a_payment_signed_to_a_frozen_account_is_found(scene, session, monkeypatch):
    monkeypatch.setattr(queries, "signing_faults", lambda _payments, **_about: {})
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    unguarded = "payment_account_held_update" if on_sqlite else "payment_account_held ON payment"
    session.execute(text(f"DROP TRIGGER {unguarded}"))
    session.commit()

    assert "something forbids it" in found_by(lambda: Frozen(scene))
