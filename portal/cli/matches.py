"""flask matches: the daily jobs of matching, and large rounds."""

import click
from flask.cli import AppGroup

from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.db import reading, transaction
from portal.exchanges.matches import effects, operations, queries

group = AppGroup("matches", help="Proposals between visitors and hosts, and rounds.")

#: A page that shows the progress hears of it so often, in visitors compared.
_TELL_EVERY = 25


@group.command()
@click.option("--yes", is_flag=True, help="Do it; without this, only show what would be done.")
def expire(yes: bool) -> None:
    """Close the proposals that nobody answered in time."""
    if not yes:
        with reading():
            refs = queries.refs_past_answering(clock.today())
        click.echo("\n".join([*refs, f"{len(refs)} to expire; repeat with --yes"]))
        return
    with transaction():
        expired = [match.ref for match in operations.expire(actor=SYSTEM)]
    click.echo("\n".join([*expired, f"{len(expired)} expired"]))


@group.command()
def solve() -> None:
    """Solve the round that waits, if there is one; suggests, never confirms."""
    with reading():
        asked = queries.next_round()
        if asked is None:
            click.echo("No round waits.")
            return
        round_id, ref, places = asked.id, asked.ref, asked.places
        field = queries.field_of(clock.today())

    def told(count: int) -> None:
        if count % _TELL_EVERY == 0:
            with transaction():
                effects.note_progress(round_id, count)

    solution = queries.solution_of(field, places, told)
    with transaction():
        locked = queries.lock_round(round_id)
        operations.solve_round(locked, field=field, solution=solution, actor=SYSTEM)
    click.echo(f"{ref}: {len(solution.best)} suggestions, {solution.points} points")
