"""flask profiles: the daily jobs of retention (DP-2) and of answers that are due."""

import click
from flask.cli import AppGroup

from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import reading, transaction
from portal.exchanges.profiles import operations, queries

group = AppGroup("profiles", help="Profiles of those who would like to visit or to host.")


@group.command()
@click.option("--yes", is_flag=True, help="Do it; without this, only show what would be done.")
def close(yes: bool) -> None:
    """Close the profiles whose time is over and delete their personal data."""
    if not yes:
        with reading():
            refs = queries.refs_past_keeping(clock.today())
        click.echo("\n".join([*refs, f"{len(refs)} to close; repeat with --yes"]))
        return
    with transaction():
        closed = [profile.ref for profile in operations.close(actor=SYSTEM)]
    click.echo("\n".join([*closed, f"{len(closed)} closed"]))


@group.command()
def remind() -> None:
    """Remind partnerships of the registrations they are to answer."""
    with transaction():
        reminded = [profile.ref for profile in operations.remind(actor=SYSTEM)]
    click.echo("\n".join([*reminded, f"{len(reminded)} reminded"]))
