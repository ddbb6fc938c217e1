"""The terms exchanges live under, and the reminders the daily job sends."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.exchanges import imports, notifications, policy, queries
from portal.exchanges.models import Exchange, HostCeiling, PartnershipTerms, Scheme
from portal.exchanges.rules import closing
from portal.exchanges.rules.terms import FIRST_EDITION, FIRST_EDITION_FROM
from portal.projects.models import Project


def load_reference(*, actor: Actor) -> Scheme | None:
    """Give the portal the first edition and its ceilings; nothing happens when it has them."""
    ensure(policy.may_load_reference(actor))
    if queries.has_terms(FIRST_EDITION.edition):
        return None
    scheme = _first_edition()
    db.session.add(scheme)
    rows = imports.host_ceilings()
    db.session.add_all(
        HostCeiling(
            country=row.country,
            amount_cents=row.amount_cents,
            valid_from=row.valid_from,
            note=row.note,
        )
        for row in rows
    )
    record(
        actor,
        scheme,
        "load_reference",
        after={"cap_cents": scheme.cap_cents, "target": scheme.target},
        ceilings={row.country: row.amount_cents for row in rows},
    )
    return scheme


def set_terms(
    project: Project,
    *,
    amount_cents: int | None,
    shortest_days: int | None,
    target: int,
    valid_from: date,
    actor: Actor,
) -> PartnershipTerms:
    """Lay down a partnership's own amount, minimum stay and target from a day on.

    Exchanges agreed before that day keep theirs; no row is ever overwritten.
    """
    ensure(policy.may_set_terms(actor, project))
    terms = PartnershipTerms(
        project_id=project.id,
        amount_cents=amount_cents,
        shortest_days=shortest_days,
        target=target,
        valid_from=valid_from,
    )
    db.session.add(terms)
    record(
        actor,
        project,
        "set_terms",
        after={
            "amount_cents": amount_cents,
            "shortest_days": shortest_days,
            "target": target,
            "valid_from": valid_from,
        },
    )
    return terms


def remind(*, actor: Actor) -> list[Exchange]:
    """Remind both sides of closing reports that are due (CXC-T03); returns the exchanges
    reminded.
    """
    ensure(policy.may_remind(actor))
    today = clock.today()
    reminded = []
    for exchange in queries.awaiting_reports(today):
        due = closing.reminders_due(exchange.last_on, exchange.scheme.terms, today=today)
        if due <= exchange.reminders:
            continue
        exchange.reminders = due
        record(actor, exchange, "remind", after={"reminders": due})
        notifications.report_due(exchange)
        reminded.append(exchange)
    return reminded


def _first_edition() -> Scheme:
    terms = FIRST_EDITION
    return Scheme(
        code=terms.edition,
        title_en="ClusterXchange, pilot",
        title_fr="ClusterXchange, phase pilote",
        valid_from=FIRST_EDITION_FROM,
        cap_cents=terms.cap_cents,
        whole_from_days=terms.whole_from_days,
        near_m=terms.near_m,
        shortest_days=terms.shortest_days,
        longest_months=terms.longest_months,
        target=terms.target,
        sme_share_bp=terms.sme_share_bp,
        other_share_bp=terms.other_share_bp,
        visitor_kinds=list(terms.visitor_kinds),
        host_kinds=list(terms.host_kinds),
        report_days=terms.report_days,
        reminder_days=list(terms.reminder_days),
        signing_days=terms.signing_days,
        retention_years=terms.retention_years,
        excused_from_days=terms.excused_from_days,
        evidence_kinds=list(terms.evidence_kinds),
        virtual_from=terms.virtual_from,
        virtual_until=terms.virtual_until,
    )
