"""Exports that leave the house: built, kept as they are, noted in the trail, handed over."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from portal.audit.effects import record
from portal.audit.rules import fingerprint
from portal.core import clock, settings
from portal.core.actors import Actor, ensure
from portal.core.days import brussels_day
from portal.core.db import db
from portal.core.errors import refuse_if
from portal.core.i18n import use_locale
from portal.projects import queries as projects
from portal.projects.models import Project
from portal.reports import documents, exports, policy, queries, rules
from portal.reports.models import BudgetExport
from portal.reports.rules import BudgetStatement, Kind, Seal


@dataclass(frozen=True)
class Export:
    """A file to hand over."""

    name: str
    content: bytes
    fingerprint: str
    code: str


def export_budget(project: Project, *, day: date, language: str, kind: str, actor: Actor) -> Export:
    """The project's budget at the end of a day, as "pdf" or "csv", in a language; noted in the
    trail.

    A day that is over gives the same bytes whenever it is asked for; before that the file says that
    it is provisional. Raises `NotAllowed` for people who may not see the project, `RuleBroken` for
    another kind of file and for a day before the award or still to come.
    """
    ensure(policy.may_export_budget(actor, project))
    now = clock.now()
    first, today = queries.first_day(project), brussels_day(now)
    refuse_if([*rules.kind_faults(kind), *rules.day_faults(day, first=first, today=today)])
    project = projects.lock_project(project.id)
    made = _export(project, day, now, language=language, kind=Kind(kind), actor=actor)
    record(
        actor, project, "export_budget", as_of=day, language=language, kind=kind,
        fingerprint=made.fingerprint, code=made.code,
    )  # fmt: skip
    name = f"{project.ref}-{day.isoformat()}-{language}.{kind}"
    return Export(name, made.content, made.fingerprint, made.code)


def _export(
    project: Project, day: date, now: datetime, *, language: str, kind: Kind, actor: Actor
) -> BudgetExport:
    """The document of this content made earlier, or else a new one; the project is locked."""
    statement, heads = queries.budget_statement(project, day), queries.heads_at(project, day)
    by_chain = {head.chain: (head.number, head.hash) for head in heads}
    content = {
        "project_id": project.id,
        "day": day,
        "language": language,
        "kind": kind,
        "provisional": rules.is_provisional(day, now),
        "fingerprint": statement.fingerprint,
        "seal": fingerprint(by_chain),
    }
    known = queries.same_export(**content)
    if known is not None:
        return known
    code = rules.code_of(secrets.randbits(rules.CODE_BITS))
    address = f"{settings.current().public_url}/verify/{code}"
    seal = Seal(code, address, rules.is_provisional(day, now), heads)
    file = _write(statement, seal, language, kind)
    export = BudgetExport(
        **content,
        code=code,
        heads=by_chain,
        sha256=hashlib.sha256(file).hexdigest(),
        content=file,
        made_by_id=actor.id,
        made_at=now,
    )
    db.session.add(export)
    db.session.flush()
    return export


def _write(statement: BudgetStatement, seal: Seal, language: str, kind: Kind) -> bytes:
    make = documents.project_budget if kind is Kind.PDF else exports.budget_csv
    with use_locale(language):
        return make(statement, seal, language)
