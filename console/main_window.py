"""The console's window: sign-in first, then the rail, one screen at a time, and its keys."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.screens import SCREENS, ScreenSpec
from console.screens.base import KeyHint, Screen
from console.screens.keys import KeyBar, KeyOverlay
from console.screens.rail import Destination, Rail
from shared.qt.loop import AppWindow
from shared.qt.sign_in import SignInPanel
from shared.qt.theme import Scheme, Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import PageStack
from shared.schemas.roles import Permission

_SIZE = (1280, 720)
_LEAST_SIZE = (1240, 660)
_TICK_MS = 1000


class Workspace(QWidget):
    """Everything a signed-in person sees. `now` is the server's time."""

    screen_shown = Signal(str)
    ticked = Signal()
    scheme_toggled = Signal()
    sign_out_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        *,
        permissions: frozenset[Permission],
        now: Callable[[], datetime],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("workspace")
        self._now = now
        self._specs = tuple(spec for spec in SCREENS if spec.permission in permissions)
        self._screens: dict[str, Screen] = {}
        self.rail = Rail(theme, [_destination(spec) for spec in self._specs if spec.icon])
        self._pages = PageStack()
        self._keys = KeyBar()
        self._overlay = KeyOverlay(self)
        for spec in self._specs:
            self._screens[spec.name] = spec.make(theme)
            self._pages.add(spec.name, partial(self._screens.__getitem__, spec.name))
            self._pages.page(spec.name)  # gives it its parent
        self._lay_out()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setObjectName("consoleTick")
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self.tick)
        self._timer.start()

    @property
    def names(self) -> tuple[str, ...]:
        """The screens this person may see."""
        return tuple(self._screens)

    @property
    def current(self) -> str:
        """The name of the screen shown."""
        return self._pages.current

    def screen_of[S: Screen](self, kind: type[S]) -> S:
        """The screen of a kind.

        Raises: LookupError when this person may not see it.
        """
        for page in self._screens.values():
            if isinstance(page, kind):
                return page
        raise LookupError(kind.__name__)

    def go_to(self, name: str) -> None:
        """Show a screen and put the keyboard on it."""
        page = self._screens[name]
        self._pages.show_page(name)
        self.rail.show_chosen(name if name != "case" else "queue")
        self._keys.show_hints(page.hints)
        page.tick(self._now())
        page.focus_first()
        self.screen_shown.emit(name)

    def tick(self) -> None:
        """Let the screen shown follow the time."""
        if self.current:
            self._screens[self.current].tick(self._now())
        self.ticked.emit()

    def show_keys(self) -> None:
        """Lay the list of all keys over the window, or take it away."""
        if self._overlay.isVisible():
            self._overlay.dismiss()
            return
        spec = next(spec for spec in self._specs if spec.name == self.current)
        here = (spec.title(), self._screens[spec.name].hints)
        self._overlay.show_hints(here, self._hints_everywhere())

    # -- building ----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._pages, 1)
        right.addWidget(self._keys)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addLayout(right, 1)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.go_to)
        self.rail.scheme_toggled.connect(self.scheme_toggled)
        self.rail.sign_out_asked.connect(self.sign_out_asked)
        self._overlay.closed.connect(self._on_overlay_closed)
        for spec in self._specs:
            if spec.shortcut:
                self._bind(spec.shortcut, partial(self.go_to, spec.name))
        self._bind("?", self.show_keys)
        self._bind("F1", self.show_keys)
        self._bind("Ctrl+T", self.scheme_toggled.emit)

    def _bind(self, keys: str, run: Callable[[], None]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(run)

    def _hints_everywhere(self) -> Sequence[KeyHint]:
        going = [KeyHint(spec.shortcut, spec.title()) for spec in self._specs if spec.shortcut]
        return (
            *going,
            KeyHint("Ctrl+T", tr("Dark or light")),
            KeyHint("Tab", tr("Next field or button")),
            KeyHint("?", tr("All keys")),
        )

    def _on_overlay_closed(self) -> None:
        if self.current:
            self._screens[self.current].focus_first()


class MainWindow(AppWindow):
    """Shows the sign-in page or the workspace, below the message bar."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.setObjectName("consoleWindow")
        self.setWindowTitle(tr("Teezu Console"))
        self.setMinimumSize(*_LEAST_SIZE)
        self.resize(*_SIZE)
        set_role(self, "window")

    def show_sign_in(self) -> SignInPanel:
        """Show an empty sign-in page in place of whatever was there."""
        panel = SignInPanel(
            self.theme,
            title=tr("Sign in to the console"),
            hint=tr("For moderators and admins. Creators go live from Teezu Studio."),
        )
        self.set_content(panel)
        return panel

    def show_workspace(
        self, *, permissions: frozenset[Permission], now: Callable[[], datetime]
    ) -> Workspace:
        """Show the screens that these permissions open."""
        workspace = Workspace(self.theme, permissions=permissions, now=now)
        workspace.scheme_toggled.connect(self._on_scheme_toggled)
        self.set_content(workspace)
        return workspace

    def _on_scheme_toggled(self) -> None:
        is_dark = self.theme.choice.scheme is Scheme.DARK
        self.theme.with_scheme(Scheme.LIGHT if is_dark else Scheme.DARK)


def _destination(spec: ScreenSpec) -> Destination:
    group = spec.group() if spec.group is not None else ""
    return Destination(spec.name, spec.title(), spec.icon, spec.shortcut, group)
