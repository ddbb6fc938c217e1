"""flask ledger: recount every balance from the postings."""

import click
from flask.cli import AppGroup

from portal.core.db import reading
from portal.ledger import queries

group = AppGroup("ledger", help="The balances of every budget line.")


@group.command()
def check() -> None:
    """Recompute every balance from its postings; exit 1 and name each one that does not agree."""
    with reading():
        wrong = queries.mismatches()
        lines = queries.count_lines()
    for each in wrong:
        click.echo(
            f"{each.book} {each.line}: {each.balance} is {each.kept_cents} cents, "
            f"its postings say {each.recounted_cents}",
            err=True,
        )
    click.echo(f"{lines} lines, {len(wrong)} balances wrong")
    if wrong:
        raise SystemExit(1)
