"""BudgetExport: each document handed out, kept as it was; the database refuses to change it."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.append_only import append_only
from portal.core.columns import BigKey, Key, Moment, json_column, words
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import LANGUAGES, _
from portal.core.refusals import explain_constraint
from portal.reports.rules import Kind


class BudgetExport(Base):
    """One file of a project's budget: whoever asks for the same again gets the same bytes."""

    __tablename__ = "budget_export"
    __table_args__ = (
        UniqueConstraint(
            "project_id",
            "day",
            "language",
            "kind",
            "provisional",
            "fingerprint",
            "seal",
            name="uq_budget_export_content",
        ),
        CheckConstraint("language in ('en', 'fr')", name="language_known"),
    )

    id: Mapped[Key]
    #: What people type or scan to find it again: "7Q4K-09AB-XT2M-H5WC".
    code: Mapped[str] = mapped_column(String(19), unique=True)
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"), index=True)
    #: The day at whose end the figures stood.
    day: Mapped[date]
    language: Mapped[str] = mapped_column(String(2))
    kind: Mapped[Kind] = mapped_column(words(Kind, name="kind"))
    #: Made before the day was over for good.
    provisional: Mapped[bool]
    #: SHA-256 of the figures.
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: Number and hash of the newest entry of each chain the figures rest on, by chain.
    heads: Mapped[dict[str, Any]] = mapped_column(json_column)
    #: SHA-256 of the heads.
    seal: Mapped[str] = mapped_column(String(64))
    #: SHA-256 of the bytes.
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    #: Who asked first; later requests are in the trail. No foreign key: the document outlives all.
    made_by_id: Mapped[int | None] = mapped_column(BigKey)
    made_at: Mapped[Moment]


append_only(BudgetExport.__table__)  # type: ignore[arg-type]

assert set(LANGUAGES) == {"en", "fr"}, (
    "the CHECK on budget_export.language must list the supported languages"
)

_TWICE = Fault(_("This document was made twice at the same moment. Ask for it again."))
explain_constraint(
    "uq_budget_export_content",
    _TWICE,
    columns="budget_export.project_id, budget_export.day, budget_export.language, "
    "budget_export.kind, budget_export.provisional, budget_export.fingerprint, budget_export.seal",
)
explain_constraint("uq_budget_export_code", _TWICE, columns="budget_export.code")
