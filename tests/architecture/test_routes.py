"""Nothing is public unless it is listed; GET writes nothing; forged requests are refused."""

import re

import pytest

from portal.web import request_keys
from tests.architecture.world import World, is_public, public_endpoints
from tests.conftest import POSTGRESQL, SQLITE

#: What anybody may call, with the reason.
PUBLIC = {
    "accounts.activate": "the link of an invitation is the key",
    "accounts.forgotten_password": "asked by those who cannot sign in",
    "accounts.new_password": "the link of the mail is the key",
    "accounts.sign_in": "the door",
    "accounts.sign_out": "everybody may leave",
    "accounts.sign_up": "applicants register themselves",
    "accounts.signed_up": "says to look into the mailbox, whoever asks",
    "calls.index": "calls are published",
    "calls.show": "calls are published",
    "profiles.check": "whether one may take part is told before any registration",
    "reports.verified": "whoever holds a document may ask what it is; amounts need a permission",
    "reports.verify": "whoever holds a document may ask what it is",
    "web.accessibility": "statement required by law",
    "web.health": "for monitoring; says one word",
    "web.help_page": "help",
    "web.language": "the language is chosen before signing in",
    "web.legal": "notice required by law",
    "web.privacy": "notice required by law",
}
#: GETs that answer without asking any permission although they are not public: none.
CROSS_SITE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
)


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def test_what_is_public_is_listed(app):
    assert set(public_endpoints(app)) == set(PUBLIC)


def test_routes_only_read_or_post(app):
    wrong = {
        rule.endpoint: rule.methods
        for rule in rules(app)
        if not rule.methods <= {"GET", "HEAD", "OPTIONS", "POST"}
    }
    assert not wrong


def test_addresses_name_things_by_their_public_reference(app):
    wrong = [
        f"{rule.endpoint} {rule.rule}"
        for rule in rules(app)
        if re.search(r"<(?:int:)?(?:id|\w+_id)>", rule.rule)
    ]
    assert not wrong


def test_addresses_are_plain_words(app):
    for rule in rules(app):
        fixed = re.sub(r"<[^>]+>", "x", rule.rule)
        assert re.fullmatch(r"/[a-z0-9./-]*", fixed), rule.rule
        assert len(fixed) == 1 or not fixed.endswith("/"), rule.rule


@pytest.fixture
def world(told, app):
    with told.engine.connect() as connection:
        found = World(app, connection)
        assert found.subjects is not None
        found.get, found.post = found.routes("GET"), found.routes("POST")
    return found


def test_no_get_changes_a_single_row(world, told, sign_in_as):
    # The matrix of permissions opens every page as everybody, on SQLite.
    people = ("officer", "accountant", "auditor", "coordinator", "applicant")
    clients = {role: sign_in_as(world.user(role)) for role in people}
    before = told.fingerprint()

    for route in world.get:
        for role, somebody in clients.items():
            status = somebody.get(route.address).status_code
            assert status in (200, 303, 403, 404, 409), f"{role} {route}: {status}"

    assert told.fingerprint() == before


def test_a_post_without_its_token_is_refused(world, told, sign_in_as):
    officer = sign_in_as(world.user("officer"))
    before = told.fingerprint()

    for route in world.post:
        answer = officer.post(route.address, csrf=False)
        assert answer.status_code == 400, f"{route}: {answer.status}"

    assert told.fingerprint() == before


# No statement depends on how a key or a header is wrong: each way on one database, one on both.
@pytest.mark.parametrize(
    ("engine_kind", "key"),
    [
        *((SQLITE, key) for key in ("", "0", "A" * 32, "0" * 33)),
        (POSTGRESQL, "0" * 33),
    ],
    ids=["none", "short", "odd", "long", "long-on-postgresql"],
    indirect=["engine_kind"],
)
def test_a_post_without_a_proper_key_is_refused(world, told, sign_in_as, key):
    officer = sign_in_as(world.user("officer"))
    before = told.fingerprint()

    for route in world.post:
        answer = officer.post(route.address, key=False, data={request_keys.FIELD: key})
        assert answer.status_code == 400, f"{route}: {answer.status}"

    assert told.fingerprint() == before


def test_a_post_with_the_token_of_another_session_is_refused(world, told, sign_in_as):
    officer, other = sign_in_as(world.user("officer")), sign_in_as(world.user("stranger"))
    officer.csrf_token()
    stolen = {"X-CSRFToken": other.csrf_token()}
    before = told.fingerprint()

    for route in world.post:
        answer = officer.post(route.address, csrf=False, headers=stolen)
        assert answer.status_code == 400, f"{route}: {answer.status}"

    assert told.fingerprint() == before


@pytest.mark.parametrize(
    ("engine_kind", "headers"),
    [*((SQLITE, headers) for headers in CROSS_SITE), (POSTGRESQL, CROSS_SITE[0])],
    indirect=["engine_kind"],
)
def test_a_post_from_another_site_is_refused(world, told, sign_in_as, headers):
    officer = sign_in_as(world.user("officer"))
    before = told.fingerprint()

    for route in world.post:
        answer = officer.post(route.address, headers=headers)
        assert answer.status_code == 400, f"{route}: {answer.status}"

    assert told.fingerprint() == before


def test_what_does_not_exist_is_not_found_whoever_asks(world, told, sign_in_as):
    admin, stranger = sign_in_as(world.user("admin")), sign_in_as(world.user("stranger"))

    for route in world.get:
        if "ref" not in route.rule.arguments or is_public(world.app, route.endpoint):
            continue
        known = world.subjects[route.rule.rule.split("/")[1]]
        address = route.address.replace(known, "NOT-2026-0001", 1)
        for somebody in (admin, stranger):
            assert somebody.get(address).status_code in (403, 404), f"{route}: {address}"


def test_a_suspended_account_is_nobody(world, told, client, sign_in_as):
    stranger = world.user("stranger")
    somebody = sign_in_as(stranger)
    assert somebody.get("/profile").status_code == 200

    stranger.state = "suspended"

    for route in world.get:
        given, wanted = somebody.get(route.address), client.get(route.address)
        assert given.status_code == wanted.status_code, str(route)
        assert given.location == wanted.location, str(route)
