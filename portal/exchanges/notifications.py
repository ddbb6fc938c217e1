"""Who is told what about an exchange: one mail per person, in that person's language."""

from collections.abc import Iterable, Sequence
from typing import Any

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.core import mail
from portal.core.actors import Actor, Role
from portal.exchanges.models import Exchange, ExchangeAmendment, ForceMajeure
from portal.exchanges.rules import closing, commitment
from portal.exchanges.states import Party, Reporter, State
from portal.partners import queries as partners
from portal.projects import queries as projects


def started(exchange: Exchange, *, by: Actor) -> None:
    """Everybody concerned learns of the exchange, except who began it."""
    _tell(exchange, _everybody(exchange), "started", about="start", but=by)


def changed(exchange: Exchange, *, by: Actor, void: int) -> None:
    """Everybody concerned learns that signatures are void because the text has changed."""
    if void:
        _tell(exchange, _everybody(exchange), "changed", about=f"edit:{exchange.version}", but=by)


def signed(exchange: Exchange, *, missing: Sequence[Party]) -> None:
    """The first signature calls for the others; the last one calls for the approval."""
    text = commitment.fingerprint(exchange.commitment)[:12]
    if not missing:
        _tell(exchange, _deciding(exchange), "to_approve", about=f"to_approve:{text}")
        return
    if len(exchange.signatures) == 1:
        people = [person for party in missing for person in _people_of(exchange, party)]
        _tell(exchange, people, "to_sign", about=f"to_sign:{text}")


def approved(exchange: Exchange) -> None:
    """The visitor is asked to accept the agreement; the host learns that the visit is approved."""
    _tell(exchange, _visitors(exchange), "approved", about="approve")
    _tell(exchange, _hosts(exchange), "approved_host", about="approve")


def accepted(exchange: Exchange) -> None:
    """The paying partnership is asked to conclude."""
    about = f"accept_agreement:{exchange.version}"
    _tell(exchange, _deciding(exchange), "to_conclude", about=about)


def agreed(exchange: Exchange) -> None:
    """Visitor and host learn that the agreement is concluded: the journey may be booked."""
    _tell(exchange, _sides(exchange), "agreed", about="conclude")


def signing_due(exchange: Exchange, *, missing: Sequence[Party]) -> None:
    """The people of the parties that have not signed are reminded."""
    people = [person for party in missing for person in _people_of(exchange, party)]
    due_on = commitment.due_on(exchange.departure_on, exchange.scheme.terms)
    about = f"signing_due:{exchange.departure_on}:{exchange.signing_reminders}"
    _tell(exchange, people, "signing_due", about=about, due_on=due_on)


def amendment_proposed(exchange: Exchange, amendment: ExchangeAmendment) -> None:
    """The host and the paying partnership are asked to accept."""
    about = f"amend:{amendment.number}"
    people = [*_hosts(exchange), *_deciding(exchange)]
    _tell(exchange, people, "amendment_proposed", about=about, amendment=amendment)


def amendment_accepted(exchange: Exchange, amendment: ExchangeAmendment) -> None:
    """Everybody concerned learns the days that hold from now on."""
    about = f"amended:{amendment.number}"
    _tell(exchange, _everybody(exchange), "amendment_accepted", about=about, amendment=amendment)


def amendment_declined(exchange: Exchange, amendment: ExchangeAmendment, reason: str) -> None:
    """Visitor and host learn that the agreement stays as it is, and why."""
    about = f"amendment_declined:{amendment.number}"
    _tell(exchange, _sides(exchange), "amendment_declined", about=about, reason=reason)


def amendment_withdrawn(exchange: Exchange, amendment: ExchangeAmendment) -> None:
    """Those who were asked to accept learn that nothing waits for them any more."""
    about = f"amendment_withdrawn:{amendment.number}"
    people = [*_hosts(exchange), *_deciding(exchange)]
    _tell(exchange, people, "amendment_withdrawn", about=about)


def report_due(exchange: Exchange) -> None:
    """The sides that have not reported are reminded."""
    have = {report.side for report in exchange.reports}
    people = [] if Reporter.VISITOR in have else _visitors(exchange)
    people = people if Reporter.HOST in have else [*people, *_hosts(exchange)]
    due_on = closing.report_due_on(exchange.last_on, exchange.scheme.terms)
    about = f"report_due:{exchange.reminders}"
    _tell(exchange, people, "report_due", about=about, due_on=due_on)


def reported(exchange: Exchange) -> None:
    """The paying partnership is asked to validate."""
    _tell(exchange, _deciding(exchange), "to_validate", about=f"report:{exchange.version}")


def force_majeure_proposed(exchange: Exchange, excuse: ForceMajeure) -> None:
    """Those who may recognise it are asked to; never the person who proposed it."""
    about = f"propose_force_majeure:{len(exchange.excuses)}"
    asked = [one for one in _recognising(exchange) if one.id != excuse.proposed_by_id]
    _tell(exchange, asked, "force_majeure_proposed", about=about, reason=excuse.reason)


def force_majeure_decided(exchange: Exchange, excuse: ForceMajeure) -> None:
    """Visitor, host and the person who proposed it learn whether it is recognised, and why."""
    template = "force_majeure_granted" if excuse.granted else "force_majeure_declined"
    people = [*_sides(exchange), accounts.by_id(excuse.proposed_by_id)]
    about = f"decide_force_majeure:{len(exchange.excuses)}"
    _tell(exchange, people, template, about=about, reason=excuse.decision)


def sent_back(exchange: Exchange, reason: str) -> None:
    """Visitor and host learn what is missing."""
    template = "redraft" if exchange.state is State.BUILDING else "returned"
    about = f"send_back:{exchange.version}"
    _tell(exchange, _sides(exchange), template, about=about, reason=reason)


def validated(exchange: Exchange) -> None:
    """Visitor and host learn that the visit is validated, the visitor also what is due."""
    _tell(exchange, _visitors(exchange), "validated", about="validate")
    _tell(exchange, _hosts(exchange), "validated_host", about="validate")


def refused(exchange: Exchange) -> None:
    """Visitor and host learn that nothing is due, and why."""
    _tell(exchange, _sides(exchange), "refused", about="refuse")


def cancelled(exchange: Exchange) -> None:
    """Everybody concerned learns that the visit will not take place, and why."""
    _tell(exchange, _everybody(exchange), "cancelled", about="cancel")


def no_show(exchange: Exchange) -> None:
    """Everybody concerned learns that the visit is closed because nobody came."""
    _tell(exchange, _everybody(exchange), "no_show", about="mark_no_show")


def _visitors(exchange: Exchange) -> list[User]:
    return partners.people_of([exchange.visitor_id])


def _hosts(exchange: Exchange) -> list[User]:
    return partners.people_of([exchange.host_id])


def _sides(exchange: Exchange) -> list[User]:
    return partners.people_of([exchange.visitor_id, exchange.host_id])


def _managers(*project_ids: int) -> list[User]:
    """The partnership managers of the consortia."""
    consortium = {one for key in project_ids for one in projects.beneficiary_ids(key)}
    managers = {person.id for person in accounts.people_with_role(Role.MANAGER)}
    return [person for person in partners.people_of(sorted(consortium)) if person.id in managers]


def _deciding(exchange: Exchange) -> list[User]:
    """The managers of the paying partnership who belong to neither organisation (12-45)."""
    parties = {person.id for person in _sides(exchange)}
    return [person for person in _managers(exchange.project_id) if person.id not in parties]


def _recognising(exchange: Exchange) -> list[User]:
    """Officers who are no party to the visit, and those who decide for the paying partnership."""
    parties = {person.id for person in _sides(exchange)}
    officers = accounts.people_with_role(Role.OFFICER)
    return [*(one for one in officers if one.id not in parties), *_deciding(exchange)]


def _everybody(exchange: Exchange) -> list[User]:
    return [*_sides(exchange), *_managers(exchange.project_id, exchange.host_project_id)]


def _people_of(exchange: Exchange, party: Party) -> list[User]:
    if party is Party.VISITOR:
        return _visitors(exchange)
    if party is Party.HOST:
        return _hosts(exchange)
    payer = party is Party.VISITOR_PARTNERSHIP
    return _managers(exchange.project_id if payer else exchange.host_project_id)


def _tell(
    exchange: Exchange,
    people: Iterable[User],
    template: str,
    *,
    about: str,
    but: Actor | None = None,
    **context: Any,
) -> None:
    once = {person.id: person for person in people}
    if but is not None and but.id is not None:
        once.pop(but.id, None)
    for person in once.values():
        mail.queue(
            accounts.recipient(person),
            f"exchanges/mail/{template}.txt",
            about=f"{exchange.ref}:{about}",
            exchange=exchange,
            **context,
        )
