"""How far a long round has come, told by the worker that solves it."""

from sqlalchemy import update

from portal.core.db import db
from portal.exchanges.matches.models import MatchRound


def note_progress(round_id: int, compared: int) -> None:
    """Keep how many visitors have been compared; changes nothing else of the round."""
    db.session.execute(
        update(MatchRound)
        .where(MatchRound.id == round_id, MatchRound.solved_at.is_(None))
        .values(progress=compared)
        .execution_options(synchronize_session=False)
    )
