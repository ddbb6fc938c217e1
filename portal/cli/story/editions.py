"""The next edition of the scheme: a first draft that was discarded, and one that waits."""

from dataclasses import replace
from datetime import date, timedelta

from portal.cli.story.cast import actor
from portal.cli.story.stage import scene
from portal.core.days import add_months
from portal.exchanges import queries as exchanges
from portal.exchanges.editions import operations, queries
from portal.exchanges.editions.rules.draft import Proposed
from portal.partners.states import OrganisationKind


def prepare(today: date) -> None:
    """One officer drafts twice; the other discards the first and has yet to publish the second."""
    begins = add_months(today.replace(day=1), 2)
    now = exchanges.scheme_on(today).terms
    code, title_en, title_fr = (
        f"CXC-{begins.year}",
        f"ClusterXchange, edition {begins.year}",
        f"ClusterXchange, édition {begins.year}",
    )
    with scene(today - timedelta(days=20), 11):
        operations.draft(
            Proposed(replace(now, edition=code, whole_from_days=10), title_en, title_fr, begins),
            note="Longer stays bring more, so only two weeks should be paid in full.",
            actor=actor("officer"),
        )
    with scene(today - timedelta(days=16), 15):
        why = "The replay shows that nearly every visit of the past year would be halved."
        operations.discard(queries.drafts()[0], reason=why, actor=actor("deputy"))
    with scene(today - timedelta(days=9), 10):
        hosts = (
            *now.host_kinds,
            OrganisationKind.TRAINING,
            OrganisationKind.LARGE,
            OrganisationKind.PUBLIC,
        )
        terms = replace(
            now,
            edition=code,
            cap_cents=90_000,
            whole_from_days=4,
            host_kinds=hosts,
            report_days=20,
            reminder_days=(10, 20),
            virtual_until=begins + timedelta(days=364),
        )
        operations.draft(
            Proposed(terms, title_en, title_fr, begins, {"PT": 85_000, "FR": 85_000}),
            note="Four working days suffice for the whole amount; a lower cap pays for it.",
            actor=actor("officer"),
        )
