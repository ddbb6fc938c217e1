"""Who reads, drafts, publishes and discards editions."""

import pytest

from portal.core.actors import SYSTEM
from portal.exchanges.editions import operations, policy
from portal.exchanges.editions.states import Action
from tests.exchanges.builders import at
from tests.exchanges.editions.builders import a_draft, a_world_with_two_officers

AUTHOR = (Action.EDIT, Action.DISCARD)
OTHER = (Action.PUBLISH, Action.DISCARD)


@pytest.mark.parametrize(
    ("who", "reads_drafts", "may"),
    [
        ("officer", True, AUTHOR),
        ("deputy", True, OTHER),
        ("auditor", True, ()),
        ("payer", False, ()),
        ("visitor", False, ()),
        ("stranger", False, ()),
    ],
)
def test_author_and_publisher_are_two_people(session, who, reads_drafts, may):
    world = a_world_with_two_officers()
    draft, actor = a_draft(world), world.actor(who)

    assert policy.may_see_editions(actor)
    assert policy.may_see_drafts(actor) is reads_drafts
    assert policy.may_draft(actor) is (who in ("officer", "deputy"))
    assert policy.available(actor, draft) == may
    with at():
        operations.discard(draft, reason="No", actor=world.actor("deputy"))
    assert policy.available(actor, draft) == ()


def test_what_is_published_is_for_people_who_signed_in():
    assert not policy.may_see_editions(SYSTEM)
