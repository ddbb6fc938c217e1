from multiprocessing import get_context

import pytest
from babel.messages.pofile import PoFileError

from portal.core import i18n
from portal.core.i18n import _, current_language, current_locale, n_, use_locale


def test_a_sentence_is_said_in_the_language_of_the_moment(app):
    sentence = _("Sign in")

    with use_locale("fr"):
        assert str(sentence) == "Se connecter"
    with use_locale("en"):
        assert str(sentence) == "Sign in"


def test_what_was_before_comes_back(app):
    with use_locale("fr"):
        with use_locale("en"):
            assert current_language() == "en"
        assert current_language() == "fr"
    assert current_language() == "en"


def test_it_comes_back_after_a_failure_too(app):
    with pytest.raises(ZeroDivisionError), use_locale("fr"):
        raise ZeroDivisionError

    assert current_language() == "en"


def test_an_unknown_language_is_english(app):
    with use_locale("xx"):
        assert current_language() == "en"


def test_each_language_has_its_conventions(app):
    with use_locale("fr"):
        assert current_locale() == "fr_FR"
    with use_locale("en"):
        assert current_locale() == "en_GB"


def test_a_number_chooses_the_form(app):
    with use_locale("en"):
        assert str(n_("%(num)s day", "%(num)s days", 1)) == "1 day"
        assert str(n_("%(num)s day", "%(num)s days", 2)) == "2 days"


def test_a_placeholder_is_filled_in(app):
    assert str(_("Code %(code)s", code="<x>")) == "Code <x>"


def test_a_catalogue_is_compiled_when_it_is_newer(tmp_path):
    source = tmp_path / "fr/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Yes"\nmsgstr "Oui"\n')

    i18n.compile_catalogues(tmp_path)

    assert source.with_suffix(".mo").exists()
    assert sorted(source.parent.iterdir()) == [source.with_suffix(".mo"), source]


def test_several_processes_may_compile_at_once(tmp_path):
    source = tmp_path / "fr/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    entries = (f'msgid "Day {n}"\nmsgstr "Jour {n}"\n' for n in range(400))
    source.write_text("\n".join(entries))
    spawning = get_context("fork")

    for _round in range(5):
        source.with_suffix(".mo").unlink(missing_ok=True)
        starts = [
            spawning.Process(target=i18n.compile_catalogues, args=(tmp_path,)) for _ in "1234"
        ]
        for start in starts:
            start.start()
        for start in starts:
            start.join()

        assert [start.exitcode for start in starts] == [0, 0, 0, 0]
    assert sorted(source.parent.iterdir()) == [source.with_suffix(".mo"), source]


def test_a_broken_catalogue_stops_the_start(tmp_path):
    source = tmp_path / "fr/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Yes"\nthis is no catalogue\n')

    with pytest.raises(PoFileError):
        i18n.compile_catalogues(tmp_path)
    assert not source.with_suffix(".mo").exists()
