"""The portal's source as data: modules, where they live, what they import."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PORTAL = ROOT / "portal"

#: house 3.2, from the ground up: rooms, each with the rooms inside it in order. Neighbours on one
#: floor share a line and never import one another.
FLOORS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("core",),),
    (("audit",),),
    (("accounts",),),
    (("programme",),),
    (("ledger",),),
    (("partners", "partners.sme", "partners.bank_accounts"),),
    (
        (
            "payments.clocks",
            "payments.delegations",
            "payments",
            "payments.tracker",
            "payments.recoveries",
            "payments.answers",
            "payments.separation",
        ),
    ),
    (("calls", "calls.proposals", "calls.evaluations"),),
    (("projects", "projects.periods", "projects.amendments"),),
    (
        ("vouchers", "vouchers.milestones"),
        (
            "exchanges.profiles",
            "exchanges",
            "exchanges.editions",
            "exchanges.matches",
            "exchanges.partnerships",
            "exchanges.surveys",
            "exchanges.groups",
        ),
    ),
    (("reports",),),
    (("oversight",),),
    (("desk",),),
)
ROOMS = tuple(room for floor in FLOORS for wing in floor for room in wing)

#: house 3.3: the furniture of a room, in the order in which one file may see another.
LOGIC = (
    "states",
    "rules",
    "models",
    "queries",
    "policy",
    "documents",
    "exports",
    "imports",
    "notifications",
    "effects",
    "operations",
)
PAGES = ("forms", "views")
FURNITURE = LOGIC + PAGES
#: What each file may see in its own room (house 3.3, third column). Effects and operations see all
#: that stands before them. A model may see rules for one reason: to hand out its columns as the
#: plain values that rules decide on (`exchange.stay`).
SEES = {
    "states": (),
    "rules": ("states",),
    "models": ("states", "rules"),
    "queries": ("states", "rules", "models"),
    "policy": ("states", "models", "queries"),
    "documents": ("states", "rules", "models", "queries"),
    "exports": ("states", "rules", "models", "queries", "documents"),
    "imports": ("states", "rules"),
    "notifications": ("states", "rules", "models", "queries", "documents"),
    "effects": LOGIC[:9],
    "operations": LOGIC[:10],
    "forms": ("states", "rules"),
    "views": (*(name for name in LOGIC if name not in ("effects", "imports")), "forms"),
}
#: What one room may use of another (house 3.4, rule 2).
SHARED = ("states", "rules", "models", "queries", "policy", "effects", "documents")


@dataclass(frozen=True)
class Module:
    """One Python file of the portal."""

    path: Path
    name: str

    @property
    def where(self) -> str:
        """Its path, as people write it."""
        return str(self.path.relative_to(ROOT))

    @property
    def room(self) -> str | None:
        """The room it stands in ("calls.proposals"), or None for web, cli, factory and schema."""
        return room_of(self.name)

    @property
    def role(self) -> str:
        """Its furniture name ("rules", also for a file inside the folder `rules/`)."""
        return role_of(self.name)

    @property
    def text(self) -> str:
        """Its source."""
        return self.path.read_text()

    @property
    def tree(self) -> ast.Module:
        """Its source, parsed."""
        return _parsed(self.path)


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file under portal/, in the order of their names."""
    found = []
    for path in sorted(PORTAL.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found.append(Module(path, ".".join(parts[:-1] if parts[-1] == "__init__" else parts)))
    return tuple(found)


def room_of(name: str) -> str | None:
    """The innermost room of a module: "portal.calls.proposals.rules" is in "calls.proposals"."""
    parts = name.split(".")[1:]
    for length in (2, 1):
        candidate = ".".join(parts[:length])
        if len(parts) >= length and candidate in ROOMS:
            return candidate
    return None


def role_of(name: str) -> str:
    """The furniture name of a module inside its room; empty for the room itself."""
    room = room_of(name)
    if room is None:
        return ""
    rest = name.removeprefix(f"portal.{room}").strip(".")
    return rest.split(".")[0]


def imports(module: Module) -> list[tuple[str, int]]:
    """The modules a file imports, with lines; `from portal.calls import rules` is calls.rules."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                found.append((inner if is_module(inner) else base, node.lineno))
    return found


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    is_package = module.path.name == "__init__.py"
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, *(node.module or "").split(".")]).strip(".")


def is_module(name: str) -> bool:
    """Whether the dotted name is a file or folder of the portal."""
    path = ROOT.joinpath(*name.split("."))
    return name.startswith("portal") and (path.with_suffix(".py").exists() or path.is_dir())


def floor_of(room: str) -> int:
    """The number of the floor a room stands on."""
    return next(number for number, floor in enumerate(FLOORS) for wing in floor if room in wing)


def may_import(room: str, other: str) -> bool:
    """Whether the logic of a room may import from another: lower, or before it in its wing."""
    if floor_of(other) != floor_of(room):
        return floor_of(other) < floor_of(room)
    wing = next(wing for floor in FLOORS for wing in floor if room in wing)
    return other in wing and wing.index(other) < wing.index(room)


def functions(module: Module) -> list[ast.FunctionDef]:
    """The functions at the top level of a module."""
    return [node for node in module.tree.body if isinstance(node, ast.FunctionDef)]


def public_functions(module: Module) -> list[ast.FunctionDef]:
    """Those others may call."""
    return [node for node in functions(module) if not node.name.startswith("_")]
