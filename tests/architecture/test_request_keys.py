"""Every form that is sent carries a key, and only listed views are run again for the same key."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.architecture.test_templates import PAGES

#: Views that run again when their form arrives again, with the reason.
REPEATABLE = {
    "accounts.sign_in": "its answer is a cookie, which no table keeps; attempts are counted",
    "payments.export": "hands over a file; each handing over is a line of the trail",
    "reports.budget": "hands over a file; each handing over is a line of the trail",
    "web.language": "sets a choice, and sets it again",
}
FORM = re.compile(r"<form\b[^>]*\bmethod=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
#: The macro `tokens()`, or what it stands for when WTForms writes the CSRF token itself.
KEY = re.compile(r"\{\{ tokens\(\) \}\}|name=\"request_key\" value=\"\{\{ request_key\(\) \}\}\"")


@pytest.mark.parametrize("path", PAGES)
def test_every_form_that_is_sent_carries_a_key(path: Path):
    wrong = [
        f"{path.relative_to(ROOT)}: {form[:90]}"
        for form in FORM.findall(path.read_text())
        if len(KEY.findall(form)) != 1
    ]
    assert not wrong, "\n".join(wrong)


def test_no_form_is_written_in_another_way():
    """What the test above does not find would not be looked at."""
    for path in (one.values[0] for one in PAGES):
        text = path.read_text()
        posting = re.findall(r"method\s*=\s*['\"]?post", text, re.IGNORECASE)
        assert len(posting) == len(FORM.findall(text)), path.relative_to(ROOT)


def test_what_is_run_again_is_listed(app):
    marked = {
        endpoint
        for endpoint, view in app.view_functions.items()
        if getattr(view, "is_repeatable", False)
    }
    assert marked == set(REPEATABLE)
