"""Keep the reference tables: programmes, their rates, the countries that take part."""

from datetime import date

from portal.audit.effects import record
from portal.core import clock, places
from portal.core.actors import Actor, ensure
from portal.core.db import db
from portal.core.errors import refuse_if
from portal.programme import imports, policy, queries, rules
from portal.programme.models import Participation, Programme

_EDITED = ("name_en", "name_fr", "funding_rate_bp", "indirect_rate_bp")


def add_programme(
    *,
    code: str,
    name_en: str,
    name_fr: str,
    funding_rate_bp: int,
    indirect_rate_bp: int,
    actor: Actor,
) -> Programme:
    """Add a programme, with its rates in hundredths of a percent (7500 = 75 %)."""
    ensure(policy.may_add_programme(actor))
    refuse_if(rules.rate_faults(funding_rate_bp=funding_rate_bp, indirect_rate_bp=indirect_rate_bp))
    programme = Programme(
        ref=code.strip().upper(),
        name_en=name_en,
        name_fr=name_fr,
        funding_rate_bp=funding_rate_bp,
        indirect_rate_bp=indirect_rate_bp,
    )
    db.session.add(programme)
    db.session.flush()
    record(actor, programme, "add_programme", after=_shown(programme))
    return programme


def edit(
    programme: Programme,
    *,
    name_en: str,
    name_fr: str,
    funding_rate_bp: int,
    indirect_rate_bp: int,
    reason: str,
    actor: Actor,
) -> Programme:
    """Correct names or default rates; calls already drafted keep theirs."""
    ensure(policy.may_edit(actor))
    programme = queries.lock_programme(programme.id)
    refuse_if(rules.rate_faults(funding_rate_bp=funding_rate_bp, indirect_rate_bp=indirect_rate_bp))
    before = _shown(programme)
    programme.name_en, programme.name_fr = name_en, name_fr
    programme.funding_rate_bp, programme.indirect_rate_bp = funding_rate_bp, indirect_rate_bp
    record(actor, programme, "edit", before=before, after=_shown(programme), reason=reason)
    return programme


def add_participation(
    programme: Programme,
    *,
    country: str,
    valid_from: date,
    valid_to: date | None = None,
    source: str,
    actor: Actor,
) -> Participation:
    """Add a row: from `valid_from` on it decides for the country, until a newer row does.

    To end a participation, or to correct a row, add one with the right days: nothing is
    overwritten. `source` says where the fact was read.
    """
    ensure(policy.may_add_participation(actor))
    country = places.iso_country(country.strip().upper())
    refuse_if(
        rules.participation_faults(
            known_country=_is_country(country), valid_from=valid_from, valid_to=valid_to
        )
    )
    row = _add(programme, country, valid_from, valid_to, source, actor)
    record(
        actor,
        programme,
        "add_participation",
        after={"country": country, "valid_from": valid_from, "valid_to": valid_to},
        reason=source,
    )
    return row


def load_reference(*, actor: Actor) -> list[Programme]:
    """Give the portal the programmes and countries it is born with; those already there stay.

    Returns the programmes that were added; doing it again adds none.
    """
    ensure(policy.may_load_reference(actor))
    return [_load(terms, actor) for terms in rules.REFERENCE if queries.find(terms.code) is None]


def _load(terms: rules.Terms, actor: Actor) -> Programme:
    programme = Programme(
        ref=terms.code,
        name_en=terms.name_en,
        name_fr=terms.name_fr,
        funding_rate_bp=terms.funding_rate_bp,
        indirect_rate_bp=terms.indirect_rate_bp,
    )
    db.session.add(programme)
    db.session.flush()
    rows = imports.participating_countries()
    for row in rows:
        _add(programme, row.country, row.valid_from, row.valid_to, imports.SOURCE, actor)
    record(actor, programme, "load_reference", after=_shown(programme), countries=len(rows))
    return programme


def _add(
    programme: Programme,
    country: str,
    valid_from: date,
    valid_to: date | None,
    source: str,
    actor: Actor,
) -> Participation:
    row = Participation(
        programme_id=programme.id,
        country=country,
        valid_from=valid_from,
        valid_to=valid_to,
        source=source,
        added_by=actor.name,
        added_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _is_country(code: str) -> bool:
    try:
        places.country_name(code, "en")
    except ValueError:
        return False
    return True


def _shown(programme: Programme) -> dict[str, object]:
    return {name: getattr(programme, name) for name in _EDITED}
