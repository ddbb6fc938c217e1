"""One log line per request: the route and never the address."""

import logging
import re
from io import BytesIO

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from portal.core.db import db
from portal.core.log import logger
from portal.factory import create_app
from tests.accounts.builders import somebody
from tests.conftest import test_settings
from tests.partners.builders import A_PDF, IBAN_FR, a_person, an_organisation


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


SECRETS = {"password": "three words nobody guesses", "iban": IBAN_FR}


def test_no_password_and_no_iban_is_logged(session, client, sign_in_as, lines):
    person = a_person()
    path = f"/organisations/{an_organisation(person).ref}/bank-accounts/propose"
    sent = {"holder": "Atelier", "iban": IBAN_FR, "evidence": (BytesIO(A_PDF), "letter.pdf")}

    client.post("/sign-in", data={"email": person.email, "password": SECRETS["password"]})
    proposed = sign_in_as(person).post(path, data=sent)

    assert proposed.status_code == 303
    assert len(lines) == 2
    assert not [line for line in lines for secret in SECRETS.values() if secret in line]


def test_an_error_of_the_database_does_not_repeat_what_was_typed(tmp_path):
    """Unforeseen errors are logged whole: what they say of a statement holds no value of it."""
    with create_app(test_settings(tmp_path)).app_context():
        with pytest.raises(OperationalError) as broken:
            db.session.execute(text("INSERT INTO nowhere VALUES (:iban)"), SECRETS)
        db.engine.dispose()

    assert "nowhere" in str(broken.value)
    assert IBAN_FR not in str(broken.value)
