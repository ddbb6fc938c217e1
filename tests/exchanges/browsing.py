"""How the tests of the pages fill in a form and send it."""

from tests.reading import Form, Page, read_page


def post(client, path: str, expect: int = 303, **data):
    """Send a form and check the status of the answer."""
    answer = client.post(path, data=data, content_type="multipart/form-data")
    assert answer.status_code == expect, f"{answer.status}\n{read_page(answer.data).text[:1500]}"
    return answer


def main_form(page: Page) -> Form:
    """The form a page is about: the last one."""
    return page.forms[-1]
