"""The sheet of indicators of a partnership, and the rows it shares with the page."""

from dataclasses import dataclass

from reportlab.platypus import Flowable

from portal.core import formats
from portal.core.i18n import Text, _, n_, use_locale
from portal.core.pdf.layout import build
from portal.core.pdf.pieces import facts, gap, heading, money_cell, table, text
from portal.core.places import country_name
from portal.exchanges.partnerships.queries import Sheet
from portal.exchanges.partnerships.rules import Deadlines, Journey, Place
from portal.exchanges.partnerships.states import DUE_LABELS
from portal.exchanges.rules.quota import minimum
from portal.exchanges.states import KLASS_LABELS, Klass

#: How many pairs of places and deadlines the sheet prints; the page has them all.
MOST_PRINTED = 15


@dataclass(frozen=True)
class MoneyRow:
    """An amount in cents, what it is called, and what it means."""

    label: Text
    cents: int
    note: Text


@dataclass(frozen=True)
class ShareRow:
    """A class of visits: how many, the share of all, and what the target asks for."""

    label: Text
    reached: str
    planned: str
    share: str
    asked: Text


def money_rows(sheet: Sheet) -> list[MoneyRow]:
    """Where the money of the envelope stands: the first amount is the sum of the four after it."""
    money = sheet.figures
    cap = formats.money(sheet.terms.cap_cents)
    return [
        MoneyRow(_("Envelope"), money.budget_cents, _("set aside in the budget of the project")),
        MoneyRow(
            _("Reserved"),
            sheet.reserved_cents,
            _(
                "committed %(committed)s, legally bound %(bound)s",
                committed=formats.money(money.committed_cents),
                bound=formats.money(money.bound_cents),
            ),
        ),
        MoneyRow(_("Certified"), money.certified_cents, _("validated, on its way to be paid")),
        MoneyRow(_("Paid"), money.paid_cents, _("executed by the bank")),
        MoneyRow(_("Available"), money.available_cents, _("for further approvals")),
        MoneyRow(
            _("Worst case"),
            sheet.worst_case_cents,
            n_(
                "%(num)s exchange at the cap of %(cap)s",
                "%(num)s exchanges at the cap of %(cap)s each",
                sheet.standing.target,
                cap=cap,
            ),
        ),
    ]


def share_rows(sheet: Sheet) -> list[ShareRow]:
    """The three classes in the scheme’s reading, those approved included in the share."""
    standing, found = sheet.standing, sheet.standing.counts
    total = standing.planned.total
    least = {Klass.SME: sheet.terms.sme_share_bp, Klass.OTHER: sheet.terms.other_share_bp}
    rows = []
    for klass in Klass:
        planned = found.reached[klass] + found.committed[klass]
        rows.append(
            ShareRow(
                KLASS_LABELS[klass],
                formats.number(found.reached[klass]),
                formats.number(planned),
                formats.percent(planned, total) if total else "—",
                _asked(standing.target, least.get(klass)),
            )
        )
    return rows


def place_name(place: Place, language: str) -> str:
    """A town and its country."""
    return f"{place.town}, {country_name(place.country, language)}"


def drawn_words(shown: int, pairs: int, visits: int) -> Text:
    """How much of all journeys is shown."""
    if shown < pairs:
        return _(
            "The %(shown)s pairs of places most travelled between, of %(pairs)s; %(visits)s visits "
            "in all.",
            shown=formats.number(shown),
            pairs=formats.number(pairs),
            visits=formats.number(visits),
        )
    return n_(
        "%(num)s visit, virtual ones left out.", "%(num)s visits, virtual ones left out.", visits
    )


def indicators(sheet: Sheet, deadlines: Deadlines, *, language: str) -> bytes:
    """The sheet as PDF bytes; the same figures and language give the same bytes."""
    with use_locale(language):
        title = _("Indicators of %(partnership)s", partnership=sheet.project.acronym)
        story = [
            heading(title),
            _about(sheet),
            heading(_("Money of the exchanges"), 2),
            *_money(sheet),
            heading(_("Visits by state"), 2),
            *_states(sheet),
            heading(_("Shares of the quota"), 2),
            *_shares(sheet),
            *_journeys(sheet, language),
            heading(_("Next deadlines"), 2),
            *_deadlines(deadlines),
        ]
        return build(
            story,
            title=str(title),
            language=language,
            reference=sheet.project.ref,
            fingerprint=sheet.fingerprint,
        )


def _about(sheet: Sheet) -> Flowable:
    project = sheet.project
    return facts(
        [
            (_("Reference"), project.ref),
            (_("Project"), project.title),
            (_("Period"), formats.day_range(project.starts_on, project.ends_on)),
            (_("As of"), formats.day(sheet.as_of)),
            (_("Target number of exchanges"), formats.number(sheet.standing.target)),
            (_("Evidence kept until"), formats.day(sheet.keeps_until)),
        ]
    )


def _money(sheet: Sheet) -> list[Flowable]:
    rows = [[row.label, money_cell(row.cents), row.note] for row in money_rows(sheet)]
    return table(
        [_("Stage"), _("Amount"), _("What it means")],
        rows,
        widths=[22, 20, 58],
        numeric_columns=(1,),
    )


def _states(sheet: Sheet) -> list[Flowable]:
    rows: list[list[Text | Flowable]] = [
        [
            tally.badge.label,
            formats.number(tally.physical),
            formats.number(tally.virtual),
            money_cell(tally.held_cents),
        ]
        for tally in (*sheet.tallies, sheet.total)
    ]
    return table(
        [_("State"), _("Physical visits"), _("Virtual visits"), _("Lump sums")],
        rows,
        widths=[46, 15, 15, 24],
        numeric_columns=(1, 2, 3),
        total_row=True,
    )


def _shares(sheet: Sheet) -> list[Flowable]:
    rows = [
        [one.label, one.reached, one.planned, one.share, one.asked] for one in share_rows(sheet)
    ]
    return table(
        [
            _("Class"),
            _("Validated"),
            _("With those approved"),
            _("Share"),
            _("The target asks for"),
        ],
        rows,
        widths=[30, 14, 18, 14, 24],
        numeric_columns=(1, 2, 3),
    )


def _journeys(sheet: Sheet, language: str) -> list[Flowable]:
    found = sheet.journeys
    if not found.shown:
        return []
    printed = found.shown[:MOST_PRINTED]
    rows = [_journey(one, language) for one in printed]
    return [
        heading(_("From where to where"), 2),
        text(drawn_words(len(printed), found.pairs, found.visits), "small"),
        gap(2),
        *table(
            [_("Visitor’s town"), _("Host’s town"), _("Visits")],
            rows,
            widths=[43, 43, 14],
            numeric_columns=(2,),
        ),
    ]


def _journey(one: Journey, language: str) -> list[Text]:
    places = (one.origin, one.destination)
    return [*(place_name(place, language) for place in places), formats.number(one.visits)]


def _deadlines(deadlines: Deadlines) -> list[Flowable]:
    rows = [
        [formats.day_short(one.due_on), DUE_LABELS[one.kind], one.ref, one.title]
        for one in deadlines.shown[:MOST_PRINTED]
    ]
    return [
        *table(
            [_("Deadline"), _("What is due"), _("Reference"), _("About")],
            rows,
            widths=[14, 30, 18, 38],
        )
    ]


def _asked(target: int, share_bp: int | None) -> Text:
    if share_bp is None:
        return "—"
    return _(
        "at least %(least)s (%(share)s)",
        least=formats.number(minimum(target, share_bp)),
        share=formats.percent(share_bp, 10_000),
    )
