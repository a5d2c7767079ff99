"""Two parts in a row while they fit, one below the other where words are long or large."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

_GAP_PX = 8


class FoldingRow(QWidget):
    """The first part at the left and the second at the right, or below it when both are cut."""

    def __init__(self, first: QWidget, second: QWidget) -> None:
        super().__init__()
        self._parts = (first, second)
        self._layout = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(first)
        self._layout.addStretch(1)
        self._layout.addWidget(second)

    @property
    def is_folded(self) -> bool:
        """Whether the parts stand one below the other."""
        return self._layout.direction() is QBoxLayout.Direction.TopToBottom

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider part: it folds before it pushes anything away."""
        hints = [part.minimumSizeHint() for part in self._parts]
        return QSize(max(hint.width() for hint in hints), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may hold both, or no longer."""
        super().resizeEvent(event)
        self._fold()

    def event(self, event: QEvent) -> bool:
        """Other words may be longer."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fold()
        return super().event(event)

    def _fold(self) -> None:
        wanted = sum(part.sizeHint().width() for part in self._parts) + _GAP_PX
        is_narrow = wanted > self.width()
        way = QBoxLayout.Direction
        direction = way.TopToBottom if is_narrow else way.LeftToRight
        if direction is not self._layout.direction():
            self._layout.setDirection(direction)
            self.updateGeometry()
