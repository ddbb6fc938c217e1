"""What processes do against one another in the races of payments."""

from portal.audit.queries import trail_of
from portal.core.actors import Actor, Role
from portal.partners.bank_accounts import operations as account_operations
from portal.payments import operations, queries


def authorise(ref: str, person_id: int) -> str:
    actor = Actor(person_id, "an authorising officer", frozenset({Role.AUTHORISER}))
    return operations.authorise(queries.by_ref(ref), actor=actor)[0].ref


def decide(ref: str, person_id: int, verb: str) -> str:
    actor = Actor(person_id, "an authorising officer", frozenset({Role.AUTHORISER}))
    payment = queries.by_ref(ref)
    if verb == "authorise":
        return operations.authorise(payment, actor=actor)[0].state
    return operations.refuse(payment, reason="not convinced", actor=actor).state


def send(refs: list[str], person_id: int) -> str:
    actor = Actor(person_id, "an accounting officer", frozenset({Role.ACCOUNTANT}))
    return operations.send(*queries.by_refs(refs), actor=actor).ref


def request_again(ref: str, person_id: int) -> str:
    actor = Actor(person_id, "a programme officer", frozenset({Role.OFFICER}))
    return operations.request_again(queries.by_ref(ref), actor=actor).ref


def suspend_or_send(ref: str, person_id: int, verb: str) -> str:
    if verb == "send":
        return send([ref], person_id)
    actor = Actor(person_id, "a programme officer", frozenset({Role.OFFICER}))
    return operations.suspend(queries.by_ref(ref), reason="a reason", actor=actor).state


def sign_or_change(ref: str, person_id: int, verb: str) -> str:
    """Sign a payment, or change the account that it goes to, and say when."""
    payment = queries.by_ref(ref)
    if verb in ("authorise", "send"):
        role = Role.AUTHORISER if verb == "authorise" else Role.ACCOUNTANT
        actor = Actor(person_id, "an officer of the circuit", frozenset({role}))
        getattr(operations, verb)(payment, actor=actor)
        return (payment.sent_at or payment.authorised_at).isoformat()
    account, organisation = payment.account, payment.payee
    member = Actor(person_id, "a member", frozenset(), frozenset({organisation.id}))
    if verb == "freeze":
        account_operations.freeze(account, reason="a strange call", actor=member)
        return trail_of(account.ref)[0].at.isoformat()
    proposed = account_operations.propose(
        organisation,
        holder="Somebody",
        iban="DE89370400440532013000",
        evidence=(b"%PDF-1.4 a statement\n%%EOF", "letter.pdf"),
        actor=member,
    )
    return proposed.proposed_at.isoformat()
