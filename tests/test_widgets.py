"""Every widget of both apps: it talks to nobody by itself, and plain state is all it needs."""

import ast
import importlib
import inspect
import pkgutil
import socket
import typing
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QStringListModel, Qt
from PySide6.QtWidgets import QApplication, QDockWidget, QListView, QWidget
from shiboken6 import isValid

import console
import studio
from console.actions import ACTIONS
from console.main_window import MainWindow
from console.screens._list_pane import Nothing
from console.screens._live_delegate import LiveDelegate
from console.screens.rail import Destination
from shared.qt.theme import Theme
from shared.qt.translations import install_language
from shared.schemas.administration import ExportKind
from studio.docks import DOCKS
from studio.docks.meter import MeterBar
from studio.docks.mixer_strip import StripState
from studio.docks.rows import Row
from studio.docks.source_choices import SourceEntry
from studio.hotkeys import Action
from studio.main_window import StudioWindow
from studio.project.items import Crop

_ROOT = Path(__file__).resolve().parents[1]

# What reaches the platform, the engine, another process or a device, or works by itself.
_OUTSIDE = (
    *("shared.api", "shared.realtime", "shared.rtmp", "shared.server", "shared.credentials"),
    *("shared.qt.scope", "shared.qt.server_process", "shared.qt.sign_in_flow"),
    *("studio.app", "studio.desk", "studio.remote", "studio.engine.client", "studio.engine.launch"),
    *("studio.engine.runtime", "studio.engine.control", "studio.live.engine_host"),
    *("studio.live.broadcast", "studio.live.mirror", "studio.live.room", "studio.live.personal"),
    *("console.app", "console.presenters", "console.shift"),
    *("asyncio", "socket", "ssl", "subprocess", "multiprocessing", "threading", "urllib.request"),
    *("http.client", "httpx", "aiohttp", "socketio", "PySide6.QtNetwork", "PySide6.QtMultimedia"),
)


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The dark theme, in force, and English."""
    install_language("en")
    made = Theme()
    made.apply(qapp)
    yield made
    install_language("en")


@cache
def _modules(app: ModuleType) -> tuple[ModuleType, ...]:
    """Every module of an app but the engine's, which has no window."""
    names = [one.name for one in pkgutil.walk_packages(app.__path__, f"{app.__name__}.")]
    return tuple(
        importlib.import_module(name)
        for name in names
        if not name.startswith("studio.engine.") and not name.endswith("__main__")
    )


@cache
def _widgets(app: ModuleType) -> tuple[type[QWidget], ...]:
    """Every class of widgets that an app defines."""
    found = {
        f"{one.__module__}.{one.__qualname__}": one
        for module in _modules(app)
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, QWidget) and one.__module__ == module.__name__
    }
    return tuple(found[name] for name in sorted(found))


def _imported(module: ModuleType) -> Iterator[tuple[int, str]]:
    """Everything that a module's file imports, in functions, too: its line and full name."""
    tree = ast.parse(Path(module.__file__ or "").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def _rooms(app: ModuleType) -> tuple[ModuleType, ...]:
    """The modules in whose folders widgets are defined: what those call is theirs as well."""
    folders = {one.__module__.rpartition(".")[0] for one in _widgets(app)} - {app.__name__}
    files = {one.__module__ for one in _widgets(app)}
    return tuple(
        module
        for module in _modules(app)
        if module.__name__ in files or module.__name__.rpartition(".")[0] in folders
    )


@pytest.mark.parametrize("app", [studio, console], ids=["studio", "console"])
def test_no_widget_can_reach_the_platform_or_the_engine(app: ModuleType) -> None:
    assert _rooms(app)
    outside = tuple(f"{one}." for one in _OUTSIDE)
    violations = [
        f"{module.__name__}:{line}: imports {name}"
        for module in _rooms(app)
        for line, name in _imported(module)
        if f"{name}.".startswith(outside)
    ]
    assert not violations, "\n" + "\n".join(violations)


class _Plain:
    """Makes what a widget's constructor asks for, out of nothing but plain values."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._kept: list[QWidget] = []
        self._by_name: Mapping[str, Callable[[], Any]] = {
            "action": lambda: Action("act", "Act", lambda: None),
            "delegate": lambda: LiveDelegate(theme, picture=lambda _stream: None),
            "destination": lambda: Destination("queue", "Queue", "log", "Ctrl+1"),
            "destinations": lambda: (Destination("queue", "Queue", "log", "Ctrl+1"),),
            "dock": lambda: self.kept(QDockWidget()),
            "entry": lambda: SourceEntry("s", "Screen", "screen", "i"),
            "key": lambda: str,
            "kind": lambda: next(iter(ExportKind)),
            "meters": lambda: (MeterBar(theme, Qt.Orientation.Vertical),),
            "model": lambda: Crop,
            "nothing": lambda: Nothing("Nothing here", "It comes by itself."),
            "now": lambda: lambda: datetime(2026, 11, 20, tzinfo=UTC),
            "on_changed": lambda: lambda: None,
            "orientation": lambda: Qt.Orientation.Vertical,
            "permissions": frozenset,
            "row": lambda: Row("r", "A row"),
            "spec": lambda: next(one for one in DOCKS if one.side is not None),
            "spoken": lambda: str,
            "state": lambda: StripState("s", "Microphone"),
            "values": lambda: (),
            "view": self._list,
        }

    def _list(self) -> QListView:
        """A list with a model, as its owner makes it."""
        view = self.kept(QListView())
        view.setModel(QStringListModel(["A row"], view))
        return view

    def kept[W: QWidget](self, widget: W) -> W:
        """A widget that lives as long as the test."""
        self._kept.append(widget)
        return widget

    def close(self) -> None:
        """Let go of all of them, the last first."""
        while self._kept:
            widget = self._kept.pop()
            if isValid(widget) and widget.parent() is None:
                widget.close()
                widget.deleteLater()
                del widget
                QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def make(self, kind: type[QWidget]) -> QWidget:
        """One of these."""
        if "__init__" not in vars(kind):  # Qt's own, whose parameters all have defaults
            return self.kept(kind())
        wanted = inspect.signature(kind.__init__, eval_str=True).parameters.values()
        asked = [one for one in wanted if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)][1:]
        given = {one.name: self._value(kind, one) for one in asked if one.default is one.empty}
        made: QWidget = kind(**given)
        return self.kept(made)

    def _value(self, kind: type[QWidget], wanted: inspect.Parameter) -> Any:
        name = wanted.name.removeprefix("_")
        if kind.__name__ == "Choice" and name == "action":
            return ACTIONS[0]
        if wanted.annotation is Theme:
            return self._theme
        if wanted.annotation is str:
            return "program" if name == "view" else "Words"
        if wanted.annotation in (int, float):
            return {"low": 0, "high": 2}.get(name, 1)
        if wanted.annotation is bool:
            return False
        if name not in self._by_name and typing.get_origin(wanted.annotation) is None:
            assert issubclass(wanted.annotation, QWidget), f"{kind}: {wanted} is no plain state"
            return self.kept(QWidget())
        return self._by_name[name]()


@pytest.mark.parametrize("app", [studio, console], ids=["studio", "console"])
def test_every_widget_is_built_from_plain_state(
    app: ModuleType, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise AssertionError("a widget opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)
    plain = _Plain(theme)
    for kind in _widgets(app):
        made = plain.make(kind)
        assert isinstance(made, kind)
        made.ensurePolished()
        if isinstance(made, StudioWindow | MainWindow):
            made.show_sign_in()  # its pages are made for later, and belong to nobody till then
        del made
        plain.close()
