"""Journeys: people at their browsers, in both languages, at both widths, with and without scripts.

`way`     how this journey is made: each language, each width, each database and once without
          scripts; with `--every-way`, in five ways
`site`    the portal answering on loopback over a database of the test's own: the empty one of
          `committed`, or the demo story when the test asks for `told`
`person`  person() is somebody not signed in; person("officer@example.org") signs in by the form
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.core import settings
from tests import browser
from tests.browser import Person, Site, Way

#: Both languages, both widths and both databases, each once.
ONCE = (Way("en", "desktop", "sqlite"), Way("fr", "phone", "postgresql"))
WITHOUT_SCRIPTS = Way("fr", "desktop", "sqlite", scripts=False)
FURTHER = (Way("fr", "desktop", "postgresql"), Way("en", "phone", "sqlite"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let every journey be made in each way, unless it says in which."""
    own = any(mark.args[0] == "way" for mark in metafunc.definition.iter_markers("parametrize"))
    if "way" in metafunc.fixturenames and not own:
        in_all = metafunc.config.getoption("--every-way")
        # In English axe looks at every page and form (test_every_page); on a journey, in French.
        ways = (replace(ONCE[0], axe=in_all), ONCE[1], WITHOUT_SCRIPTS)
        ways += FURTHER if in_all else ()
        metafunc.parametrize("way", ways, ids=str, indirect=True)


@pytest.fixture
def way(request: pytest.FixtureRequest) -> Way:
    """How this journey is made."""
    found: Way = request.param
    return found


@pytest.fixture
def engine_kind(way: Way) -> str:
    """The database of this way."""
    return way.kind


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; every person has a window of their own."""
    with browser.chromium() as found:
        yield found


@pytest.fixture
def site(app: Flask, way: Way, request: pytest.FixtureRequest) -> Iterator[Site]:
    """The portal on loopback; anything that crashed in it fails the test."""
    request.getfixturevalue("told" if "told" in request.fixturenames else "committed")
    with browser.serve(app) as found:
        yield found
    assert not found.crashes, "\n".join(found.crashes)


@pytest.fixture
def person(chromium: Browser, site: Site, way: Way) -> Iterator[Callable[..., Person]]:
    """person(email, password): somebody at a window of their own, signed in if named.

    `own` is how they come, when it is not the way of the journey.
    """
    people: list[Person] = []

    def sit_down(
        email: str | None = None, password: str | None = None, *, own: Way | None = None
    ) -> Person:
        somebody = Person(chromium, site, own or way)
        people.append(somebody)
        if email is not None:
            somebody.sign_in(email, password or settings.current().demo_password)
        return somebody

    yield sit_down
    for somebody in people:
        somebody.leave()
