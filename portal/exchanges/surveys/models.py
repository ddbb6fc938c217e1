"""Surveys: one for each visit, side and number of months; an answer is written once."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.append_only import refuse_when, write_once
from portal.core.columns import (
    BigKey,
    CentsColumn,
    Instant,
    Key,
    LongText,
    Moment,
    Reference,
    words,
)
from portal.core.db import Base
from portal.core.errors import Fault
from portal.core.i18n import _
from portal.core.refusals import explain_constraint
from portal.exchanges.models import Exchange
from portal.exchanges.states import Reporter
from portal.exchanges.surveys.rules import MOST_COUNTED, Answers
from portal.exchanges.surveys.states import Contact, State
from portal.partners.models import Organisation

_COUNTED = ("projects", "contracts", "partners", "jobs")
_TOLD = ("contact", *_COUNTED, "skills", "satisfaction", "answered_at")
_NOT_TOLD = " and ".join(f"{name} is null" for name in (*_TOLD, "contracts_cents"))
_ALL_TOLD = " and ".join(f"{name} is not null" for name in _TOLD)


class Survey(Base):
    """What one side of a visit is asked, so many months after it, and what it answered."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("exchange_id", "side", "months"),
        CheckConstraint("months between 1 and 60", name="months_range"),
        CheckConstraint(
            f"(state = 'answered' and {_ALL_TOLD}) or (state <> 'answered' and {_NOT_TOLD})",
            name="answered_is_whole",
        ),
        CheckConstraint(
            " and ".join(
                f"({name} is null or {name} between 0 and {MOST_COUNTED})" for name in _COUNTED
            ),
            name="counts_range",
        ),
        CheckConstraint(
            "contracts_cents is null or (contracts > 0 and contracts_cents > 0)",
            name="amount_of_contracts",
        ),
        CheckConstraint("satisfaction between 1 and 5", name="satisfaction_range"),
        Index("ix_survey_state_answer_by", "state", "answer_by"),
        Index("ix_survey_organisation_id_state", "organisation_id", "state"),
        # What the page of effects adds up, read from the index alone.
        Index(
            "ix_survey_effects",
            "project_id",
            "months",
            "exchange_id",
            "state",
            "contact",
            "projects",
            "contracts",
            "contracts_cents",
            "partners",
            "jobs",
            "skills",
            "satisfaction",
        ),
    )
    noun: ClassVar[str] = "survey"

    id: Mapped[Key]
    ref: Mapped[Reference]
    state: Mapped[State] = mapped_column(words(State, name="state"), default=State.ASKED)
    version: Mapped[int] = mapped_column(Integer)
    exchange_id: Mapped[int] = mapped_column(BigKey, ForeignKey("exchange.id"))
    side: Mapped[Reporter] = mapped_column(words(Reporter, name="side"))
    #: How many months after the last day at the host.
    months: Mapped[int] = mapped_column(Integer)
    #: Who answers, and the partnership the visit counts for, as they were when it was asked.
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    project_id: Mapped[int] = mapped_column(BigKey, ForeignKey("project.id"))
    asked_at: Mapped[Moment]
    #: The last day for the answer.
    answer_by: Mapped[date] = mapped_column(Date)
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)

    contact: Mapped[Contact | None] = mapped_column(words(Contact, name="contact"))
    projects: Mapped[int | None] = mapped_column(Integer)
    contracts: Mapped[int | None] = mapped_column(Integer)
    contracts_cents: Mapped[CentsColumn | None]
    partners: Mapped[int | None] = mapped_column(Integer)
    jobs: Mapped[int | None] = mapped_column(Integer)
    skills: Mapped[bool | None] = mapped_column(Boolean)
    satisfaction: Mapped[int | None] = mapped_column(Integer)
    comment: Mapped[LongText] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("person.id"), index=True)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    exchange: Mapped[Exchange] = relationship(lazy="raise_on_sql")
    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}

    @property
    def answers(self) -> Answers | None:
        """What was answered, or None before that."""
        if self.contact is None:
            return None
        return Answers(
            contact=self.contact,
            projects=self.projects or 0,
            contracts=self.contracts or 0,
            contracts_cents=self.contracts_cents,
            partners=self.partners or 0,
            jobs=self.jobs or 0,
            skills=bool(self.skills),
            satisfaction=self.satisfaction or 0,
            comment=self.comment,
        )


write_once(
    Survey.__table__,  # type: ignore[arg-type]
    "exchange_id",
    "side",
    "months",
    "organisation_id",
    "project_id",
    "asked_at",
    "answer_by",
    "reminded_at",
)
refuse_when(Survey.__table__, "UPDATE", "closed", "OLD.state <> 'asked'")  # type: ignore[arg-type]
refuse_when(Survey.__table__, "DELETE", "kept", "1 = 1")  # type: ignore[arg-type]
explain_constraint(
    "survey_closed",
    Fault(_("This survey is closed: an answer is given once and not changed."), None, "2.10"),
)
explain_constraint("survey_kept", Fault(_("Surveys are kept."), None, "2.10"))
explain_constraint(
    "uq_survey_exchange_id_side_months",
    Fault(_("This survey has been asked already."), None, "2.10"),
    columns="survey.exchange_id, survey.side, survey.months",
)
