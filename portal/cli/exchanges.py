"""flask exchanges: recount what is counted of exchanges."""

import click
from flask.cli import AppGroup

from portal.core.db import reading
from portal.exchanges import queries
from portal.projects import queries as projects

group = AppGroup("exchanges", help="The counters behind the quotas of exchanges.")


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
