"""Lays out and paints the rows of a chat view; a layout is made once and kept while it is near."""

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from shared.qt import format as words
from shared.qt.chat_rows import ChatRow, RowKind, links_in
from shared.qt.theme import Theme, Tokens
from shared.qt.translations import tr
from shared.schemas.moods import MOOD_COLOURS
from shared.schemas.roles import Role

_CACHE_ROWS = 400
_SIDE = 10.0
_STRIPE = 3.0
_GAP = 3.0
_TIME_FROM_WIDTH = 340.0
_CHIP_PAD = 4.0


@dataclass(frozen=True, slots=True)
class LaidRow:
    """A row ready to paint at any height of the view."""

    row: ChatRow
    text: QTextLayout
    height: float
    chips: tuple[tuple[str, QRectF, str, str], ...]
    clock: str
    ascent: float

    def link_at(self, x: float, y: float) -> str | None:
        """The web address at a point of the row, if its words have one there."""
        if "://" not in self.text.text():
            return None
        for number in range(self.text.lineCount()):
            line = self.text.lineAt(number)
            if not line.naturalTextRect().contains(x, y):
                continue
            cursor = line.xToCursor(x, QTextLine.CursorPosition.CursorOnCharacter)
            for start, address in links_in(self.text.text()):
                if start <= cursor < start + len(address):
                    return address
        return None


def role_colour(tokens: Tokens, role: Role | None, *, is_ai: bool) -> str:
    """The colour of an author's name."""
    if is_ai:
        return tokens.role_ai
    match role:
        case Role.ADMIN | Role.SUPER_ADMIN:
            return tokens.role_admin
        case Role.MOD:
            return tokens.role_mod
        case Role.CREATOR:
            return tokens.role_creator
        case Role.PROVIDER:
            return tokens.role_provider
        case _:
            return tokens.role_member


class RowPainter:
    """Makes layouts for one width, font and theme; `invalidate` starts a new generation."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._cache: OrderedDict[ChatRow, LaidRow] = OrderedDict()
        self._width = 0.0
        self._font = QFont()
        self._own_name = ""

    def invalidate(self) -> None:
        """Forget every layout: the theme, the words or the person changed."""
        self._cache.clear()

    def set_own_name(self, name: str) -> None:
        """The person at this screen; rows that mention them stand out."""
        self._own_name = name.casefold()
        self.invalidate()

    def prepare(self, width: float, font: QFont) -> None:
        """Tell the width and font of the paint to come; a change starts a new generation."""
        if width != self._width or font != self._font:
            self._width = width
            self._font = QFont(font)
            self.invalidate()

    def laid(self, row: ChatRow) -> LaidRow:
        """The layout of a row, from the cache where it was made before."""
        known = self._cache.get(row)
        if known is not None:
            self._cache.move_to_end(row)
            return known
        made = self._lay_out(row)
        self._cache[row] = made
        while len(self._cache) > _CACHE_ROWS:
            self._cache.popitem(last=False)
        return made

    def paint(self, painter: QPainter, laid: LaidRow, top: float, *, is_selected: bool) -> None:
        """Paint a row with its upper edge at `top`."""
        t = self._theme.tokens
        row = laid.row
        area = QRectF(0, top, self._width, laid.height)
        ground = self._ground(row)
        if is_selected:
            painter.fillRect(area, QColor(t.hover))
        elif ground:
            painter.fillRect(area, QColor(ground))
        stripe = t.accent if is_selected else self._stripe(row)
        if stripe:
            painter.fillRect(QRectF(0, top, _STRIPE, laid.height), QColor(stripe))
        baseline = top + _GAP + laid.ascent
        if laid.clock:
            painter.setFont(self._small())
            painter.setPen(QColor(t.muted))
            painter.drawText(QPointF(_SIDE, baseline), laid.clock)
        for text, box, ink, fill in laid.chips:
            placed = box.translated(0, top)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(placed, 3, 3)
            painter.setFont(self._small(bold=True))
            painter.setPen(QColor(ink))
            painter.drawText(placed, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QColor(t.text))
        laid.text.draw(painter, QPointF(0, top))

    def _ground(self, row: ChatRow) -> str:
        t = self._theme.tokens
        if row.kind is RowKind.TIP:
            return t.accent_soft
        if self._own_name and f"@{self._own_name}" in row.text.casefold():
            return t.info_soft
        return ""

    def _stripe(self, row: ChatRow) -> str:
        if row.kind is RowKind.TIP:
            return self._theme.tokens.accent
        return MOOD_COLOURS[row.mood] if row.mood is not None else ""

    def _small(self, *, bold: bool = False) -> QFont:
        font = QFont(self._font)
        font.setPixelSize(max(9, round(self._font.pixelSize() * 0.84)))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def _chips_of(self, row: ChatRow) -> list[tuple[str, str, str]]:
        t = self._theme.tokens
        chips: list[tuple[str, str, str]] = []
        if row.is_ai:
            chips.append((tr("AI"), t.role_ai, t.hover))
        if row.kind is not RowKind.MESSAGE or row.is_ai:
            return chips
        if row.role is Role.MOD:
            chips.append((tr("MOD"), t.role_mod, t.hover))
        elif row.role in (Role.ADMIN, Role.SUPER_ADMIN):
            chips.append((tr("STAFF"), t.role_admin, t.hover))
        elif row.role is Role.CREATOR:
            chips.append((tr("HOST"), t.role_creator, t.hover))
        return chips

    def _lay_out(self, row: ChatRow) -> LaidRow:
        metrics = QFontMetricsF(self._font)
        small = QFontMetricsF(self._small(bold=True))
        left = _SIDE
        clock = ""
        if row.at is not None and self._width >= _TIME_FROM_WIDTH:
            clock = words.clock_time(row.at)
            left += QFontMetricsF(self._small()).horizontalAdvance("00:00") + 8
        start = left
        chips = []
        for text, ink, fill in self._chips_of(row):
            box = QRectF(
                start, _GAP + 1, small.horizontalAdvance(text) + 2 * _CHIP_PAD, metrics.height() - 2
            )
            chips.append((text, box, ink, fill))
            start += box.width() + 5
        layout = self._text_layout(row)
        layout.beginLayout()
        y = _GAP
        is_first = True
        while (line := layout.createLine()).isValid():
            x = start if is_first else left
            line.setLineWidth(max(40.0, self._width - x - _SIDE))
            line.setPosition(QPointF(x, y))
            y += line.height()
            is_first = False
        layout.endLayout()
        return LaidRow(row, layout, y + _GAP, tuple(chips), clock, metrics.ascent())

    def _text_layout(self, row: ChatRow) -> QTextLayout:
        t = self._theme.tokens
        said = tr("Message removed") if row.is_deleted else " ".join(row.text.split())
        name = row.author
        joint = "  " if row.kind is RowKind.MESSAGE else " "
        text = f"{name}{joint}{said}" if name else said
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        formats = []
        if name:
            strong = QTextCharFormat()
            strong.setFontWeight(QFont.Weight.DemiBold)
            strong.setForeground(QColor(role_colour(t, row.role, is_ai=row.is_ai)))
            formats.append(_range(0, len(name), strong))
        body = QTextCharFormat()
        body.setForeground(QColor(t.text))
        if row.is_deleted or row.kind is RowKind.NOTICE:
            body.setForeground(QColor(t.muted))
            body.setFontItalic(True)
        begin = len(text) - len(said)
        formats.append(_range(begin, len(said), body))
        if row.kind is RowKind.MESSAGE and "://" in said:
            linked = QTextCharFormat()
            linked.setForeground(QColor(t.info))
            linked.setFontUnderline(True)
            formats += [_range(begin + at, len(it), linked) for at, it in links_in(said)]
        layout.setFormats(formats)
        return layout


def _range(start: int, length: int, look: QTextCharFormat) -> QTextLayout.FormatRange:
    made = QTextLayout.FormatRange()
    made.start = start
    made.length = length
    made.format = look
    return made
