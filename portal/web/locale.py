"""Which language: the one chosen, the profile's, the browser's, else English."""

from flask import has_request_context, request, session

from portal.core.i18n import DEFAULT_LANGUAGE, LANGUAGES
from portal.web.session import me


def choose_language() -> str:
    """The language this request is answered in; commands and workers speak the default one."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    person = me()
    if person is not None:
        return person.language
    return request.accept_languages.best_match(list(LANGUAGES)) or DEFAULT_LANGUAGE
