"""kill -9 of the real server under load; `python -m bench.crash` is the long form."""

import socket

import pytest

from bench import crash
from bench.crash import Fact


@pytest.fixture
def port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.long
def test_what_was_acknowledged_before_a_kill_is_there_once(committed, port):
    report = crash.run(committed.app, committed.url, kills=3, clients=2, port=port)

    assert report.problems == []
    assert report.kills == 3
    assert report.acknowledged
    assert report.finished

    # The control: the judge is told of a step that never happened, and not of one that did.
    invented = Fact("PAY-2026-9999", "send")
    report.acknowledged.add(invented)
    report.finished.pop()
    problems = crash.check(report)
    assert f"lost: {invented}" in problems
    assert "not one mail for each payment executed" in problems
