from enum import StrEnum

import pytest

from portal.core.errors import IllegalStep
from portal.core.states import Badge, Life


class State(StrEnum):
    DRAFT = "draft"
    SENT = "sent"


class Action(StrEnum):
    EDIT = "edit"
    SEND = "send"


LIFE = Life(
    table={
        (State.DRAFT, Action.EDIT): State.DRAFT,
        (State.DRAFT, Action.SEND): State.SENT,
    },
    badges={State.DRAFT: Badge("Draft", "muted"), State.SENT: Badge("Sent", "ok")},
    labels={Action.EDIT: "Edit", Action.SEND: "Send"},
)


def test_a_step_of_the_table_leads_to_its_state():
    assert LIFE.step(State.DRAFT, Action.SEND) is State.SENT


def test_a_step_that_is_not_in_the_table_is_refused_by_name():
    with pytest.raises(IllegalStep, match="send is not possible from sent") as refused:
        LIFE.step(State.SENT, Action.SEND)

    assert (refused.value.state, refused.value.action) == ("sent", "send")


def test_what_can_be_done_comes_in_the_order_of_the_table():
    assert LIFE.actions_from(State.DRAFT) == (Action.EDIT, Action.SEND)
    assert LIFE.actions_from(State.SENT) == ()


def test_a_state_has_its_word_and_tone():
    assert LIFE.badge(State.SENT) == Badge("Sent", "ok")
