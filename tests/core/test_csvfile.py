"""CSV for French and British spreadsheets and for machines; formulas are defused."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import csvfile

MARK = b"\xef\xbb\xbf"


def test_french_files_have_semicolons_and_a_mark() -> None:
    written = csvfile.write(["Pôle", "Montant"], [["Lille", "1100,00"]], language="fr")

    assert written == MARK + "Pôle;Montant\r\nLille;1100,00\r\n".encode()


def test_english_files_have_commas_and_a_mark() -> None:
    assert csvfile.write(["a", "b"], [[1, None]], language="en") == MARK + b"a,b\r\n1,\r\n"


def test_machine_files_have_commas_and_no_mark() -> None:
    assert csvfile.write(["a", "b"], [["x", 2]]) == b"a,b\r\nx,2\r\n"


def test_other_languages_are_refused() -> None:
    with pytest.raises(ValueError):
        csvfile.write(["a"], [], language="de")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+33 1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "-", "－1", "-2-3"]
)
def test_cells_a_spreadsheet_would_compute_are_defused(cell: str) -> None:
    for language in ("fr", "en", None):
        rows = _read(csvfile.write([cell], [[cell]], language=language), language)

        assert rows == [["'" + cell], ["'" + cell]]


@pytest.mark.parametrize("cell", ["-12,30", "-12.30", "-5", "-1\u202f100,00", "-1,100.00", -7])
def test_negative_numbers_stay_numbers(cell: object) -> None:
    assert _read(csvfile.write(["n"], [[cell]], language="fr"), "fr")[1] == [str(cell)]


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5))
def test_what_is_written_is_read_back_and_never_begins_a_formula(cells: list[str]) -> None:
    (read,) = _read(csvfile.write(cells, [], language="fr"), "fr")

    for cell, back in zip(cells, read, strict=True):
        assert back in (cell, "'" + cell)
        assert not back.startswith(("=", "+", "@", "\t", "\r"))


def test_lines_are_streamed_one_by_one() -> None:
    stream = csvfile.lines(["a"], ([n] for n in range(3)))

    assert list(stream) == [b"a\r\n", b"0\r\n", b"1\r\n", b"2\r\n"]


def _read(written: bytes, language: str | None) -> list[list[str]]:
    text = written.decode("utf-8-sig" if language else "utf-8")
    delimiter = ";" if language == "fr" else ","
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
