"""Who is told what about an edition: officers of a draft, everybody who works by it once it is
published.
"""

from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.actors import Actor, Role
from portal.exchanges.editions.models import EditionDraft


def drafted(draft: EditionDraft, *, by: Actor) -> None:
    """The other officers are asked to read it: one of them publishes or discards it."""
    officers = accounts.people_with_role(Role.OFFICER)
    author = accounts.by_id(draft.drafted_by_id)
    _tell(draft, officers, "to_publish", but=by, author=author)


def published(draft: EditionDraft, *, by: Actor) -> None:
    """Partnership managers and officers learn which terms hold from which day on."""
    people = [
        *accounts.people_with_role(Role.MANAGER),
        *accounts.people_with_role(Role.OFFICER),
    ]
    _tell(draft, people, "published", but=by)


def _tell(
    draft: EditionDraft, people: list[User], template: str, *, but: Actor, **context: Any
) -> None:
    once = {person.id: person for person in people if person.id != but.id}
    for person in once.values():
        mail.queue(
            accounts.recipient(person),
            f"editions/mail/{template}.txt",
            about=draft.ref,
            draft=draft,
            **context,
        )
