"""Documents read back: words, order, pages, and the same bytes twice."""

from collections.abc import Callable, Iterator, Sequence

import pypdfium2
import pytest
from flask import Flask
from flask_babel import Babel
from reportlab import rl_config
from reportlab.lib.colors import toColor
from reportlab.platypus import Flowable

from portal.core import pdf
from portal.core.i18n import _, use_locale
from portal.core.pdf import MissingGlyph, layout, pieces
from portal.core.pdf.pieces import Signatory, Step

NAMES = "Ελένη, Ștefan, Жълт, Łukasz, Þór"
HOSTILE = '<img src="file:///etc/passwd"/>'


@pytest.fixture(autouse=True)
def _application() -> Iterator[None]:
    application = Flask(__name__)
    Babel(application, default_locale="en")
    with application.app_context():
        yield


def test_the_same_story_gives_the_same_bytes() -> None:
    assert _built(_story()) == _built(_story())


def test_every_page_says_which_it_is_of_how_many() -> None:
    pages = _pages(_built(pieces.table(["a"], [["x"]] * 100, widths=[1])))

    assert len(pages) > 2
    for place, page in enumerate(pages, start=1):
        assert f"Page {place} of {len(pages)}" in page


def test_pages_carry_the_name_the_reference_and_the_fingerprint() -> None:
    (page,) = _pages(_built([pieces.text("x")], reference="CXC-2026-0137", fingerprint="ab12"))

    assert "Grants & ClusterXchange" in page
    assert "CXC-2026-0137" in page
    assert "ab12" in page


def test_footers_are_in_the_language_of_the_document() -> None:
    (page,) = _pages(pdf.build([pieces.text("x")], title="t", language="fr"))

    with use_locale("fr"):
        assert str(_("Page %(page)s of %(pages)s", page=1, pages=1)) in page


def test_the_file_declares_title_and_language() -> None:
    french = pdf.build([pieces.text("x")], title="Convention d’échange", language="fr")

    assert pypdfium2.PdfDocument(french).get_metadata_dict()["Title"] == "Convention d’échange"
    assert b"(fr-FR)" in french
    assert b"/DisplayDocTitle true" in french
    assert b"(en-GB)" in _built([pieces.text("x")])


def test_another_language_is_refused() -> None:
    with pytest.raises(KeyError):
        pdf.build([pieces.text("x")], title="t", language="de")


def test_only_embedded_fonts_are_used() -> None:
    built = _built(_story(), reference="r", fingerprint="f")

    assert b"Helvetica" not in built
    assert b"FontFile2" in built


def test_names_from_all_over_europe_are_printed() -> None:
    story = [
        pieces.text(NAMES),
        pieces.heading(NAMES),
        *pieces.table([NAMES], [[NAMES]], widths=[1]),
    ]

    (page,) = _pages(_built(story, title=NAMES))

    assert page.count(NAMES) == 4


def test_hostile_names_are_printed_literally() -> None:
    story = [
        pieces.heading(HOSTILE),
        pieces.text(HOSTILE),
        *pieces.table([HOSTILE], [[HOSTILE], [HOSTILE + " word" * 60]], widths=[1]),
        pieces.facts([(HOSTILE, HOSTILE)]),
        pieces.notice(HOSTILE),
        pieces.steps([Step(HOSTILE, HOSTILE)]),
        pieces.signatures([Signatory(HOSTILE, HOSTILE, HOSTILE, HOSTILE)]),
    ]

    pages = _pages(_built(story, reference=HOSTILE, fingerprint=HOSTILE))

    assert "".join(pages).count(HOSTILE) == 14 + 2 * len(pages)


@pytest.mark.parametrize("typed", ["&amp; &#65; <b>x</b>", "<para>", "a < b & c > d", "]]>"])
def test_markup_and_entities_are_words(typed: str) -> None:
    (page,) = _pages(_built([pieces.text(typed)]))

    assert typed in page


def test_line_breaks_typed_by_people_are_kept() -> None:
    (page,) = _pages(_built([pieces.text("one\r\ntwo")]))

    assert "one\r\ntwo" in page


def test_a_character_without_glyph_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingGlyph) as missing:
        pieces.text("fine ✓ 🙂 ✓")

    assert missing.value.characters == "✓🙂"
    assert "U+2713" in str(missing.value)


def test_unprintable_characters_can_be_found_beforehand() -> None:
    assert layout.unprintable("Հայ") == "Հայ"
    assert layout.unprintable("Ștefan\n1\u202f100\u00a0€ e\u0301\u2011") == ""


@pytest.mark.parametrize(
    "draw",
    [
        lambda: pieces.table(["a"], [["✓"]], widths=[1]),
        lambda: pieces.table(["a"], [["✓"]], widths=[1], numeric_columns={0}),
        lambda: _built([pieces.text("x")], title="✓"),
        lambda: _built([pieces.text("x")], reference="✓"),
    ],
)
def test_a_missing_glyph_is_an_error_everywhere(draw: Callable[[], object]) -> None:
    with pytest.raises(MissingGlyph):
        draw()


def test_french_amounts_keep_their_no_break_spaces() -> None:
    with use_locale("fr"):
        amount = pieces.money_cell(123_456_750)

    assert amount == "1\u00a0234\u00a0567,50\u00a0€"
    (page,) = _pages(_built(pieces.table(["Montant"], [[amount]], widths=[1])))
    assert page.replace("\u00a0", " ").count("1 234 567,50 €") == 1


def test_an_amount_is_never_broken_in_a_narrow_column() -> None:
    with use_locale("fr"):
        amount = pieces.money_cell(123_456_750)

    (page,) = _pages(_built(pieces.table(["a", "b"], [[amount, "x"]], widths=[1, 30])))

    assert "1 234 567,50 €" in page


def test_amounts_are_flush_right() -> None:
    rows = [["a", pieces.money_cell(100)], ["b", pieces.money_cell(123_456_700)]]
    built = _built(pieces.table(["a", "b"], rows, widths=[1, 1]))

    page = pypdfium2.PdfDocument(built)[0].get_textpage()
    ends = [round(end) for end in _right_ends(page, "0")]

    assert ends.count(max(ends)) == len(rows)


def test_the_head_of_a_long_table_is_on_every_page() -> None:
    rows = [[f"row {number}", "x"] for number in range(400)]

    pages = _pages(_built(pieces.table(["Organisation", "Note"], rows, widths=[3, 1])))

    assert all("Organisation" in page for page in pages)


def test_ten_thousand_rows_are_all_printed_in_tables_of_bounded_length() -> None:
    rows = [[f"row-{number};", pieces.money_cell(number)] for number in range(10_000)]

    story = pieces.table(["a", "b"], rows, widths=[3, 1])

    assert len(story) == 67
    words = "".join(_pages(_built(story)))
    assert all(f"row-{number};" in words for number in (0, 149, 150, 5_000, 9_999))
    assert words.count("row-") == 10_000


def test_a_table_without_rows_still_shows_its_head() -> None:
    (page,) = _pages(_built(pieces.table(["Organisation"], [], widths=[1], total_row=True)))

    assert "Organisation" in page


def test_the_total_comes_last() -> None:
    rows = [["a", pieces.money_cell(100)], ["Total", pieces.money_cell(100)]]

    (page,) = _pages(_built(pieces.table(["x", "y"], rows, widths=[1, 1], total_row=True)))

    assert page.index("a €1.00") < page.index("Total €1.00")


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError):
        pieces.table(["a", "b"], [["only one"]], widths=[1, 1])


@pytest.mark.parametrize(
    "piece",
    [
        pieces.text,
        pieces.notice,
        lambda long: pieces.facts([("label", long)]),
        lambda long: pieces.steps([Step("label", long)]),
        lambda long: pieces.signatures([Signatory("x", long)]),
        lambda long: pieces.table(["a", "b"], [["x", long]], widths=[1, 1])[0],
    ],
)
def test_texts_longer_than_a_page_run_on(piece: Callable[[str], Flowable]) -> None:
    pages = _pages(_built([piece("word " * 3_000)]))

    assert len(pages) > 1
    assert "".join(pages).count("word") == 3_000


def test_a_document_has_its_pieces_in_order() -> None:
    (page,) = _pages(_built(_story()))

    expected = [
        "Agreement",
        "Amount",
        "€12.30",
        "Section",
        "Total",
        "First",
        "Done",
        "Careful",
        "Host",
        "Date and signature:",
    ]
    places = [page.index(word) for word in expected]
    assert places == sorted(places)


def test_lying_paper_is_wider_than_high() -> None:
    width, height = pypdfium2.PdfDocument(_built([pieces.text("x")], landscape=True))[0].get_size()

    assert width > height


def test_colour_names_are_not_evaluated() -> None:
    pieces.text("x")

    assert rl_config.toColorCanUse is None
    with pytest.raises(ValueError):
        toColor("Color(1,0,0)")


def _story() -> list[Flowable]:
    return [
        pieces.heading("Agreement"),
        pieces.facts([("Name", NAMES), ("Amount", pieces.money_cell(1_230))]),
        pieces.heading("Section", 2),
        *pieces.table(
            ["a", "b"],
            [["x", "1"], ["Total", "1"]],
            widths=[2, 1],
            numeric_columns={1},
            total_row=True,
        ),
        pieces.gap(),
        pieces.steps([Step("First", "today", done=True), Step("Second")]),
        pieces.notice("Careful"),
        pieces.signatures(
            [
                Signatory("Host", "A"),
                Signatory("Visitor", "B", "C", "signed"),
                Signatory("Partner", "D"),
            ]
        ),
    ]


def _built(story: Sequence[Flowable], **options: object) -> bytes:
    return pdf.build(story, **({"title": "Title", "language": "en"} | options))


def _pages(built: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(built)]


def _right_ends(page: pypdfium2.PdfTextPage, sign: str) -> Iterator[float]:
    """Where each last digit of an amount ends, in points from the left edge."""
    for place in range(page.count_chars()):
        if page.get_text_range(place, 1) == sign:
            yield page.get_charbox(place)[2]
