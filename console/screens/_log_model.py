"""The audit log as a Qt table model: newest first, the broken link marked."""

from collections.abc import Sequence
from enum import IntEnum
from typing import override

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from console.wording import act_words, when_words
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.schemas.moderation import AuditEntry

type AnyIndex = QModelIndex | QPersistentModelIndex

ENTRY_ROLE = int(Qt.ItemDataRole.UserRole) + 1
_SHORT_HASH = 8
_ROOT = QModelIndex()


class LogColumn(IntEnum):
    """The columns from left to right."""

    SEQ = 0
    AT = 1
    ACTOR = 2
    ACTION = 3
    SUBJECT = 4
    HASH = 5


class LogModel(QAbstractTableModel):
    """Entries of the audit chain, the newest in the first row."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: tuple[AuditEntry, ...] = ()
        self._broken_at: int | None = None

    @override
    def rowCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(self._entries)

    @override
    def columnCount(self, parent: AnyIndex = _ROOT) -> int:
        return 0 if parent.isValid() else len(LogColumn)

    @override
    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._entries):
            return None
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _cell(entry, LogColumn(index.column()))
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._ink(entry, LogColumn(index.column()))
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == LogColumn.SEQ:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if section == LogColumn.SEQ
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            LogColumn.SEQ: tr("No."),
            LogColumn.AT: tr("Time"),
            LogColumn.ACTOR: tr("Who"),
            LogColumn.ACTION: tr("What"),
            LogColumn.SUBJECT: tr("About"),
            LogColumn.HASH: tr("Hash"),
        }[LogColumn(section)]

    def entry_at(self, row: int) -> AuditEntry | None:
        """The entry shown in a row."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def row_of(self, seq: int) -> int:
        """Where an entry stands now; -1 when it is not shown."""
        rows = (row for row, entry in enumerate(self._entries) if entry.seq == seq)
        return next(rows, -1)

    def show(self, entries: Sequence[AuditEntry], *, broken_at: int | None) -> None:
        """Show these entries; `broken_at` is the first link that does not verify."""
        ordered = tuple(sorted(entries, key=lambda entry: entry.seq, reverse=True))
        if ordered == self._entries and broken_at == self._broken_at:
            return
        self.beginResetModel()
        self._entries = ordered
        self._broken_at = broken_at
        self.endResetModel()

    def _ink(self, entry: AuditEntry, column: LogColumn) -> QColor | None:
        tokens = self._theme.tokens
        if self._broken_at is not None and entry.seq >= self._broken_at:
            return QColor(tokens.danger)
        if column in (LogColumn.SEQ, LogColumn.AT, LogColumn.HASH):
            return QColor(tokens.muted)
        return None


def _cell(entry: AuditEntry, column: LogColumn) -> str:
    return {
        LogColumn.SEQ: str(entry.seq),
        LogColumn.AT: when_words(entry.at),
        LogColumn.ACTOR: entry.actor,
        LogColumn.ACTION: act_words(entry.action),
        LogColumn.SUBJECT: f"{entry.subject_type} {entry.subject_id[-8:]}",
        LogColumn.HASH: entry.hash[:_SHORT_HASH],
    }[column]
