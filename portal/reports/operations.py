"""Exports that leave the house: built, noted in the trail, handed over."""

from dataclasses import dataclass
from datetime import date

from portal.audit.effects import record
from portal.core import clock
from portal.core.actors import Actor, ensure
from portal.core.errors import Fault, RuleBroken
from portal.core.i18n import _, use_locale
from portal.projects.models import Project
from portal.reports import documents, exports, policy, queries


@dataclass(frozen=True)
class Export:
    """A file to hand over."""

    name: str
    content: bytes
    fingerprint: str


def export_budget(project: Project, *, language: str, kind: str, actor: Actor) -> Export:
    """The project's budget as of today, as "pdf" or "csv", in a language; noted in the trail.

    Raises `NotAllowed` for people who may not see the project, `RuleBroken` for another kind of
    file.
    """
    ensure(policy.may_export_budget(actor, project))
    if kind not in ("pdf", "csv"):
        raise RuleBroken(Fault(_("Choose PDF or CSV."), "kind"))
    day: date = clock.today()
    statement = queries.budget_statement(project, day)
    make = documents.project_budget if kind == "pdf" else exports.budget_csv
    with use_locale(language):
        content = make(statement, language)
    record(
        actor, project, "export_budget",
        as_of=day, language=language, kind=kind, fingerprint=statement.fingerprint,
    )  # fmt: skip
    return Export(
        f"{project.ref}-{day.isoformat()}-{language}.{kind}", content, statement.fingerprint
    )
