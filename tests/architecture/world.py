"""The demo story as a set of things to point at: an address per route, a person per role."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import Flask
from sqlalchemy import Connection, Table, select
from werkzeug.routing import Rule

from portal.accounts.models import User
from portal.core.db import Base, db

#: Columns of the permission table: who stands for which role. The things pointed at belong to the
#: applicant (a small firm) and to the coordinator's partnership; `manager`, `host` and `stranger`
#: are other parties, the last one to nothing at all.
PEOPLE = {
    "admin": "admin@example.org",
    "officer": "officer@example.org",
    "verifier": "verifier@example.org",
    "authoriser": "authoriser@example.org",
    "accountant": "accountant@example.org",
    "auditor": "auditor@example.org",
    "evaluator": "evaluator1@example.org",
    "coordinator": "coordinator@example.org",
    "manager": "manager@example.org",
    "applicant": "applicant@example.org",
    "host": "host@example.org",
    "stranger": "lab@example.org",
}
ANONYMOUS = "anonymous"
ROLES = (ANONYMOUS, *PEOPLE)
#: Values of arguments that name nothing of the story.
PLAIN = {"token": "no-such-token", "role": "auditor", "filename": "portal.css", "language": "fr"}


@dataclass(frozen=True)
class Route:
    """One endpoint and method of the URL map, with an address at which it can be called."""

    endpoint: str
    method: str
    rule: Rule
    address: str

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


class World:
    """Where everything is in the told story, read once with the connection given."""

    def __init__(self, app: Flask, connection: Connection) -> None:
        self.app = app
        self.connection = connection

    def routes(self, *methods: str) -> list[Route]:
        """Every route of the map that answers one of the methods, in the order of its name."""
        found = []
        for rule in self.app.url_map.iter_rules():
            if rule.endpoint != "static":
                wanted = sorted({*methods} & (rule.methods or set()))
                found += [Route(rule.endpoint, m, rule, self.address(rule)) for m in wanted]
        return sorted(found, key=lambda route: (route.endpoint, route.method, route.rule.rule))

    def address(self, rule: Rule) -> str:
        """An address of the rule that leads to something of the story."""
        values = {name: self._value(rule, name) for name in rule.arguments}
        with self.app.test_request_context():
            return self.app.url_for(rule.endpoint, **values)

    def _value(self, rule: Rule, name: str) -> object:
        if name in PLAIN:
            return PLAIN[name]
        kind = rule.rule.split("/")[1]
        if rule.endpoint in self.others and name == "ref":
            return self.others[rule.endpoint]
        if name in ("ref", "code") and kind in self.subjects and name != "code":
            return self.subjects[kind]
        return self.parts[f"{kind}/{name}"]

    def user(self, role: str) -> User:
        """The person who stands for a role."""
        query = select(User).where(User.email == PEOPLE[role])
        return db.session.scalars(query).one()

    # What the first part of an address names, and which one of the story it is

    @cached_property
    def subjects(self) -> dict[str, str]:
        """The reference to use for each kind of thing."""
        firm = self._one("organisation", legal_name="Atelier Garonne")
        visit = self._one("exchange", visitor_id=firm.id)
        own = self._one("project", id=visit.project_id)
        mine = self._one("profile", organisation_id=firm.id)
        return {
            "people": self._one("person", email=PEOPLE["applicant"]).ref,
            "programmes": self._one("programme").ref,
            "organisations": firm.ref,
            "sme-declarations": self._one("sme_assessment", organisation_id=firm.id).ref,
            "bank-accounts": self._one("bank_account", organisation_id=firm.id).ref,
            "books": own.ref,
            "payments": self._one("payment", payee_id=firm.id).ref,
            "payment-batches": self._one("batch").ref,
            "bank-files": self._one("bank_answer").ref,
            "delegations": self._one("delegation").ref,
            "recoveries": self._one("recovery", debtor_id=firm.id).ref,
            "calls": self._one("call", ref="OPEN-CLUSTER-2027").ref,
            "proposals": self._one("proposal", id=own.proposal_id).ref,
            "projects": own.ref,
            "vouchers": self._with("voucher", "milestone", holder_id=firm.id).ref,
            "exchanges": visit.ref,
            "edition-drafts": self._one("edition_draft", state="draft").ref,
            "profiles": mine.ref,
            "matches": self._one("visit_match", host_id=mine.id).ref,
            "surveys": self._one("survey", organisation_id=firm.id).ref,
            "group-visits": self._one("group_visit", host_id=firm.id).ref,
            "match-rounds": self._one("match_round").ref,
        }

    @cached_property
    def others(self) -> dict[str, str]:
        """References for endpoints that need a thing at another point of its life."""
        firm = self._one("organisation", ref=self.subjects["organisations"])
        return {
            "exchanges.evidence": self._with("exchange", "exchange_evidence", host_id=firm.id).ref,
            "exchanges.amendment": self._with("exchange", "exchange_amendment").ref,
            "exchanges.certificate": self._one("exchange", state="validated", host_id=firm.id).ref,
            "exchanges.financial_agreement": self._one("exchange", state="agreed").ref,
            "payments.verify": self._one("payment", state="requested", suspended_on=None).ref,
            "payments.authorise": self._one("payment", state="verified", suspended_on=None).ref,
            "payments.settle": self._one("payment", state="sent").ref,
            "periods.submit": self._one("project", acronym="MEDTEXNET").ref,
            "recoveries.note": self._one("recovery", state="issued").ref,
        }

    @cached_property
    def parts(self) -> dict[str, object]:
        """What further arguments name, by kind and argument."""
        firm = self._one("organisation", ref=self.subjects["organisations"])
        book = self._one("book", ref=self.subjects["books"])
        line = self._one("budget_line", book_id=book.id)
        proposal = self._one("proposal", ref=self.subjects["proposals"])
        cluster = self._one("cluster_link", organisation_id=firm.id).cluster_id
        return {
            "bank-files/number": self._one("bank_entry", state="waiting").number,
            "books/code": line.code,
            "books/number": self._one("posting", line_id=line.id).id,
            "exchanges/number": 1,
            "organisations/person_ref": self._one("person", email=PEOPLE["applicant"]).ref,
            "organisations/cluster_ref": self._one("organisation", id=cluster).ref,
            "group-visits/exchange_ref": self._waiting_place(),
            "outbox/number": 1,
            "projects/number": 1,
            "profiles/other": self._other_profile(firm.id),
            "proposals/number": 1,
            "scheme-editions/code": "CXC-PILOT",
            "scheme-editions/day": "2020-01-01",
            "trail/number": 1,
            "trail/subject": proposal.ref,
            "verify/code": self._one("budget_export").code,
            "proposals/organisation": self._one("organisation", id=proposal.coordinator_id).ref,
            "vouchers/number": 1,
            "vouchers/place": 1,
        }

    def _other_profile(self, organisation_id: int) -> str:
        """An accepted host that is somebody else's."""
        found = Base.metadata.tables["profile"]
        query = select(found.c.ref).where(
            found.c.organisation_id != organisation_id, found.c.state == "accepted", found.c.hosts
        )
        return self.connection.scalars(query.order_by(found.c.id).limit(1)).one()

    def _waiting_place(self) -> str:
        """The exchange that asks for a place in the group."""
        place = self._one("group_member", state="applied")
        return self._one("exchange", id=place.exchange_id).ref

    def _with(self, table: str, part: str, **wanted: object):
        """The first of a kind that has a part of another kind."""
        found, parts = Base.metadata.tables[table], Base.metadata.tables[part]
        having = select(parts.c[f"{table}_id"])
        query = select(found).filter_by(**wanted).where(found.c.id.in_(having))
        row = self.connection.execute(query.order_by(found.c.id).limit(1)).first()
        assert row is not None, f"the story has no {table} with {part}"
        return row

    def _one(self, table: str, **wanted: object):
        found: Table = Base.metadata.tables[table]
        query = select(found).filter_by(**wanted).order_by(found.c.id).limit(1)
        row = self.connection.execute(query).first()
        assert row is not None, f"the story has no {table} with {wanted}"
        return row


def outcome(response) -> str:
    """An answer as one word of the permission table."""
    status = response.status_code
    if status in (301, 302, 303) and "/sign-in" in response.location:
        return "door"
    return "ok" if status < 400 else str(status)


def is_public(app: Flask, endpoint: str) -> bool:
    """Whether the view is marked @public."""
    return bool(getattr(app.view_functions[endpoint], "is_public", False))


def public_endpoints(app: Flask) -> Iterator[str]:
    """Every endpoint that anybody may call."""
    for endpoint in app.view_functions:
        if endpoint != "static" and is_public(app, endpoint):
            yield endpoint
