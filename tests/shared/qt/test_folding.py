"""A row that folds when its words do not fit."""

from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from shared.qt.folding import FoldingRow


def test_it_folds_where_its_words_do_not_fit_and_unfolds_again(qtbot: QtBot) -> None:
    first, second = QLabel("Connected"), QLabel("ready")
    row = FoldingRow(first, second)
    qtbot.addWidget(row)
    row.resize(first.sizeHint().width() + second.sizeHint().width() + 40, 60)
    row.show()
    assert not row.is_folded
    assert second.x() + second.width() == row.width()
    first.setText("Connected " * 12)
    QApplication.processEvents()
    assert row.is_folded
    assert second.y() > first.y()
    first.setText("Up")
    QApplication.processEvents()
    assert not row.is_folded
    assert row.minimumSizeHint().width() < first.sizeHint().width() + second.sizeHint().width()
