"""Firms, instruments and vouchers in every state: valid by default, one line each."""

from dataclasses import dataclass
from typing import Any

from portal.core import clock
from portal.core.actors import Actor
from portal.partners.models import Organisation
from portal.projects.models import Project
from portal.vouchers import operations, queries
from portal.vouchers.models import Instrument, Voucher
from portal.vouchers.rules import instruments
from tests.partners.builders import a_person, acting, an_account, an_assessment, an_organisation
from tests.projects.builders import Cast, a_cast, a_project


@dataclass
class Scene:
    """A project that gives vouchers, its people, a firm and somebody who speaks for it."""

    cast: Cast
    project: Project
    instrument: Instrument
    firm: Organisation
    holder: Actor

    @property
    def manager(self) -> Actor:
        """The coordinator's manager at work."""
        return self.cast.coordinator

    @property
    def other_manager(self) -> Actor:
        """The other partner's manager at work."""
        return self.cast.partner


def an_instrument(project: Project, actor: Actor, **overrides: Any) -> Instrument:
    """A range from 1 000 to 60 000 EUR in two halves."""
    said: dict[str, Any] = {
        "code": "INNO",
        "name_en": "Innovation voucher",
        "name_fr": "Chèque innovation",
        "amount_mode": instruments.NEPTUNE[0].amount_mode,
        "min_cents": 100_000,
        "max_cents": 6_000_000,
        "instalments": instruments.HALVES,
        "max_months": 12,
        **overrides,
    }
    return operations.define_instrument(project, actor=actor, **said)


def a_scene(*, with_account: bool = True, instrument: dict[str, Any] | None = None) -> Scene:
    """Everything an award needs; the firm is a verified SME of a participating country."""
    cast = a_cast()
    project = a_project(cast)
    person = a_person("Hana Holder")
    firm = an_organisation(person)
    an_assessment(firm)
    if with_account:
        an_account(firm)
    kind = an_instrument(project, cast.coordinator, **(instrument or {}))
    return Scene(cast, project, kind, firm, acting(person))


def asked(scene: Scene, **overrides: Any) -> dict[str, Any]:
    """What an award is asked with."""
    return {
        "holder": scene.firm,
        "instrument": scene.instrument,
        "title": "A drone that counts vines",
        "amount_cents": 2_000_000,
        "starts_on": clock.today(),
        "months": 6,
        "exclusion_declared": True,
        "double_funding_declared": True,
        "actor": scene.manager,
        **overrides,
    }


def an_offer(scene: Scene, **overrides: Any) -> Voucher:
    """A voucher of 20 000 EUR offered to the firm."""
    return operations.award(scene.project, **asked(scene, **overrides))


def a_voucher(scene: Scene, **overrides: Any) -> Voucher:
    """A signed voucher of 20 000 EUR."""
    offered = an_offer(scene, **overrides)
    operations.sign(offered, actor=scene.holder)
    operations.sign(offered, actor=scene.manager)
    return queries.by_ref(offered.ref)
