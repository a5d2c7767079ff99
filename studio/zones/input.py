"""The input zone: what the creator says and asks for, the last tip, and the panic button."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from shared.qt import format as words
from shared.qt.icons import keep_icon
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr
from shared.qt.widgets import Card, button, clear_layout, label
from studio.zones.feed import FEED_WIDTH
from studio.zones.people import PEOPLE_WIDTH

INPUT_HEIGHT = 140
MESSAGE_LIMIT = 500
_PROMPTS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class QuickPrompt:
    """A line that is sent with one press; `tokens` is what it asks for, 0 for nothing."""

    text: str
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class TipCallOut:
    """The newest tip, large."""

    sender: str
    tokens: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class SafetyView:
    """What stands between the creator and the viewers."""

    is_on_air: bool = False
    is_panicked: bool = False
    is_confirming: bool = False
    is_frozen: bool = False
    behind_s: float = 0.0
    """How far the safety delay keeps viewers behind."""


class InputZone(Card):
    """Panic at the left, the message bar in the middle, the newest tip at the right."""

    message_sent = Signal(str)
    panic_requested = Signal()
    reveal_requested = Signal()
    """Show the picture again; the owner asks once more."""

    reveal_confirmed = Signal()
    reveal_cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=12)
        self._theme = theme
        self._safety = SafetyView()
        self._reason = ""
        self._chips: list[QPushButton] = []
        self.setObjectName("inputZone")
        self.setAccessibleName(tr("Message, prompts and safety"))
        self.setFixedHeight(INPUT_HEIGHT)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self._safety_part())
        row.addLayout(self._message_part(), 1)
        row.addWidget(self._tip_part())
        self.body.addLayout(row, 1)
        self.set_can_send("")
        self.set_tip(None, 0)
        self.set_safety(self._safety)
        self.set_prompts(())

    def set_can_send(self, reason_not: str) -> None:
        """Let the creator write, or say why that is not possible now."""
        self._reason = reason_not
        self._message.setEnabled(not reason_not)
        self._message.setPlaceholderText(reason_not or tr("Say something to the room"))
        for chip in self._chips:
            chip.setEnabled(not reason_not)
        self._on_typed()

    def set_prompts(self, prompts: Sequence[QuickPrompt]) -> None:
        """Offer lines that are sent with one press."""
        clear_layout(self._prompts)
        self._chips.clear()
        for prompt in list(prompts)[:_PROMPTS_SHOWN]:
            text = prompt.text
            said = partial(self._send, self._line_of(prompt))
            shown = f"{text}  \N{MIDDLE DOT}  {prompt.tokens}" if prompt.tokens else text
            chip = button(
                shown,
                role="chip",
                tip=tr("Send this line to the room"),
                on_click=said,
            )
            chip.setEnabled(not self._reason)
            self._chips.append(chip)
            self._prompts.addWidget(chip)
        self._prompts.addStretch(1)

    def set_tip(self, tip: TipCallOut | None, total: int) -> None:
        """Show the newest tip and what came together."""
        if tip is None:
            self._tip_who.setText(tr("No tips yet"))
            self._tip_text.setText("")
        else:
            self._tip_who.setText(
                tr("{sender} tipped {amount}", sender=tip.sender, amount=words.tokens(tip.tokens))
            )
            self._tip_text.setText(tip.text)
        self._tip_who.setToolTip(self._tip_who.text())
        self._tip_total.setText(tr("In this broadcast: {amount}", amount=words.tokens(total)))

    def set_safety(self, view: SafetyView) -> None:
        """Show whether viewers see the picture or the privacy slate."""
        self._safety = view
        self._confirm.setVisible(view.is_confirming)
        self._cancel.setVisible(view.is_confirming)
        self._panic.setVisible(not view.is_confirming)
        if view.is_panicked:
            self._panic.setText(tr("Show my picture again"))
            set_role(self._panic, "panic-on")
            keep_icon(self._panic, self._theme, "eye")
            self._safety_line.setText(tr("Viewers see a slate and hear nothing."))
        else:
            self._panic.setText(tr("Panic"))
            set_role(self._panic, "panic")
            keep_icon(self._panic, self._theme, "panic", ink="danger")
            self._safety_line.setText(_safety_words(view))
        if view.is_confirming:
            self._safety_line.setText(tr("Is everything out of sight?"))

    def give_back(self, text: str) -> None:
        """Put a line that could not be sent back, unless the creator already writes another."""
        if not self._message.text():
            self._message.setText(text)

    def focus_message(self) -> None:
        """Put the cursor into the message bar."""
        self._message.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def offer(self, text: str) -> None:
        """Put a line into the message bar after what is there, to be edited and sent."""
        self._message.end(False)
        self._message.insert(f" {text}" if self._message.text().strip() else text)
        self.focus_message()

    def press_panic(self) -> None:
        """Panic, for the shortcut: it never reveals."""
        if not self._safety.is_panicked:
            self.panic_requested.emit()

    def _safety_part(self) -> QWidget:
        part = QWidget()
        part.setFixedWidth(PEOPLE_WIDTH - 24)
        self._panic = button(tr("Panic"), role="panic", on_click=self._on_panic)
        self._panic.setObjectName("panic")
        self._panic.setToolTip(tr("Privacy slate and silence on air at once (Ctrl+Shift+P)"))
        self._confirm = button(
            tr("Yes, show my picture"), role="primary", on_click=self.reveal_confirmed.emit
        )
        self._confirm.setObjectName("revealYes")
        self._cancel = button(tr("Not yet"), on_click=self.reveal_cancelled.emit)
        self._safety_line = label(role="caption", wrap=True)
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._panic)
        layout.addWidget(self._confirm)
        layout.addWidget(self._cancel)
        layout.addWidget(self._safety_line)
        layout.addStretch(1)
        return part

    def _message_part(self) -> QVBoxLayout:
        self._prompts = QHBoxLayout()
        self._prompts.setSpacing(6)
        self._message = QLineEdit()
        self._message.setObjectName("messageBox")
        self._message.setMaxLength(MESSAGE_LIMIT)
        set_role(self._message, "tall")
        self._message.setAccessibleName(tr("Message to the room"))
        self._message.setToolTip(tr("Enter sends (Ctrl+M puts the cursor here)"))
        self._message.returnPressed.connect(self._on_send)
        self._message.textChanged.connect(self._on_typed)
        self._left = label(role="caption")
        self._left.setToolTip(tr("Characters left"))
        self._sender = button(
            tr("Send"),
            role="tall-primary",
            on_click=self._on_send,
            theme=self._theme,
            icon="send",
            ink="on_accent",
        )
        self._sender.setObjectName("sendMessage")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._message, 1)
        row.addWidget(self._left)
        row.addWidget(self._sender)
        part = QVBoxLayout()
        part.setSpacing(10)
        part.addStretch(1)
        part.addLayout(self._prompts)
        part.addLayout(row)
        part.addStretch(1)
        return part

    def _tip_part(self) -> QWidget:
        part = QWidget()
        part.setFixedWidth(FEED_WIDTH - 24)
        self._tip_who = label(role="heading", wrap=True)
        self._tip_who.setObjectName("tipCallOut")
        self._tip_text = label(wrap=True)
        self._tip_total = label(role="caption")
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(label(tr("Newest tip"), role="caption"))
        layout.addWidget(self._tip_who)
        layout.addWidget(self._tip_text)
        layout.addStretch(1)
        layout.addWidget(self._tip_total)
        return part

    def _line_of(self, prompt: QuickPrompt) -> str:
        if not prompt.tokens:
            return prompt.text
        return tr("{text}: tip {amount}", text=prompt.text, amount=words.tokens(prompt.tokens))

    def _on_typed(self) -> None:
        text = self._message.text()
        left = MESSAGE_LIMIT - len(text)
        self._left.setText(words.number(left))
        self._left.setVisible(left <= 100)
        self._sender.setEnabled(bool(text.strip()) and not self._reason)

    def _on_send(self) -> None:
        if self._send(self._message.text().strip()):
            self._message.clear()

    def _send(self, text: str) -> bool:
        if not text or self._reason:
            return False
        self.message_sent.emit(text)
        return True

    def _on_panic(self) -> None:
        if self._safety.is_panicked:
            self.reveal_requested.emit()
        else:
            self.panic_requested.emit()


def _safety_words(view: SafetyView) -> str:
    if view.is_frozen:
        return tr("Frozen: viewers see a blurred still.")
    if not view.is_on_air:
        return tr("Ready for when you are on air.")
    if view.behind_s:
        return tr("Viewers are {n} s behind.", n=words.number(view.behind_s))
    return tr("Cuts picture and sound at once.")
