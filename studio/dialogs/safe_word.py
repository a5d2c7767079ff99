"""Asks for a new safe word: the one line that, typed in the chat, takes the picture away."""

from pydantic import SecretStr
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QWidget

from shared.qt.overlay import Overlay
from shared.qt.translations import tr
from shared.qt.widgets import button, label

_SHORTEST, _LONGEST = 4, 64


class SafeWordPanel(Overlay):
    """Two fields that hide what is typed; both are emptied when the panel closes."""

    submitted = Signal(object)
    """The word, as a SecretStr."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Your safe word"), width=480)
        self.setObjectName("safeWordPanel")
        self._state = label(role="muted", wrap=True)
        self._word = _hidden_field("safeWord", tr("New safe word"))
        self._again = _hidden_field("safeWordAgain", tr("The same again"))
        self._problem = label(role="danger", wrap=True)
        self.body.addWidget(
            label(
                tr(
                    "Type it alone in the message bar and press Enter: privacy slate and silence"
                    " at once, and moderators look at your room. The line itself is never sent."
                ),
                wrap=True,
            )
        )
        self.body.addWidget(self._state)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(9)
        for caption, field in (
            (tr("New safe word"), self._word),
            (tr("The same again"), self._again),
        ):
            name = label(caption, role="muted")
            name.setMinimumHeight(30)
            name.setBuddy(field)
            form.addRow(name, field)
            field.textChanged.connect(lambda _text: self._problem.hide())
            field.returnPressed.connect(self._on_save)
        self.body.addLayout(form)
        self.body.addWidget(self._problem)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(button(tr("Cancel"), on_click=self.dismiss))
        row.addWidget(button(tr("Save"), role="primary", on_click=self._on_save))
        self.body.addLayout(row)
        self._problem.hide()
        self.closed.connect(self._forget)

    def ask(self, *, is_known: bool, notice: str = "") -> None:
        """Show the form; `notice` says when the word does not outlive the app."""
        known = tr("A safe word is set on this computer.")
        missing = tr("No safe word is set on this computer yet.")
        self._state.setText(f"{known if is_known else missing} {notice}".strip())
        self._forget()
        self.open(self._word)

    @property
    def problem(self) -> str:
        """Why the word typed cannot be used; empty while nothing is wrong."""
        return self._problem.text() if not self._problem.isHidden() else ""

    def _on_save(self) -> None:
        word = self._word.text().strip()
        if not _SHORTEST <= len(word) <= _LONGEST:
            self._refuse(tr("Use 4 to 64 characters that you never say by chance."))
        elif word != self._again.text().strip():
            self._refuse(tr("Both fields must say the same."))
        else:
            self.dismiss()
            self.submitted.emit(SecretStr(word))

    def _refuse(self, why: str) -> None:
        self._problem.setText(why)
        self._problem.show()
        self._word.setFocus()

    def _forget(self) -> None:
        self._word.clear()
        self._again.clear()
        self._problem.hide()


def _hidden_field(object_name: str, name: str) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(object_name)
    field.setAccessibleName(name)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    field.setMaxLength(_LONGEST)
    return field
