"""Paints rows of words: the first line as a title, what follows it quieter."""

from typing import override

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from shared.qt.theme import Theme

_SIDE, _EDGE, _GAP = 10, 7, 2
_TALL = 10_000
_WRAP = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class RowDelegate(QStyledItemDelegate):
    """Wraps each line to the width of its list; colours come from the theme."""

    def __init__(self, theme: Theme, view: QListView) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        # Without words the style paints ground, selection and focus as everywhere else.
        self.initStyleOption(option, index)
        words, option.text = option.text, ""
        widget = option.widget
        widget.style().drawControl(
            widget.style().ControlElement.CE_ItemViewItem, option, painter, widget
        )
        place = option.rect.adjusted(_SIDE, _EDGE, -_SIDE, -_EDGE)
        tokens = self._theme.tokens
        for number, text in enumerate(words.splitlines()):
            font = _font(option.font, number)
            height = _height(font, text, place.width())
            painter.setFont(font)
            painter.setPen(QColor(tokens.muted if number else tokens.text))
            painter.drawText(QRect(place.left(), place.top(), place.width(), height), _WRAP, text)
            place.setTop(place.top() + height + _GAP)

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        self.initStyleOption(option, index)
        width = self._view.viewport().width() - 2 * self._view.spacing()
        room = max(1, width - 2 * _SIDE)
        lines = option.text.splitlines()
        heights = [_height(_font(option.font, n), text, room) for n, text in enumerate(lines)]
        return QSize(width, sum(heights) + _GAP * max(0, len(lines) - 1) + 2 * _EDGE)


def _font(base: QFont, number: int) -> QFont:
    font = QFont(base)
    if number:
        font.setPixelSize(max(11, QFontMetrics(base).height() - 5))
    return font


def _height(font: QFont, text: str, width: int) -> int:
    return QFontMetrics(font).boundingRect(QRect(0, 0, width, _TALL), _WRAP, text or " ").height()
