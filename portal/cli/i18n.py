"""flask i18n: extract sentences, update the catalogues, check that nothing is missing."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from flask.cli import AppGroup

from portal.cli.database import ROOT
from portal.core.i18n import TRANSLATIONS

group = AppGroup("i18n", help="Translations.")
TEMPLATE = TRANSLATIONS / "messages.pot"
#: Without places and dates: moving a line or extracting again changes nothing in the template.
_EXTRACT = (
    "-q", "extract", "-F", "babel.cfg", "-k", "n_:1,2", "-k", "p_:1c,2",
    "--no-location", "--sort-output", "--omit-header", "-o", str(TEMPLATE), ".",
)  # fmt: skip
#: What the tools of translators need to know of a catalogue, and nothing that changes by itself.
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


@group.command()
def extract() -> None:
    """Collect every sentence of code and templates into messages.pot."""
    _extract()


@group.command()
def update() -> None:
    """Extract, then bring new sentences into each language's catalogue, without guessing."""
    _extract()
    template = _read(TEMPLATE)
    for source in _catalogues():
        catalogue = _read(source, source.parts[-3])
        catalogue.update(template, no_fuzzy_matching=True)
        _write(source, catalogue)


@group.command()
def check() -> None:
    """Name each sentence whose translation is missing or does not fit; exit 1 when there is one."""
    faults = [fault for source in _catalogues() for fault in _faults(source)]
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} missing or wrong")
    if faults:
        raise SystemExit(1)


def _extract() -> None:
    command = [sys.executable, "-m", "babel.messages.frontend", *_EXTRACT]
    subprocess.run(command, cwd=ROOT, check=True)


def _catalogues() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def _read(path: Path, language: str | None = None) -> Catalog:
    with path.open("rb") as readable:
        return read_po(readable, locale=language)


def _write(path: Path, catalogue: Catalog) -> None:
    """Sentences in alphabetical order, one to a line; those no longer used are dropped."""
    body = BytesIO()
    write_po(body, catalogue, width=0, omit_header=True, sort_output=True, ignore_obsolete=True)
    header = _HEADER.format(language=path.parts[-3], plurals=catalogue.plural_forms)
    path.write_text(header + body.getvalue().decode().lstrip("\n"), encoding="utf-8")


def _faults(source: Path) -> list[str]:
    language = source.parts[-3]
    catalogue = _read(source, language)
    found = []
    for message in catalogue:
        if not message.id:
            continue
        if message.fuzzy or not all(_strings(message)):
            found.append(f"{language}: missing: {message.id}")
        found += [f"{language}: {error}: {message.id}" for error in message.check(catalogue)]
    return found


def _strings(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, tuple | list):
        return tuple(message.string)
    return (str(message.string),)
