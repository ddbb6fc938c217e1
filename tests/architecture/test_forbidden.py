"""What has one home and may be nowhere else (clock, commit, environment), and what has none."""

import ast
import re

from tests.architecture.source import ROOT, Module, modules

#: Degrees, metres and points on paper are no money.
#: Distances, millimetres, figures shown, and a solver that counts points; never an amount.
FLOATS_ALLOWED = (
    "portal/core/places.py",
    "portal/core/pdf/",
    "portal/core/formats.py",
    "portal/exchanges/matches/rules/assignment.py",
)
CLOCK = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
         ("time", "time")}  # fmt: skip


def in_portal(*homes: str) -> list[Module]:
    return [module for module in modules() if not module.where.startswith(homes or ("-",))]


def calls(module: Module) -> list[ast.Call]:
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]


def test_only_the_clock_reads_the_clock():
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in in_portal("portal/core/clock.py")
        for node in calls(module)
        if isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name | ast.Attribute)
        and (ast.unparse(node.func.value).split(".")[-1], node.func.attr) in CLOCK
    ]
    assert not wrong, "\n".join(wrong)


def test_rules_are_told_the_day():
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        if module.role in ("rules", "states", "documents")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Name) and node.id == "clock"
    ]
    assert not wrong, "\n".join(wrong)


def test_no_float_comes_near_money():
    wrong = []
    for module in in_portal(*FLOATS_ALLOWED):
        if module.role == "documents":
            continue  # millimetres on paper
        for node in ast.walk(module.tree):
            constant = isinstance(node, ast.Constant) and isinstance(node.value, float)
            named = isinstance(node, ast.Name) and node.id == "float" and not _refuses(module, node)
            if constant or named:
                wrong.append(f"{module.where}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def _refuses(module: Module, node: ast.Name) -> bool:
    """Whether the name stands in an isinstance(value, float) that turns a float away."""
    return any(
        "isinstance" in ast.unparse(call.func) and node in ast.walk(call) for call in calls(module)
    )


def test_only_two_places_commit():
    # The connection of SQLite commits when one of the two asks it to, and then ends its turn.
    asked = "portal/core/turns.py"
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in in_portal("portal/core/db.py", "portal/web/transaction.py", asked)
        for node in calls(module)
        if isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        and not node.args
        and not node.keywords
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_settings_read_the_environment():
    """The commands hand the environment to the settings: they are where the process begins."""
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in in_portal("portal/core/settings.py", "portal/cli/")
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"))
        or (isinstance(node, ast.ImportFrom) and node.module == "os")
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_hides_in_a_function():
    wrong = [
        f"{module.where}:{inner.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_is_for_type_checkers_only():
    wrong = [module.where for module in modules() if "TYPE_CHECKING" in module.text]
    assert not wrong, "\n".join(wrong)


def test_relationships_point_down_only():
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        for node in calls(module)
        for keyword in node.keywords
        if keyword.arg in ("backref", "back_populates")
    ]
    assert not wrong, "\n".join(wrong)


def test_a_todo_names_its_issue():
    paths = [module.path for module in modules()]
    paths += [*(ROOT / "portal").rglob("*.html"), *(ROOT / "tests").rglob("test_*.py")]
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX)\b(?!.*#\d)", line) and "re.search" not in line
    ]
    assert not wrong, "\n".join(wrong)


def test_migrations_stand_on_their_own():
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "migrations/versions").glob("*.py")
        if re.search(r"^\s*(from|import) portal", path.read_text(), re.MULTILINE)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_machine_is_named_in_the_house():
    text = [*(ROOT / "portal").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.md")]
    wrong = [
        str(path.relative_to(ROOT))
        for path in text
        if re.search(r"/(home|root|work|Users)/\w", path.read_text())
        and path.name != "test_forbidden.py"
    ]
    assert not wrong, "\n".join(wrong)
