"""Language: lazy translations, the supported languages, catalogues compiled at start."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import Babel, force_locale, get_locale, lazy_gettext, lazy_ngettext, lazy_pgettext
from flask_babel.speaklater import LazyString

#: A sentence that is written in the reader's language when it is shown.
Text = LazyString | str

LANGUAGES = {"en": "English", "fr": "Français"}
DEFAULT_LANGUAGE = "en"
TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"

#: British conventions for English, French of France for French.
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}

babel = Babel()


def _(message: str, **variables: object) -> LazyString:
    """A sentence to translate when shown, with named placeholders: `%(days)s`."""
    return lazy_gettext(message, **variables)


def n_(singular: str, plural: str, n: int, **variables: object) -> LazyString:
    """A sentence whose form depends on `n`, which is also a placeholder (`%(num)s`)."""
    return lazy_ngettext(singular, plural, n, **variables)


def p_(context: str, message: str, **variables: object) -> LazyString:
    """A sentence whose translation depends on its context ("state", "button")."""
    return lazy_pgettext(context, message, **variables)


def current_language() -> str:
    """The language being written at this moment: "en" or "fr"."""
    locale = get_locale()
    return (
        locale.language if locale is not None and locale.language in LANGUAGES else DEFAULT_LANGUAGE
    )


def current_locale() -> str:
    """The locale whose number and date conventions apply: "en_GB" or "fr_FR"."""
    return _LOCALES[current_language()]


@contextmanager
def use_locale(language: str) -> Iterator[None]:
    """Write in another language inside the block, and restore what was before."""
    with force_locale(language if language in LANGUAGES else DEFAULT_LANGUAGE):
        yield


def compile_catalogues(folder: Path = TRANSLATIONS) -> None:
    """Compile each catalogue whose `.po` is newer than its `.mo`; a broken one stops the start.

    Several processes may start at once: each writes a file of its own and puts it in place whole.
    """
    for source in folder.glob("*/LC_MESSAGES/messages.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as readable:
            catalogue = read_po(readable, locale=source.parts[-3], abort_invalid=True)
        with NamedTemporaryFile(dir=target.parent, suffix=".mo", delete=False) as partial:
            write_mo(partial, catalogue)
        ready = Path(partial.name)
        ready.chmod(0o644)  # a temporary file is its owner's alone; the service may be another user
        ready.replace(target)


def init_i18n(app: Flask, choose_language: object) -> None:
    """Set Flask-Babel up once; `choose_language` says which language a request is answered in."""
    compile_catalogues()
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Brussels"
    babel.init_app(app, locale_selector=choose_language)
