"""`python app.py demo`: migrate, tell the story once, print who can sign in, serve on loopback."""

import os
from pathlib import Path

import click
from sqlalchemy import text
from werkzeug.serving import make_server

from portal.cli.database import ROOT, upgrade_to_head
from portal.cli.story import season
from portal.cli.story import telling as story
from portal.core import clock
from portal.core.db import db, reading
from portal.core.settings import Settings, from_environment
from portal.factory import create_app

#: The account the demo pays from: an invented office, the example IBAN of the French post.
DEBTOR = {
    "PORTAL_DEBTOR_NAME": "Office européen des clusters",
    "PORTAL_DEBTOR_IBAN": "FR1420041010050500013M02606",
    "PORTAL_DEBTOR_BIC": "PSSTFRPPXXX",
}


@click.command(name="demo")
@click.option("--reset", is_flag=True, help="Throw the demo's data away and begin anew.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--small", is_flag=True, help="Leave out the season of 500 visits.")
@click.option("--no-serve", is_flag=True, help="Only prepare the data.")
def command(reset: bool, host: str, port: int, small: bool, no_serve: bool) -> None:
    """Show the portal with a story in it; data of an earlier start are kept without --reset."""
    settings = demo_settings(host, port)
    if reset:
        _throw_away(settings)
    app = create_app(settings)
    with app.app_context():
        upgrade_to_head()
        with reading():
            told = story.is_told()
        if not told:
            click.echo("Telling the demo story (about half a minute) …")
            story.tell(settings.demo_password)
            if not small:
                click.echo("Telling a season of 500 visits (about a minute) …")
                season.tell(settings.demo_password, click.echo)
            clock.come_back()
        _introduce(settings)
    if no_serve:
        return
    server = make_server(host, port, app, threaded=True)
    click.echo("Stop with Ctrl+C.")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo("")


def demo_settings(host: str, port: int) -> Settings:
    """The environment's settings in demo mode; refuses when the environment says production."""
    if os.environ.get("PORTAL_MODE", "demo") == "production":
        raise click.ClickException("The demo does not run in production mode: unset PORTAL_MODE.")
    instance = ROOT / "instance"
    instance.mkdir(exist_ok=True)
    environment = {
        "DATABASE_URL": f"sqlite:///{instance / 'demo.sqlite'}",
        "PORTAL_PUBLIC_URL": f"http://{host}:{port}",
        **DEBTOR,
        **os.environ,
        "PORTAL_MODE": "demo",
    }
    return from_environment(environment)


def _throw_away(settings: Settings) -> None:
    """Remove the demo's data: the file of SQLite, every table of PostgreSQL."""
    if settings.database_url.startswith("sqlite:///"):
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        for ending in ("", "-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        return
    with create_app(settings).app_context(), db.engine.begin() as connection:
        connection.execute(text("drop schema public cascade"))
        connection.execute(text("create schema public"))


def _introduce(settings: Settings) -> None:
    click.echo(f"\nThe portal answers on {settings.public_url}\n")
    with reading():
        shown = [*story.accounts(), *season.accounts()]
    width = max(len(email) for email, _what in shown)
    for email, what in shown:
        click.echo(f"  {email:<{width}}  {what}")
    click.echo(f"\nThe password of all: {settings.demo_password}\n")
