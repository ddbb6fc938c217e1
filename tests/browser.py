"""People at a real browser: headless Chromium on the portal itself, looked at on every page.

`serve(app)` answers on loopback in threads of this process, so that a test can move the clock.
A `Person` has small verbs and speaks their own language: texts are given in English (or as lazy
sentences) and looked for in that language. After every step the page is looked at: axe, console,
content security policy, failed requests, sideways scroll.
"""

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import gettext
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    sync_playwright,
)
from werkzeug.serving import WSGIRequestHandler, make_server

from portal.core.db import db
from portal.core.i18n import Text, use_locale
from tests.looking import look

#: The first that is there; the shell without a screen shows a page in a third of the time.
CHROMIUM = tuple(
    Path("/usr/bin", name) for name in ("chromium-headless-shell", "chromium", "chromium-browser")
)
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DEVICES: dict[str, dict[str, Any]] = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
}
#: How long anything may take, in milliseconds.
PATIENCE = 15_000


@dataclass(frozen=True)
class Way:
    """How a journey is made: language, device, database, with scripts or without, and whether axe
    looks at each page.
    """

    language: str
    device: str
    kind: str
    scripts: bool = True
    axe: bool = True

    def __str__(self) -> str:
        plain = "" if self.scripts else "-without-scripts"
        return f"{self.language}-{self.device}-{self.kind}{plain}"


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; fails, never skips, when it is not there."""
    found = next((path for path in CHROMIUM if path.exists()), None)
    if found is None:
        pytest.fail(
            "Chromium is missing: apt-get install chromium-headless-shell, or pass --no-browser to "
            "leave the browser tests out knowingly.",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(SWITCHES))
        yield browser
        browser.close()


@dataclass
class Site:
    """The portal as it answers on loopback, and what went wrong inside it."""

    app: Flask
    address: str = ""
    crashes: list[str] = field(default_factory=list)

    def path(self, link: str) -> str:
        """The path of a link of this portal, whatever host it names (mails name the public one)."""
        return re.sub(r"^https?://[^/]+", "", link) or "/"


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: the person tells what they met."""


@contextlib.contextmanager
def serve(app: Flask) -> Iterator[Site]:
    """Answer on loopback, several requests at once, until the block ends."""
    site = Site(app)

    def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        try:
            return app.wsgi_app(environ, start_response)
        except Exception as problem:
            where = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            site.crashes.append(f"{where}: {type(problem).__name__}: {problem}")
            raise

    server = make_server("127.0.0.1", 0, wsgi, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Person:
    """Somebody at a browser: `go`, `fill`, `choose`, `tick`, `attach`, `press`, `sees`."""

    def __init__(self, browser: Browser, site: Site, way: Way) -> None:
        self.site = site
        self.way = way
        self.faults: list[str] = []
        self.context = browser.new_context(
            **DEVICES[way.device],
            base_url=site.address,
            locale="fr-FR" if way.language == "fr" else "en-GB",
            timezone_id="Europe/Brussels",
            java_script_enabled=way.scripts,
            accept_downloads=True,
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    # What the browser reports

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium repeats every 4xx answer here; those are judged in _answered.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.faults.append(f"console: {message.text}")

    def _failed(self, request: Request) -> None:
        # A download ends the navigation that asked for it.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"request failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        document = response.request.is_navigation_request()
        if response.status >= (500 if document else 400):
            self.faults.append(f"{response.status} {response.request.method} {response.url}")

    # What the person does

    def say(self, text: Text, **values: object) -> str:
        """The text in the language of the person."""
        with self.site.app.app_context(), use_locale(self.way.language):
            if isinstance(text, str):
                return gettext(text, **values)
            return str(text)

    def go(self, link: str, *, status: int = 200) -> "Person":
        """Open an address, check the status of the answer, and look at the page."""
        _settle()
        answer = self.page.goto(self.site.path(link), wait_until="load")
        assert answer is None or answer.status == status, f"{link}: {answer and answer.status}"
        return self.look()

    def fill(self, label: Text, value: object) -> "Person":
        """Give the field with this label a value: text, ISO date, or a choice by its words."""
        found = self._field(label)
        tag, kind = found.evaluate("e => [e.tagName, e.type]")
        if tag == "SELECT":
            found.select_option(label=self._option(found, str(value)))
        elif kind in ("checkbox", "radio"):
            found.set_checked(bool(value))
        else:
            found.fill(str(value))
        return self

    def choose(self, question: Text, answer: Text) -> "Person":
        """Take one answer of a group of buttons under one question."""
        group = self.page.get_by_role("group", name=self.say(question))
        group.get_by_label(self.say(answer), exact=True).check()
        return self

    def tick(self, label: Text) -> "Person":
        """Tick the box with this label."""
        self._field(label).check()
        return self

    def attach(self, label: Text, name: str, content: bytes, kind: str) -> "Person":
        """Choose a file in the field with this label; `kind` is its media type."""
        file = {"name": name, "mimeType": kind, "buffer": content}
        self._field(label).set_input_files(file)  # type: ignore[arg-type]
        return self

    def press(self, button: Text, *, within: str = "body") -> "Person":
        """Press a button (or a link that looks like one), and look at the page it leads to."""
        _settle()
        target = self._doable(button, within)
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        return self.look()

    follow = press

    def download(self, button: Text, *, within: str = "body") -> bytes:
        """Press something that hands over a file, and return the file."""
        _settle()
        target = self._doable(button, within)
        with self.page.expect_download() as waiting:
            target.click()
        return Path(waiting.value.path()).read_bytes()

    def sign_in(self, email: str, password: str) -> "Person":
        """Sign in by the form, in the language of the person, whatever their profile says."""
        self.go("/sign-in")
        self._choose_language()
        self.go("/sign-in")
        self.fill("E-mail address", email)
        self.fill("Password", password)
        self.press("Sign in", within="main")
        assert "/sign-in" not in self.page.url, f"{email} was not let in:\n{self.text}"
        return self

    def hold(self, client: FlaskClient) -> "Person":
        """Hold the session of a test client, without passing through the form."""
        with client.session_transaction() as session:
            session["language"] = self.way.language
        cookies = [
            {"name": cookie.key, "value": cookie.value, "url": self.site.address}
            for cookie in client._cookies.values()
        ]
        self.context.add_cookies(cookies)  # type: ignore[arg-type]
        return self

    def sign_out(self) -> "Person":
        """Sign out, and forget everything."""
        self.context.clear_cookies()
        return self

    # What the person sees

    @property
    def text(self) -> str:
        """The words of the page, every kind of space an ordinary one."""
        return _even(self.page.locator("body").inner_text())

    @property
    def path(self) -> str:
        """The path of the page shown."""
        return self.site.path(self.page.url).split("?")[0]

    def sees(self, *texts: Text) -> "Person":
        """Each of the texts stands on the page."""
        shown = self.text.casefold()
        for text in texts:
            wanted = _even(self.say(text))
            assert wanted.casefold() in shown, (
                f"not seen: {wanted!r} on {self.page.url}\n{self.text}"
            )
        return self

    def does_not_see(self, *texts: Text) -> "Person":
        """None of the texts stands on the page."""
        for text in texts:
            unwanted = _even(self.say(text))
            assert unwanted.casefold() not in self.text.casefold(), f"seen: {unwanted!r}"
        return self

    def can_press(self, button: Text) -> bool:
        """Whether there is such a button or link."""
        return bool(self._named(button, "body").count())

    def look(self) -> "Person":
        """Fail on anything wrong with the page, as a strict reader would."""
        look(self.page, axe=self.way.scripts and self.way.axe)
        wrong = [*self.faults, *self.site.crashes]
        assert not wrong, f"{self.page.url}:\n" + "\n".join(wrong)
        return self

    def leave(self) -> None:
        """Close the browser window."""
        self.context.close()

    def _choose_language(self) -> None:
        """Ask for the language of the person, as the button in the head of every page does."""
        tokens = {
            name: self.page.locator(f"input[name={name}]").first.input_value()
            for name in ("csrf_token", "request_key")
        }
        form = {**tokens, "language": self.way.language, "next": "/sign-in"}
        self.page.request.post(f"{self.site.address}/language", form=form)

    # How things are found

    def _field(self, label: Text) -> Locator:
        words = re.escape(self.say(label))
        optional = re.escape(self.say("(optional)"))
        exact = self.page.get_by_label(re.compile(rf"^\s*{words}(\s+{optional})?\s*$"))
        return (
            exact
            if exact.count() == 1
            else self.page.locator("main").get_by_label(self.say(label), exact=False)
        )

    def _option(self, found: Locator, wanted: str) -> str:
        options = [text.strip() for text in found.locator("option").all_text_contents()]
        translated = self.say(wanted)
        for candidate in (translated, wanted):
            same = [text for text in options if _even(text) == _even(candidate)]
            near = [text for text in options if _even(candidate) in _even(text)]
            if same or len(near) == 1:
                return (same or near)[0]
        raise AssertionError(f"no choice {translated!r} among {options}")

    def _named(self, name: Text, within: str) -> Locator:
        words, place = self.say(name), self.page.locator(within)
        return place.get_by_role("button", name=words, exact=True).or_(
            place.get_by_role("link", name=words, exact=True)
        )

    def _doable(self, name: Text, within: str) -> Locator:
        found = self._named(name, within)
        if not found.count():
            offered = [
                _even(text)
                for text in self.page.locator("button:visible, a:visible").all_inner_texts()
            ]
            raise AssertionError(
                f"no button {self.say(name)!r} on {self.page.url}; there is {offered}"
            )
        main = self._named(name, f"{within} main") if within == "body" else found
        return (main if main.count() else found).first


def _settle() -> None:
    """What the test wrote is committed before a browser asks; no lock is held while it does."""
    db.session.commit()


def _even(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
