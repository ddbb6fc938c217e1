"""What is sent once is done once, whatever the network does to it (quality R7)."""

import re

from portal.core import request_keys
from tests.web.lying import Fault, lie

#: `python -m bench.network` is the long form.
REQUESTS = 60


def test_every_form_is_done_once_and_has_one_answer(committed):
    lies = lie(committed.app, committed.engine, REQUESTS)

    assert lies.problems == []
    assert lies.requests >= REQUESTS


def test_without_keys_the_same_network_has_forms_done_twice(committed, monkeypatch):
    """The control: no key is taken, and each fault that leads to a second copy is found."""
    monkeypatch.setattr(request_keys, "take", lambda *_given, **_about: None)

    problems = lie(committed.app, committed.engine, 1).problems

    for fault in Fault:
        assert any(re.match(rf"{fault}: \d+ cents: done [1-9] times", each) for each in problems)
