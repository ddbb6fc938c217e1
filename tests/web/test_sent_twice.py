"""One form over real connections: at the same moment, or again because no answer came."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from time import sleep
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select

from portal.calls.proposals.models import Attachment, Proposal
from portal.core import clock
from portal.core.actors import Role
from portal.core.db import db, transaction
from portal.core.request_keys import RequestKey
from portal.exchanges.states import State as Visit
from portal.ledger.models import Posting
from portal.payments.models import Payment
from portal.payments.states import State
from tests.browser import serve
from tests.calls.builders import a_call
from tests.calls.proposals.builders import a_draft
from tests.client import PortalClient
from tests.exchanges.builders import TODAY, a_world, an_exchange
from tests.partners.builders import A_PDF, a_cluster, a_person
from tests.payments.builders import a_payment
from tests.payments.builders import a_person as a_colleague
from tests.web.sending import Sending, at_once, prepare

AT_ONCE = 3
#: Seconds after which a request that is not made to wait would have been answered.
LONG_ENOUGH = 0.3


@dataclass(frozen=True)
class Act:
    """A form on a page, what is typed into it, and how often what it asks for has happened."""

    client: PortalClient
    page: str
    path: str
    typed: Callable[[], dict[str, Any]]
    done: Callable[[], int]

    def opened(self, address: str, **changes: Any) -> Sending:
        """The form of a page opened now, filled in."""
        actions = (self.path, "") if self.page == self.path else (self.path,)
        forms = self.client.page(self.page).forms
        form = next(one for one in forms if one.action in actions and one.method == "post")
        return prepare(self.client, address, self.path, form.data(**self.typed(), **changes))


def count(*criteria: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(*criteria)) or 0


def starting_a_proposal(sign_in_as) -> Act:
    with transaction():
        call, person = a_call(), a_person()
        a_cluster(person)
        path = f"/calls/{call.ref}/start"
    typed = {"acronym": "BLUE", "title": "Blue growth"}
    return Act(sign_in_as(person), path, path, lambda: typed, lambda: count(Proposal.id > 0))


def requesting_a_payment(sign_in_as) -> Act:
    with transaction():
        payment, officer = a_payment(State.RETURNED), a_colleague(Role.OFFICER)
        page, number = f"/payments/{payment.ref}", payment.id
    client = sign_in_as(officer)
    return Act(client, page, f"{page}/request-again", dict, lambda: count(Payment.id != number))


def approving_an_exchange(sign_in_as) -> Act:
    clock.move_to(datetime.combine(TODAY, time(10), clock.BRUSSELS))
    with transaction():
        world = a_world()
        ref = an_exchange(world, Visit.SIGNED).ref
    path = f"/exchanges/{ref}/approve"
    client = sign_in_as(world.people["payer"])
    return Act(client, path, path, lambda: {"note": "Fine"}, lambda: count(Posting.subject == ref))


def attaching_a_file(sign_in_as) -> Act:
    with transaction():
        person = a_person()
        path = f"/proposals/{a_draft(person=person, complete=False).ref}/attach"

    def typed() -> dict[str, Any]:
        return {"kind": "other", "document": (BytesIO(A_PDF), "plan.pdf")}

    return Act(sign_in_as(person), path, path, typed, lambda: count(Attachment.id > 0))


ACTS = [starting_a_proposal, requesting_a_payment, approving_an_exchange, attaching_a_file]


@pytest.fixture(params=ACTS, ids=[act.__name__ for act in ACTS])
def act(committed, sign_in_as, request) -> Act:
    return request.param(sign_in_as)


@pytest.fixture
def site(committed):
    with serve(committed.app) as found:
        yield found


def test_a_form_sent_several_times_at_once_is_done_once(act, site):
    sending = act.opened(site.address)

    answers = at_once(*[sending] * AT_ONCE)

    assert len(set(answers)) == 1
    assert answers[0].status == 303
    assert answers[0].said
    assert act.done() == 1
    assert site.crashes == []


@pytest.mark.parametrize("act", [starting_a_proposal, attaching_a_file], indirect=True)
def test_a_form_whose_answer_was_lost_is_sent_again_and_answered(act, site):
    sending = act.opened(site.address)

    sending.go_without_waiting()
    again, once_more = sending.go(), sending.go()

    assert again == once_more
    assert again.status == 303
    assert again.said
    assert act.done() == 1


def test_without_one_key_for_both_a_draft_is_made_twice(committed, sign_in_as, site):
    """What the key is for: two tabs of this form are two proposals, as their author wished."""
    act = starting_a_proposal(sign_in_as)

    answers = at_once(act.opened(site.address), act.opened(site.address))

    assert {answer.status for answer in answers} == {303}
    assert act.done() == 2


def test_two_tabs_of_a_step_that_is_taken_once_get_one_refusal(committed, sign_in_as, site):
    act = requesting_a_payment(sign_in_as)

    answers = at_once(act.opened(site.address), act.opened(site.address))

    assert sorted(answer.status for answer in answers) in ([303, 409], [303, 422])
    assert act.done() == 1


@pytest.mark.parametrize(("ending", "proposals"), [("commit", 1), ("rollback", 2)])
def test_whoever_comes_while_the_work_goes_on_takes_its_outcome(
    committed, sign_in_as, site, ending, proposals
):
    """The key is held by a transaction that has not ended: what it ends with is what counts."""
    act = starting_a_proposal(sign_in_as)
    sending = act.opened(site.address)
    first = sending.go()
    with transaction():
        held = db.session.execute(select(RequestKey.__table__)).mappings().one()
        db.session.execute(delete(RequestKey))
    db.session.remove()

    with committed.engine.connect() as working, ThreadPoolExecutor(1) as thread:
        working.execute(insert(RequestKey).values(**held))
        second = thread.submit(sending.go)
        sleep(LONG_ENOUGH)
        getattr(working, ending)()

    assert second.result().status == 303
    assert (second.result() == first) == (ending == "commit")
    assert act.done() == proposals
