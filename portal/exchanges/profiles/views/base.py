"""The blueprint, and what several pages of the room show."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Blueprint, url_for

from portal.calls.proposals.rules.themes import THEMES
from portal.core import clock, formats
from portal.core.actors import Actor, ensure_seen
from portal.core.errors import Fault
from portal.core.i18n import Text, _, current_language
from portal.core.places import country_name, language_name
from portal.exchanges import queries as exchanges
from portal.exchanges.profiles import policy, queries
from portal.exchanges.profiles.models import Profile
from portal.exchanges.profiles.states import (
    ACTIVITY_LABELS,
    LIFE,
    OBJECTIVE_LABELS,
    PART_LABELS,
    Action,
    ActivityType,
    Objective,
    Part,
    WishKind,
)
from portal.exchanges.queries import TakingPart
from portal.partners.states import KIND_LABELS, OrganisationKind
from portal.projects import queries as projects
from portal.web.respond import Link
from portal.web.session import current_actor

blueprint = Blueprint("profiles", __name__)

TONES = {
    Action.SUBMIT: "primary",
    Action.ACCEPT: "primary",
    Action.REINSTATE: "primary",
    Action.REJECT: "danger",
    Action.SUSPEND: "danger",
    Action.WITHDRAW: "danger",
}


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may take one part, and what stands in the way."""

    part: Text
    allowed: bool
    faults: tuple[Fault, ...]


def links(actor: Actor, profile: Profile) -> list[Link]:
    """What the actor can do now, as links to the pages where it is done."""
    return [
        Link(
            LIFE.labels[action],
            url_for(f"profiles.{action}", ref=profile.ref),
            TONES.get(action, "secondary"),
        )
        for action in policy.available(actor, profile)
    ]


def seen(ref: str) -> Profile:
    """The profile with this reference, if the reader may see its file; raises `NotFound`."""
    profile = queries.by_ref(ref)
    ensure_seen(policy.may_see(current_actor(), profile))
    return profile


def verdicts(found: TakingPart) -> list[Verdict]:
    """Both parts, with what stands in the way of each."""
    return [
        Verdict(PART_LABELS[Part.VISITOR], not found.visitor, found.visitor),
        Verdict(PART_LABELS[Part.HOST], not found.host, found.host),
    ]


def own_verdicts(profile: Profile) -> list[Verdict]:
    """What the rules say today of the parts the profile asks for."""
    if profile.project is not None:
        programmes = {profile.project.programme_id}
    else:
        programmes = {project.programme_id for project in projects.with_exchanges()}
    one = profile.organisation
    visit, host = verdicts(exchanges.taking_part([one], programmes, clock.today())[one.id])
    return [*([visit] if profile.visits else []), *([host] if profile.hosts else [])]


def parts_of(profile: Profile) -> str:
    """The parts a profile takes, in words."""
    chosen = ((Part.VISITOR, profile.visits), (Part.HOST, profile.hosts))
    return formats.side_by_side(PART_LABELS[part] for part, wanted in chosen if wanted)


def offer(profile: Profile) -> list[tuple[Text, str]]:
    """What the profile says, as pairs of label and value."""
    return [
        (_("Sectors"), listing(profile, WishKind.SECTOR)),
        (_("Objectives"), listing(profile, WishKind.OBJECTIVE)),
        (_("Types of activity"), listing(profile, WishKind.ACTIVITY)),
        (_("Working languages"), listing(profile, WishKind.LANGUAGE)),
        (_("Possible days"), periods(profile)),
        (_("Preferred countries"), listing(profile, WishKind.COUNTRY) or _("any")),
        (_("Preferred kinds of host"), listing(profile, WishKind.HOST_KIND) or _("any")),
    ]


def listing(profile: Profile, kind: WishKind) -> str:
    """The wishes of one kind, in words."""
    return formats.side_by_side(_named(kind, profile.wished(kind)))


def _named(kind: WishKind, values: Iterable[str]) -> list[Text]:
    words: dict[WishKind, Callable[[str], Text]] = {
        WishKind.SECTOR: lambda value: THEMES.get(value, value),
        WishKind.OBJECTIVE: lambda value: OBJECTIVE_LABELS[Objective(value)],
        WishKind.ACTIVITY: lambda value: ACTIVITY_LABELS[ActivityType(value)],
        WishKind.LANGUAGE: lambda value: language_name(value, current_language()),
        WishKind.COUNTRY: lambda value: country_name(value, current_language()),
        WishKind.HOST_KIND: lambda value: KIND_LABELS[OrganisationKind(value)],
    }
    return [words[kind](value) for value in values]


def periods(profile: Profile) -> str:
    """The days a profile offers, in words."""
    return formats.listing(formats.day_range(one.first_on, one.last_on) for one in profile.periods)
