"""The sign-in page of both apps: where, who, and in words what stands in the way."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from shared.errors import AppError
from shared.qt.icons import pixmap
from shared.qt.theme import Theme, set_role
from shared.qt.translations import tr, tr_error, tr_n
from shared.qt.widgets import Card, button, label
from shared.schemas.common import ErrorCode


class ServerState(StrEnum):
    """What is known of the server at the address."""

    UNKNOWN = "unknown"
    ANSWERS = "answers"
    DOWN = "down"
    STARTING = "starting"


@dataclass(frozen=True, slots=True)
class SignInForm:
    """What the person typed. The password is for one use: it is never shown, kept or logged."""

    server: str
    email: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SignInState:
    """What the page shows."""

    server: str = ""
    email: str = ""
    is_busy: bool = False
    problem: str = ""
    notice: str = ""
    needs_code: bool = False
    server_state: ServerState = ServerState.UNKNOWN
    can_start_server: bool = False
    sends_number: bool = False
    """Whether the server is told this installation's random number; the page then says so."""


def problem_state(error: AppError, state: SignInState) -> SignInState:
    """The page after a refused sign-in: the reason as a sentence, and what to fill in next."""
    after = replace(state, is_busy=False, problem=tr_error(error))
    match error.code:
        case ErrorCode.INVALID_CREDENTIALS:
            sentence = tr(
                "This e-mail and password do not belong together. Check both and try again."
            )
            return replace(after, problem=sentence)
        case ErrorCode.RATE_LIMITED | ErrorCode.ACCOUNT_LOCKED:
            wait_s = max(1, round(error.retry_after_s or 60))
            return replace(
                after,
                problem=tr_n(
                    "Too many tries. Wait {n} second, then try again.",
                    "Too many tries. Wait {n} seconds, then try again.",
                    wait_s,
                ),
            )
        case ErrorCode.TWO_FACTOR_REQUIRED:
            return replace(
                after, needs_code=True, problem=tr("Type the code that your authenticator shows.")
            )
        case "SERVER_UNREACHABLE" | "SERVER_TIMEOUT":
            return replace(after, server_state=ServerState.DOWN)
        case _:
            return after


class SignInPanel(QWidget):
    """Server, e-mail and password, centred on an otherwise empty window."""

    submitted = Signal(object)
    """A SignInForm."""

    server_checked = Signal(str)
    """The person finished typing a server's address."""

    start_server_requested = Signal()

    new_number_requested = Signal()
    """This installation is to get another random number."""

    def __init__(self, theme: Theme, *, title: str, hint: str = "") -> None:
        super().__init__()
        self._theme = theme
        self._state = SignInState()
        self.waiting: SignInForm | None = None
        """What was submitted while nobody listened yet: the page is on screen before services."""
        self.setObjectName("signIn")
        set_role(self, "window")
        self.server = self._field(tr("Server"), "http://127.0.0.1:8000")
        self.email = self._field(tr("E-mail"), tr("you@example.com"))
        self.password = self._field(tr("Password"), "")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.code = self._field(tr("Code"), "123456")
        self.code.setMaxLength(32)
        self._problem = label(role="danger", wrap=True)
        self._problem.setObjectName("signInProblem")
        self._notice = label(role="muted", wrap=True)
        self._server_line = label(role="caption", wrap=True)
        self._start = button(
            tr("Start the local server"),
            tip=tr("Runs the platform on this computer, with its own data"),
            on_click=self.start_server_requested.emit,
        )
        self._privacy = label(
            tr(
                "Signing in sends a random number of this installation, to notice banned people "
                "who come back; the server keeps only its hash."
            ),
            role="caption",
            wrap=True,
        )
        self._privacy.setObjectName("signInPrivacy")
        self._renew = button(
            tr("New number"),
            tip=tr("Gives this installation another random number"),
            on_click=self.new_number_requested.emit,
        )
        self._submit = button(tr("Sign in"), role="primary", on_click=self._on_submit)
        self._submit.setDefault(True)
        self._build(title, hint)
        self.server.editingFinished.connect(self._on_server_edited)
        for entry in (self.server, self.email, self.password, self.code):
            entry.returnPressed.connect(self._on_submit)
        theme.changed.connect(self._paint_logo)
        self.set_state(self._state)

    @property
    def state(self) -> SignInState:
        """What is shown now."""
        return self._state

    def set_state(self, state: SignInState) -> None:
        """Show a state. Address and e-mail are filled in only where they differ from the last."""
        if state.server != self._state.server:
            self.server.setText(state.server)
        if state.email != self._state.email:
            self.email.setText(state.email)
        self._state = state
        self._problem.setText(state.problem)
        self._problem.setAccessibleName(state.problem)
        self._problem.setVisible(bool(state.problem))
        self._notice.setText(state.notice)
        self._notice.setVisible(bool(state.notice))
        self._form.setRowVisible(self.code, state.needs_code)
        server_line = {
            ServerState.UNKNOWN: "",
            ServerState.ANSWERS: tr("The server answers."),
            ServerState.DOWN: tr("No server answers at this address."),
            ServerState.STARTING: tr("The local server is starting\N{HORIZONTAL ELLIPSIS}"),
        }[state.server_state]
        self._server_line.setText(server_line)
        self._server_line.setVisible(bool(server_line))
        self._start.setVisible(state.can_start_server and state.server_state is ServerState.DOWN)
        self._privacy.setVisible(state.sends_number)
        self._renew.setVisible(state.sends_number)
        self._renew.setEnabled(not state.is_busy)
        for entry in (self.server, self.email, self.password, self.code):
            entry.setEnabled(not state.is_busy)
        self._submit.setEnabled(not state.is_busy)
        self._submit.setText(
            tr("Signing in\N{HORIZONTAL ELLIPSIS}") if state.is_busy else tr("Sign in")
        )

    def focus_first_empty(self) -> None:
        """Put the cursor where the person types next."""
        for entry in (self.server, self.email, self.password):
            if not entry.text():
                entry.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        self._submit.setFocus(Qt.FocusReason.OtherFocusReason)

    def invite(self) -> None:
        """Put the cursor where the person types next, unless they are typing already."""
        entries = (self.server, self.email, self.password, self.code)
        if not any(entry.hasFocus() and entry.text() for entry in entries):
            self.focus_first_empty()

    def changeEvent(self, event: QEvent) -> None:
        """Repaint the mark for another screen density or palette."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_logo"):
            self._paint_logo()

    def _field(self, name: str, example: str) -> QLineEdit:
        entry = QLineEdit()
        entry.setAccessibleName(name)
        entry.setPlaceholderText(example)
        return entry

    def _build(self, title: str, hint: str) -> None:
        card = Card(margin=28)
        card.setFixedWidth(420)
        self._logo = label()
        self._paint_logo()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._logo)
        head.addWidget(label(title, role="title"), 1)
        self._form = QFormLayout()
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._form.setHorizontalSpacing(14)
        self._form.setVerticalSpacing(10)
        for entry in (self.server, self.email, self.password, self.code):
            name = label(entry.accessibleName(), role="muted")
            name.setBuddy(entry)
            name.setMinimumHeight(30)
            self._form.addRow(name, entry)
        card.body.setSpacing(12)
        card.body.addLayout(head)
        if hint:
            card.body.addWidget(label(hint, role="muted", wrap=True))
        card.body.addLayout(self._form)
        card.body.addWidget(self._server_line)
        card.body.addWidget(self._start)
        card.body.addWidget(self._problem)
        card.body.addWidget(self._submit)
        card.body.addWidget(self._notice)
        privacy = QHBoxLayout()
        privacy.setSpacing(12)
        privacy.addWidget(self._privacy, 1)
        privacy.addWidget(self._renew, 0, Qt.AlignmentFlag.AlignVCenter)
        card.body.addLayout(privacy)
        row = QHBoxLayout(self)
        row.addStretch(1)
        column = QVBoxLayout()
        column.addStretch(2)
        column.addWidget(card)
        column.addStretch(3)
        row.addLayout(column)
        row.addStretch(1)

    def _paint_logo(self) -> None:
        self._logo.setPixmap(
            pixmap("teezu", self._theme.tokens.text, size=40, density=self.devicePixelRatioF())
        )

    def _on_server_edited(self) -> None:
        typed = self.server.text().strip()
        if typed and typed != self._state.server:
            self._state = replace(self._state, server=typed)
            self.server_checked.emit(typed)

    def _on_submit(self) -> None:
        """Ask for what is missing in words, or hand the form over."""
        if self._state.is_busy:
            return
        form = SignInForm(
            server=self.server.text().strip(),
            email=self.email.text().strip(),
            password=self.password.text(),
            code=self.code.text().strip(),
        )
        missing = ""
        if not form.server:
            missing = tr("Type the address of the server.")
        elif "@" not in form.email:
            missing = tr("Type the e-mail address of your account.")
        elif not form.password:
            missing = tr("Type your password.")
        if missing:
            self.set_state(replace(self._state, problem=missing))
            self.focus_first_empty()
            return
        self.set_state(
            replace(self._state, server=form.server, email=form.email, problem="", is_busy=True)
        )
        self.waiting = form
        self.submitted.emit(form)
