"""flask exchanges: recount what is counted of exchanges, and remind of what is due."""

import click
from flask.cli import AppGroup

from portal.core.actors import SYSTEM
from portal.core.db import reading, transaction
from portal.exchanges import operations, queries
from portal.projects import queries as projects

group = AppGroup("exchanges", help="The counters behind the quotas of exchanges, and reminders.")


@group.command()
def check() -> None:
    """Recount every counter, and where visits stand, from the exchanges themselves; exit 1 and
    name what does not agree.
    """
    with reading():
        wrong = [*queries.miscounts(), *queries.misplaced()]
        counters = queries.count_counters()
        named = projects.by_ids({each.project_id for each in wrong})
    for each in wrong:
        click.echo(
            f"{named[each.project_id].ref} {each.counter}: kept {each.kept}, "
            f"the exchanges say {each.recounted}",
            err=True,
        )
    click.echo(f"{counters} partnerships, {len(wrong)} counters wrong")
    if wrong:
        raise SystemExit(1)


@group.command()
def remind() -> None:
    """Remind of signatures due before the departure and of reports due after the stay."""
    with transaction():
        signing = [exchange.ref for exchange in operations.remind_signatures(actor=SYSTEM)]
    with transaction():
        reporting = [exchange.ref for exchange in operations.remind(actor=SYSTEM)]
    click.echo("\n".join([*signing, *reporting, f"{len(signing) + len(reporting)} reminded"]))
