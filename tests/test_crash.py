"""kill -9 of the real server under load; `python -m bench.crash` is the long form."""

import pytest

from bench import crash
from bench.crash import Fact


@pytest.mark.long
def test_what_was_acknowledged_before_a_kill_is_there_once(committed):
    report = crash.run(committed.app, committed.url, kills=3, clients=2, port=crash.a_free_port())

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
