"""flask ledger: recount every balance, and compare every posting with the trail."""

import click
from flask.cli import AppGroup

from portal.core.db import reading
from portal.ledger import queries

group = AppGroup("ledger", help="The balances of every budget line.")


@group.command()
def check() -> None:
    """Recompute every balance from its postings and compare each posting with its entry in the
    trail; exit 1 and name what does not agree.
    """
    with reading():
        wrong = queries.mismatches()
        unproven = queries.unproven()
        lines, postings = queries.count_lines(), queries.count_postings()
    for each in wrong:
        unit = "" if each.balance == queries.LAST_NUMBER else " cents"
        click.echo(
            f"{each.book} {each.line}: {each.balance} is {each.kept_cents}{unit}, "
            f"its postings say {each.recounted_cents}",
            err=True,
        )
    for found in unproven:
        click.echo(f"{found.chain} posting {found.posting_id}: {found.problem}", err=True)
    click.echo(f"{lines} lines, {len(wrong)} balances wrong")
    click.echo(f"{postings} postings, {len(unproven)} not as the trail tells them")
    if wrong or unproven:
        raise SystemExit(1)
