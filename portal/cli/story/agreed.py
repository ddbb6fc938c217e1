"""What happens to visits once they are agreed: codes typed, days amended, a stay cut short."""

from datetime import date, timedelta

from portal.cli.story.cast import actor
from portal.cli.story.stage import scene
from portal.core.days import working_days
from portal.exchanges import operations, queries
from portal.exchanges.states import Party, Passage


def live_on(refs: dict[str, str], today: date) -> None:
    """Confirm that a visitor has come, shorten a visit to come, and say what cut another short."""
    _arrive(refs["trakia"], "lab", today)
    _amend(refs["rade"], today)
    _cut_short(refs["dacia"], today)


def _arrive(ref: str, login: str, today: date) -> None:
    exchange = queries.by_ref(ref)
    day = min(exchange.first_on, today - timedelta(days=1))
    with scene(day, 9):
        code = queries.attendance_code(exchange, Passage.ARRIVAL)
        operations.confirm_attendance(exchange, code=code, day=day, actor=actor(login))


def _amend(ref: str, today: date) -> None:
    """The visitor comes a week later, until Thursday; host and payer accept."""
    with scene(today - timedelta(days=2), 9):
        exchange = queries.by_ref(ref)
        later = timedelta(weeks=1)
        thursday = exchange.first_on + later + timedelta(days=3)
        enough = working_days(exchange.first_on + later, thursday, exchange.host_country) >= 3
        last_on = thursday if enough else thursday + timedelta(days=1)
        operations.amend(
            exchange,
            departure_on=exchange.departure_on + later,
            first_on=exchange.first_on + later,
            last_on=last_on,
            return_on=last_on + timedelta(days=1),
            agenda="Monday: welcome and tour. Tuesday and Wednesday: trials in the tank. Thursday: review.",
            reason="The tank of the host is emptied for its yearly inspection in the week agreed.",
            actor=actor("firm6"),
        )
    for hour, party, login in (
        (11, Party.HOST, "host"),
        (15, Party.VISITOR_PARTNERSHIP, "coordinator2"),
    ):
        with scene(today - timedelta(days=1), hour):
            exchange = queries.by_ref(ref)
            operations.accept_amendment(
                exchange,
                party=party,
                fingerprint=exchange.amendments[-1].fingerprint,
                actor=actor(login),
            )


def _cut_short(ref: str, today: date) -> None:
    reason = (
        "On the second evening a fire in the dye house closed the mill for the rest of the week, and the "
        "visitor was sent home. The order of the fire service is on file."
    )
    with scene(today - timedelta(days=1), 10):
        operations.propose_force_majeure(queries.by_ref(ref), reason=reason, actor=actor("manager"))
