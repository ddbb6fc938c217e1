"""One log line per request: the route and never the address."""

import logging
import re

import pytest

from portal.core.log import logger
from tests.accounts.builders import somebody


@pytest.fixture
def lines():
    found = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)
    logger.setLevel(before)


def test_each_request_leaves_one_line(session, sign_in_as, lines):
    sign_in_as(somebody()).get("/profile")

    (line,) = lines
    assert re.fullmatch(r"GET /profile 200 \d+ ms \d+ statements", line)


def test_keys_in_addresses_are_not_logged(session, client, lines):
    client.get("/activate/very-secret-key?name=Anna")

    (line,) = lines
    assert line.startswith("GET /activate/<token> 404 ")


def test_an_unknown_address_is_not_logged(session, client, lines):
    client.get("/who-is-anna@example.org")

    assert lines[0].startswith("GET - 404 ")
