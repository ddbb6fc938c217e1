"""flask groups: the daily job of group visits."""

import click
from flask.cli import AppGroup

from portal.core.actors import SYSTEM
from portal.core.db import reading, transaction
from portal.exchanges.groups import operations, queries

group = AppGroup("groups", help="Group visits of several visitors to one host.")


@group.command()
@click.option("--yes", is_flag=True, help="Do it; without this, only show what would be done.")
def close(yes: bool) -> None:
    """Close the groups whose visits have all ended."""
    if not yes:
        with reading():
            refs = queries.refs_to_close()
        click.echo("\n".join([*refs, f"{len(refs)} to close; repeat with --yes"]))
        return
    with transaction():
        closed = [each.ref for each in operations.close(actor=SYSTEM)]
    click.echo("\n".join([*closed, f"{len(closed)} closed"]))
