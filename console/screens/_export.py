"""A button that asks for one table as a file."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from shared.qt.translations import tr
from shared.schemas.administration import ExportKind


class Export(QPushButton):
    """Asks for its table."""

    asked = Signal(object)
    """An ExportKind."""

    def __init__(self, kind: ExportKind) -> None:
        super().__init__(export_words(kind))
        self.setToolTip(tr("Save this table as a file"))
        self.clicked.connect(lambda: self.asked.emit(kind))


def export_words(kind: ExportKind) -> str:
    """What a table is called."""
    return {
        ExportKind.USERS: tr("People"),
        ExportKind.STREAMS: tr("Streams"),
        ExportKind.TIPS: tr("Tips"),
        ExportKind.LEDGER: tr("Ledger"),
        ExportKind.REPORTS: tr("Reports"),
        ExportKind.AUDIT: tr("Audit log"),
    }[kind]
