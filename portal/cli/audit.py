"""flask audit: verify that nobody touched the trail."""

import click
from flask.cli import AppGroup

from portal.audit import queries
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
