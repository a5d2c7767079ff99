"""The question before a stream is taken off the air: on which ground, with which words."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from shared.qt.theme import set_role
from shared.qt.translations import tr
from shared.qt.widgets import button, label
from shared.schemas.moderation import ActionKind, Policy, SuspendRequest
from shared.schemas.streams import Stream

_LEAST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Suspension:
    """Which stream leaves the air, and why."""

    stream_id: str
    request: SuspendRequest


class SuspendBar(QFrame):
    """Hidden until asked; nothing happens before it is confirmed."""

    confirmed = Signal(object)
    """A Suspension, to be sent."""
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        set_role(self, "danger-card")
        self._stream_id = ""
        self._question = label(wrap=True)
        self._policy = QComboBox()
        self._policy.setAccessibleName(tr("Policy"))
        self._policy.currentIndexChanged.connect(self._on_policy_chosen)
        self._statement = QLineEdit()
        self._statement.setAccessibleName(tr("Statement of reasons"))
        self._statement.setPlaceholderText(tr("Statement of reasons, sent to the person"))
        self._statement.setMaxLength(4000)
        self._statement.returnPressed.connect(self.confirm)
        self._suspend = button(tr("Suspend  (Enter)"), role="live", on_click=self.confirm)
        self._cancel = button(tr("Cancel  (Esc)"), on_click=self.close_bar)
        fields = QHBoxLayout()
        fields.addWidget(self._policy)
        fields.addWidget(self._statement, 1)
        fields.addWidget(self._cancel)
        fields.addWidget(self._suspend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self._question)
        layout.addLayout(fields)
        self.hide()

    @property
    def is_asking(self) -> bool:
        """Whether a stream waits for the answer."""
        return bool(self._stream_id)

    def ask(self, stream: Stream, policies: Sequence[Policy]) -> None:
        """Ask about a stream."""
        self._stream_id = stream.id
        self._question.setText(
            tr(
                "Take {name} off the air? The stream ends for everybody at once.",
                name=stream.creator.display_name,
            )
        )
        self._policy.clear()
        for policy in policies:
            if ActionKind.NO_VIOLATION not in policy.usual_actions:
                self._policy.addItem(policy.title, policy.id)
                row = self._policy.count() - 1
                self._policy.setItemData(row, policy.text, Qt.ItemDataRole.ToolTipRole)
        self._on_policy_chosen(self._policy.currentIndex())
        self.show()
        self._policy.setFocus()

    def confirm(self) -> None:
        """Send it, once there is a ground and a statement."""
        policy, statement = self._policy.currentData(), self._statement.text().strip()
        if not self._stream_id or not isinstance(policy, str):
            return
        if len(statement) < _LEAST_WORDS:
            self._question.setText(tr("Write the statement of reasons, ten letters or more."))
            self._statement.setFocus()
            return
        request = SuspendRequest(policy=policy, statement=statement)
        found = Suspension(self._stream_id, request)
        self.close_bar()
        self.confirmed.emit(found)

    def close_bar(self) -> None:
        """Ask no longer."""
        self._stream_id = ""
        self.hide()
        self.closed.emit()

    def _on_policy_chosen(self, _row: int) -> None:
        text = self._policy.currentData(Qt.ItemDataRole.ToolTipRole)
        if isinstance(text, str):
            self._statement.setText(text)
            self._statement.setCursorPosition(0)
