"""The pages of editions, as people use them, in both languages."""

import pytest

from portal.core.db import db
from portal.exchanges.editions import queries
from portal.exchanges.editions.states import State
from portal.exchanges.models import Scheme
from portal.exchanges.states import Klass
from portal.exchanges.states import State as VisitState
from tests.counting import selects
from tests.exchanges.browsing import main_form, post
from tests.exchanges.builders import a_file, an_exchange, at
from tests.exchanges.editions.builders import a_draft, a_world_with_two_officers, published
from tests.exchanges.surroundings import TODAY
from tests.reading import Form, read_csv, read_page

PERIOD = "first_on=2026-01-01&last_on=2026-12-31"


@pytest.fixture
def world(session):
    found = a_world_with_two_officers()
    with at(TODAY):
        yield found


def filled(form: Form, **changes: object) -> dict[str, object]:
    """What the browser sends: every ticked box of a question, not the last one alone."""
    ticked: dict[str, list[str]] = {}
    for item in form.fields:
        if item.kind == "checkbox" and item.checked:
            ticked.setdefault(item.name, []).append(item.value)
    return form.data(**{**ticked, **changes})


def test_an_edition_is_drafted_replayed_and_published_by_two_officers(world, sign_in_as):
    an_exchange(world, VisitState.AGREED)
    author, deputy = (sign_in_as(world.people[who]) for who in ("officer", "deputy"))

    form = main_form(author.page("/edition-drafts/draft"))
    sent = post(
        author,
        "/edition-drafts/draft",
        **filled(form, code="cxc-2027", cap_cents="500", ceiling_ES="900", note="Less for more."),
    )
    ref = sent.location.rpartition("/")[2]
    page = author.page(f"/edition-drafts/{ref}")
    assert "€1,100.00" in page.text
    assert "another officer publishes it" in page.text
    assert f"/edition-drafts/{ref}/publish" not in page.links
    assert ref in deputy.page("/").text

    replay = deputy.page(f"/edition-drafts/{ref}/replay?{PERIOD}")
    assert "Lower amount" in replay.text
    assert "€780.00" in replay.text
    assert "€500.00" in replay.text
    form = main_form(deputy.page(f"/edition-drafts/{ref}/publish?{PERIOD}"))
    post(deputy, f"/edition-drafts/{ref}/publish", **form.data(checked="on"))

    draft = queries.by_ref(ref)
    assert draft.state is State.PUBLISHED
    assert (draft.code, draft.new_ceilings, draft.replay["visits_replayed"]) == (
        "CXC-2027",
        {"ES": 90_000},
        1,
    )
    shown = author.page(f"/edition-drafts/{ref}").text
    assert "What was known at the publication" in shown
    assert "Spain: €900.00" in shown
    assert "CXC-2027" in author.page("/scheme-editions").text
    other = author.page(f"/scheme-editions/CXC-2027/{draft.valid_from.isoformat()}").text
    assert "from this day on" in other


def test_a_draft_with_faults_comes_back_with_what_was_typed(world, sign_in_as):
    author = sign_in_as(world.people["officer"])
    form = main_form(author.page("/edition-drafts/draft"))
    asked = filled(
        form,
        valid_from="2026-09-06",
        sme_share_bp="80",
        other_share_bp="30.5",
        reminder_days="7, soon",
        near_km="-5",
    )

    first = read_page(post(author, "/edition-drafts/draft", expect=422, **asked).data).text
    asked |= {"reminder_days": "22 7", "near_km": "0"}
    second = read_page(post(author, "/edition-drafts/draft", expect=422, **asked).data)

    assert "Enter whole numbers of days" in first
    assert "An edition never begins in the past" in second.text
    assert "110.5%" in second.text
    assert "the smallest first" in second.text
    assert main_form(second).data()["reminder_days"] == "22 7"


def test_nothing_is_published_by_the_author_or_by_strangers(world, sign_in_as):
    draft = a_draft(world)
    for who, status in (("officer", 403), ("auditor", 403), ("payer", 404), ("visitor", 404)):
        found = sign_in_as(world.people[who])
        assert found.get(f"/edition-drafts/{draft.ref}/publish").status_code == status, who
    assert db.session.scalar(db.select(db.func.count(Scheme.id))) == 1


def test_a_publication_is_refused_when_the_visits_have_changed_since(world, sign_in_as):
    draft = a_draft(world, cap_cents=50_000)
    deputy = sign_in_as(world.people["deputy"])
    path = f"/edition-drafts/{draft.ref}/publish"
    form = main_form(deputy.page(f"{path}?{PERIOD}"))
    an_exchange(world, VisitState.APPROVED)

    page = read_page(post(deputy, path, expect=422, **form.data(checked="on")).data)

    assert "have changed while you were looking" in page.text
    post(deputy, path, **main_form(page).data(checked="on"))


@pytest.mark.parametrize(
    "period", ["first_on=2026-12-31&last_on=2026-01-01", "first_on=soon&last_on=", "first_on=1"]
)
@pytest.mark.parametrize("page", ["replay", "replay/file", "publish"])
def test_a_period_that_makes_no_sense_is_told(world, sign_in_as, page, period):
    draft = a_draft(world)

    answer = sign_in_as(world.people["deputy"]).get(f"/edition-drafts/{draft.ref}/{page}?{period}")

    assert answer.status_code == 422
    assert 'class="faults"' in answer.text


def test_the_replay_is_handed_over_as_csv_with_formulas_defused(world, sign_in_as):
    world.visitor.legal_name = "=HYPERLINK(1)"
    visit = an_exchange(world, VisitState.VALIDATED)
    draft = a_draft(world, shortest_days=6, whole_from_days=6)
    reader = sign_in_as(world.people["auditor"])

    answer = reader.get(f"/edition-drafts/{draft.ref}/replay/file?{PERIOD}")

    rows = read_csv(answer.data)
    assert rows[1][:2] == [visit.ref, "'=HYPERLINK(1)"]
    assert rows[1][6:11] == ["780.00", "0.00", "Would be refused", "As before", "CXC-D01"]
    assert rows[-1][6:8] == ["780.00", "0.00"]


def test_a_replay_costs_the_same_for_one_visit_and_for_several(world, sign_in_as):
    draft = a_draft(world, cap_cents=50_000)
    reader = sign_in_as(world.people["auditor"])

    def cost():
        with selects() as seen:
            reader.page(f"/edition-drafts/{draft.ref}/replay?{PERIOD}")
        return len(seen)

    an_exchange(world, VisitState.APPROVED)
    first = cost()
    for _number in range(3):
        a_file(world, Klass.OTHER, VisitState.APPROVED)
    assert cost() == first


def test_everybody_reads_editions_in_french_and_only_visits_of_their_own(world, sign_in_as):
    visit = an_exchange(world, VisitState.AGREED)
    draft = published(world, a_draft(world, ceilings={"ES": 90_000}))
    mine, other = (sign_in_as(world.people[who]) for who in ("visitor", "stranger"))

    pilot = "/scheme-editions/CXC-PILOT/2020-01-01"
    french = mine.page(pilot).text
    assert "CXC-L01" in french
    assert "au 30 septembre 2026" in french
    assert visit.ref in french
    assert visit.ref not in other.page(pilot).text
    assert draft.ref not in mine.page("/scheme-editions").text
    assert other.get("/scheme-editions/CXC-PILOT/2020-01-02").status_code == 404
    assert other.get(f"/edition-drafts/{draft.ref}").status_code == 404
