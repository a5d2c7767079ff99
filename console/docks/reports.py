"""Who reported it, why, in what words, and how far their earlier reports held."""

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.wording import reason_words
from shared.qt.format import clock_time, percent
from shared.qt.theme import Theme
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import Badge, Card, clear_layout, label
from shared.schemas.moderation import CaseDetail, Report

_ACCURACY = "reporter_accuracy"
"""The part of the priority that tells how earlier reports of the reporters turned out."""


class ReportsDock(Card):
    """The reports of a case, newest first, below what is known of their reporters."""

    def __init__(self, _theme: Theme) -> None:
        super().__init__(tr("Reports"))
        self._accuracy = label(role="muted", wrap=True)
        self.body.addWidget(self._accuracy)
        self._list, area = scrolled_list()
        self.body.addWidget(area, 1)
        self._shown: tuple[Report, ...] | None = None

    @property
    def accuracy(self) -> str:
        """The sentence about the reporters."""
        return self._accuracy.text()

    def show_case(self, case: CaseDetail) -> None:
        """Show the reports of a case."""
        self._accuracy.setText(accuracy_words(case))
        count = tr_n("{n} report", "{n} reports", case.report_count)
        self.title.setText(count)
        self.setAccessibleName(count)
        reports = tuple(sorted(case.reports, key=lambda report: report.at, reverse=True))
        if reports == self._shown:
            return
        self._shown = reports
        clear_layout(self._list)
        for report in reports:
            self._list.addWidget(_report_row(report))
        self._list.addStretch(1)


def accuracy_words(case: CaseDetail) -> str:
    """How far the reporters' earlier reports held."""
    known = [part.because for part in case.priority_parts if part.name == _ACCURACY]
    if case.reporter_accuracy is None:
        return known[0] if known else tr("Nothing is known of the reporters yet.")
    share = tr("Reporter accuracy {share}.", share=percent(case.reporter_accuracy))
    return f"{share} {known[0]}" if known else share


def scrolled_list() -> tuple[QVBoxLayout, QScrollArea]:
    """A layout that scrolls when it is taller than its place."""
    inner = QWidget()
    layout = QVBoxLayout(inner)
    layout.setContentsMargins(0, 0, 6, 0)
    layout.setSpacing(8)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inner)
    return layout, area


def _report_row(report: Report) -> QWidget:
    row = QWidget()
    head = QHBoxLayout()
    head.setSpacing(6)
    who = report.reporter.display_name if report.reporter is not None else tr("Automatic check")
    head.addWidget(label(who), 1)
    head.addWidget(Badge(reason_words(report.reason)))
    head.addWidget(label(clock_time(report.at), role="caption"))
    layout = QVBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(1)
    layout.addLayout(head)
    if report.note:
        layout.addWidget(label(report.note, role="muted", wrap=True))
    return row
