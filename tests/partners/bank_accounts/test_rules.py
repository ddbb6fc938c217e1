"""IBAN, BIC, masking, SEPA reach, shared accounts and holders."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.partners.bank_accounts import rules
from portal.partners.bank_accounts.states import Hold, State

GOOD = "FR1420041010050500013M02606"


def read(iban: str, bic: str = ""):
    numbers, faults = rules.read(iban=iban, bic=bic)
    return numbers, [fault.field for fault in faults]


@pytest.mark.parametrize(
    "typed",
    [GOOD, "FR14 2004 1010 0505 0001 3M02 606", "fr1420041010050500013m02606",
     "GR1601101250000000012300695", "TR330006100519786457841326", "XK051212012345678906"],
)  # fmt: skip
def test_a_good_iban_is_kept_in_compact_capitals(typed: str) -> None:
    numbers, wrong = read(typed)

    assert wrong == []
    assert numbers.iban == "".join(typed.split()).upper()


@pytest.mark.parametrize(
    "typed",
    [
        "FR1420041010050500013M02607",
        "FR7620041010050500013M02605",
        "FR14200410100505",
        "ZZ1420041010050500013M02606",
        "FR14",
        "",
        "<script>",
        "FR1420041010050500013M02606" + "0" * 40,
    ],
)
def test_a_wrong_iban_is_refused(typed: str) -> None:
    assert read(typed)[1] == ["iban"]


@pytest.mark.parametrize(
    ("bic", "right"),
    [
        ("", True),
        ("PSSTFRPP", True),
        ("psstfrppxxx", True),
        ("PSSTREPP", True),
        ("COBADEFF", False),
        ("PSSTFRP", False),
        ("PSSTZZPP", False),
        ("1234FRPP", True),
    ],
)
def test_a_bic_has_its_shape_and_the_country_of_the_iban(bic: str, right: bool) -> None:
    assert (read(GOOD, bic)[1] == []) is right


def test_an_iban_is_shown_in_groups_or_masked() -> None:
    assert rules.grouped(GOOD) == "FR14 2004 1010 0505 0001 3M02 606".replace(" ", "\u00a0")
    assert rules.masked(GOOD) == "FR14\u00a0……\u00a02606"
    assert rules.last_digits(GOOD) == "2606"


@pytest.mark.parametrize(
    ("country", "day", "reached"),
    [
        ("FR", date(2019, 4, 4), True),
        ("GB", date(2026, 3, 10), True),
        ("HR", date(2013, 6, 30), False),
        ("HR", date(2013, 7, 1), True),
        ("RS", date(2019, 4, 4), False),
        ("RS", date(2026, 5, 5), True),
        ("MD", date(2026, 3, 10), True),
        ("TR", date(2026, 3, 10), False),
        ("UA", date(2026, 3, 10), False),
        ("AM", date(2026, 3, 10), False),
        ("BA", date(2026, 3, 10), False),
    ],
)
def test_sepa_reaches_a_country_from_a_day_on(country: str, day: date, reached: bool) -> None:
    assert rules.is_sepa_reachable(country, day) is reached


def test_an_account_out_of_reach_is_named_with_its_country(app) -> None:
    with app.test_request_context():
        (fault,) = rules.sepa_faults("TR330006100519786457841326", date(2026, 3, 10))

        assert fault.inputs == {"country": "TR"}
        assert rules.sepa_faults(GOOD, date(2026, 3, 10)) == []


@dataclass
class AnOrganisation:
    ref: str
    legal_name: str


def test_a_shared_account_asks_a_question_until_it_is_answered(app) -> None:
    others = [AnOrganisation("ORG-2026-0002", "Cap Digital")]

    with app.test_request_context():
        (fault,) = rules.shared_faults(others, reason="  ")

        assert fault.field == "shared_reason"
        assert rules.shared_faults(others, reason="One bank account for a merged firm") == []
        assert rules.shared_faults([], reason="") == []


@pytest.mark.parametrize(
    ("holder", "differs"),
    [
        ("ATELIER GARONNE", False),
        ("SARL Atelier Garonne", False),
        ("Garonne", False),
        ("M. Dupont", True),
    ],
)
def test_a_holder_that_resembles_no_name_deserves_a_look(holder: str, differs: bool) -> None:
    assert rules.holder_differs(holder, "Atelier Garonne", "Garonne") is differs


def test_the_first_account_ever_does_not_wait_and_a_replacement_waits_thirty_days() -> None:
    validated_on = date(2026, 11, 25)

    assert rules.usable_from(validated_on, replaces=False) == validated_on
    assert rules.usable_from(validated_on, replaces=True) == date(2026, 12, 25)


def test_the_waiting_period_is_that_of_the_day(monkeypatch) -> None:
    longer = rules.WaitTerms(date(2027, 1, 1), 45, "a decision")
    monkeypatch.setattr(rules, "WAITS", (*rules.WAITS, longer))

    assert rules.waiting_days_on(date(2026, 12, 31)) == 30
    assert rules.waiting_days_on(date(2027, 1, 1)) == 45
    with pytest.raises(ValueError, match="no waiting period"):
        rules.waiting_days_on(date(2013, 12, 31))


@dataclass
class AnAccount:
    state: State = State.VALIDATED
    usable_from: date | None = date(2026, 12, 25)
    lifted_at: datetime | None = None


CALLED = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("account", "changing", "day", "hold"),
    [
        (AnAccount(), False, date(2026, 12, 24), Hold.WAITING),
        (AnAccount(), False, date(2026, 12, 25), None),
        (AnAccount(), True, date(2026, 12, 25), Hold.CHANGING),
        (AnAccount(), True, date(2026, 12, 24), Hold.CHANGING),
        (AnAccount(lifted_at=CALLED), False, date(2026, 11, 26), None),
        (AnAccount(lifted_at=CALLED), True, date(2026, 11, 26), Hold.CHANGING),
        (AnAccount(State.FROZEN), False, date(2027, 1, 1), Hold.INVALID),
        (AnAccount(State.RETIRED, lifted_at=CALLED), False, date(2027, 1, 1), Hold.INVALID),
        (AnAccount(State.PROPOSED, None), True, date(2027, 1, 1), Hold.INVALID),
    ],
)
def test_payments_are_held_for_a_reason(account, changing, day, hold) -> None:
    assert rules.hold_on(account, is_changing=changing, day=day) is hold


def test_who_vouched_signs_nothing_for_thirty_days() -> None:
    vouched = [(7, datetime(2026, 11, 24, 23, 30, tzinfo=UTC)), (None, None), (8, CALLED)]

    assert rules.hands_off_until(vouched, 7, date(2026, 12, 24)) == date(2026, 12, 25)
    assert rules.hands_off_until(vouched, 7, date(2026, 12, 25)) is None
    assert rules.hands_off_until(vouched, 8, date(2026, 12, 25)) == date(2026, 12, 26)
    assert rules.hands_off_until(vouched, 9, date(2026, 11, 25)) is None
    assert rules.hands_off_until([(None, CALLED)], None, date(2026, 11, 26)) is None


@pytest.mark.parametrize(
    ("minutes", "right"), [(-1, False), (0, True), (30, True), (60, True), (61, False)]
)
def test_a_call_back_lies_between_the_proposal_and_now(app, minutes: int, right: bool) -> None:
    proposed_at = CALLED.replace(second=40)
    called_at = CALLED + timedelta(minutes=minutes)
    now = CALLED + timedelta(hours=1)

    with app.test_request_context():
        faults = rules.call_faults(called_at, proposed_at=proposed_at, now=now)

    assert [fault.field for fault in faults] == ([] if right else ["called_at"])


def test_a_lifted_wait_counts_for_the_first_day_of_payments() -> None:
    assert rules.payable_from(AnAccount()) == date(2026, 12, 25)
    assert rules.payable_from(AnAccount(lifted_at=CALLED)) == date(2026, 11, 26)
    assert rules.payable_from(AnAccount(State.PROPOSED, None)) is None
