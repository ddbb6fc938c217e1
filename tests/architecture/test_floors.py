"""Imports only go down; inside a room a file sees what stands before it; pure files stay pure."""

from tests.architecture.source import (
    LOGIC,
    PAGES,
    SEES,
    SHARED,
    Module,
    imports,
    may_import,
    modules,
    role_of,
    room_of,
)

#: states.py and rules.py can be tested in a plain interpreter.
NOT_IN_PURE_FILES = (
    "sqlalchemy",
    "flask",
    "flask_sqlalchemy",
    "alembic",
    "portal.core.clock",
    "portal.core.db",
    "portal.core.columns",
    "portal.core.outbox",
    "portal.core.mail",
    "portal.core.files",
    "portal.web",
)
#: The web floor knows who is there and for whom, no other domain (house 3.4, rule 7).
WEB_KNOWS = ("core", "accounts", "partners")


def ours(module: Module) -> list[tuple[str, int]]:
    return [(name, line) for name, line in imports(module) if name.split(".")[0] == "portal"]


def test_a_room_imports_only_from_rooms_below():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.room and module.role not in PAGES
        for name, line in ours(module)
        if (other := room_of(name)) and other != module.room and not may_import(module.room, other)
    ]
    assert not wrong, "\n".join(wrong)


def test_logic_knows_nothing_of_pages_and_the_web():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.room and module.role not in PAGES
        for name, line in ours(module)
        if name.startswith(("portal.web", "portal.cli", "portal.factory", "portal.schema"))
        or role_of(name) in PAGES
    ]
    assert not wrong, "\n".join(wrong)


def test_logic_never_imports_flask():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.room and module.room != "core" and module.role not in PAGES
        for name, line in imports(module)
        if name.split(".")[0] in ("flask", "flask_login", "flask_wtf", "wtforms", "werkzeug")
    ]
    assert not wrong, "\n".join(wrong)


def test_only_what_is_shared_is_used_of_another_room():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.room
        for name, line in ours(module)
        if (other := room_of(name)) and other not in (module.room, "core")
        if role_of(name) not in SHARED and role_of(name) != ""
    ]
    assert not wrong, "\n".join(wrong)


def test_pages_cause_no_effects_and_know_no_other_pages():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.room and module.role in PAGES
        for name, line in ours(module)
        if role_of(name) == "effects"
        or (role_of(name) in PAGES and room_of(name) != module.room)
        or name.startswith(("portal.cli", "portal.factory", "portal.schema"))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_file_sees_only_what_stands_before_it_in_its_room():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.room not in (None, "core") and module.role in SEES
        for name, line in ours(module)
        if room_of(name) == module.room and role_of(name) not in (module.role, "")
        if role_of(name) not in SEES[module.role]
    ]
    assert not wrong, "\n".join(wrong)


def test_states_and_rules_are_pure():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.role in ("states", "rules") and module.room != "core"
        for name, line in imports(module)
        if any(name == pure or name.startswith(f"{pure}.") for pure in NOT_IN_PURE_FILES)
        or (
            module.role == "states"
            and role_of(name) not in ("", "states")
            and room_of(name) != "core"
        )
        or (module.role == "rules" and role_of(name) in LOGIC[2:])
    ]
    assert not wrong, "\n".join(wrong)


def test_the_ground_floor_knows_nothing_of_ours():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.room == "core"
        for name, line in ours(module)
        if not name.startswith("portal.core")
    ]
    assert not wrong, "\n".join(wrong)


def test_the_web_floor_knows_people_and_organisations_only():
    wrong = [
        f"{module.where}:{line} imports {name}"
        for module in modules()
        if module.name.startswith("portal.web")
        for name, line in ours(module)
        if (room := room_of(name)) and room not in WEB_KNOWS
    ]
    assert not wrong, "\n".join(wrong)


def test_every_package_is_a_known_room_or_stands_above_them():
    known = {"portal", "portal.web", "portal.cli", "portal.words", "portal.core.pdf"}
    wrong = [
        module.where
        for module in modules()
        if module.path.name == "__init__.py"
        and module.name not in known
        and not module.name.startswith(("portal.web.", "portal.cli."))
        and (room_of(module.name) is None or role_of(module.name) not in (*SEES, ""))
    ]
    assert not wrong, "\n".join(wrong)
