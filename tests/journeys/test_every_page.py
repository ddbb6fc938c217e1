"""Every page of the URL map, opened by somebody who may; a new one is found by itself (A1)."""

import pytest

from tests.architecture.world import PEOPLE, World
from tests.journeys.conftest import ONCE
from tests.looking import look

#: Forms whose answer is a file: no page comes back.
FILES = ("reports.budget",)
#: Who is asked first; the first who may open a page looks at it.
VIEWERS = ("officer", "applicant", "coordinator", "accountant", "verifier", "admin", "auditor")


# Both languages and both widths, each once: a minute and more for every further way.
@pytest.mark.parametrize("way", ONCE, ids=str, indirect=True)
def test_no_page_has_a_fault_a_machine_can_find(told, app, person, client, way):
    with told.engine.connect() as connection:
        world = World(app, connection)
        routes = world.routes("GET")
    people = {}
    for viewer in VIEWERS:
        people[viewer] = person()
        token = client.open_session(world.user(viewer))
        probe = app.test_client()
        probe.carry(token)
        people[viewer].probe = probe
        people[viewer].hold(probe)
    opened = 0

    for route in routes:
        for somebody in people.values():
            answer = somebody.probe.get(route.address)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                somebody.go(route.address)
                opened += 1
                break

    assert opened > len(PEOPLE)


# Both languages and both widths, each once: a minute for every further way.
@pytest.mark.parametrize("way", ONCE, ids=str, indirect=True)
def test_a_form_that_comes_back_is_fit_to_be_read(told, app, person, client, way):
    with told.engine.connect() as connection:
        world = World(app, connection)
        waiting = {route.address for route in world.routes("POST") if route.endpoint not in FILES}
    for viewer in ("officer", "applicant", "coordinator", "accountant", "admin"):
        somebody = person()
        probe = app.test_client()
        probe.carry(client.open_session(world.user(viewer)))
        somebody.hold(probe)
        for address in sorted(waiting):
            if probe.get(address).status_code != 200:
                continue
            somebody.go(address)
            form = somebody.page.locator("main form[method=post]").first
            if not form.count():
                continue
            with somebody.page.expect_navigation(wait_until="load"):
                form.evaluate("form => form.submit()")
            look(somebody.page, axe=way.scripts)
            waiting.remove(address)
