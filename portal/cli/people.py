"""flask people: the first administrator."""

import click
from flask.cli import AppGroup

from portal.accounts import operations
from portal.core.actors import SYSTEM, Role
from portal.core.db import transaction
from portal.core.i18n import LANGUAGES

group = AppGroup("people", help="People and their accounts.")


@group.command()
@click.argument("email")
@click.argument("name")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="en")
@click.option("--role", "roles", multiple=True, type=click.Choice([role.value for role in Role]))
def invite(email: str, name: str, language: str, roles: tuple[str, ...]) -> None:
    """Invite somebody from the console: how the first administrator comes in (--role admin)."""
    with transaction():
        person = operations.invite(
            name=name,
            email=email,
            language=language,
            roles=tuple(Role(role) for role in roles),
            actor=SYSTEM,
        )
        click.echo(f"{person.ref}: the activation mail waits in the outbox.")
