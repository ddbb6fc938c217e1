import pytest

from portal.core.ids import ReferenceCounter, is_reference, next_reference


def test_references_are_given_one_after_another(session):
    given = [next_reference("CXC", 2026) for _ in range(3)]

    assert given == ["CXC-2026-0001", "CXC-2026-0002", "CXC-2026-0003"]


def test_each_prefix_and_year_has_its_own_numbers(session):
    next_reference("CXC", 2026)

    assert next_reference("CXC", 2027) == "CXC-2027-0001"
    assert next_reference("VCH", 2026) == "VCH-2026-0001"


def test_an_undone_change_gives_its_number_back(session):
    next_reference("CXC", 2026)
    session.rollback()

    assert next_reference("CXC", 2026) == "CXC-2026-0001"


def test_numbers_grow_beyond_four_digits(session):
    next_reference("PAY", 2026)
    session.get_one(ReferenceCounter, ("PAY", 2026)).last = 9999
    session.flush()

    assert next_reference("PAY", 2026) == "PAY-2026-10000"


def test_an_unknown_prefix_is_a_mistake_of_ours(session):
    with pytest.raises(ValueError, match="unknown prefix"):
        next_reference("XYZ", 2026)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("CXC-2026-0001", True),
        ("CXC-2026-12345", True),
        ("CXC-2026-001", False),
        ("XYZ-2026-0001", False),
        ("cxc-2026-0001", False),
        ("CXC-2026-0001\n", False),
        (" CXC-2026-0001", False),
        ("CXC-2026-0001'--", False),
    ],
)
def test_the_shape_of_a_reference(text, answer):
    assert is_reference(text) is answer
