"""flask outbox: deliver the mails that wait."""

import time

import click
from flask.cli import AppGroup

from portal.core import mail, outbox, settings

group = AppGroup("outbox", help="Mails waiting to be sent.")


@group.command()
@click.option("--forever", is_flag=True, help="Go on until stopped, looking every five seconds.")
def work(forever: bool) -> None:
    """Send what is due over SMTP; needs PORTAL_SMTP_URL."""
    if not settings.current().smtp_url:
        raise click.ClickException("PORTAL_SMTP_URL is not set: mails stay in the outbox.")
    while True:
        delivered = outbox.work(mail.send)
        if delivered or not forever:
            click.echo(f"{delivered} sent")
        if not forever:
            return
        time.sleep(5)
