"""flask vouchers: recount what firms have used of their cap."""

import click
from flask.cli import AppGroup

from portal.core.db import reading
from portal.vouchers import queries

group = AppGroup("vouchers", help="What firms have used of the cap of each project.")


@group.command()
def check() -> None:
    """Recount every use of a cap from the vouchers themselves; exit 1 and name what does not
    agree.
    """
    with reading():
        wrong = queries.cap_mismatches()
        uses = queries.count_cap_uses()
    for each in wrong:
        click.echo(
            f"{each.project} {each.organisation}: {each.kept_cents} cents used, "
            f"the vouchers say {each.recounted_cents}",
            err=True,
        )
    click.echo(f"{uses} uses of a cap, {len(wrong)} wrong")
    if wrong:
        raise SystemExit(1)
