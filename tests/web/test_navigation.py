"""The menu: one row of sections, and beside the current page what lies in its section."""

import pytest

from portal.core.actors import Actor, Role
from portal.web import navigation

EVERYTHING = frozenset(Role)
WHOLE = ["/exchanges", "/profiles", "/matches", "/group-visits", "/surveys"]


@pytest.mark.parametrize(
    ("path", "roles", "beside"),
    [
        ("/profiles", EVERYTHING, WHOLE),
        ("/group-visits/GRP-2026-0001", EVERYTHING, WHOLE),
        ("/exchanges/CXC-2026-0001", {Role.VERIFIER}, ["/exchanges", "/group-visits"]),
        ("/projects", EVERYTHING, []),
    ],
)
def test_a_section_shows_what_lies_beside_the_page(app, path, roles, beside):
    actor = Actor(1, "Somebody", frozenset(roles))
    with app.test_request_context(path):
        assert [each["href"] for each in navigation.submenu(actor)] == beside


def test_the_section_is_current_on_the_pages_beside_it(app):
    actor = Actor(1, "Somebody", frozenset({Role.MANAGER}))
    with app.test_request_context("/matches"):
        current = [each["href"] for each in navigation.menu(actor) if each["active"]]
        beside = [each["href"] for each in navigation.submenu(actor) if each["active"]]

    assert (current, beside) == (["/exchanges"], ["/matches"])


def test_at_the_door_there_is_no_section(app):
    with app.test_request_context("/exchanges"):
        assert navigation.submenu(None) == []
