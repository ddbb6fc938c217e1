"""What a strict reader sees on any page: sideways scroll, crushed words, what axe finds."""

import json
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor/axe/axe.min.js"
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@cache
def _axe() -> str:
    return AXE.read_text()


_SIGNATURE = """() => JSON.stringify([location.pathname.replace(/[0-9]+/g, '0'), innerWidth,
  document.documentElement.lang,
  [...new Set([...document.querySelectorAll('body *')]
    .map(e => e.tagName + '.' + e.className))].sort()])"""
#: Without fetching the style sheets again: only rules about media and rotation would read them.
_RUN_AXE = """(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags},
  resultTypes: ['violations'], preload: false}).then(r => r.violations.map(v => ({id: v.id,
  help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 200) + ' — '
    + (n.failureSummary || '').slice(0, 300))})))"""
_WIDER = """() => { const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 160)); }"""
#: Words squeezed into a column a few letters wide: nobody reads them, and nothing scrolls.
_CRUSHED = """() => [...document.querySelectorAll('main dt, main dd, main td, main th')]
  .filter(e => e.innerText.trim().length > 8 && e.getBoundingClientRect().width > 1
    && e.getBoundingClientRect().width < 60 && e.getBoundingClientRect().height > 120)
  .slice(0, 5).map(e => e.outerHTML.slice(0, 160))"""
_seen: set[str] = set()


def look(page: Page, *, axe: bool = True) -> None:
    """Fail on sideways scroll, on words that are crushed and on what axe finds; axe searches each
    kind of page once a run.
    """
    wider = page.evaluate(_WIDER)
    assert not wider, f"{page.url} scrolls sideways:\n" + "\n".join(wider)
    crushed = page.evaluate(_CRUSHED)
    assert not crushed, f"{page.url} crushes its words:\n" + "\n".join(crushed)
    signature = page.evaluate(_SIGNATURE)
    if not axe or signature in _seen:
        return
    _seen.add(signature)
    page.evaluate(_axe() + "\n;undefined")
    found = page.evaluate(_RUN_AXE, list(AXE_TAGS))
    assert not found, f"{page.url}: axe found\n" + json.dumps(found, indent=1, ensure_ascii=False)
