"""Imports every models.py in floor order, so that the metadata is whole."""

from portal.accounts import models as accounts
from portal.audit import models as audit
from portal.calls import models as calls
from portal.calls.proposals import models as proposals
from portal.core import files, ids, outbox, request_keys
from portal.core.db import Base
from portal.exchanges import models as exchanges
from portal.exchanges.editions import models as editions
from portal.exchanges.groups import models as groups
from portal.exchanges.matches import models as matches
from portal.exchanges.profiles import models as profiles
from portal.exchanges.surveys import models as surveys
from portal.ledger import models as ledger
from portal.partners import models as partners
from portal.partners.bank_accounts import models as bank_accounts
from portal.partners.sme import models as sme
from portal.payments import models as payments
from portal.payments.answers import models as answers
from portal.payments.clocks import models as clocks
from portal.payments.delegations import models as delegations
from portal.payments.recoveries import models as recoveries
from portal.programme import models as programme
from portal.projects import models as projects
from portal.projects.periods import models as periods
from portal.reports import models as reports
from portal.vouchers import models as vouchers
from portal.vouchers.milestones import models as milestones

TABLES = (
    files, ids, outbox, request_keys, audit, accounts, programme, ledger, partners, sme,
    bank_accounts, clocks, delegations, payments, answers, recoveries, calls, proposals, projects,
    periods, vouchers, milestones, profiles, exchanges, editions, matches, surveys, groups,
    reports,
)  # fmt: skip

metadata = Base.metadata
