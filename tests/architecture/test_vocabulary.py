"""One verb, one word everywhere: action, operation, permission, label, trail (house 3.7)."""

import ast
import importlib
from collections.abc import Iterator

import pytest

from portal.core.states import Life
from tests.architecture.source import PORTAL, ROOMS, Module, functions, modules, public_functions

#: Operations at the door, where nobody is signed in yet: what takes the place of a permission.
AT_THE_DOOR = {
    "accounts.sign_up": "anybody may ask for an account",
    "accounts.activate": "the link of the invitation",
    "accounts.note_attempt": "anybody may try; attempts are counted",
    "accounts.sign_in": "the password",
    "accounts.ask_new_password": "anybody may ask; the answer goes to the owner of the address",
    "accounts.set_new_password": "the link of the mail",
}
#: Public functions beside the verbs that change nothing.
NO_VERBS = {
    "accounts.hash_password": "a calculation",
    "accounts.password_is_right": "a calculation",
}
#: Operations that leave no line in the trail, each with its reason.
LEAVES_NO_TRACE = {
    "accounts.note_attempt": "the attempt is a row of its own",
    "accounts.sign_in": "the session is a row of its own",
    "accounts.sign_out": "the end is kept on the session",
    "accounts.ask_new_password": "the link is a row of its own, and strangers may ask",
}


def lives() -> list[tuple[str, Life]]:
    found = []
    for room in ROOMS:
        if (PORTAL.joinpath(*room.split(".")) / "states.py").exists() and room != "core":
            states = importlib.import_module(f"portal.{room}.states")
            tables = [value for value in vars(states).values() if isinstance(value, Life)]
            found += [(room, life) for life in tables]
    return found


LIVES = [pytest.param(room, life, id=room) for room, life in lives()]


def names_in(room: str, role: str) -> set[str]:
    return {
        node.name
        for module in modules()
        if module.room == room and module.role == role
        for node in public_functions(module)
    }


@pytest.mark.parametrize(("room", "life"), LIVES)
def test_every_action_has_its_operation_or_effect(room, life):
    actions = {str(action) for _, action in life.table}

    doable = names_in(room, "operations") | names_in(room, "effects")

    assert actions <= doable, f"{room}: nothing does {sorted(actions - doable)}"


@pytest.mark.parametrize(("room", "life"), LIVES)
def test_every_action_people_perform_has_its_permission(room, life):
    performed = {str(action) for _, action in life.table} & names_in(room, "operations")

    performed -= {verb for verb in performed if f"{room}.{verb}" in AT_THE_DOOR}
    missing = {verb for verb in performed if f"may_{verb}" not in names_in(room, "policy")}

    assert not missing, f"{room}/policy.py lacks {sorted(f'may_{verb}' for verb in missing)}"


@pytest.mark.parametrize(("room", "life"), LIVES)
def test_every_action_has_its_label_and_every_state_its_badge(room, life):
    states = {state for state, _ in life.table} | set(life.table.values())
    actions = {action for _, action in life.table}

    assert actions <= set(life.labels), f"no label: {sorted(actions - set(life.labels))}"
    assert states <= set(life.badges), f"no badge: {sorted(states - set(life.badges))}"
    assert {badge.tone for badge in life.badges.values()} <= {"wait", "ok", "no", "info", "muted"}
    for kind in {type(state) for state in states}:
        assert set(kind) <= set(life.badges), f"no badge: {sorted(set(kind) - set(life.badges))}"


def operations() -> Iterator[tuple[Module, str, ast.FunctionDef]]:
    for module in modules():
        if module.role == "operations":
            for node in public_functions(module):
                if f"{module.room}.{node.name}" not in NO_VERBS:
                    yield module, f"{module.room}.{node.name}", node


def called(node: ast.AST) -> set[str]:
    """The names of everything called inside, whatever they are called on."""
    return {
        found.func.id if isinstance(found.func, ast.Name) else found.func.attr
        for found in ast.walk(node)
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name | ast.Attribute)
    }


def first_statement(node: ast.FunctionDef) -> ast.stmt:
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return body[0]


def test_every_operation_begins_by_asking():
    wrong = []
    for module, _, node in operations():
        first = first_statement(node)
        asks = isinstance(first, ast.Expr) and isinstance(first.value, ast.Call)
        asks = asks and bool({"ensure", "ensure_seen"} & called(first))
        if not asks:
            wrong.append(
                f"{module.where}:{node.lineno} {node.name} does not begin with ensure(...)"
            )
    assert not wrong, "\n".join(wrong)


def test_every_permission_asked_is_the_operations_own():
    wrong = []
    for module, name, node in operations():
        named = {n.attr for n in ast.walk(first_statement(node)) if isinstance(n, ast.Attribute)}
        own = name in AT_THE_DOOR or name == "accounts.sign_out"
        if not own and not any(verb.startswith("may_") for verb in named):
            wrong.append(f"{module.where}:{node.lineno} {node.name} asks no may_... of the policy")
    assert not wrong, "\n".join(wrong)


def test_every_operation_knows_who_acts():
    wrong = [
        f"{module.where}:{node.lineno} {node.name}"
        for module, name, node in operations()
        if "actor" not in {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
        and name not in AT_THE_DOOR
    ]
    assert not wrong, "\n".join(wrong)


def test_every_operation_leaves_a_line_in_the_trail():
    wrong = [
        f"{module.where}:{node.lineno} {node.name} records nothing"
        for module, name, node in operations()
        if not {"record", "record_all"} & reached(module, node) and name not in LEAVES_NO_TRACE
    ]
    assert not wrong, "\n".join(wrong)


def reached(module: Module, node: ast.FunctionDef) -> set[str]:
    """What a function calls, itself, through its room's operations, or through any effect."""
    here: dict[str, list[ast.FunctionDef]] = {}
    for other in modules():
        own = other.room == module.room and other.role == "operations"
        if own or other.role == "effects":
            for found in functions(other):
                here.setdefault(found.name, []).append(found)
    seen: set[str] = set()
    waiting = called(node)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for found in here.get(name, ()):
                waiting |= called(found)
    return seen


def test_operations_never_call_operations_of_other_rooms():
    wrong = [
        f"{module.where}:{node.lineno}"
        for module in modules()
        if module.role in ("operations", "effects")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        and any(alias.name == "operations" for alias in node.names)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_exceptions_are_still_needed():
    known = {name for _, name, _ in operations()}

    assert {*AT_THE_DOOR, *LEAVES_NO_TRACE} <= known
