"""Registration, VAT and PIC numbers: brought into compact form and checked."""

import re
from dataclasses import dataclass

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from portal.core import places
from portal.core.errors import Fault
from portal.core.i18n import _

#: A French number stands for the legal unit (SIREN, 9 digits) or one establishment (SIRET, 14).
_SIREN_DIGITS = 9
_PIC = re.compile(r"[0-9]{9}")
#: Company numbers elsewhere; signs between the letters and digits do not count.
_COMPANY_NUMBER = re.compile(r"[0-9A-Z]{2,40}")
#: VAT numbers of countries for which no check is known: prefix and 4 to 16 letters or digits.
_VAT_BODY = re.compile(r"[0-9A-Z]{4,16}")


@dataclass(frozen=True)
class Identifiers:
    """The numbers of an organisation in compact form; None stands for "not given"."""

    registration_number: str | None
    vat_number: str | None
    pic: str | None


def read(
    *, country: str, registration_number: str, vat_number: str, pic: str
) -> tuple[Identifiers, list[Fault]]:
    """The numbers typed, in compact form, and everything that is wrong with them.

    French registration numbers are SIREN or SIRET with their Luhn digit (domain 9.2), VAT numbers
    carry their country's prefix (EL for Greece; it is added when missing) and check digits, a PIC
    has 9 digits. VAT and registration number of a French organisation name the same SIREN.
    """
    faults: list[Fault] = []
    registered = _registration(country, registration_number, faults)
    vat = _vat(country, vat_number, faults)
    participant = _pic(pic, faults)
    if country == "FR" and registered and vat and not vat.endswith(registered[:_SIREN_DIGITS]):
        faults.append(
            Fault(
                _("The VAT number and the registration number do not name the same SIREN."),
                "vat_number",
                "ORG-ID",
            )
        )
    return Identifiers(registered, vat, participant), faults


def legal_unit(country: str, registration_number: str | None) -> str | None:
    """What of a registration number names the legal unit: the SIREN of a SIRET, else the whole."""
    if country == "FR" and registration_number:
        return registration_number[:_SIREN_DIGITS]
    return registration_number


def _registration(country: str, typed: str, faults: list[Fault]) -> str | None:
    compact = re.sub(r"[\s./\-]", "", typed).upper()
    if not compact:
        return None
    if country != "FR":
        if not _COMPANY_NUMBER.fullmatch(compact):
            message = _("A registration number has 2 to 40 letters and digits.")
            faults.append(Fault(message, "registration_number", "ORG-ID"))
        return compact
    form = siren if len(compact) == _SIREN_DIGITS else siret
    try:
        return str(form.validate(compact))
    except ValidationError:
        message = _(
            "This is not a French registration number: a SIREN has 9 digits and a SIRET 14, "
            "the last of them a check digit."
        )
        faults.append(Fault(message, "registration_number", "ORG-ID"))
    return compact


def _vat(country: str, typed: str, faults: list[Fault]) -> str | None:
    compact = re.sub(r"[\s.\-/]", "", typed).upper()
    if not compact:
        return None
    prefix = places.vat_prefix(country)
    body = compact
    for known in (prefix, country):
        body = body.removeprefix(known)
    if places.iso_country(compact[:2]) == country and compact[:2] != country:
        prefix, body = compact[:2], compact[2:]
    if not _vat_is_right(country, prefix, body):
        message = _(
            "This is not a VAT number of the country chosen; it should begin with %(prefix)s.",
            prefix=prefix,
        )
        faults.append(Fault(message, "vat_number", "ORG-ID"))
    return prefix + body


def _vat_is_right(country: str, prefix: str, body: str) -> bool:
    if not _VAT_BODY.fullmatch(body):
        return False
    checker = get_cc_module("gb" if prefix == "XI" else country.lower(), "vat")
    return checker is None or checker.is_valid(body) or checker.is_valid(prefix + body)


def _pic(typed: str, faults: list[Fault]) -> str | None:
    compact = "".join(typed.split())
    if compact and not _PIC.fullmatch(compact):
        faults.append(Fault(_("A PIC has exactly 9 digits."), "pic", "ORG-ID"))
    return compact or None
