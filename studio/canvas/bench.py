"""The workbench: scenes above, the canvas, and beside it the properties while they are open."""

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr
from studio.canvas.naming import NamePanel
from studio.canvas.report import MissingPanel, ReportPanel
from studio.canvas.view import CanvasView
from studio.docks.properties import PropertiesDock
from studio.docks.scenes import ScenesDock

_SCENE_KEYS = 9


class Workbench(QWidget):
    """What a scene is built with; what it shows comes from outside."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("workbench")
        self.scenes = ScenesDock(theme)
        self.canvas = CanvasView(theme, name=tr("What viewers see"))
        self.beside = QHBoxLayout()
        self.beside.setContentsMargins(0, 0, 0, 0)
        self.beside.setSpacing(8)
        self.beside.addWidget(self.canvas, 1)
        self.properties = PropertiesDock(theme)
        self.properties.hide()
        self.properties.closed.connect(self.canvas.setFocus)
        self.beside.addWidget(self.properties)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.scenes)
        layout.addLayout(self.beside, 1)
        self.naming = NamePanel(self)
        self.report = ReportPanel(self)
        self.missing = MissingPanel(self)
        for keys, slot in (
            ("Ctrl+Z", self.scenes.undo_requested.emit),
            ("Ctrl+Shift+Z", self.scenes.redo_requested.emit),
            ("Ctrl+Y", self.scenes.redo_requested.emit),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        for index in range(_SCENE_KEYS):
            QShortcut(QKeySequence(f"Ctrl+{index + 1}"), self).activated.connect(
                lambda at=index: self.scenes.switch_to(at)
            )
