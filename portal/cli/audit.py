"""flask audit: verify that nobody touched the trail, and write it to a file."""

import json
from typing import IO

import click
from flask.cli import AppGroup

from portal.audit import exports, queries
from portal.core.db import reading

group = AppGroup("audit", help="The trail of every action.")


@group.command()
def verify() -> None:
    """Walk every chain of the trail; exit 1 and name each entry that does not agree."""
    with reading():
        broken = list(queries.verify_chains())
        total = queries.count()
    for entry in broken:
        click.echo(f"{entry.subject} entry {entry.number}: {entry.problem}", err=True)
    click.echo(f"{total} entries, {len(broken)} broken")
    if broken:
        raise SystemExit(1)


@group.command()
@click.argument("file", type=click.File("w", encoding="utf-8", atomic=True))
def export(file: IO[str]) -> None:
    """Write the whole trail to FILE as JSON lines; bin/verify_trail.py checks it offline."""
    line = ""
    written = 0
    with reading():
        for line in exports.json_lines():
            file.write(line)
            written += 1
    # Header and footer are no entries.
    click.echo(f"{written - 2} entries, fingerprint {json.loads(line)['fingerprint']}", err=True)
