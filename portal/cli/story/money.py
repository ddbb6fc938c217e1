"""Vouchers and payments: awarded, proved, reviewed, and carried to the bank as far as the story goes."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from portal.cli.story.cast import actor, organisation, person
from portal.cli.story.stage import paper, scene
from portal.core.actors import Role
from portal.payments import operations as payments
from portal.payments import queries as paid
from portal.payments.answers import operations as answers
from portal.payments.delegations import operations as delegations
from portal.payments.models import Payment
from portal.projects.models import Project
from portal.vouchers import operations, queries
from portal.vouchers.milestones import operations as milestones
from portal.vouchers.milestones import queries as waiting
from portal.vouchers.rules.instruments import C_VOUCHER, NEPTUNE, Preset

MANAGER = "neptune"


def define_instruments(project: Project, day: date) -> None:
    """The kinds of voucher the project gives, as two real projects published them."""
    with scene(day):
        for preset in (*NEPTUNE, *C_VOUCHER):
            _define(project, preset)


def _define(project: Project, preset: Preset) -> None:
    operations.define_instrument(
        project,
        code=preset.code,
        name_en=preset.name_en,
        name_fr=preset.name_fr,
        amount_mode=preset.amount_mode,
        min_cents=preset.min_cents,
        max_cents=preset.max_cents,
        instalments=preset.instalments,
        max_months=preset.max_months,
        counts_towards_cap=preset.counts_towards_cap,
        actor=actor(MANAGER),
    )


def award(
    project: Project, day: date, holder: str, code: str, title: str, cents: int, months: int = 9
) -> str:
    """Offer a voucher; returns its reference."""
    with scene(day):
        return operations.award(
            project,
            holder=organisation(holder),
            instrument=queries.instrument(project.id, code),
            title=title,
            amount_cents=cents,
            starts_on=day + timedelta(days=14),
            months=months,
            exclusion_declared=True,
            double_funding_declared=True,
            actor=actor(MANAGER),
        ).ref


def sign(ref: str, day: date, login: str) -> None:
    """Holder and project sign the sub-grant agreement."""
    with scene(day, 11):
        operations.sign(queries.by_ref(ref), actor=actor(login))
        operations.sign(queries.by_ref(ref), actor=actor(MANAGER))


def withdraw(ref: str, day: date, reason: str) -> None:
    """The offer is taken back."""
    with scene(day):
        operations.withdraw(queries.by_ref(ref), reason=reason, actor=actor(MANAGER))


def prove(ref: str, number: int, day: date, login: str) -> None:
    """The holder hands in the proof of a milestone."""
    with scene(day, 15):
        milestone = waiting.by_ref(f"{ref}/{number}")
        milestones.submit(
            milestone,
            report="The work of this stage is done as planned; the attached report shows the results.",
            proof=paper("Progress report", ("Voucher", ref), ("Milestone", str(number))),
            actor=actor(login),
        )


def review(ref: str, number: int, day: date, *, achievement: int = 100, reason: str = "") -> None:
    """The project's manager accepts a milestone, which asks for its instalment to be paid."""
    with scene(day, 16):
        milestone = waiting.by_ref(f"{ref}/{number}")
        milestones.accept(milestone, achievement=achievement, reason=reason, actor=actor(MANAGER))


def send_back(ref: str, number: int, day: date, reason: str) -> None:
    """The project's manager asks for completion."""
    with scene(day, 16):
        milestones.send_back(waiting.by_ref(f"{ref}/{number}"), reason=reason, actor=actor(MANAGER))


def carry(subject: str, day: date, *, until: str, verifier: str = "verifier") -> None:
    """Carry the payment behind a visit or an instalment through the circuit, one day a step."""
    steps = ("verified", "authorised", "sent", "executed")
    for number, step in enumerate(steps[: steps.index(until) + 1]):
        with scene(day + timedelta(days=number), 9):
            payment = paid.of_subject(subject)[0]
            if step == "verified":
                payments.verify(payment, actor=actor(verifier))
            else:
                _STEPS[step](payment, day + timedelta(days=number))


def carry_together(subjects: Sequence[str], day: date, *, steps: int) -> None:
    """Carry the payments behind several visits through so many steps of the circuit, in a batch."""
    doers = ("verifier", "authoriser", "accountant", "accountant")
    for number, login in enumerate(doers[:steps]):
        on = day + timedelta(days=number)
        with scene(on, 9):
            known = [paid.of_subject(subject)[0] for subject in subjects]
            _CIRCUIT[number](
                *known, actor=actor(login), **({"executed_on": on} if number == _LAST else {})
            )


def lend(
    role: Role, owner: str, delegate: str, first: date, last: date, cents: int, reason: str
) -> None:
    """Somebody lets a colleague sign in their place for some days; the administrator approves."""
    with scene(first - timedelta(days=3)):
        lent = delegations.propose(
            role=role,
            delegate=person(delegate),
            starts_on=first,
            ends_on=last,
            ceiling_cents=cents,
            reason=reason,
            actor=actor(owner),
        )
    with scene(first - timedelta(days=2)):
        delegations.approve(lent, actor=actor("admin"))


def refuse(subject: str, day: date) -> None:
    """The verifying officer stops a payment."""
    with scene(day, 9):
        reason = (
            "The report names another account holder than the agreement. To be clarified first."
        )
        payments.refuse(paid.of_subject(subject)[0], reason=reason, actor=actor("verifier"))


def suspend(subject: str, day: date, reason: str) -> None:
    """The verifying officer lets the clock of a payment stand still."""
    with scene(day, 11):
        payments.suspend(paid.of_subject(subject)[0], reason=reason, actor=actor("verifier"))


def resume(subject: str, day: date) -> None:
    """The verifying officer lets the clock run again."""
    with scene(day, 11):
        payments.resume(paid.of_subject(subject)[0], actor=actor("verifier"))


def hear_from_the_bank(subject: str, day: date) -> None:
    """The bank's statement confirms a payment already entered, and names a debit nobody knows."""
    payment = paid.of_subject(subject)[0]
    booking = (
        '<Ntry><Amt Ccy="EUR">{euros}</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        "<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef><NtryDtls><TxDtls><Refs>"
        "<EndToEndId>{ref}</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>"
    )
    euros = f"{payment.amount_cents // 100}.{payment.amount_cents % 100:02}"
    entries = booking.format(euros=euros, day=payment.executed_on, ref=payment.ref)
    entries += booking.format(euros="12.50", day=day, ref="FEES-Q3")
    content = (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr>'
        f"<MsgId>STATEMENT-{day}</MsgId></GrpHdr><Stmt>{entries}</Stmt></BkToCstmrStmt></Document>"
    )
    with scene(day, 9):
        answers.take_in((content.encode(), f"statement-{day}.xml"), actor=actor("accountant"))


def _authorise(payment: Payment, _day: date) -> None:
    payments.authorise(payment, actor=actor("authoriser"))


def _send(payment: Payment, _day: date) -> None:
    payments.send(payment, actor=actor("accountant"))


def _settle(payment: Payment, day: date) -> None:
    payments.settle(payment, executed_on=day, actor=actor("accountant"))


_CIRCUIT: tuple[Callable[..., object], ...] = (
    payments.verify, payments.authorise, payments.send, payments.settle,
)  # fmt: skip
_LAST = len(_CIRCUIT) - 1
_STEPS = {"authorised": _authorise, "sent": _send, "executed": _settle}
