"""flask keys: the keys of forms that were sent."""

from datetime import timedelta

import click
from flask.cli import AppGroup

from portal.core import clock, request_keys
from portal.core.db import transaction

group = AppGroup("keys", help="The keys that let a form be done once.")


@group.command()
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=request_keys.KEPT.days,
    show_default=True,
    help="How long the answer to a form can be given again.",
)
def forget(days: int) -> None:
    """Remove the keys that nobody will send again."""
    with transaction():
        gone = request_keys.forget(clock.now() - timedelta(days=days))
    click.echo(f"Keys removed: {gone}")
