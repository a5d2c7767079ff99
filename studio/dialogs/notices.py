"""Which notices the desktop shows, and at what hours none."""

from PySide6.QtCore import QSignalBlocker, QTime, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSpinBox, QTimeEdit, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from studio.choices import NoticeChoices
from studio.editor_undo import StateUndo

_FIRST_QUIET = "23:00"


class NoticesPanel(Overlay):
    """Changes are in force as they are made."""

    changed = Signal(object)
    """The new NoticeChoices."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Notices on the desktop"), width=520)
        self.setObjectName("noticesPanel")
        self._choices = NoticeChoices()
        self._steps: StateUndo[NoticeChoices] = StateUndo(self, self._put)
        self._tips = QCheckBox(tr("Tips of at least"))
        self._tips.setObjectName("noticeTips")
        self._least = QSpinBox()
        self._least.setRange(1, 1_000_000)
        self._least.setSuffix(" " + tr("tokens"))
        self._least.setAccessibleName(tr("Tokens a tip needs for a notice"))
        self._least.lineEdit().setTextMargins(8, 0, 0, 0)
        self._trouble = QCheckBox(tr("A line that is lost, an output that fails"))
        self._safety = QCheckBox(tr("Panic and moderators, also in quiet hours"))
        self._quiet = QCheckBox(tr("Quiet from"))
        self._quiet.setObjectName("noticeQuiet")
        self._begin, self._end = _hour(tr("Quiet from")), _hour(tr("Quiet until"))
        self.body.addWidget(
            label(tr("They come while another window has the focus."), role="muted", wrap=True)
        )
        self.body.addLayout(_row(self._tips, self._least))
        self.body.addWidget(self._trouble)
        self.body.addWidget(self._safety)
        self.body.addLayout(
            _row(self._quiet, self._begin, label(tr("until"), role="muted"), self._end)
        )
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(button(tr("Close"), role="primary", on_click=self.dismiss))
        self.body.addLayout(foot)
        for box in (self._tips, self._trouble, self._safety, self._quiet):
            box.clicked.connect(lambda _on: self._on_changed())
        self._least.valueChanged.connect(lambda _n: self._on_changed())
        for edit in (self._begin, self._end):
            edit.timeChanged.connect(lambda _time: self._on_changed())
        self.set_state(self._choices)

    def set_state(self, choices: NoticeChoices) -> None:
        """Show the choices in force."""
        self._choices = choices
        self._tips.setChecked(choices.tips_from is not None)
        self._trouble.setChecked(choices.of_trouble)
        self._safety.setChecked(choices.of_safety)
        self._quiet.setChecked(choices.quiet_from is not None)
        with QSignalBlocker(self._least):
            if choices.tips_from is not None:
                self._least.setValue(choices.tips_from)
        for edit, text in (
            (self._begin, choices.quiet_from or _FIRST_QUIET),
            (self._end, choices.quiet_until),
        ):
            with QSignalBlocker(edit):
                edit.setTime(QTime.fromString(text, "HH:mm"))
        self._least.setEnabled(self._tips.isChecked())
        for edit in (self._begin, self._end):
            edit.setEnabled(self._quiet.isChecked())

    def ask(self, choices: NoticeChoices) -> None:
        """Show the panel."""
        self.set_state(choices)
        self.open(self._tips)

    def _on_changed(self) -> None:
        choices = NoticeChoices(
            tips_from=self._least.value() if self._tips.isChecked() else None,
            of_trouble=self._trouble.isChecked(),
            of_safety=self._safety.isChecked(),
            quiet_from=_text(self._begin) if self._quiet.isChecked() else None,
            quiet_until=_text(self._end),
        )
        self._steps.changed(self._choices, choices)
        self._put(choices)

    def _put(self, choices: NoticeChoices) -> None:
        self.set_state(choices)
        self.changed.emit(choices)


def _hour(name: str) -> QTimeEdit:
    made = QTimeEdit()
    made.setDisplayFormat("HH:mm")
    made.setAccessibleName(name)
    made.setFixedWidth(110)
    made.lineEdit().setTextMargins(8, 0, 0, 0)
    return made


def _text(edit: QTimeEdit) -> str:
    return edit.time().toString("HH:mm")


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return row
