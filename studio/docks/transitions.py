"""How scenes change: the kind, its time and settings; studio mode; windows that show scenes."""

from dataclasses import dataclass, field
from functools import partial

from pydantic import ValidationError
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from shared.ids import new_id
from shared.qt.overlay import Overlay
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import button, icon_button, label
from studio.docks.fields import Control, make_control
from studio.docks.scene_words import transition_name, transition_word
from studio.project.base import Model
from studio.project.transitions import TRANSITION_SETTINGS, Transitions

_NO_TIME = ("cut", "stinger")
_STEP_MS = 50


@dataclass(frozen=True, slots=True)
class ProjectorEntry:
    """Something that a window of its own may show: a view's name, and what it is called."""

    view: str
    name: str


@dataclass(frozen=True, slots=True)
class TransitionsState:
    """The collection's transitions, whether a scene is in preview, and what windows may show."""

    transitions: Transitions = field(default_factory=Transitions)
    is_studio: bool = False
    can_take: bool = False
    projectors: tuple[ProjectorEntry, ...] = ()


class TransitionsDock(QFrame):
    """One row below the scenes."""

    chosen = Signal(str)
    """A kind of transition."""

    changed = Signal(object, str)
    """The settings of the chosen kind, and the name of the gesture they are part of."""

    duration_changed = Signal(int, str)
    """Milliseconds of every transition without its own time, and the gesture's name."""

    studio_toggled = Signal(bool)
    take_requested = Signal()
    projector_requested = Signal(str)
    """A view to show in a window of its own."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("transitionsDock")
        self.setAccessibleName(tr("Transitions"))
        self._theme = theme
        self._state = TransitionsState()
        self._gesture = new_id()
        self._menu = QMenu(self)
        self._studio = button(
            tr("Studio mode"), tip=tr("Prepare one scene while another is on air (Ctrl+Shift+S)")
        )
        self._studio.setObjectName("studioMode")
        self._studio.setCheckable(True)
        self._studio.clicked.connect(self.studio_toggled.emit)
        self._kind = QComboBox()
        self._kind.setObjectName("transitionKind")
        self._kind.setAccessibleName(tr("Transition"))
        self._kind.setToolTip(tr("How one scene gives way to another"))
        for kind in TRANSITION_SETTINGS:
            self._kind.addItem(transition_name(kind), kind)
        self._kind.activated.connect(lambda _at: self.chosen.emit(self._kind.currentData()))
        self._time = QSpinBox()
        self._time.setObjectName("transitionTime")
        self._time.setAccessibleName(tr("Time of the transition"))
        self._time.lineEdit().setAccessibleName(tr("Time of the transition"))
        self._time.setToolTip(tr("How long a transition takes that has no time of its own"))
        self._time.setRange(50, 20_000)
        self._time.setSingleStep(_STEP_MS)
        self._time.lineEdit().setTextMargins(6, 0, 0, 0)
        self._time.lineEdit().setAccessibleName(self._time.accessibleName())
        self._time.setSuffix(tr(" ms"))
        self._time.setKeyboardTracking(False)
        self._time.valueChanged.connect(self._on_time)
        self._settings = icon_button(
            theme, "settings", tr("Settings of this transition"), on_click=self._open_settings
        )
        self._settings.setObjectName("transitionSettings")
        self._take = button(
            tr("To air"),
            role="primary",
            tip=tr("Put the scene in preview on air (Ctrl+Enter)"),
            on_click=self.take_requested.emit,
        )
        self._take.setObjectName("takePreview")
        self._windows = icon_button(
            theme, "screen", tr("Show scenes in a window of their own"), on_click=self._open_menu
        )
        self._windows.setObjectName("projectors")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._studio)
        row.addStretch(1)
        row.addWidget(self._kind)
        row.addWidget(self._time)
        row.addWidget(self._settings)
        row.addWidget(self._windows)
        row.addWidget(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._panel: TransitionPanel | None = None
        self._show()

    @property
    def state(self) -> TransitionsState:
        """What is shown."""
        return self._state

    def set_state(self, state: TransitionsState) -> None:
        """Show the transitions."""
        if state == self._state:
            return
        self._state = state
        self._show()

    def _show(self) -> None:
        state = self._state
        made = state.transitions
        self._studio.setChecked(state.is_studio)
        self._take.setVisible(state.is_studio)
        self._take.setEnabled(state.can_take)
        self._kind.setCurrentIndex(self._kind.findData(made.chosen))
        if not self._time.hasFocus():
            with QSignalBlocker(self._time):
                self._time.setValue(made.duration_ms)
        self._time.setEnabled(made.chosen not in _NO_TIME)
        self._settings.setEnabled(made.chosen != "cut")
        if self._panel is not None and not self._panel.isHidden():
            self._panel.set_settings(made.present)

    def projector_menu(self) -> QMenu:
        """What windows may show."""
        self._menu.clear()
        for entry in self._state.projectors:
            self._menu.addAction(entry.name).triggered.connect(
                lambda _checked=False, view=entry.view: self.projector_requested.emit(view)
            )
        return self._menu

    def settings_panel(self) -> "TransitionPanel":
        """The form of the chosen transition's settings, made when it is first wanted."""
        if self._panel is None:
            self._panel = TransitionPanel(self.window(), self._theme)
            self._panel.changed.connect(self.changed)
        return self._panel

    def _open_menu(self) -> None:
        self.projector_menu().popup(self._windows.mapToGlobal(self._windows.rect().bottomLeft()))

    def _open_settings(self) -> None:
        self.settings_panel().ask(self._state.transitions.present)

    def _on_time(self, value: int) -> None:
        self.duration_changed.emit(value, self._gesture)


class TransitionPanel(Overlay):
    """The settings of one kind of transition; every change leaves at once."""

    changed = Signal(object, str)

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host, "", width=400)
        self.setObjectName("transitionPanel")
        self._theme = theme
        self._present: Model | None = None
        self._gesture = ""
        self._of = ""
        self._fields: dict[str, Control] = {}
        self._title = label(role="title")
        self._rows = QFormLayout()
        self._rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._problem = label(role="danger", wrap=True)
        self._problem.hide()
        self.body.addWidget(self._title)
        self.body.addLayout(self._rows)
        self.body.addWidget(self._problem)
        end = QHBoxLayout()
        end.addStretch(1)
        self._done = button(tr("Done"), role="primary", on_click=self.dismiss)
        end.addWidget(self._done)
        self.body.addLayout(end)

    def field(self, name: str) -> QWidget:
        """The control of a setting.

        Raises: KeyError when there is none.
        """
        return self._fields[name].widget

    def ask(self, settings: Model, *, of: str = "") -> None:
        """Open the form of these settings, those of one scene where it is named."""
        self._present = None
        self._of = of
        self._gesture = new_id()
        self.set_settings(settings)
        first = next(iter(self._fields.values()), None)
        self.open(first.widget if first else self._done)

    def set_settings(self, settings: Model) -> None:
        """Show these; another kind is another form."""
        before, self._present = self._present, settings
        if before is None or type(before) is not type(settings):
            self._build(settings)
        for name, control in self._fields.items():
            value = getattr(settings, name)
            if control.read() != value and not control.widget.hasFocus():
                with QSignalBlocker(control.widget):
                    control.write(value)

    def _build(self, settings: Model) -> None:
        while self._rows.rowCount():
            self._rows.removeRow(0)
        self._fields.clear()
        name = transition_name(str(getattr(settings, "kind", "")))
        self._title.setText(f"{self._of}: {name}" if self._of else name)
        for name, info in type(settings).model_fields.items():
            if name == "kind":
                continue
            value = getattr(settings, name)
            control = make_control(self._theme, name, info, value, partial(self._on_changed, name))
            words = transition_word(name)
            control.widget.setObjectName(f"transition {name}")
            control.widget.setAccessibleName(words)
            self._fields[name] = control
            if isinstance(control.widget, QCheckBox):
                control.widget.setText(words)
                self._rows.addRow(control.widget)
            else:
                self._rows.addRow(label(words, role="caption"), control.widget)

    def _on_changed(self, name: str) -> None:
        present = self._present
        if present is None:
            return
        values = present.model_dump() | {name: self._fields[name].read()}
        try:
            made = type(present).model_validate(values)
        except ValidationError:
            self._problem.setText(
                tr("{field}: this value cannot be used.", field=transition_word(name))
            )
            self._problem.show()
            return
        self._problem.hide()
        if made != present:
            self._present = made
            self.changed.emit(made, self._gesture)


__all__ = ["ProjectorEntry", "TransitionPanel", "TransitionsDock", "TransitionsState"]
