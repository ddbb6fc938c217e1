"""budget_statement(): a project's budget as plain data, in a fixed number of statements; and what
is known of a document by its code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from portal.audit import queries as trail
from portal.audit.rules import fingerprint
from portal.core import clock
from portal.core.db import db
from portal.core.days import brussels_day, end_of_day
from portal.core.errors import RuleBroken
from portal.exchanges.models import Exchange
from portal.ledger import queries as ledger
from portal.ledger.models import BudgetLine, Posting
from portal.ledger.rules import file_of
from portal.ledger.states import Action as Movement
from portal.partners.models import Organisation
from portal.payments.models import Payment
from portal.projects.models import Beneficiary, Project, ProjectLine
from portal.reports import rules
from portal.reports.models import BudgetExport
from portal.reports.rules import Balances, BudgetStatement, FileRow, Head, Kind, LineRow
from portal.vouchers.models import Voucher

#: The entry that an export itself leaves: asking for a document changes no document.
EXPORTED = f"{Project.noun}.export_budget"


@dataclass(frozen=True)
class _File:
    who: str
    state: str
