"""A window that shows one view, or all scenes: to be put on another screen and made full."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QShortcut,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.video_view import VideoView
from studio.project.multiview import Cell

_SIZE = (960, 540)
_LABEL_PX = 22.0
_LEAST_LABELLED_PX = 90.0


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A scene's place in the multiview, its name, and whether it is on air or in preview."""

    cell: Cell
    name: str
    is_on_air: bool = False
    is_in_preview: bool = False


class SceneWall(VideoView):
    """All scenes in one picture, with their names; a click picks a scene."""

    picked = Signal(str)
    """A scene's id."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, name=tr("All scenes"))
        self._cells: tuple[NamedCell, ...] = ()

    def set_cells(self, cells: tuple[NamedCell, ...]) -> None:
        """Show these names."""
        if cells != self._cells:
            self._cells = cells
            self.setAccessibleDescription(", ".join(one.name for one in cells))
            self.update()

    def _rect(self, cell: Cell) -> QRectF:
        picture = self.picture_rect()
        return QRectF(
            picture.x() + cell.x * picture.width(),
            picture.y() + cell.y * picture.height(),
            cell.share * picture.width(),
            cell.share * picture.height(),
        )

    def scene_at(self, at: QPointF) -> str:
        """The scene of the cell at a point; empty for none."""
        for one in self._cells:
            if self._rect(one.cell).contains(at):
                return one.cell.scene_id
        return ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the scene that was clicked."""
        scene_id = self.scene_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and scene_id:
            self.picked.emit(scene_id)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the picture, then frames and names over it."""
        super().paintEvent(event)
        if not self.has_picture:
            return
        painter = QPainter(self)
        tokens = self._theme.tokens
        for one in self._cells:
            rect = self._rect(one.cell).adjusted(1, 1, -1, -1)
            ink = "#1B1F27"
            if one.is_on_air:
                ink = tokens.danger
            elif one.is_in_preview:
                ink = tokens.accent
            painter.setPen(QPen(QColor(ink), 2))
            painter.drawRect(rect)
            if rect.width() < _LEAST_LABELLED_PX:
                continue
            band = QRectF(rect.x(), rect.bottom() - _LABEL_PX, rect.width(), _LABEL_PX)
            painter.fillRect(band, QColor(10, 12, 16, 200))
            painter.setPen(QColor("#FFFFFF"))
            metrics = painter.fontMetrics()
            text = metrics.elidedText(one.name, Qt.TextElideMode.ElideRight, int(band.width()) - 12)
            painter.drawText(band, Qt.AlignmentFlag.AlignCenter, text)


class ProjectorWindow(QWidget):
    """Escape closes it, F11 or a double click makes it fill the screen and back."""

    closed = Signal(str)
    """The view that was shown."""

    def __init__(self, theme: Theme, view: str, title: str) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName(f"projector {view}")
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setStyleSheet("QWidget { background: #000000; }")
        self.view = view
        self.picture: VideoView = (
            SceneWall(theme) if view == "multiview" else VideoView(theme, name=title)
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picture)
        self.resize(*_SIZE)
        QShortcut(QKeySequence("F11"), self).activated.connect(self.toggle_full)

    def set_title(self, title: str) -> None:
        """Another name: the scene was renamed."""
        self.setWindowTitle(title)
        self.setAccessibleName(title)

    def toggle_full(self) -> None:
        """Fill the screen, or go back to a window."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Fill the screen, or go back."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.toggle_full()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Say that nobody looks any more."""
        self.closed.emit(self.view)
        super().closeEvent(event)
