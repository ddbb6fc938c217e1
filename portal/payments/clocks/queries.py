"""Reads of limits and of the times during which clocks stood still."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from portal.core.db import db
from portal.payments.clocks import rules
from portal.payments.clocks.models import PaymentLimit, PaymentSuspension
from portal.payments.clocks.rules import Limit
from portal.payments.clocks.states import Kind


def rows() -> list[PaymentLimit]:
    """Every row of the dated table, the one that begins last first."""
    query = select(PaymentLimit).order_by(PaymentLimit.valid_from.desc(), PaymentLimit.id.desc())
    return list(db.session.scalars(query))


def limit_on(kind: Kind, day: date) -> Limit:
    """The limit of a kind of debt whose clock starts on a day."""
    query = select(PaymentLimit).where(PaymentLimit.kind == kind, PaymentLimit.valid_from <= day)
    return rules.limit_on(db.session.scalars(query), kind, day)


def suspensions_of(payment_id: int) -> list[PaymentSuspension]:
    """Every time the clock of a payment stood still, the first one first."""
    query = select(PaymentSuspension).where(PaymentSuspension.payment_id == payment_id)
    return list(db.session.scalars(query.order_by(PaymentSuspension.id)))


def reasons_of(payment_ids: Collection[int]) -> dict[int, str]:
    """Why the clocks of several payments stand still now, in one query; the others are left out."""
    if not payment_ids:
        return {}
    query = select(PaymentSuspension.payment_id, PaymentSuspension.reason).where(
        PaymentSuspension.payment_id.in_(payment_ids), PaymentSuspension.resumed_on.is_(None)
    )
    return {row.payment_id: row.reason for row in db.session.execute(query)}


def open_of(payment_id: int) -> PaymentSuspension:
    """The suspension of a payment that has not ended; the payment is locked by the caller."""
    query = select(PaymentSuspension).where(
        PaymentSuspension.payment_id == payment_id, PaymentSuspension.resumed_on.is_(None)
    )
    return db.session.scalars(query.execution_options(populate_existing=True)).one()
