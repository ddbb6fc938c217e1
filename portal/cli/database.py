"""flask db: migrations, thin over Alembic."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask.cli import AppGroup

group = AppGroup("db", help="The database schema.")

ROOT = Path(__file__).resolve().parents[2]


def configuration() -> Config:
    """Alembic's settings for this checkout; the application gives the database's address."""
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def upgrade_to_head() -> None:
    """Bring the schema of the current application's database up to date."""
    command.upgrade(configuration(), "head")


@group.command()
def upgrade() -> None:
    """Bring the schema up to date."""
    upgrade_to_head()
    click.echo("The schema is up to date.")


@group.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do it; without this, only say what would be done.")
def downgrade(revision: str, yes: bool) -> None:
    """Take the schema back to an earlier revision."""
    if not yes:
        click.echo(f"Would take the schema back to {revision}. Repeat with --yes.")
        return
    command.downgrade(configuration(), revision)


@group.command()
@click.argument("subject")
def revision(subject: str) -> None:
    """Draft a migration from the difference between models and database."""
    command.revision(configuration(), subject, autogenerate=True)


@group.command()
def check() -> None:
    """Exit 1 when the models have changed without a migration."""
    command.check(configuration())
