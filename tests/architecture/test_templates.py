"""Templates show what they are given: no script, style, arithmetic, permission or bare word."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from portal.core.ids import PREFIXES, is_reference
from tests.architecture.source import PORTAL, ROOT

#: SVG macros place points; that is their work.
DRAWN = PORTAL / "web/charts"
#: The page frames and the macros every page is made of.
FRAME = PORTAL / "web/templates"
NOT_IN_MARKUP = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    # French puts a space before it: the sentence is translated whole.
    "colon after a value": re.compile(r"^(?!.*\{% trans).*\}\}[:;!?]", re.MULTILINE),
    "unescaped text": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "somebody else's server": re.compile(
        r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)\s*=\s*[\"']?(?:https?:)?//"
    ),
}
READ_ALOUD = re.compile(
    r"\b(?:aria-label|title|placeholder|alt)\s*=\s*\"([^\"{}]*[A-Za-zÀ-ÿ]{2}[^\"{}]*)\""
)
#: Words that are the same in every language, or no words.
SAME_EVERYWHERE = {"EUR", "PDF", "CSV", "BIC", "IBAN", "ClusterXchange", "COSME", "INNOSUP", "NUTS",
                   "OK", "PIC", "KB", "SHA", "SME", "nbsp", "middot", "times", "rarr", "larr",
                   "mdash", "ndash", "hellip", "amp", "English", "Français", "SHA-256"}  # fmt: skip


def templates() -> list[Path]:
    found = [*PORTAL.rglob("*.html"), *(p for p in PORTAL.rglob("*.txt") if "templates" in p.parts)]
    return sorted(path for path in found if "static" not in path.parts)


ALL = [pytest.param(path, id=str(path.relative_to(PORTAL))) for path in templates()]
PAGES = [pytest.param(p, id=str(p.relative_to(PORTAL))) for p in templates() if p.suffix == ".html"]
ROOMS = [
    pytest.param(p, id=str(p.relative_to(PORTAL)))
    for p in templates()
    if not p.is_relative_to(DRAWN) and not p.is_relative_to(FRAME)
]


@cache
def environment() -> Environment:
    found = Environment(
        autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"], trim_blocks=True
    )
    found.policies["ext.i18n.trimmed"] = True
    return found


@cache
def parsed(path: Path) -> nodes.Template:
    return environment().parse(path.read_text(), filename=str(path))


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|<!--.*?-->", "", text, flags=re.DOTALL)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


@pytest.mark.parametrize("path", PAGES)
def test_the_content_security_policy_has_nothing_to_block(path):
    text = without_comments(path.read_text())

    wrong = [
        f"{path.relative_to(ROOT)}:{line_of(text, match.start())} {what}"
        for what, pattern in NOT_IN_MARKUP.items()
        for match in pattern.finditer(text)
    ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ROOMS)
def test_a_template_computes_nothing(path):
    sums = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)

    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for node in parsed(path).find_all(sums)
        if _computes(node)
    ]

    assert not wrong, "\n".join(wrong)


def _computes(node: nodes.Node) -> bool:
    """Filling in placeholders (`_("...") % {...}`) and joining lists is no arithmetic."""
    if isinstance(node, nodes.Mod):
        return not isinstance(node.left, nodes.Call | nodes.MarkSafeIfAutoescape | nodes.Const)
    return not (isinstance(node, nodes.Add) and any(node.find_all(nodes.List)))


@pytest.mark.parametrize("path", ROOMS)
def test_a_template_asks_for_no_permission_and_reads_no_database(path):
    forbidden = re.compile(r"^(may_\w+|visible_to|query|execute|scalars?|has|speaks_for)$")
    called = [call.node for call in parsed(path).find_all(nodes.Call)]

    names = [(node.name, node.lineno) for node in called if isinstance(node, nodes.Name)]
    names += [(node.attr, node.lineno) for node in called if isinstance(node, nodes.Getattr)]

    wrong = [
        f"{path.relative_to(ROOT)}:{line} {name}" for name, line in names if forbidden.match(name)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ALL)
def test_every_visible_word_is_translated(path):
    wrong = [f"{path.relative_to(ROOT)}:{line} {words!r}" for words, line in bare_words(path)]
    assert not wrong, "\n".join(wrong)


def bare_words(path: Path) -> Iterator[tuple[str, int]]:
    """Words that stand in the template outside any translation.

    The whole template is joined first: a tag may begin in one piece and end in another.
    """
    pieces = [(node.data, node.lineno) for node in parsed(path).find_all(nodes.TemplateData)]
    joined = "\x00".join(data for data, _ in pieces)
    tag = r"<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
    silent = re.sub(r"<(script|svg:style)\b.*?</\1>", "", joined, flags=re.DOTALL)
    for spoken in READ_ALOUD.finditer(silent):
        if "\x00" not in spoken.group(1) and not is_reference(spoken.group(1)):
            yield spoken.group(1), _line(pieces, spoken.group(1))
    for piece in re.sub(tag, "\x00", silent).split("\x00"):
        words = re.findall(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ-]+", piece)
        left = [word for word in words if word not in SAME_EVERYWHERE | set(PREFIXES)]
        if left and "<" not in piece and ">" not in piece:
            yield " ".join(left), _line(pieces, left[0])


def _line(pieces: list[tuple[str, int]], words: str) -> int:
    for data, line in pieces:
        if (at := data.find(words)) >= 0:
            return line + data.count("\n", 0, at)
    return 0
