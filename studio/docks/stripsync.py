"""StripSync: the queue of timed actions that tips, votes and spins ask of the creator."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QProgressBar, QSpinBox, QVBoxLayout

from shared.qt import format as words
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_n
from shared.qt.widgets import button, label
from shared.schemas.stage import ActionSource, StageAction
from studio.docks.rows import Row, RowAction, RowList, ToolDock, form_button


def source_name(source: ActionSource) -> str:
    """What queued an action, in the person's language."""
    return {
        ActionSource.TIP: tr("Tip"),
        ActionSource.VOTE: tr("Votes"),
        ActionSource.SPIN: tr("Wheel"),
        ActionSource.CREATOR: tr("You"),
    }[source]


class StripSyncDock(ToolDock):
    """The action under way with its clock, the ones that wait, and a line to add one."""

    start_requested = Signal(str)
    pause_requested = Signal()
    skip_requested = Signal(str)
    done_requested = Signal(str)
    add_requested = Signal(str, int)
    """Title and seconds."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "stripSyncDock", tr("StripSync"))
        self._running = ""
        self._next = ""
        self._rows = RowList(
            theme,
            tr("Actions that wait"),
            tr("Nothing waits. What a tip or a vote asks of you is queued here."),
        )
        self._rows.acted.connect(self._on_acted)
        self.body.addWidget(self._now_part())
        self.body.addWidget(self._rows, 1)
        self.body.addLayout(self._form())
        self.set_running(None, 0.0, is_paused=False)
        self.set_live(is_live=False)

    def set_live(self, *, is_live: bool) -> None:
        """Offer to add an action, which needs a broadcast."""
        for one in (self._title, self._seconds, self._add):
            one.setEnabled(is_live)

    def set_running(self, action: StageAction | None, left_s: float, *, is_paused: bool) -> None:
        """Show the action under way and its clock."""
        self._running = action.id if action is not None else ""
        is_over = action is not None and left_s <= 0
        self._what.setText(action.title if action is not None else tr("Nothing is running"))
        self._clock.setText(words.duration(max(0.0, left_s)) if action is not None else "")
        set_role(self._clock, "warning" if is_over else "display")
        self._state.setText(_state(action, is_over=is_over, is_paused=is_paused))
        total = action.duration_s if action is not None else 1
        self._bar.setValue(round(1000 * min(1.0, max(0.0, left_s / total))))
        self._bar.setAccessibleName(self._state.text() or self._what.text())
        self._start.setText(
            tr("Start") if action is None else tr("Go on") if is_paused else tr("Pause")
        )
        self._start.setEnabled(action is not None or bool(self._next))
        self._skip.setEnabled(action is not None)
        self._done.setEnabled(action is not None)

    def set_waiting(self, actions: Sequence[StageAction]) -> None:
        """Show what waits, next first."""
        self._next = actions[0].id if actions else ""
        self._rows.set_rows([_row(action) for action in actions])
        if not self._running:
            self._start.setEnabled(bool(self._next))

    def _now_part(self) -> QFrame:
        frame = QFrame()
        set_role(frame, "accent-card")
        self._what = label(role="heading", wrap=True)
        self._what.setObjectName("stripSyncNow")
        self._clock = label(role="display")
        self._state = label(role="caption", wrap=True)
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._start = button(tr("Start"), role="primary", on_click=self._on_start)
        self._start.setObjectName("stripSyncStart")
        self._skip = button(
            tr("Later"),
            tip=tr("To the end of the queue"),
            on_click=lambda: self.skip_requested.emit(self._running),
        )
        self._done = button(tr("Done"), on_click=lambda: self.done_requested.emit(self._running))
        self._done.setObjectName("stripSyncDone")
        head = QHBoxLayout()
        head.addWidget(self._what, 1)
        head.addWidget(self._clock)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for one in (self._start, self._skip, self._done):
            buttons.addWidget(one, 1)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._state)
        layout.addLayout(buttons)
        return frame

    def _form(self) -> QVBoxLayout:
        self._title = QLineEdit()
        self._title.setMaxLength(80)
        self._title.setPlaceholderText(tr("Add an action"))
        self._title.setAccessibleName(tr("Action to add"))
        self._title.returnPressed.connect(self._on_add)
        self._seconds = QSpinBox()
        self._seconds.setRange(5, 3600)
        self._seconds.setSingleStep(15)
        self._seconds.setValue(60)
        self._seconds.setSuffix(" s")
        self._seconds.setAccessibleName(tr("Seconds it takes"))
        self._add = form_button(tr("Add"), "stripSyncAdd")
        self._add.clicked.connect(lambda _on=False: self._on_add())
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._seconds, 1)
        row.addWidget(self._add)
        form = QVBoxLayout()
        form.setSpacing(6)
        form.addWidget(self._title)
        form.addLayout(row)
        return form

    def _on_start(self) -> None:
        if self._running:
            self.pause_requested.emit()
        elif self._next:
            self.start_requested.emit(self._next)

    def _on_add(self) -> None:
        title = self._title.text().strip()
        if title and self._title.isEnabled():
            self._title.clear()
            self.add_requested.emit(title, self._seconds.value())

    def _on_acted(self, action_id: str, key: str) -> None:
        match key:
            case "start":
                self.start_requested.emit(action_id)
            case "skip":
                self.skip_requested.emit(action_id)
            case _:
                self.done_requested.emit(action_id)


def _row(action: StageAction) -> Row:
    who = action.requested_by.display_name if action.requested_by is not None else ""
    parts = [words.duration(action.duration_s), who]
    if action.tokens:
        parts.append(words.tokens(action.tokens))
    return Row(
        action.id,
        action.title,
        " \N{MIDDLE DOT} ".join(part for part in parts if part),
        badge=source_name(action.source),
        actions=(
            RowAction("start", "live", tr("Start {title}", title=action.title)),
            RowAction("skip", "down", tr("{title} later", title=action.title)),
            RowAction("done", "check", tr("{title} is done", title=action.title)),
        ),
    )


def _state(action: StageAction | None, *, is_over: bool, is_paused: bool) -> str:
    if action is None:
        return ""
    if is_over:
        return tr("The time is up.")
    if is_paused:
        return tr("Paused")
    if action.requested_by is not None and action.tokens:
        return tr_n(
            "{name} asked for it with {n} token.",
            "{name} asked for it with {n} tokens.",
            action.tokens,
            name=action.requested_by.display_name,
        )
    return tr("Running")
