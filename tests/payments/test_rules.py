"""Clocks of payments, the day of execution, what a batch and its bank file may hold."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import days
from portal.payments import rules
from portal.payments.clocks.rules import REFERENCE
from portal.payments.clocks.states import Kind
from portal.payments.states import Purpose, State

MARCH = date(2026, 3, 1)


def test_the_worked_example_of_a_clock_that_pauses():
    paused = days.Pause(date(2026, 3, 11), date(2026, 3, 21))

    assert days.due_on(MARCH, 30, (paused,)) == date(2026, 4, 10)


@pytest.mark.parametrize(
    ("purpose", "due"),
    [
        (Purpose.LUMP_SUM, date(2026, 3, 11)),
        (Purpose.INSTALMENT, date(2026, 3, 31)),
        (Purpose.PRE_FINANCING, date(2026, 3, 31)),
        (Purpose.INTERIM, date(2026, 5, 30)),
        (Purpose.BALANCE, date(2026, 5, 30)),
    ],
)
def test_cxc_t01_the_legal_date_depends_on_the_purpose(purpose, due):
    assert rules.due_on(MARCH, REFERENCE[Kind(purpose)]) == due


@pytest.mark.parametrize(
    ("last_day", "validated", "start"),
    [
        (date(2026, 3, 6), date(2026, 3, 20), date(2026, 3, 20)),
        (date(2026, 3, 20), date(2026, 3, 6), date(2026, 3, 20)),
    ],
)
def test_cxc_t01_ten_days_count_from_the_later_of_stay_and_validation(last_day, validated, start):
    assert rules.clock_starts(last_day, validated) == start


def test_a_failed_payment_asked_for_again_has_the_days_that_were_left():
    due = rules.due_again(date(2026, 3, 31), date(2026, 3, 11), date(2026, 3, 21))

    assert due == date(2026, 4, 10)


def test_a_legal_date_already_missed_stays_missed():
    assert rules.due_again(MARCH, date(2026, 3, 5), date(2026, 3, 9)) == MARCH


@pytest.mark.parametrize(
    ("state", "today", "expected"),
    [
        (State.REQUESTED, date(2026, 3, 1), False),
        (State.REQUESTED, date(2026, 3, 2), True),
        (State.SENT, date(2026, 3, 2), True),
        (State.EXECUTED, date(2026, 3, 2), False),
        (State.REFUSED, date(2026, 3, 2), False),
    ],
)
def test_overdue_begins_the_day_after_the_legal_date(state, today, expected):
    assert rules.is_overdue(state, MARCH, today) is expected


def test_everything_that_stops_a_request_is_told_at_once(app):
    faults = rules.request_faults(account_found=False, certified_cents=100, amount_cents=101)

    assert [fault.rule for fault in faults] == ["payment-account", "I1"]


@pytest.mark.parametrize(
    ("day", "accepted"),
    [
        (date(2026, 2, 28), False),
        (MARCH, True),
        (date(2026, 3, 4), True),
        (date(2026, 3, 5), False),
    ],
)
def test_the_bank_executes_between_the_order_and_today(app, day, accepted):
    faults = rules.execution_faults(day, sent_on=MARCH, today=date(2026, 3, 4))

    assert (not faults) is accepted


@pytest.mark.parametrize(
    ("count", "total", "accepted"),
    [(2, 300, True), (None, None, True), (1, 300, False), (2, 299, False)],
)
def test_what_is_released_is_what_was_shown(count, total, accepted):
    faults = rules.batch_faults([100, 200], seen_count=count, seen_total_cents=total)

    assert (not faults) is accepted


def test_a_batch_has_a_greatest_size():
    amounts = [1] * (rules.MOST_IN_BATCH + 1)

    assert rules.batch_faults(amounts, seen_count=None, seen_total_cents=None)


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("SYSTEM@TIC PARIS REGION", "SYSTEM.TIC PARIS REGION"),
        ("MOV'EO", "MOV'EO"),
        ("Fédération internationale de l'Automobile", "Federation internationale de l'Automobile"),
        ("Pôle", "Pole"),
        ("l’Automobile", "l'Automobile"),
        ("12\u202f000\u00a0euros", "12 000 euros"),
        ("a \t\n b\u200b", "a b"),
        ("Müller & Söhne", "Muller + Sohne"),
        ("français, œuvre, Straße, Łódź", "francais, oeuvre, Strasse, Lodz"),
        ("ŒUVRE Œuvre", "OEUVRE Oeuvre"),
        ("Ευρωπαϊκή Ένωση", "Evropaiki Enosi"),
        ("ΟΥΡΑΝΟΣ Ευτυχία", "OURANOS Eftychia"),
        ("Клъстер Щастие", "Klaster Shtastie"),
        ("Київ", "Kiyiv"),
        ("a – b — c", "a - b - c"),
        ("«x» 100 % #1", ".x. 100 . .1"),
        ("中", "."),
        ("", ""),
    ],
)
def test_texts_are_written_in_the_signs_every_bank_takes(said, sent):
    assert rules.epc_text(said) == sent


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("/PAY-2026-0001/", "PAY-2026-0001"),
        ("a//b///c", "a/b/c"),
        ("a/ /b", "a/b"),
        ("//", ""),
        ("PAY-2026-0001", "PAY-2026-0001"),
    ],
)
def test_references_neither_begin_nor_end_with_a_slash_nor_hold_two(said, sent):
    assert rules.epc_reference(said) == sent


ALLOWED = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
ANY_TEXT = st.text() | st.text("aé Œß&@/’\u00a0\u202fΕυοϋЩйї\u0301-")


@given(ANY_TEXT, st.integers(1, 140))
def test_whatever_is_said_fits_in_the_signs_and_the_length(said, most):
    sent = rules.epc_text(said, most)

    assert set(sent) <= ALLOWED
    assert len(sent) <= most
    assert sent == sent.strip()
    assert rules.epc_text(sent, most) == sent


@given(ANY_TEXT, st.integers(1, 35))
def test_whatever_is_referred_to_is_a_reference_that_banks_take(said, most):
    sent = rules.epc_reference(said, most)

    assert "//" not in sent
    assert not sent.startswith("/")
    assert not sent.endswith("/")
    assert len(sent) <= most
    assert rules.epc_reference(sent, most) == sent


def test_each_account_out_of_reach_is_named_with_its_reason(app):
    going = [
        ("PAY-2026-0001", "FR1420041010050500013M02606", 100),
        ("PAY-2026-0002", "TR330006100519786457841326", 100),
        ("PAY-2026-0003", "UA213223130000026007233566001", 100),
    ]

    faults = rules.sepa_faults(going, MARCH)

    assert [str(fault.message)[:21] for fault in faults] == [
        "Payment PAY-2026-0002", "Payment PAY-2026-0003"
    ]  # fmt: skip
    assert "Türkiye" in str(faults[0].message)
    assert "SEPA" in str(faults[0].message)


@pytest.mark.parametrize(("day", "reached"), [(date(2026, 5, 4), False), (date(2026, 5, 5), True)])
def test_a_country_is_reached_from_the_day_it_joined(app, day, reached):
    serbian = ("PAY-2026-0001", "RS35260005601001611379", 100)

    assert (not rules.sepa_faults([serbian], day)) is reached


@pytest.mark.parametrize(("cents", "accepted"), [(99_999_999_999, True), (100_000_000_000, False)])
def test_a_transfer_has_a_greatest_amount(app, cents, accepted):
    going = [("PAY-2026-0001", "FR1420041010050500013M02606", cents)]

    assert (not rules.sepa_faults(going, MARCH)) is accepted


def test_a_file_that_changed_is_told_from_the_one_released(app):
    sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

    assert rules.file_faults(b"x", sha256) == []
    assert rules.file_faults(b"y", sha256)
