"""flask seed: the reference tables a portal is born with, and the demo story."""

import click
from flask.cli import AppGroup

from portal.cli.story import telling
from portal.core import settings
from portal.core.actors import SYSTEM
from portal.core.db import transaction
from portal.exchanges import operations as exchanges
from portal.programme import operations as programmes

group = AppGroup("seed", help="Data to begin with.")


@group.command()
def reference() -> None:
    """Enter programmes, countries, scheme terms and host ceilings; repeating adds nothing."""
    with transaction():
        programmes.load_reference(actor=SYSTEM)
        exchanges.load_reference(actor=SYSTEM)
    click.echo("The reference tables are in place.")


@group.command()
def demo() -> None:
    """Tell the demo story into an empty database; refused in production mode."""
    if settings.current().is_production:
        raise click.ClickException("The demo story is not told in production mode.")
    if telling.is_told():
        raise click.ClickException("The story is already told.")
    telling.tell(settings.current().demo_password)
    click.echo("The story is told.")
