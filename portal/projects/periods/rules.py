"""What a grant pays and when: pre-financing, interim payments, balance (domain 5.7), in cents.

Every amount comes with its steps. Shares of costs are rounded down, so never above the rate; the
pre-financing is rounded up to the whole euro, as the model does. Rates are in basis points.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from portal.calls.proposals.states import THIRD_PARTY, CostCategory
from portal.core import days, formats, money
from portal.core.errors import Fault
from portal.core.i18n import Text, _
from portal.core.steps import Step
from portal.projects.states import State as ProjectState

#: Kept in the guarantee fund until the balance (domain 5.7): 5 % of the grant under H2020, nothing
#: under COSME [assumption]. What the portal is born with; a dated row decides from its day on.
FUND_BP = {"H2020": 500}
#: Pre-financing and interim payments reach at most 90 % of the grant before the balance (5.7).
CEILING_BP = 9_000
WHOLE_BP = 10_000
#: More periods would leave nothing of the pre-financing once the fund has its share.
MOST_PERIODS = 8
MOST_FUND_BP = 1_000
#: Pre-financing is due at the earliest this long before the project starts (domain 5.7).
BEFORE_START = timedelta(days=10)
#: A report is due 60 days after its period (domain 5.7).
REPORT_DAYS = 60
_EURO = 100
#: Costs on which no indirect costs are computed (domain 6.2).
_NO_BASE = THIRD_PARTY | {CostCategory.SUBCONTRACTING}


class Dated(Protocol):
    """A row of the dated terms of a programme; `order` tells rows entered later."""

    programme_id: int
    fund_bp: int
    ceiling_bp: int
    valid_from: date

    @property
    def order(self) -> int:
        """Position in the order of entry."""


@dataclass(frozen=True)
class Terms:
    """What is kept in the guarantee fund, and how far payments go before the balance."""

    fund_bp: int
    ceiling_bp: int = CEILING_BP


@dataclass(frozen=True)
class Advance:
    """A plan's figures: `cents` counts as paid, of which `fund_cents` stays in the fund."""

    cents: int
    fund_cents: int
    ceiling_cents: int
    steps: tuple[Step, ...]

    @property
    def transferred_cents(self) -> int:
        """What goes to the coordinator."""
        return self.cents - self.fund_cents


@dataclass(frozen=True)
class Cost:
    """One cost of a period: of which heading, as claimed and as accepted, in cents."""

    line_id: int
    category: CostCategory
    claimed_cents: int
    accepted_cents: int
    reason: str = ""


@dataclass(frozen=True)
class Earned:
    """What a report earns: counted against the grant, paid out, and to be given back."""

    cents: int
    paid_out_cents: int
    give_back_cents: int
    steps: tuple[Step, ...]


def terms_on(rows: Iterable[Dated], programme_id: int, code: str, day: date) -> Terms:
    """The terms of a programme for a plan laid down on a day; the first day of a row counts.

    The row that began last decides; of rows that began on the same day, the one entered last.
    """
    begun = [row for row in rows if row.programme_id == programme_id and row.valid_from <= day]
    if not begun:
        return Terms(FUND_BP.get(code, 0))
    newest = max(begun, key=lambda row: (row.valid_from, row.order))
    return Terms(newest.fund_bp, newest.ceiling_bp)


def terms_faults(fund_bp: int, ceiling_bp: int) -> list[Fault]:
    """Whether the fund keeps at most a tenth, and payments before the balance leave some of it."""
    faults = []
    if not 0 <= fund_bp <= MOST_FUND_BP:
        message = _("At most %(most)s is kept.", most=formats.percent(MOST_FUND_BP, WHOLE_BP))
        faults.append(Fault(message, "fund_bp", "grant-terms"))
    if not WHOLE_BP // 2 <= ceiling_bp < WHOLE_BP:
        message = _("The ceiling lies at half of the grant or above, and below the whole.")
        faults.append(Fault(message, "ceiling_bp", "grant-terms"))
    return faults


def periods_of(starts_on: date, ends_on: date, count: int) -> list[tuple[date, date]]:
    """First and last day of each period: whole months shared out, the longer periods first."""
    months = 1
    while days.add_months(starts_on, months) <= ends_on:
        months += 1
    bounds, passed = [starts_on], 0
    for part in money.allocate(months, [1] * count):
        passed += part
        bounds.append(days.add_months(starts_on, passed))
    found = [(first, after - timedelta(days=1)) for first, after in itertools.pairwise(bounds)]
    return [*found[:-1], (found[-1][0], ends_on)]


def plan_faults(
    state: ProjectState, *, is_planned: bool, count: int, starts_on: date, ends_on: date
) -> list[Fault]:
    """What stands in the way of laying down `count` periods: 1 to `MOST_PERIODS`, a month each."""
    if is_planned:
        return [Fault(_("The reporting periods of this project are laid down already."))]
    if state not in (ProjectState.PREPARATION, ProjectState.SIGNED):
        return [Fault(_("The project is suspended or over."), None, "PRJ-R1")]
    if not 1 <= count <= MOST_PERIODS:
        message = _("Choose between 1 and %(most)s periods.", most=MOST_PERIODS)
        return [Fault(message, "count", "PRJ-R1")]
    if days.add_months(starts_on, count) > ends_on + timedelta(days=1):
        return [Fault(_("Each period lasts at least one month."), "count", "PRJ-R1")]
    return []


def pre_financing(max_grant_cents: int, count: int, terms: Terms) -> Advance:
    """The pre-financing of a grant paid over `count` periods (domain 5.7).

    The average of a period, rounded up to the whole euro and never above the ceiling, less what
    the guarantee fund keeps of the whole grant.
    """
    ceiling = money.share_down(max_grant_cents, terms.ceiling_bp, WHOLE_BP)
    fund = money.share(max_grant_cents, terms.fund_bp, WHOLE_BP)
    average = -(-max_grant_cents // (count * _EURO)) * _EURO
    cents = min(average, ceiling)
    steps = [
        Step("average", "5.7", {"max": max_grant_cents, "count": count, "result": average}),
        Step("ceiling", "5.7", {"bp": terms.ceiling_bp, "max": max_grant_cents, "result": ceiling}),
        Step("pre_financing", "5.7", {"result": cents}),
    ]
    if fund:
        values: dict[str, str | int] = {
            "bp": terms.fund_bp, "max": max_grant_cents, "result": fund,
        }  # fmt: skip
        steps += [
            Step("fund", "5.7", values),
            Step("transferred", "5.7", {"result": cents - fund}),
        ]
    return Advance(cents, fund, ceiling, tuple(steps))


def advance_faults(found: Advance) -> list[Fault]:
    """Whether anything of the pre-financing is transferred."""
    if found.transferred_cents > 0:
        return []
    return [Fault(_("The grant is too small to be paid in this many periods."), "count", "PRJ-R1")]


def clock_starts(signed_on: date, starts_on: date, limit_days: int) -> date:
    """From when the limit of the pre-financing counts, so that it is due as domain 5.7 says.

    That is `limit_days` after entry into force or 10 days before the start, the later of the two.
    """
    return max(signed_on, starts_on - BEFORE_START - timedelta(days=limit_days))


def pre_finance_faults(state: ProjectState, *, is_planned: bool, is_asked: bool) -> list[Fault]:
    """What stands in the way of the pre-financing: it is paid once, of an agreement in force."""
    if not is_planned:
        return [Fault(_("Lay down the reporting periods first."), None, "PRJ-R2")]
    if is_asked:
        return [Fault(_("The pre-financing was requested already."), None, "PRJ-R2")]
    return running_faults(state)


def running_faults(state: ProjectState) -> list[Fault]:
    """Whether the agreement is in force: nothing is reported or paid of another one."""
    if state is ProjectState.SIGNED:
        return []
    message = _("The grant agreement is not in force: nothing is reported or paid at present.")
    return [Fault(message, None, "PRJ-R3", {"state": str(state)})]


def submission_faults(*, ends_on: date, day: date, earlier_open: bool) -> list[Fault]:
    """Why a period cannot be reported on a day: it is not over, or an earlier one is open."""
    faults = []
    if day <= ends_on:
        message = _(
            "The period ends on %(day)s: its report can be sent from the day after.",
            day=formats.day(ends_on),
        )
        faults.append(Fault(message, None, "PRJ-R4", {"ends_on": ends_on.isoformat()}))
    if earlier_open:
        faults.append(
            Fault(_("The report of an earlier period is not accepted yet."), None, "PRJ-R4")
        )
    return faults


def claim_faults(category: CostCategory, cents: int, *, third_party_cents: int) -> list[Fault]:
    """Why a cost cannot be claimed, in cents.

    Indirect costs are computed; support to third parties is claimed as far as this portal has paid
    it out of the line and no earlier report has claimed it (`third_party_cents`).
    """
    if category is CostCategory.INDIRECT:
        return [Fault(_("Indirect costs are computed, never claimed."), None, "PRJ-R5")]
    if cents < 0:
        return [Fault(_("A cost is not below zero."), None, "PRJ-R5")]
    if category in THIRD_PARTY and cents > third_party_cents:
        message = _(
            "Only %(most)s was paid to third parties out of this line and not claimed yet.",
            most=formats.money(third_party_cents),
        )
        return [Fault(message, None, "PRJ-R5", {"third_party_cents": third_party_cents})]
    return []


def decision_faults(cost: Cost) -> list[Fault]:
    """Why a cost cannot be accepted so: above what is claimed, or cut without a reason."""
    if not 0 <= cost.accepted_cents <= cost.claimed_cents:
        message = _(
            "At most what is claimed can be accepted: %(most)s.",
            most=formats.money(cost.claimed_cents),
        )
        return [Fault(message, f"accepted_{cost.line_id}", "PRJ-R6")]
    if cost.accepted_cents < cost.claimed_cents and not cost.reason.strip():
        message = _("Say why less is accepted: the coordinator reads it.")
        return [Fault(message, f"reason_{cost.line_id}", "PRJ-R6")]
    return []


def eligible(costs: Iterable[Cost], indirect_bp: int) -> tuple[int, tuple[Step, ...]]:
    """The eligible costs of a period, indirect costs included, in cents (domain 6.2).

    indirect = rate x (direct - subcontracting - support to third parties), rounded half up once.
    """
    known = list(costs)
    direct = sum(cost.accepted_cents for cost in known)
    base = sum(cost.accepted_cents for cost in known if cost.category not in _NO_BASE)
    indirect = money.share(base, indirect_bp, WHOLE_BP)
    values: dict[str, str | int] = {"bp": indirect_bp, "base": base, "result": indirect}
    steps = (
        Step("direct", "6.2", {"result": direct}),
        Step("indirect", "6.2", values),
        Step("eligible", "6.2", {"result": direct + indirect}),
    )
    return direct + indirect, steps


def interim(eligible_cents: int, *, rate_bp: int, ceiling_cents: int, before_cents: int) -> Earned:
    """What an accepted periodic report earns: its costs at the rate, up to the ceiling (5.7).

    `before_cents` is what was earned before, the pre-financing with its share of the fund included.
    """
    share = money.share_down(eligible_cents, rate_bp, WHOLE_BP)
    room = max(0, ceiling_cents - before_cents)
    cents = min(share, room)
    steps = (
        Step("share", "5.7", {"bp": rate_bp, "of": eligible_cents, "result": share}),
        Step("room", "5.7", {"ceiling": ceiling_cents, "before": before_cents, "result": room}),
        Step("interim", "5.7", {"result": cents}),
    )
    return Earned(cents, cents, 0, steps)


def balance(
    eligible_cents: int, *, rate_bp: int, max_grant_cents: int, before_cents: int, paid_cents: int
) -> Earned:
    """What is due at the end, of the eligible costs of all periods together (domain 5.7).

    The final grant less what the coordinator has received (`paid_cents`), which releases what the
    guarantee fund kept; below zero it is to be given back.
    """
    share = money.share_down(eligible_cents, rate_bp, WHOLE_BP)
    final = min(max_grant_cents, share)
    left = final - paid_cents
    steps = (
        Step("share_of_all", "5.7", {"bp": rate_bp, "of": eligible_cents, "result": share}),
        Step("final", "5.7", {"max": max_grant_cents, "result": final}),
        Step("received", "5.7", {"result": paid_cents}),
        Step("balance" if left >= 0 else "give_back", "5.7", {"result": abs(left)}),
    )
    return Earned(final - before_cents, max(0, left), max(0, -left), steps)


def acceptance_faults(
    *, is_pre_financed: bool, is_last: bool, unsettled: Sequence[str]
) -> list[Fault]:
    """What must come first: the pre-financing, and before the balance the end of what is open.

    `unsettled` are the references of payments and recoveries of the grant that are still open.
    """
    if not is_pre_financed:
        return [Fault(_("Request the pre-financing first."), None, "PRJ-R7")]
    if not is_last or not unsettled:
        return []
    message = _(
        "The balance is computed on what was really paid. First see these to their end: %(refs)s.",
        refs=formats.listing(unsettled),
    )
    return [Fault(message, None, "PRJ-R7", {"refs": ", ".join(unsettled)})]


def report_due(ends_on: date) -> date:
    """The last day, included, on which the report of a period is in time."""
    return ends_on + timedelta(days=REPORT_DAYS)


_PLAIN: dict[str, Text] = {
    "pre_financing": _("Pre-financing: the lower of the two"),
    "transferred": _("Transferred to the coordinator"),
    "direct": _("Direct costs accepted"),
    "eligible": _("Eligible costs: direct and indirect costs together"),
    "interim": _("Interim payment: the lower of the two"),
    "received": _("Received by the coordinator so far"),
    "balance": _("Balance: the final grant less what was received; the guarantee fund is released"),
    "give_back": _("To be given back: more was received than the final grant"),
}


def explain(step: Step) -> Text:
    """A step in words; its result stands beside it."""
    if step.code in _PLAIN:
        return _PLAIN[step.code]
    told = {
        name: formats.percent(int(value), WHOLE_BP) if name == "bp" else formats.money(int(value))
        for name, value in step.values.items()
    }
    if step.code == "average":
        return _(
            "Maximum grant of %(max)s over %(count)s periods, rounded up to the euro",
            max=told["max"],
            count=step.values["count"],
        )
    return _explain_share(step.code, told)


def _explain_share(code: str, told: dict[str, str]) -> Text:
    """A step that takes a part of something."""
    if code == "ceiling":
        return _("Ceiling before the balance: %(bp)s of %(max)s", **told)
    if code == "fund":
        return _("Kept in the guarantee fund until the balance: %(bp)s of %(max)s", **told)
    if code == "indirect":
        return _(
            "Indirect costs: %(bp)s of %(base)s, which is without subcontracting and support to "
            "third parties",
            **told,
        )
    if code == "share":
        return _("Funding rate of %(bp)s on %(of)s", **told)
    if code == "share_of_all":
        return _("Funding rate of %(bp)s on %(of)s, the accepted costs of all periods", **told)
    if code == "room":
        return _(
            "Room under the ceiling of %(ceiling)s, of which %(before)s was earned before", **told
        )
    return _("Final grant: at most the maximum of %(max)s", **told)
