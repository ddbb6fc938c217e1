"""The life of a proposal, and the words of an application: roles, categories, tabs, attachments."""

from enum import StrEnum

from portal.core.i18n import Text, _, p_
from portal.core.states import Badge, Life


class State(StrEnum):
    """Where a proposal stands; applicants see `submitted` until the whole call is informed."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INADMISSIBLE = "inadmissible"
    INELIGIBLE = "ineligible"
    MAIN_LIST = "main_list"
    RESERVE = "reserve"
    REJECTED = "rejected"
    AWARDED = "awarded"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What happens to a proposal; `mark_awarded` is done by the room of projects."""

    START = "start"
    EDIT = "edit"
    PLAN_COSTS = "plan_costs"
    ADD_PARTNER = "add_partner"
    REMOVE_PARTNER = "remove_partner"
    CONFIRM_PARTNER = "confirm_partner"
    ATTACH = "attach"
    DETACH = "detach"
    SUBMIT = "submit"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    DECLARE_INADMISSIBLE = "declare_inadmissible"
    DECLARE_INELIGIBLE = "declare_ineligible"
    PLACE_ON_MAIN_LIST = "place_on_main_list"
    PLACE_ON_RESERVE = "place_on_reserve"
    REJECT = "reject"
    RECONSIDER = "reconsider"
    MARK_AWARDED = "mark_awarded"


class PartnerRole(StrEnum):
    """What an organisation is in the consortium."""

    COORDINATOR = "coordinator"
    PARTNER = "partner"


class CostCategory(StrEnum):
    """Budget headings (domain 6.2); indirect costs are computed and never typed."""

    PERSONNEL = "personnel"
    SUBCONTRACTING = "subcontracting"
    TRAVEL = "travel"
    EQUIPMENT = "equipment"
    OTHER = "other"
    VOUCHERS = "vouchers"
    EXCHANGES = "exchanges"
    INDIRECT = "indirect"


class Tab(StrEnum):
    """The parts of an application, each saved on its own."""

    IDENTITY = "identity"
    PARTNERS = "partners"
    COSTS = "costs"
    DOCUMENTS = "documents"
    CHECK = "check"


class AttachmentKind(StrEnum):
    """What an attachment is."""

    DESCRIPTION = "description"
    MANDATE = "mandate"
    SUPPORT = "support"
    OTHER = "other"


#: Financial support to third parties: carries no indirect costs (domain 6.2).
THIRD_PARTY = frozenset({CostCategory.VOUCHERS, CostCategory.EXCHANGES})
#: Categories that are typed, in the order in which a budget is read.
TYPED_CATEGORIES = tuple(each for each in CostCategory if each is not CostCategory.INDIRECT)

#: States from which an officer may still move a proposal before the call is decided.
PLACED = (State.MAIN_LIST, State.RESERVE, State.REJECTED)
SET_ASIDE = (State.INADMISSIBLE, State.INELIGIBLE)
#: Outcomes that stay confidential until the call is informed.
OUTCOMES = frozenset((*PLACED, *SET_ASIDE))

ROLE_LABELS: dict[PartnerRole, Text] = {
    PartnerRole.COORDINATOR: _("Coordinator"),
    PartnerRole.PARTNER: _("Partner"),
}

CATEGORY_LABELS: dict[CostCategory, Text] = {
    CostCategory.PERSONNEL: _("Personnel"),
    CostCategory.SUBCONTRACTING: _("Subcontracting"),
    CostCategory.TRAVEL: _("Travel and subsistence"),
    CostCategory.EQUIPMENT: _("Equipment"),
    CostCategory.OTHER: _("Other goods and services"),
    CostCategory.VOUCHERS: _("Support to third parties: vouchers"),
    CostCategory.EXCHANGES: _("Support to third parties: ClusterXchange"),
    CostCategory.INDIRECT: _("Indirect costs"),
}

TAB_LABELS: dict[Tab, Text] = {
    Tab.IDENTITY: _("Project"),
    Tab.PARTNERS: _("Partners"),
    Tab.COSTS: _("Budget"),
    Tab.DOCUMENTS: _("Attachments and declarations"),
    Tab.CHECK: _("Check and submit"),
}

ATTACHMENT_LABELS: dict[AttachmentKind, Text] = {
    AttachmentKind.DESCRIPTION: _("Description of the action"),
    AttachmentKind.MANDATE: _("Mandate of a partner"),
    AttachmentKind.SUPPORT: _("Letter of support"),
    AttachmentKind.OTHER: p_("attachment", "Other"),
}

_WHILE_DRAFT = (
    Action.EDIT,
    Action.PLAN_COSTS,
    Action.ADD_PARTNER,
    Action.REMOVE_PARTNER,
    Action.CONFIRM_PARTNER,
    Action.ATTACH,
    Action.DETACH,
)
_DECISIONS = {
    Action.DECLARE_INADMISSIBLE: State.INADMISSIBLE,
    Action.DECLARE_INELIGIBLE: State.INELIGIBLE,
    Action.PLACE_ON_MAIN_LIST: State.MAIN_LIST,
    Action.PLACE_ON_RESERVE: State.RESERVE,
    Action.REJECT: State.REJECTED,
}

LIFE: Life[State, Action] = Life(
    table={
        **{(State.DRAFT, action): State.DRAFT for action in _WHILE_DRAFT},
        (State.DRAFT, Action.SUBMIT): State.SUBMITTED,
        (State.SUBMITTED, Action.REOPEN): State.DRAFT,
        **{(State.SUBMITTED, action): state for action, state in _DECISIONS.items()},
        **{
            (placed, action): state
            for placed in PLACED
            for action, state in _DECISIONS.items()
            if state in PLACED and state is not placed
        },
        **{(outcome, Action.RECONSIDER): State.SUBMITTED for outcome in (*PLACED, *SET_ASIDE)},
        (State.MAIN_LIST, Action.MARK_AWARDED): State.AWARDED,
        **{
            (state, Action.WITHDRAW): State.WITHDRAWN
            for state in (State.DRAFT, State.SUBMITTED, *PLACED, *SET_ASIDE)
        },
    },
    badges={
        State.DRAFT: Badge(p_("proposal", "Draft"), "muted"),
        State.SUBMITTED: Badge(p_("proposal", "Submitted"), "info"),
        State.INADMISSIBLE: Badge(p_("proposal", "Inadmissible"), "no"),
        State.INELIGIBLE: Badge(p_("proposal", "Ineligible"), "no"),
        State.MAIN_LIST: Badge(p_("proposal", "Main list"), "ok"),
        State.RESERVE: Badge(p_("proposal", "Reserve list"), "wait"),
        State.REJECTED: Badge(p_("proposal", "Rejected"), "no"),
        State.AWARDED: Badge(p_("proposal", "Awarded"), "ok"),
        State.WITHDRAWN: Badge(p_("proposal", "Withdrawn"), "muted"),
    },
    labels={
        Action.START: _("Start a proposal"),
        Action.EDIT: _("Continue the application"),
        Action.PLAN_COSTS: _("Save the budget"),
        Action.ADD_PARTNER: _("Add a partner"),
        Action.REMOVE_PARTNER: _("Remove a partner"),
        Action.CONFIRM_PARTNER: _("Confirm our participation"),
        Action.ATTACH: _("Attach a document"),
        Action.DETACH: _("Remove a document"),
        Action.SUBMIT: _("Submit the proposal"),
        Action.REOPEN: _("Reopen to make changes"),
        Action.WITHDRAW: _("Withdraw the proposal"),
        Action.DECLARE_INADMISSIBLE: _("Declare inadmissible"),
        Action.DECLARE_INELIGIBLE: _("Declare ineligible"),
        Action.PLACE_ON_MAIN_LIST: _("Place on the main list"),
        Action.PLACE_ON_RESERVE: _("Place on the reserve list"),
        Action.REJECT: p_("proposal", "Reject"),
        Action.RECONSIDER: _("Take back the outcome"),
        Action.MARK_AWARDED: _("Award the grant"),
    },
)
