"""The catalogues are whole, agree with the sources, and read as an administrator writes."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from portal.core.i18n import LANGUAGES, TRANSLATIONS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = TRANSLATIONS / "messages.pot"
FRENCH = TRANSLATIONS / "fr/LC_MESSAGES/messages.po"
KEYWORDS = ("-k", "n_:1,2", "-k", "p_:1c,2")

#: Words a French administrator would not write here (domain 10), and what to write instead.
NOT_FRENCH = {
    r"\bvouchers?\b": "chèque innovation",
    r"\bbons?\b(?! à payer| fonctionnement| déroulement)": "chèque innovation",
    r"\bmilestones?\b": "jalon",
    r"\bcluster exchanges?\b": "échange",
    r"\béchanges? de clusters?\b": "échange",
    r"\bcoordonna(?:teur|trice)s?\b": "coordinateur",
    r"\bsoumissionnaires?\b": "candidat",
    r"\bdemandeurs?\b": "candidat",
    r"\bgrants?\b": "subvention",
    r"\blump sums?\b": "montant forfaitaire",
    r"\bappariements?\b": "mise en relation",
    r"\borganisations? hôtes?\b": "organisation d’accueil",
    r"\bappels? à projets?\b": "appel à propositions",
    r"\be-?mails?\b": "courriel, adresse électronique",
    r"\bmails?\b": "courriel",
    r"\buploader\b|\bupload\b|\btélécharger vers\b": "déposer, joindre",
    r"\bsubmitt?er\b": "présenter, soumettre",
    r"\bjours? ouvrables?\b": "jour ouvré",
    r"\blivrer? un rapport final de clôture\b": "rapport de clôture",
    r"\bpartnerships?\b": "partenariat",
    r"\bbudget lines?\b": "ligne budgétaire",
    r"\bdashboard\b": "tableau de bord",
    r"\bdevis\b": "budget",
    r"\btu\b|\bton\b|\btes\b": "vous",
}
#: An English term and the French one that must stand for it (domain 10).
GLOSSARY = {
    r"\bvouchers?\b": r"chèque",
    r"\bmilestones?\b": r"jalon",
    r"\bcoordinat(?:or|ing)\b": r"coordinat|coordonn",
    r"\blump sums?\b": r"forfait",
    r"\bgrant agreements?\b": r"convention",
    r"\bhost organisations?\b": r"organisations? d’accueil",
    r"\bvisiting organisations?\b": r"organisations? visiteuses?",
    r"\bclosing reports?\b": r"rapports? de clôture",
    r"\bSMEs?\b": r"PME",
    r"\bcalls? for proposals?\b": r"appels? à propositions",
    r"\bbudget lines?\b": r"lignes? budgétaires?",
    r"\bauthorising officers?\b": r"ordonnateur|ordonnatrice",
    r"\baccounting officers?\b": r"comptable",
    r"\bdouble funding\b": r"double financement",
    r"\bfunding rate\b": r"taux de financement",
    r"\bindirect costs\b": r"coûts indirects",
    r"\bceilings?\b": r"plafond",
    r"\bpartnerships?\b": r"partenariat",
    r"\bworking days?\b": r"jours? ouvrés?",
    r"\bfinancial agreements?\b": r"conventions? financières?",
}
#: English sentences whose French rightly avoids the term, each with its reason.
FREE: dict[str, str] = {}

PLACEHOLDER = re.compile(r"%\((\w+)\)([a-z])")
MARKUP = re.compile(r"</?[a-z]+[^>]*>")
NBSP, NNBSP = "\u00a0", "\u202f"
TYPOGRAPHY = {
    "a straight apostrophe": re.compile(r"(?<=\w)'(?=\w)"),
    "three dots for an ellipsis": re.compile(r"\.\.\."),
    "an ordinary space before ; ! ? :": re.compile(r" [;!?:](?!\S*://)"),
    "no thin space before ; ! or ?": re.compile(r"(?<![\u202f\s/?!&=])[;!?](?=\s|$)"),
    "no no-break space before a colon": re.compile(r"(?<![\u00a0])(?<!\w:)(?<=[\w)»]):(?=\s|$)"),
    "an ordinary space inside « »": re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"),
    "straight quotation marks": re.compile(r"(?<![=\w])\"(?!>)"),
    "two spaces": re.compile(r"  "),
    "a percent sign without its space": re.compile(r"\d%(?!\()"),
}


@cache
def catalogue(path: Path, locale: str | None = None) -> Catalog:
    with path.open("rb") as readable:
        return read_po(readable, locale=locale)


def messages(found: Catalog) -> list[Message]:
    return [message for message in found if message.id]


def key(message: Message) -> tuple[str, tuple[str, ...]]:
    return message.context or "", message.id if isinstance(message.id, tuple) else (message.id,)


def strings(message: Message) -> tuple[str, ...]:
    """What stands in French for the message, each plural form."""
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)


def french() -> list[Message]:
    return messages(catalogue(FRENCH, "fr"))


def english(message: Message) -> str:
    return " ".join(key(message)[1])


def test_the_template_holds_every_sentence_of_the_sources(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    fresh = tmp_path / "fresh.pot"

    CommandLineInterface().run(
        ["pybabel", "-q", "extract", "-F", "babel.cfg", *KEYWORDS, "-o", str(fresh), "."]
    )

    extracted = {key(message) for message in messages(catalogue(fresh))}
    kept = {key(message) for message in messages(catalogue(TEMPLATE))}
    assert extracted == kept, (
        f"run `flask i18n update`; new: {sorted(extracted - kept)[:20]}; "
        f"gone: {sorted(kept - extracted)[:20]}"
    )


def test_templates_are_read_as_they_are_extracted(app):
    assert app.jinja_env.policies["ext.i18n.trimmed"] is True, "babel.cfg says trimmed = true"


def test_there_is_a_catalogue_for_every_other_language():
    folders = {path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")}

    assert folders == set(LANGUAGES) - {"en"}


def test_french_has_every_sentence_and_no_other():
    wanted = {key(message) for message in messages(catalogue(TEMPLATE))}
    found = {key(message) for message in french()}

    assert found == wanted, (
        f"missing: {sorted(wanted - found)[:20]}; left over: {sorted(found - wanted)[:20]}"
    )
    assert not catalogue(FRENCH, "fr").obsolete, "remove the obsolete entries"


def test_every_sentence_is_translated_and_none_is_fuzzy():
    untranslated = [english(m) for m in french() if not all(strings(m))]
    fuzzy = [english(message) for message in french() if message.fuzzy]

    assert not untranslated, "\n".join(untranslated)
    assert not fuzzy, "\n".join(fuzzy)


def test_both_plural_forms_are_there():
    wrong = [english(m) for m in french() if isinstance(m.id, tuple) and len(strings(m)) != 2]

    assert not wrong, "\n".join(wrong)


def test_placeholders_are_the_same_both_ways():
    wrong = []
    for message in french():
        forms = key(message)[1]
        for number, text in enumerate(strings(message)):
            wanted = set(PLACEHOLDER.findall(forms[min(number, len(forms) - 1)]))
            everything = set(PLACEHOLDER.findall(english(message)))
            found = set(PLACEHOLDER.findall(text))
            if found not in (wanted, everything):
                wrong.append(f"{english(message)!r}: {wanted} became {found}")
        wrong += [
            f"{english(message)!r}: {error}" for error in message.check(catalogue(FRENCH, "fr"))
        ]
    assert not wrong, "\n".join(wrong)


def test_markup_is_the_same_both_ways():
    wrong = [
        english(message)
        for message in french()
        for text in strings(message)
        if sorted(MARKUP.findall(text)) != sorted(MARKUP.findall(key(message)[1][0]))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_sentence_ends_as_its_original_does():
    wrong = []
    for message in french():
        for text in strings(message):
            given, wanted = text.strip()[-1:], key(message)[1][-1].strip()[-1:]
            if {given, wanted} & set(".?!:") and given != wanted:
                wrong.append(f"{english(message)!r} -> {text!r}")
    assert not wrong, "\n".join(wrong)


def test_french_is_not_english_left_standing():
    wrong = [
        english(message)
        for message in french()
        for text in strings(message)
        if text == key(message)[1][0]
        and len(re.findall(r"[a-z]{3,}", PLACEHOLDER.sub("", text))) > 2
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("word", NOT_FRENCH, ids=list(NOT_FRENCH.values()))
def test_words_a_french_administrator_would_not_write(word):
    wrong = [
        f"{english(message)!r} -> {text!r} (write {NOT_FRENCH[word]!r})"
        for message in french()
        for text in strings(message)
        if re.search(word, PLACEHOLDER.sub("", text), re.IGNORECASE)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("term", GLOSSARY)
def test_glossary_terms_are_used(term):
    wrong = [
        f"{english(message)!r} -> {' | '.join(strings(message))!r}"
        for message in french()
        if re.search(term, PLACEHOLDER.sub("", english(message)), re.IGNORECASE)
        and english(message) not in FREE
        and not re.search(GLOSSARY[term], " ".join(strings(message)), re.IGNORECASE)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("fault", TYPOGRAPHY)
def test_french_typography(fault):
    wrong = [
        f"{text!r}"
        for message in french()
        for text in strings(message)
        if TYPOGRAPHY[fault].search(PLACEHOLDER.sub("x", MARKUP.sub("", text)))
    ]
    assert not wrong, f"{fault}:\n" + "\n".join(wrong)


def test_exceptions_are_still_needed():
    assert set(FREE) <= {english(message) for message in french()}
