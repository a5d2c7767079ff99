"""The workbench: scenes above, the canvas, and beside it the properties while they are open."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.video_view import VideoView
from shared.qt.widgets import label
from studio.canvas.naming import NamePanel
from studio.canvas.report import MissingPanel, ReportPanel
from studio.canvas.undo_keys import UndoKeys
from studio.canvas.view import CanvasView
from studio.docks.item import ItemDock
from studio.docks.properties import PropertiesDock
from studio.docks.scenes import ScenesDock
from studio.docks.transitions import TransitionsDock

_SCENE_KEYS = 9


class Workbench(QWidget):
    """What a scene is built with; what it shows comes from outside.

    In studio mode the canvas shows the scene in preview, and beside it stands the program.
    """

    take_requested = Signal()
    studio_requested = Signal()
    multiview_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("workbench")
        self.theme = theme
        self.scenes = ScenesDock(theme)
        self.canvas = CanvasView(theme, name=tr("What viewers see"))
        self.beside = QHBoxLayout()
        self.beside.setContentsMargins(0, 0, 0, 0)
        self.beside.setSpacing(8)
        self._preview_name = label(role="caption")
        self._program_name = label(role="caption")
        self.program = VideoView(theme, name=tr("What viewers see"))
        self.program.setObjectName("program")
        self._program_side = _captioned(self._program_name, self.program)
        self.beside.addWidget(_captioned(self._preview_name, self.canvas), 1)
        self.beside.addWidget(self._program_side, 1)
        self.is_studio = True
        self.set_studio(is_on=False, preview="", program="")
        self.properties = PropertiesDock(theme)
        self.properties.hide()
        self.properties.closed.connect(self.canvas.setFocus)
        self.beside.addWidget(self.properties)
        self.item = ItemDock(theme)
        self.item.hide()
        self.item.closed.connect(self.canvas.setFocus)
        self.beside.addWidget(self.item)
        self.transitions = TransitionsDock(theme)
        self.transitions.hide()  # until there is another scene to change to
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.scenes)
        layout.addWidget(self.transitions)
        layout.addLayout(self.beside, 1)
        self.naming = NamePanel(self)
        self.report = ReportPanel(self)
        self.missing = MissingPanel(self)
        self.undo_keys = UndoKeys(
            self, undo=self.scenes.undo_requested.emit, redo=self.scenes.redo_requested.emit
        )
        for index in range(_SCENE_KEYS):
            QShortcut(QKeySequence(f"Ctrl+{index + 1}"), self).activated.connect(
                lambda at=index: self.scenes.switch_to(at)
            )

    def set_studio(self, *, is_on: bool, preview: str, program: str) -> None:
        """Show preview and program side by side under their scenes' names, or the program alone."""
        self._preview_name.setText(tr("Preview: {name}", name=preview))
        self._program_name.setText(tr("Program: {name}", name=program))
        if is_on == self.is_studio:
            return
        self.is_studio = is_on
        self._preview_name.setVisible(is_on)
        self._program_side.setVisible(is_on)
        self.canvas.setAccessibleName(tr("The preview") if is_on else tr("What viewers see"))

    @property
    def on_air(self) -> VideoView:
        """Where viewers' picture shows."""
        return self.program if self.is_studio else self.canvas


def _captioned(caption: QLabel, view: QWidget) -> QWidget:
    side = QWidget()
    column = QVBoxLayout(side)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(caption)
    column.addWidget(view, 1)
    return side
