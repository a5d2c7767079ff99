"""Between what is edited and the pixels of the view: points, frames, and where the handles are."""

import math
from collections.abc import Mapping as Places
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPolygonF

from studio.project.geometry import GRIPS, Grip, Rect, Size, corners, turned_point
from studio.project.inside import Lie

_STEM_PX = 26.0
_FAR = 20_000.0

_CURSORS = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """The canvas lies in `picture`, and what is edited lies on the canvas."""

    picture: QRectF
    canvas: Size
    lie: Lie

    @property
    def _per_pixel(self) -> float:
        return max(0.01, self.picture.width() / self.canvas.width)

    @property
    def scale(self) -> float:
        """Pixels of the view to one of what is edited."""
        return max(0.001, self._per_pixel * self.lie.scale)

    def point(self, x: float, y: float) -> QPointF:
        """Where a point of what is edited is drawn."""
        x, y = self.lie.at(x, y)
        corner, scale = self.picture.topLeft(), self._per_pixel
        return QPointF(corner.x() + x * scale, corner.y() + y * scale)

    def back(self, at: QPointF) -> tuple[float, float]:
        """Which point of what is edited is drawn there."""
        corner, scale = self.picture.topLeft(), self._per_pixel
        return self.lie.back((at.x() - corner.x()) / scale, (at.y() - corner.y()) / scale)

    def polygon(self, rect: Rect, degrees: float = 0.0) -> QPolygonF:
        """Where a rectangle turned around its middle is drawn."""
        return QPolygonF([self.point(x, y) for x, y in corners(rect, degrees)])

    def column(self, x: float) -> QLineF:
        """Where a column is drawn, from far above to far below."""
        return QLineF(self.point(x, -_FAR), self.point(x, _FAR))

    def row(self, y: float) -> QLineF:
        """Where a row is drawn, from far left to far right."""
        return QLineF(self.point(-_FAR, y), self.point(_FAR, y))

    def grips(self, rect: Rect, degrees: float, *, is_one: bool) -> dict[Grip, QPointF]:
        """The middle of each handle; several items have only those at the corners."""
        columns = {-1: rect.x, 0: rect.middle[0], 1: rect.right}
        rows = {-1: rect.y, 0: rect.middle[1], 1: rect.bottom}
        return {
            grip: self.point(
                *turned_point(columns[grip.across], rows[grip.down], rect.middle, degrees)
            )
            for grip in GRIPS
            if is_one or grip.is_corner
        }

    def turning(self, rect: Rect, degrees: float, view: QRectF) -> tuple[QPointF, QPointF]:
        """The handle to turn by, and where its stem begins: above, or below where that is out."""
        middle = self.point(*rect.middle)
        for y in (rect.y, rect.bottom):
            start = self.point(*turned_point(rect.middle[0], y, rect.middle, degrees))
            end = start + _away(start, middle) * _STEM_PX
            if view.contains(end):
                return end, start
        start = self.point(*turned_point(rect.middle[0], rect.y, rect.middle, degrees))
        return start - _away(start, middle) * _STEM_PX, start


def grip_cursor(grips: Places[Grip, QPointF], grip: Grip) -> Qt.CursorShape:
    """The arrow along which a handle moves, as it lies on the screen."""
    across = grips[grip] - grips.get(Grip(-grip.across, -grip.down), grips[grip])
    longest = max(abs(across.x()), abs(across.y()))
    if longest < 1:
        return Qt.CursorShape.SizeAllCursor
    return _CURSORS[round(across.x() / longest), round(across.y() / longest)]


def _away(point: QPointF, middle: QPointF) -> QPointF:
    """The direction from the middle to a point, one pixel long."""
    line = point - middle
    length = math.hypot(line.x(), line.y())
    return line / length if length > 0 else QPointF(0.0, -1.0)
