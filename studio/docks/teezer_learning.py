"""What Teezer learnt, how it talks, and how to have it forget."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QProgressBar, QVBoxLayout, QWidget

from shared.qt.translations import tr, tr_n
from shared.qt.widgets import button, label
from shared.schemas.teezer import Teezer
from studio.docks.rows import form_button

_PERSONA_LIMIT = 500


class LearningPage(QWidget):
    """The lessons so far, a button for more, one for none, and a tone in the creator's words."""

    learn_requested = Signal()
    forget_requested = Signal()
    persona_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kept = ""
        self._known = label(wrap=True)
        self._since = label(role="caption", wrap=True)
        self._busy = QProgressBar()
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._busy.setAccessibleName(tr("Teezer is learning"))
        self._learn = form_button(tr("Learn from my messages"), "teezerLearn")
        self._learn.clicked.connect(lambda _on=False: self.learn_requested.emit())
        self._forget = button(tr("Forget all"), on_click=self.forget_requested.emit)
        self._forget.setObjectName("teezerForget")
        self._forget.setToolTip(tr("Teezer forgets what it learnt and begins anew from now on"))
        self._persona = QPlainTextEdit()
        self._persona.setObjectName("teezerPersona")
        self._persona.setTabChangesFocus(True)
        self._persona.setFixedHeight(84)
        self._persona.setAccessibleName(tr("How Teezer talks"))
        self._persona.setPlaceholderText(
            tr("Warm and playful, short sentences, never about where I live")
        )
        self._persona.textChanged.connect(self._on_typed)
        self._left = label(role="caption")
        self._save = button(tr("Save"), on_click=self._on_save)
        self._save.setObjectName("teezerPersonaSave")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._known)
        layout.addWidget(self._since)
        layout.addWidget(self._busy)
        layout.addWidget(self._learn)
        layout.addWidget(self._forget)
        layout.addSpacing(6)
        layout.addWidget(label(tr("How Teezer talks"), role="heading"))
        layout.addWidget(
            label(tr("Tone and limits for what is newly written."), role="caption", wrap=True)
        )
        layout.addWidget(self._persona)
        foot = QHBoxLayout()
        foot.addWidget(self._left, 1)
        foot.addWidget(self._save)
        layout.addLayout(foot)
        layout.addStretch(1)
        self._on_typed()
        self._busy.hide()

    def set_teezer(self, teezer: Teezer, *, is_learning: bool) -> None:
        """Show what it knows; what is being typed about its tone stays."""
        self._busy.setVisible(is_learning)
        self._learn.setEnabled(not is_learning)
        self._forget.setEnabled(not is_learning and teezer.trained_messages > 0)
        if teezer.trained_at is None:
            self._known.setText(tr("It has learnt nothing yet."))
        else:
            self._known.setText(
                tr_n(
                    "It learnt from {n} message of yours, on {day}.",
                    "It learnt from {n} messages of yours, on {day}.",
                    teezer.trained_messages,
                    day=teezer.trained_at.astimezone().strftime("%d-%m-%Y %H:%M"),
                )
            )
        since = teezer.learns_since
        self._since.setVisible(since is not None)
        if since is not None:
            self._since.setText(
                tr(
                    "What you said before {day} is forgotten.",
                    day=since.astimezone().strftime("%d-%m-%Y %H:%M"),
                )
            )
        if teezer.persona != self._kept:
            is_untouched = self._persona.toPlainText().strip() == self._kept
            self._kept = teezer.persona
            if is_untouched:
                self._persona.setPlainText(teezer.persona)
        self._on_typed()

    def _on_typed(self) -> None:
        text = self._persona.toPlainText().strip()
        left = _PERSONA_LIMIT - len(text)
        self._left.setText(
            tr("{n} characters left", n=left)
            if left >= 0
            else tr("{n} characters too many", n=-left)
        )
        self._save.setEnabled(left >= 0 and text != self._kept)

    def _on_save(self) -> None:
        self.persona_changed.emit(self._persona.toPlainText().strip())
