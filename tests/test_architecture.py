"""The house plan and style where import-linter and ruff cannot say it; failures name the line."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_PRODUCT = ("shared", "studio", "console")
_CODE = (*_PRODUCT, "tests", "packaging")
_LINES_AT_MOST = 500
_BANNED_WORDS = ("Manager", "Helper", "Util", "Handler", "Data", "Info", "Processor")
_REGISTRIES = (
    *("SOURCES", "FILTERS", "TRANSITIONS", "OVERLAYS"),
    *("DOCKS", "SCREENS", "ACTIONS", "AI_MODULES"),
)
# Libraries that only these folders import; httpx, socketio, av and numpy are import-linter's.
_ONLY_IN = {
    "aiohttp": ("shared/realtime",),
    "cv2": ("studio/engine", "shared/server/ingest", "shared/server/ai"),
    "engineio": ("shared/realtime", "shared/server/realtime"),
    "fastapi": ("shared/server",),
    "keyring": ("shared/credentials.py",),
    "pyqtgraph": ("shared/qt", "studio", "console"),
    "pysqlite3": ("shared/server/db",),
    "qasync": ("shared/qt",),
    "sounddevice": ("studio/engine",),
    "sqlalchemy": ("shared/server",),
    "uvicorn": ("shared/server",),
}
_QT = ("PySide6", "shiboken6")
_QT_FREE = (
    *("shared/schemas", "shared/api", "shared/realtime", "shared/rtmp", "shared/server"),
    *("studio/project", "studio/live", "console/state", "console/actions"),
)
_QT_FOR_PAINTING = ("PySide6.QtCore", "PySide6.QtGui")
# The child process that captures through Qt where the system offers no other way.
_QT_CAPTURE_CHILD = "studio/engine/sources/qt_capture"


@dataclass(frozen=True, slots=True)
class _Module:
    """One Python file, read and parsed once."""

    path: str
    text: str
    tree: ast.Module

    @property
    def area(self) -> str:
        return self.path.partition("/")[0]

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}: {what}"

    def within(self, *places: str) -> bool:
        return any(self.path == place or self.path.startswith(f"{place}/") for place in places)


@cache
def _modules() -> tuple[_Module, ...]:
    found = []
    for folder in _CODE:
        for file in sorted((_ROOT / folder).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            path = file.relative_to(_ROOT).as_posix()
            found.append(_Module(path=path, text=text, tree=ast.parse(text, path)))
    return tuple(found)


def _product() -> tuple[_Module, ...]:
    return tuple(module for module in _modules() if module.area in _PRODUCT)


def _imports(tree: ast.AST) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported name in full: `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from ((node, f"{start}.{alias.name}") for alias in node.names)


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted text of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def _require_none(violations: list[str]) -> None:
    assert not violations, "\n" + "\n".join(violations)


def test_the_rules_look_at_files() -> None:
    assert {module.area for module in _modules()} == set(_CODE)


def test_files_are_short() -> None:
    _require_none(
        [
            f"{module.path}: {lines} lines, {_LINES_AT_MOST} at most"
            for module in _modules()
            if (lines := module.text.count("\n")) > _LINES_AT_MOST
        ]
    )


def test_the_first_line_says_what_the_file_is() -> None:
    _require_none(
        [
            f"{module.path}: no docstring on its first line"
            for module in _modules()
            if not module.text.removeprefix("#!/usr/bin/env python3\n").startswith('"""')
        ]
    )


def test_every_folder_of_the_product_is_a_package() -> None:
    """Else it is missing from the installed distribution and from the import contracts."""
    paths = {module.path for module in _product()}
    folders = {path.rpartition("/")[0] for path in paths}
    _require_none(
        [
            f"{folder}: no __init__.py"
            for folder in sorted(folders)
            if f"{folder}/__init__.py" not in paths
        ]
    )


def test_imports_are_absolute() -> None:
    _require_none(
        [
            module.at(node, f"relative import {name}")
            for module in _modules()
            for node, name in _imports(module.tree)
            if name.startswith(".")
        ]
    )


def test_names_say_more_than_manager() -> None:
    plain = tuple(word.lower() for word in _BANNED_WORDS)
    violations = []
    for module in _modules():
        stem = Path(module.path).stem.rstrip("s")
        if stem.split("_")[-1] in plain:
            violations.append(f"{module.path}: banned name")
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ClassDef):
                continue
            last = re.findall(r"[A-Z][a-z0-9]*", node.name)[-1:] or [""]
            if last[0].rstrip("s") in _BANNED_WORDS:
                violations.append(module.at(node, f"banned name {node.name}"))
    _require_none(violations)


def test_libraries_stay_in_their_rooms() -> None:
    _require_none(
        [
            module.at(node, f"{name} belongs to {' and '.join(places)}")
            for module in _product()
            for node, name in _imports(module.tree)
            if (places := _ONLY_IN.get(name.partition(".")[0])) and not module.within(*places)
        ]
    )


def test_the_wire_models_import_pydantic_only() -> None:
    import sys

    allowed = {*sys.stdlib_module_names, "pydantic"}
    _require_none(
        [
            module.at(node, f"imports {name}")
            for module in _product()
            if module.within("shared/schemas")
            for node, name in _imports(module.tree)
            if name.partition(".")[0] not in allowed and not name.startswith("shared.schemas")
        ]
    )


def test_qt_stays_where_things_are_shown() -> None:
    violations = []
    for module in _product():
        is_shared_root = module.area == "shared" and module.path.count("/") == 1
        for node, name in _imports(module.tree):
            if name.partition(".")[0] not in _QT:
                continue
            if is_shared_root or module.within(*_QT_FREE):
                violations.append(module.at(node, f"imports {name}"))
            elif (
                module.within("studio/engine")
                and not module.path.startswith(_QT_CAPTURE_CHILD)
                and not name.startswith(_QT_FOR_PAINTING)
            ):
                violations.append(module.at(node, f"imports {name}; painting needs QtGui only"))
    _require_none(violations)


def test_coroutines_never_meet_nested_loops() -> None:
    violations = []
    for module in _product():
        for node, name in _imports(module.tree):
            if name.endswith((".asyncSlot", ".asyncClose")):
                violations.append(module.at(node, f"{name} is banned"))
        for call, name in _calls(module.tree):
            last = name.rpartition(".")[2]
            if last in ("asyncSlot", "asyncClose") or ("." in name and last in ("exec", "exec_")):
                violations.append(module.at(call, f"{name}() is banned"))
    _require_none(violations)


def test_every_task_lives_in_a_scope() -> None:
    """A TaskGroup is a scope; a task of one's own is kept by name, to be awaited or cancelled."""
    starts = re.compile(
        r"(^|\.)(asyncio\.create_task|ensure_future)$"
        r"|^create_task$|(^|[._])loop(\(\))?\.create_task$"
    )
    violations = []
    for module in _product():
        kept = {
            node.value
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr | ast.Await)
        } | {node.elt for node in ast.walk(module.tree) if isinstance(node, ast.ListComp)}
        violations += [
            module.at(call, f"{name}() and nobody keeps the task")
            for call, name in _calls(module.tree)
            if starts.search(name) and call not in kept
        ]
    _require_none(violations)


def test_every_thread_has_a_name() -> None:
    _require_none(
        [
            module.at(call, "a thread without a name")
            for module in _modules()
            for call, name in _calls(module.tree)
            if name in ("Thread", "threading.Thread")
            and not any(keyword.arg in ("name", None) for keyword in call.keywords)
        ]
    )


def test_nothing_sleeps_to_wait() -> None:
    _require_none(
        [
            module.at(call, "time.sleep: wait for the event itself")
            for module in _modules()
            for call, name in _calls(module.tree)
            if name == "time.sleep"
        ]
    )


def test_only_command_lines_print() -> None:
    _require_none(
        [
            module.at(call, "print()")
            for module in _product()
            if "__main__" not in module.path + module.text
            for call, name in _calls(module.tree)
            if name == "print" and not any(keyword.arg == "file" for keyword in call.keywords)
        ]
    )


def test_registries_are_frozen_tuples() -> None:
    violations = []
    for module in _product():
        if not module.path.endswith("/__init__.py"):
            continue
        for node in module.tree.body:
            targets: list[ast.expr] = []
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, ast.AnnAssign):
                targets = [node.target]
            else:
                continue
            for target in targets:
                name = ast.unparse(target)
                if name in _REGISTRIES and not isinstance(node.value, ast.Tuple):
                    violations.append(module.at(node, f"{name} is not a tuple"))
    _require_none(violations)


@pytest.mark.parametrize(
    "pattern",
    [
        # Written in pieces, so that this file does not hold what it looks for.
        "/" + "work/main|/" + "work/shared",
        "/" + r"root/(?!\.)|/" + r"root/\.pyenv|/home/[a-z]+/",
        "/opt/" + "(pypi|wheels)|pythonhosted" + r"\.org|pypi\." + "org/simple",
        "registry" + r"\.npmjs|index" + r"-url[ =]+\w",
    ],
)
def test_no_file_names_a_machine_or_a_registry(pattern: str) -> None:
    found = re.compile(pattern)
    violations = []
    for file in _text_files():
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        violations += [
            f"{file.relative_to(_ROOT)}:{number}: {match.group()}"
            for number, line in enumerate(lines, start=1)
            if (match := found.search(line))
        ]
    _require_none(violations)


def _text_files() -> Iterator[Path]:
    """What belongs to the tree: the files of its folders, and those at the top."""
    for entry in sorted(_ROOT.iterdir()):
        if entry.is_file() and entry.name != ".git":
            yield entry
    for folder in (*_CODE, "resources", ".ci"):
        for file in sorted((_ROOT / folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file
