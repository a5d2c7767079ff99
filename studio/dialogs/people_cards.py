"""Who somebody in the room is, and where a link would lead: asked for, never opened by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from shared.qt.chat_rows import ChatRow
from shared.qt.chat_view import ChatView
from shared.qt.overlay import Overlay
from shared.qt.theme import Theme
from shared.qt.translations import tr
from shared.qt.widgets import Avatar, LabelledValue, button, label


@dataclass(frozen=True, slots=True)
class PersonCardState:
    """A person as the room knows them in this broadcast."""

    id: str
    name: str
    role: str = ""
    tokens: str = ""
    tips: str = ""
    messages: str = ""
    restriction: str = ""
    can_discipline: bool = True
    rows: tuple[ChatRow, ...] = ()


class PersonCard(Overlay):
    """A person's figures and everything they said here, with what can be done about them."""

    mute_requested = Signal(str, str)
    """Id and name."""

    ban_requested = Signal(str, str)

    def __init__(self, host: QWidget, theme: Theme) -> None:
        super().__init__(host, tr("In your room"), width=520)
        self.setObjectName("personCard")
        self._state = PersonCardState("", "")
        self._avatar = Avatar(size=44)
        self._name = label(role="title")
        self._role = label(role="caption")
        self._restriction = label(role="warning", wrap=True)
        self._figures = (
            LabelledValue(tr("Tokens given")),
            LabelledValue(tr("Tips")),
            LabelledValue(tr("Messages")),
        )
        self._history = ChatView(theme, capacity=500)
        self._history.setAccessibleName(tr("Messages in this broadcast"))
        self._history.set_empty_text(tr("Nothing said in this broadcast yet."))
        self._history.setFixedHeight(220)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._avatar)
        head.addWidget(self._name)
        head.addWidget(self._role)
        head.addStretch(1)
        figures = QHBoxLayout()
        for figure in self._figures:
            figures.addWidget(figure, 1)
        self._mute = button(tr("Mute for 10 minutes"), on_click=self._on_mute)
        self._ban = button(tr("Remove from this room"), role="danger", on_click=self._on_ban)
        self._close = button(tr("Close"), role="primary", on_click=self.dismiss)
        row = QHBoxLayout()
        row.addWidget(self._mute)
        row.addWidget(self._ban)
        row.addStretch(1)
        row.addWidget(self._close)
        self.body.addLayout(head)
        self.body.addLayout(figures)
        self.body.addWidget(self._restriction)
        self.body.addWidget(self._history)
        self.body.addLayout(row)

    def show_person(self, state: PersonCardState) -> None:
        """Show a person."""
        self._state = state
        self._avatar.set_name(state.name)
        self._name.setText(state.name)
        self._role.setText(state.role)
        for figure, value in zip(
            self._figures, (state.tokens, state.tips, state.messages), strict=True
        ):
            figure.set_value(value)
        self._restriction.setText(state.restriction)
        self._restriction.setVisible(bool(state.restriction))
        for control in (self._mute, self._ban):
            control.setEnabled(state.can_discipline)
        self._history.replace(state.rows)
        self.open(self._close)

    @property
    def history(self) -> Sequence[str]:
        """What the person said here, as a screen reader says it."""
        return [self._history.spoken_row(n) for n in range(self._history.row_count)]

    def _on_mute(self) -> None:
        self.dismiss()
        self.mute_requested.emit(self._state.id, self._state.name)

    def _on_ban(self) -> None:
        self.dismiss()
        self.ban_requested.emit(self._state.id, self._state.name)


class LinkQuestion(Overlay):
    """Shows where a link leads; Enter and Escape leave it alone."""

    open_chosen = Signal(str)
    copy_chosen = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Open this link?"))
        self.setObjectName("linkQuestion")
        self._address = ""
        self._site = label(role="title", wrap=True)
        self._whole = label(role="muted", wrap=True)
        self._back = button(tr("Leave it"), role="primary", on_click=self.dismiss)
        self._copy = button(tr("Copy"), on_click=self._on_copy)
        self._open = button(tr("Open in the browser"), on_click=self._on_open)
        self._open.setObjectName("openLink")
        self.body.addWidget(self._site)
        self.body.addWidget(self._whole)
        self.body.addWidget(
            label(
                tr("Somebody in the chat wrote it. The site sees your address on the internet."),
                wrap=True,
            )
        )
        row = QHBoxLayout()
        row.addWidget(self._open)
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(self._back)
        self.body.addLayout(row)

    def ask(self, address: str) -> None:
        """Show where an address leads: its real host stands out."""
        self._address = address
        try:
            host = urlsplit(address).hostname
        except ValueError:
            host = None
        self._site.setText(host or tr("This address is broken."))
        self._open.setEnabled(host is not None)
        broken = "\N{ZERO WIDTH SPACE}".join(
            address[i : i + 24] for i in range(0, len(address), 24)
        )
        self._whole.setText(broken)
        self.open(self._back)

    def _on_open(self) -> None:
        self.dismiss()
        self.open_chosen.emit(self._address)

    def _on_copy(self) -> None:
        self.dismiss()
        self.copy_chosen.emit(self._address)
