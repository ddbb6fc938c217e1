"""Who may receive a voucher: every check of an award, with what it looked at (domain 3.2, 3.6)."""

from dataclasses import dataclass
from datetime import date

from portal.core import formats, places
from portal.core.errors import Fault
from portal.core.i18n import Text, _, current_language
from portal.core.steps import Step


@dataclass(frozen=True)
class OtherVoucher:
    """A voucher the same firm has from another project: a warning, never a refusal."""

    ref: str
    project: str
    amount_cents: int
    #: Whether its title is the same, but for case and accents (domain 3.6 V-21).
    same_title: bool = False


@dataclass(frozen=True)
class Candidate:
    """A firm on the day of an award, as the portal knows it."""

    day: date
    is_verified: bool
    is_sme: bool
    #: "micro", "small", "medium", or "" when no assessment is valid that day.
    sme_category: str
    sme_assessed_on: date | None
    sme_confirmed: bool
    country: str
    country_participates: bool
    is_beneficiary: bool
    #: The beneficiary that belongs to the same legal group, or "".
    same_group_as: str
    exclusion_declared: bool
    double_funding_declared: bool
    others: tuple[OtherVoucher, ...] = ()


def faults(candidate: Candidate) -> list[Fault]:
    """Everything that keeps the firm from a voucher, at once."""
    return [
        fault
        for fault in (
            _verified_fault(candidate),
            _sme_fault(candidate),
            _country_fault(candidate),
            _consortium_fault(candidate),
            *_declaration_faults(candidate),
        )
        if fault is not None
    ]


def steps(candidate: Candidate) -> list[Step]:
    """What was checked and found, for a firm that may receive the voucher."""
    return [
        Step("verified", "V-02"),
        Step(
            "sme",
            "V-02",
            {
                "category": candidate.sme_category,
                "assessed_on": candidate.sme_assessed_on.isoformat()
                if candidate.sme_assessed_on
                else "",
                "day": candidate.day.isoformat(),
            },
        ),
        Step("country", "V-02", {"country": candidate.country, "day": candidate.day.isoformat()}),
        Step("not_in_consortium", "V-22"),
        Step("declarations", "V-21"),
    ]


def warnings(candidate: Candidate) -> list[Step]:
    """What the person who awards should know, and may go on (V-06, V-21)."""
    found = []
    if candidate.is_sme and not candidate.sme_confirmed:
        found.append(Step("sme_not_confirmed", "V-02"))
    found += [
        Step(
            "same_title" if other.same_title else "other_voucher",
            "V-21" if other.same_title else "V-06",
            {"ref": other.ref, "project": other.project, "amount_cents": other.amount_cents},
        )
        for other in candidate.others
    ]
    return found


def is_warning(step: Step) -> bool:
    """Whether a kept step is one of the warnings."""
    return step.code in ("sme_not_confirmed", "other_voucher", "same_title")


def explain(step: Step) -> Text:
    """A step of this file in words."""
    values = step.values
    if step.code == "sme":
        return _(
            "The firm is an SME, as assessed on %(day)s.",
            day=formats.day(date.fromisoformat(str(values["assessed_on"]))),
        )
    if step.code == "country":
        country = places.country_name(str(values["country"]), current_language())
        return _(
            "Its country takes part in the programme on that day: %(country)s.", country=country
        )
    if step.code in ("other_voucher", "same_title"):
        return _other_text(step)
    return _PLAIN[step.code]


_PLAIN: dict[str, Text] = {
    "verified": _("The organisation is verified."),
    "not_in_consortium": _("The firm is no partner of the project and belongs to none of them."),
    "declarations": _(
        "The firm has declared that it is in no exclusion situation and that nobody else funds the "
        "same costs."
    ),
    "sme_not_confirmed": _("An officer has not confirmed the firm’s SME declaration yet."),
}


def _other_text(step: Step) -> Text:
    shown = {
        "ref": str(step.values["ref"]),
        "project": str(step.values["project"]),
        "amount": formats.money(int(step.values["amount_cents"])),
    }
    if step.code == "same_title":
        return _(
            "The firm has the voucher %(ref)s of %(amount)s from %(project)s under the same title: "
            "check that it is not the same work.",
            **shown,
        )
    return _(
        "The firm also has the voucher %(ref)s of %(amount)s from another project, %(project)s.",
        **shown,
    )


def _verified_fault(candidate: Candidate) -> Fault | None:
    if candidate.is_verified:
        return None
    return Fault(
        _("The organisation is not verified. An officer must verify it first."), "holder", "V-02"
    )


def _sme_fault(candidate: Candidate) -> Fault | None:
    if candidate.is_sme:
        return None
    if not candidate.sme_assessed_on:
        text = _(
            "The firm has no SME declaration that is valid on %(day)s. It must file one first.",
            day=formats.day(candidate.day),
        )
    else:
        text = _(
            "According to its declaration of %(assessed)s the firm is not an SME: vouchers go to "
            "SMEs only.",
            assessed=formats.day(candidate.sme_assessed_on),
        )
    return Fault(text, "holder", "V-02", {"day": candidate.day.isoformat()})


def _country_fault(candidate: Candidate) -> Fault | None:
    if candidate.country_participates:
        return None
    return Fault(
        _(
            "%(country)s does not take part in the programme on %(day)s.",
            country=places.country_name(candidate.country, current_language()),
            day=formats.day(candidate.day),
        ),
        "holder",
        "V-02",
        {"country": candidate.country, "day": candidate.day.isoformat()},
    )


def _consortium_fault(candidate: Candidate) -> Fault | None:
    if candidate.is_beneficiary:
        return Fault(
            _(
                "The firm is a partner of this project: partners cannot receive its vouchers "
                "(conflict of interest)."
            ),
            "holder",
            "V-22",
        )
    if candidate.same_group_as:
        return Fault(
            _(
                "The firm belongs to the same group as %(partner)s, a partner of this project "
                "(conflict of interest).",
                partner=candidate.same_group_as,
            ),
            "holder",
            "V-22",
        )
    return None


def _declaration_faults(candidate: Candidate) -> list[Fault]:
    faults = []
    if not candidate.exclusion_declared:
        faults.append(
            Fault(
                _("The firm must declare on its honour that it is in no exclusion situation."),
                "exclusion_declared",
                "6.7",
            )
        )
    if not candidate.double_funding_declared:
        faults.append(
            Fault(
                _("The firm must declare that no other public money pays for the same costs."),
                "double_funding_declared",
                "V-20",
            )
        )
    return faults
