"""What happens to visits once they are agreed: codes typed by the host."""

from datetime import date, timedelta

from portal.cli.story.cast import actor
from portal.cli.story.stage import scene
from portal.exchanges import operations, queries
from portal.exchanges.states import Passage


def live_on(refs: dict[str, str], today: date) -> None:
    """Let the host of the visit that goes on now confirm that its visitor has come."""
    _arrive(refs["trakia"], "lab", today)


def _arrive(ref: str, login: str, today: date) -> None:
    exchange = queries.by_ref(ref)
    day = min(exchange.first_on, today - timedelta(days=1))
    with scene(day, 9):
        code = queries.attendance_code(exchange, Passage.ARRIVAL)
        operations.confirm_attendance(exchange, code=code, day=day, actor=actor(login))
