"""Every room has the same furniture under the same names, and no file outgrows a reader."""

import ast
from pathlib import Path

from tests.architecture.source import FURNITURE, PORTAL, ROOMS, ROOT, modules

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
#: Told in one breath: the scenes of the demo.
STORY = "portal/cli/story/"
#: Tables taken from outside (regions, countries, ceilings), as they were published: no code.
DATA = "reference"


def rooms() -> list[tuple[str, Path]]:
    found = [(room, PORTAL.joinpath(*room.split("."))) for room in ROOMS if room != "core"]
    return [(room, folder) for room, folder in found if folder.is_dir()]


def test_a_room_holds_only_known_furniture():
    wrong = []
    for room, folder in rooms():
        inner = {other.split(".")[1] for other in ROOMS if other.startswith(f"{room}.")}
        for path in sorted(folder.iterdir()):
            if path.name in ("__init__.py", "__pycache__", "templates"):
                continue
            known = path.stem in FURNITURE or (path.is_dir() and path.name in inner)
            if path.is_dir() and path.name == DATA and not list(path.rglob("*.py")):
                continue
            if not known or (path.is_file() and path.suffix != ".py"):
                wrong.append(str(path.relative_to(ROOT)))
    assert not wrong, "\n".join(wrong)


def test_no_file_is_longer_than_a_reader_bears():
    paths = [
        *(module.path for module in modules()),
        *PORTAL.rglob("*.html"),
        *(ROOT / "migrations").rglob("env.py"),
        *(path for path in (ROOT / "tests").rglob("*.py") if "vendor" not in path.parts),
    ]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in paths}
    wrong = [f"{where}: {lines} lines" for where, lines in lengths.items() if lines > LONGEST_FILE]
    assert not wrong, "\n".join(wrong)


def test_no_function_is_longer_than_a_screen():
    wrong = [
        f"{module.where}:{node.lineno} {node.name}: {body_of(node)} lines"
        for module in modules()
        if not module.where.startswith(STORY)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef) and body_of(node) > LONGEST_FUNCTION
    ]
    assert not wrong, "\n".join(wrong)


def body_of(node: ast.FunctionDef) -> int:
    """How many lines a function does its work in; what it is given and says of itself apart."""
    first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
    return (node.end_lineno or first.lineno) - first.lineno + 1


def test_the_door_of_a_room_is_a_docstring_and_no_import():
    wrong = []
    for module in modules():
        if module.path.name != "__init__.py" or module.name.startswith(
            ("portal.cli", "portal.web", "portal.words")
        ):
            continue
        if module.room == "core" and module.name != "portal.core":
            continue  # core/pdf/ is a file that became a folder
        if not ast.get_docstring(module.tree):
            wrong.append(f"{module.where}: no docstring")
        if len(module.tree.body) > 1 and not module.role:
            wrong.append(f"{module.where}: more than a docstring")
    assert not wrong, "\n".join(wrong)


def test_templates_live_in_their_room_and_mails_are_text():
    wrong = [
        str(path.relative_to(ROOT))
        for path in PORTAL.rglob("templates/**/*")
        if path.is_file() and path.suffix != (".txt" if path.parent.name == "mail" else ".html")
        if "web" not in path.parts
    ]
    assert not wrong, "\n".join(wrong)
