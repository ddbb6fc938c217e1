"""Until when proof may be sent, and what an accepted milestone is worth (domain 3.5)."""

from datetime import date, timedelta

from portal.core import formats, money
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.vouchers.milestones.states import State

#: Percent of the objectives that a reviewer may find reached (domain 3.5) [assumption].
ACHIEVEMENTS = (0, 50, 75, 100)
WHOLE = 100
#: The share that is the whole, in basis points.
WHOLE_BP = 10_000
#: After a return the holder has at least this many days to send the rest [assumption].
RESUBMISSION_DAYS = 30


def last_day(due_on: date, returned_on: date | None) -> date:
    """The last day, included, on which proof may be sent; a return gives at least 30 days more."""
    if returned_on is None:
        return due_on
    return max(due_on, returned_on + timedelta(days=RESUBMISSION_DAYS))


def submission_faults(*, day: date, last: date) -> list[Fault]:
    """Why proof cannot be sent on a day; the last day is included."""
    if day <= last:
        return []
    return [
        Fault(
            _(
                "The proof was due on %(last)s at the latest. Ask the project’s manager to "
                "postpone the date.",
                last=formats.day(last),
            ),
            None,
            "V-MS-1",
            {"last": last.isoformat(), "day": day.isoformat()},
        )
    ]


def acceptance_faults(*, achievement: int, reason: str) -> list[Fault]:
    """Why a decision is not complete: an unknown degree, or a cut without its reason."""
    if achievement not in ACHIEVEMENTS:
        return [Fault(_("Choose one of the degrees of achievement."), "achievement", "V-MS-2")]
    if achievement < WHOLE and not reason.strip():
        return [
            Fault(
                _("Say why less than everything is due: the holder reads this reason."),
                "reason",
                "V-MS-2",
            )
        ]
    return []


def postponement_faults(
    *, today: date, before: date, after: date, project_ends_on: date
) -> list[Fault]:
    """Why a due date cannot be moved: not later than it was, in the past, or beyond the project."""
    if after <= before or after < today:
        text: Text = _(
            "Choose a day that is later than %(before)s and not past.", before=formats.day(before)
        )
    elif after > project_ends_on:
        text = _(
            "The project ends on %(end)s: choose that day at the latest.",
            end=formats.day(project_ends_on),
        )
    else:
        return []
    return [
        Fault(text, "due_on", "V-MS-3", {"before": before.isoformat(), "after": after.isoformat()})
    ]


def due_cents(*, award_cents: int, share_bp: int, instalment_cents: int, achievement: int) -> int:
    """What an accepted milestone is worth, in cents: award x share x achievement, rounded down.

    A milestone reached in full is worth the planned instalment exactly, so that the instalments of
    a voucher reached in full sum to the award (domain 3.5).
    """
    if achievement == WHOLE:
        return instalment_cents
    exact = money.share_down(award_cents, share_bp * achievement, WHOLE_BP * WHOLE)
    return min(exact, instalment_cents)


def steps(
    *, award_cents: int, share_bp: int, instalment_cents: int, achievement: int
) -> list[Step]:
    """How the amount of an accepted milestone was found."""
    due = due_cents(
        award_cents=award_cents,
        share_bp=share_bp,
        instalment_cents=instalment_cents,
        achievement=achievement,
    )
    planned = Step(
        "instalment",
        "domain 3.5",
        {"award_cents": award_cents, "share_bp": share_bp, "result_cents": instalment_cents},
    )
    return [
        planned,
        Step("achievement", "domain 3.5", {"achievement": achievement, "result_cents": due}),
    ]


def explain(step: Step) -> Text:
    """A step in words."""
    if step.code == "instalment":
        return _(
            "%(share)s of the award of %(award)s",
            share=formats.percent(int(step.values["share_bp"]), WHOLE_BP),
            award=formats.money(int(step.values["award_cents"])),
        )
    return _(
        "Objectives reached at %(achievement)s",
        achievement=formats.percent(int(step.values["achievement"]), WHOLE),
    )


def is_open(state: State) -> bool:
    """Whether the holder has something to send."""
    return state in (State.DUE, State.RETURNED)
