"""Who would like to visit or to host: profiles in every state, each answered by its partnership."""

from dataclasses import dataclass
from datetime import date, timedelta

from portal.cli.story.cast import actor, organisation
from portal.cli.story.stage import monday, paper, scene
from portal.core.actors import SYSTEM
from portal.exchanges.profiles import operations, queries
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.rules import Answers, Period
from portal.exchanges.profiles.states import ActivityType, Objective, WishKind
from portal.partners.states import OrganisationKind
from portal.projects import queries as projects


@dataclass(frozen=True)
class Wisher:
    """One profile of the story: whose, what part, in which weeks from today, how far it gets."""

    key: str
    login: str
    reaches: str
    visits: bool
    hosts: bool
    sectors: tuple[str, ...]
    languages: tuple[str, ...]
    weeks: tuple[int, int]
    #: Acronym of the partnership and the login that answers; empty: the portal chooses.
    partnership: str = ""
    manager: str = ""
    countries: tuple[str, ...] = ()
    objectives: tuple[Objective, ...] = (Objective.MARKET_ACCESS, Objective.EXPERIENCE)
    motivation: str = "We look for a partner for a joint offer and can show how we work."


E = "ecosystem-"
WISHERS = (
    Wisher("rade", "firm6", "accepted", True, False, (f"{E}digital", f"{E}mobility", "ai-human-machine"),
           ("fr", "en"), (9, 16), "AEROLINK", "coordinator", ("DE", "PT"),
           motivation="We build underwater robots and look for optical sensors that work in murky water."),
    Wisher("garonne", "applicant", "accepted", True, True, (f"{E}aerospace-defence", "advanced-manufacturing"),
           ("fr", "en"), (10, 14), "AEROLINK", "coordinator", ("BG", "DE"),
           motivation="Small composite parts are sanded by hand here; we would like to see how others automate it."),
    Wisher("elbe", "host", "accepted", False, True, (f"{E}electronics", f"{E}mobility", "photonics"),
           ("de", "en"), (8, 20), "AEROLINK", "coordinator"),
    Wisher("trakia", "firm3", "accepted", False, True, (f"{E}electronics", "advanced-manufacturing"),
           ("bg", "en"), (9, 18), "AEROLINK", "coordinator"),
    Wisher("minho", "firm4", "accepted", False, True, (f"{E}textile", "textile-innovation"),
           ("pt", "en", "fr"), (7, 21), "MEDTEXNET", "manager"),
    Wisher("cork", "firm5", "accepted", True, True, (f"{E}aerospace-defence", f"{E}textile"),
           ("en",), (8, 15), "AEROLINK", "coordinator", ("PT", "DE")),
    Wisher("arno", "manager2", "accepted", True, True, (f"{E}textile", "textile-innovation"),
           ("it", "en"), (9, 19), "MEDTEXNET", "manager", ("DE", "PT")),
    Wisher("varna", "firm3", "accepted", True, False, (f"{E}electronics", "advanced-manufacturing"),
           ("bg", "en"), (9, 17), "AEROLINK", "coordinator", ("FR", "DE"),
           motivation="We build controls for robot cells and look for firms that use them."),
    Wisher("calanques", "firm6", "accepted", True, False,
           (f"{E}aerospace-defence", f"{E}electronics", "advanced-manufacturing"),
           ("fr", "en"), (8, 18), "MEDTEXNET", "manager", ("DE", "PT", "IE"),
           motivation="We make light structures for boats and look for a partner who tests and certifies them."),
    Wisher("oulu", "lab", "suspended", False, True, (f"{E}digital",), ("fi", "en"), (8, 12), "AEROLINK", "coordinator"),
    Wisher("dacia", "firm2", "submitted", True, False, (f"{E}textile", "textile-innovation"),
           ("ro", "en", "fr"), (10, 15)),
    Wisher("baltic", "firm7", "returned", True, False, (f"{E}electronics",), ("pl", "en"), (9, 11),
           "AEROLINK", "coordinator"),
    Wisher("scs", "scs", "rejected", True, False, (f"{E}digital",), ("fr",), (9, 13), "MEDTEXNET", "manager2"),
    Wisher("tvt", "neptune", "withdrawn", False, True, (f"{E}mobility",), ("fr", "en"), (9, 13),
           "MEDTEXNET", "manager"),
    Wisher("athens", "manager", "draft", False, True, (f"{E}digital",), ("el", "en"), (12, 18)),
)  # fmt: skip
#: A draft that nobody ever sent, long ago: closed, its personal data deleted.
FORGOTTEN = Wisher(
    "saxony", "host", "draft", False, True, (f"{E}electronics",), ("bg", "en"), (-55, -50)
)


def perform(refs: dict[str, str], today: date) -> dict[str, str]:
    """Lead every profile to where the story leaves it; returns the references by organisation."""
    _lead(FORGOTTEN, refs, today - timedelta(days=420), today)
    with scene(today - timedelta(days=30), 4):
        operations.close(actor=SYSTEM)
    made = {}
    for number, wisher in enumerate(WISHERS):
        begun = today - timedelta(days=64 - number)
        if wisher.reaches in ("submitted", "draft"):
            begun = today - timedelta(days=6)
        made[wisher.key] = _lead(wisher, refs, begun, today)
    return made


def _lead(wisher: Wisher, refs: dict[str, str], begun: date, today: date) -> str:
    with scene(begun, 9):
        ref = _start(wisher, today).ref
    if wisher.reaches == "draft":
        return ref
    with scene(begun + timedelta(days=1), 9):
        project = projects.by_ref(refs[wisher.partnership]) if wisher.partnership else None
        operations.submit(queries.by_ref(ref), project=project, actor=actor(wisher.login))
    with scene(begun + timedelta(days=4), 15):
        _end(wisher, queries.by_ref(ref))
    if wisher.reaches == "suspended":
        with scene(begun + timedelta(days=9), 15):
            why = "The laboratory moves; no visits until the new rooms are open."
            operations.suspend(queries.by_ref(ref), reason=why, actor=actor(wisher.manager))
    return ref


def _start(wisher: Wisher, today: date) -> Profile:
    first, last = (monday(week, today) for week in wisher.weeks)
    kinds = (OrganisationKind.SME, OrganisationKind.CLUSTER) if wisher.visits else ()
    answers = Answers(
        visits=wisher.visits,
        hosts=wisher.hosts,
        motivation=wisher.motivation,
        periods=(Period(first, last + timedelta(days=4)),),
        wishes={
            WishKind.SECTOR: wisher.sectors,
            WishKind.OBJECTIVE: wisher.objectives,
            WishKind.ACTIVITY: (ActivityType.SHARING_KNOWLEDGE, ActivityType.PROJECT_DEVELOPMENT),
            WishKind.LANGUAGE: wisher.languages,
            WishKind.COUNTRY: wisher.countries,
            WishKind.HOST_KIND: kinds,
        },
    )
    cv = paper("Curriculum vitae", ("Name", actor(wisher.login).name)) if wisher.visits else None
    return operations.start(organisation(wisher.key), answers, cv=cv, actor=actor(wisher.login))


def _end(wisher: Wisher, profile: Profile) -> None:
    if wisher.reaches in ("accepted", "suspended"):
        operations.accept(profile, actor=actor(wisher.manager))
    if wisher.reaches == "returned":
        why = "Please say which machines you would like to see, and for how many people."
        operations.send_back(profile, reason=why, actor=actor(wisher.manager))
    if wisher.reaches == "rejected":
        why = "Your sector is not among those of the partnership. AEROLINK may suit you better."
        operations.reject(profile, reason=why, actor=actor(wisher.manager))
    if wisher.reaches == "withdrawn":
        operations.withdraw(profile, actor=actor(wisher.login))
