"""What anybody may read, before signing in."""

import pytest


@pytest.mark.parametrize(
    "address", ["/sign-in", "/sign-up", "/accessibility", "/privacy", "/legal", "/help", "/calls"]
)
def test_public_pages_are_fit_to_be_read(person, way, address):
    visitor = person()

    visitor.go(address)

    assert visitor.page.locator("html").get_attribute("lang") == way.language
    assert visitor.page.locator("h1").count() == 1
