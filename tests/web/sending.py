"""How a form of a page is sent over a real connection, as often and as badly as a test likes."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import EnvironBuilder

from tests.client import PortalClient

LONGEST_ANSWER = 60


@dataclass(frozen=True)
class Answer:
    """What came back: where to, and what is said there."""

    status: int
    location: str | None
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sending:
    """One form, filled in and ready to leave a browser."""

    app: Flask
    address: str
    path: str
    headers: dict[str, str]
    body: bytes

    def go(self) -> Answer:
        """Send it, and read the answer."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=LONGEST_ANSWER)
        with closing(connection):
            connection.request("POST", self.path, self.body, self.headers)
            with connection.getresponse() as answer:
                answer.read()
        said = self._said(answer.headers.get("Set-Cookie", ""))
        return Answer(answer.status, answer.headers["Location"], said)

    def go_without_waiting(self) -> None:
        """Send it, and hang up before the answer."""
        host, _, port = urlsplit(self.address).netloc.partition(":")
        lines = [f"POST {self.path} HTTP/1.1", f"Host: {host}:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        lines += [f"Content-Length: {len(self.body)}", "Connection: close", "", ""]
        with socket.create_connection((host, int(port)), timeout=LONGEST_ANSWER) as wire:
            wire.sendall("\r\n".join(lines).encode() + self.body)

    def _said(self, cookie: str) -> tuple[tuple[str, str], ...]:
        signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        kept = SimpleCookie(cookie).get("portal")
        found = signer.loads(kept.value).get("_flashes", []) if kept else []
        return tuple((category, message) for category, message in found)


def prepare(client: PortalClient, address: str, path: str, data: dict[str, Any]) -> Sending:
    """The form as this browser would send it to the server at `address`."""
    environ = EnvironBuilder(path, method="POST", data=data, content_type="multipart/form-data")
    given = environ.get_environ()
    cookie = client.get_cookie("portal")
    assert cookie is not None
    headers = {"Content-Type": given["CONTENT_TYPE"], "Cookie": f"portal={cookie.value}"}
    return Sending(client.application, address, path, headers, given["wsgi.input"].read())


def at_once(*sendings: Sending) -> list[Answer]:
    """Let them all go at the same moment."""
    start = threading.Barrier(len(sendings))

    def go(sending: Sending) -> Answer:
        start.wait()
        return sending.go()

    with ThreadPoolExecutor(len(sendings)) as threads:
        return list(threads.map(go, sendings))
