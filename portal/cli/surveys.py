"""flask surveys: the daily job that follows visits up."""

import click
from flask.cli import AppGroup

from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import reading, transaction
from portal.exchanges.surveys import operations, queries

group = AppGroup("surveys", help="Surveys about what came of the visits.")


@group.command()
@click.option("--yes", is_flag=True, help="Do it; without this, only show what would be done.")
def send(yes: bool) -> None:
    """Close what nobody answered in time, remind once, and ask about the visits whose day has
    come.
    """
    if not yes:
        with reading():
            count = queries.count_to_ask(clock.today())
        click.echo(f"{count} to ask; repeat with --yes")
        return
    with transaction():
        lapsed = operations.lapse(actor=SYSTEM)
        reminded = operations.remind(actor=SYSTEM)
        asked = operations.ask(actor=SYSTEM)
        told = f"{len(asked)} asked, {len(reminded)} reminded, {len(lapsed)} closed"
    click.echo(told)
