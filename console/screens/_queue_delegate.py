"""Paints a row of the queue: priority, subject, why it stands there, who has it."""

from collections.abc import Callable
from datetime import datetime
from typing import override

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.screens._rows import ITEM_ROLE
from console.wording import age_words, countdown, holder_at, reason_words, state_words
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.schemas.moderation import CaseState, CaseSummary, ReportReason

_ROW = 56
_PAD = 14
_SCORE = QSize(38, 26)
_SIDE_WIDTH = 170
_HIGH = 50.0
_LEASE_SHORT_S = 60.0

GRAVE = frozenset({ReportReason.MINOR_SAFETY, ReportReason.NON_CONSENSUAL, ReportReason.VIOLENCE})
"""Reasons shown in the warning colour, whatever the sum of the priority."""


class QueueDelegate(QStyledItemDelegate):
    """Two quiet lines per case; colour only where a person must look first.

    `me` gives the id of the person who reads, `now` the server's time.
    """

    def __init__(
        self, theme: Theme, *, me: Callable[[], str], now: Callable[[], datetime], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._me = me
        self._now = now

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(320, self._theme.px(_ROW))

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        case = index.data(ITEM_ROLE)
        if not isinstance(case, CaseSummary):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option)
        area = option.rect.adjusted(_PAD, 0, -_PAD, 0)
        self._paint_score(painter, area, option.font, case)
        side = QRect(area.right() - _SIDE_WIDTH, area.top(), _SIDE_WIDTH, area.height())
        text = QRect(area.left() + _SCORE.width() + _PAD, area.top(), 0, area.height())
        text.setRight(side.left() - _PAD)
        font = QFont(option.font)
        self._paint_lines(painter, text, font, _subject_lines(case), self._subject_inks(case))
        inks = (QColor(self._theme.tokens.muted), self._holder_ink(case))
        lines = (_weight_line(case, self._now()), self._holder_line(case))
        self._paint_lines(painter, side, font, lines, inks, align=Qt.AlignmentFlag.AlignRight)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        tokens = self._theme.tokens
        rect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            focused = option.state & QStyle.StateFlag.State_HasFocus
            painter.fillRect(rect, QColor(tokens.accent_soft if focused else tokens.raised))
            bar = QRect(rect.left(), rect.top(), 3, rect.height())
            painter.fillRect(bar, QColor(tokens.accent if focused else tokens.outline))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, QColor(tokens.raised))
        painter.setPen(QColor(tokens.border))
        painter.drawLine(rect.left() + _PAD, rect.bottom(), rect.right() - _PAD, rect.bottom())

    def _paint_score(self, painter: QPainter, area: QRect, base: QFont, case: CaseSummary) -> None:
        tokens = self._theme.tokens
        pill = QRect(area.left(), area.center().y() - _SCORE.height() // 2, 0, 0)
        pill.setSize(_SCORE)
        grave = bool(GRAVE & set(case.reasons))
        high = case.priority >= _HIGH
        fill = tokens.danger_soft if grave else tokens.warning_soft if high else tokens.raised
        ink = tokens.danger if grave else tokens.warning if high else tokens.text
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(pill, 6, 6)
        font = QFont(base)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(ink))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, str(round(case.priority)))

    def _subject_inks(self, case: CaseSummary) -> tuple[QColor, QColor]:
        tokens = self._theme.tokens
        gone = self._is_others(case)
        return QColor(tokens.muted if gone else tokens.text), QColor(tokens.muted)

    def _is_others(self, case: CaseSummary) -> bool:
        holder = holder_at(case, self._now())
        return holder is not None and holder.id != self._me()

    def _holder_line(self, case: CaseSummary) -> str:
        holder, until = holder_at(case, self._now()), case.lease_until
        if holder is None:
            return tr("Escalated") if case.state is CaseState.ESCALATED else ""
        left = countdown(until, self._now()) if until is not None else ""
        if holder.id == self._me():
            return tr("Yours · {left}", left=left)
        return tr("{name} has it · {left}", name=holder.display_name, left=left)

    def _holder_ink(self, case: CaseSummary) -> QColor:
        tokens = self._theme.tokens
        if case.state is CaseState.ESCALATED:
            return QColor(tokens.warning)
        if self._is_others(case):
            return QColor(tokens.muted)
        until = case.lease_until
        if until is not None and (until - self._now()).total_seconds() < _LEASE_SHORT_S:
            return QColor(tokens.warning)
        return QColor(tokens.accent)

    def _paint_lines(
        self,
        painter: QPainter,
        area: QRect,
        font: QFont,
        lines: tuple[str, str],
        inks: tuple[QColor, QColor],
        *,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        """Two lines around the middle of the row, each cut off with an ellipsis."""
        small = QFont(font)
        small.setPixelSize(self._theme.px(12))
        middle, gap = area.center().y(), 1
        upper = QRect(area.left(), area.top(), area.width(), middle - area.top() - gap)
        lower = QRect(area.left(), middle + gap + 1, area.width(), area.bottom() - middle)
        painter.setFont(font)
        painter.setPen(inks[0])
        flags = align | Qt.AlignmentFlag.AlignBottom
        painter.drawText(upper, flags, _cut(lines[0], font, area.width()))
        painter.setFont(small)
        painter.setPen(inks[1])
        flags = align | Qt.AlignmentFlag.AlignTop
        painter.drawText(lower, flags, _cut(lines[1], small, area.width()))


def _cut(text: str, font: QFont, width: int) -> str:
    return QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


def _subject_lines(case: CaseSummary) -> tuple[str, str]:
    """What it is, and the weightiest reasons for its place."""
    parts = sorted(case.priority_parts, key=lambda part: part.points, reverse=True)
    because = "  ".join(part.because for part in parts[:2] if part.points > 0)
    reasons = ", ".join(reason_words(reason) for reason in case.reasons)
    return case.subject_label, because or reasons


def _weight_line(case: CaseSummary, now: datetime) -> str:
    reports = tr_n("{n} report", "{n} reports", case.report_count)
    return f"{reports} · {age_words(case.opened_at, now)}"


def spoken_case(case: CaseSummary) -> str:
    """A row as a screen reader says it."""
    holder = case.claimed_by.display_name if case.claimed_by is not None else ""
    return tr(
        "{label}. {reasons}. {count} reports. Priority {points}. {state}.",
        label=case.subject_label,
        reasons=", ".join(reason_words(reason) for reason in case.reasons),
        count=case.report_count,
        points=round(case.priority),
        state=tr("Claimed by {name}", name=holder) if holder else state_words(case.state),
    )
