"""The sign-in page: what is missing, what went wrong, and nothing of the password."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from shared.api import ApiError
from shared.errors import AppError, Unavailable
from shared.qt.sign_in import (
    ServerState,
    SignInForm,
    SignInPanel,
    SignInState,
    problem_state,
)
from shared.qt.theme import Theme


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> SignInPanel:
    made = SignInPanel(theme, title="Teezu Studio", hint="Sign in to go live.")
    qtbot.addWidget(made)
    made.set_state(SignInState(server="http://localhost:8700"))
    made.show()
    return made


def problem(panel: SignInPanel) -> str:
    found = panel.findChild(QLabel, "signInProblem")
    assert found is not None
    return found.text() if not found.isHidden() else ""


def button(panel: SignInPanel, text: str) -> QPushButton:
    return next(one for one in panel.findChildren(QPushButton) if one.text() == text)


def _refusal(code: str, **more: float) -> ApiError:
    return ApiError("Server's words.", code=code, status=400, request_id="r", **more)


def test_enter_in_the_password_submits_the_form(qtbot: QtBot, panel: SignInPanel) -> None:
    panel.email.setText(" mila@example.com ")
    panel.password.setText("a long password")
    with qtbot.waitSignal(panel.submitted) as submitted:
        QTest.keyClick(panel.password, Qt.Key.Key_Return)
    assert submitted.args == [
        SignInForm("http://localhost:8700", "mila@example.com", "a long password")
    ]


@pytest.mark.parametrize(
    ("server", "email", "password", "said"),
    [
        ("", "a@b.c", "x", "Type the address of the server."),
        ("http://h", "nobody", "x", "Type the e-mail address of your account."),
        ("http://h", "a@b.c", "", "Type your password."),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_sent(
    qtbot: QtBot, panel: SignInPanel, server: str, email: str, password: str, said: str
) -> None:
    panel.server.setText(server)
    panel.email.setText(email)
    panel.password.setText(password)
    with qtbot.assertNotEmitted(panel.submitted):
        button(panel, "Sign in").click()
    assert problem(panel) == said


def test_a_busy_page_takes_no_second_press(qtbot: QtBot, panel: SignInPanel) -> None:
    panel.email.setText("a@b.c")
    panel.password.setText("x")
    panel.set_state(SignInState(server="http://localhost:8700", is_busy=True))
    assert not panel.password.isEnabled()
    with qtbot.assertNotEmitted(panel.submitted):
        QTest.keyClick(panel.password, Qt.Key.Key_Return)
    assert not button(panel, "Signing in…").isEnabled()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            _refusal("INVALID_CREDENTIALS"),
            "This e-mail and password do not belong together. Check both and try again.",
        ),
        (
            _refusal("RATE_LIMITED", retry_after_s=30.0),
            "Too many tries. Wait 30 seconds, then try again.",
        ),
        (
            _refusal("ACCOUNT_LOCKED", retry_after_s=1.0),
            "Too many tries. Wait 1 second, then try again.",
        ),
        (_refusal("ACCOUNT_BANNED"), "Server's words."),
        (Unavailable("Nobody there.", code="SERVER_UNREACHABLE"), "Nobody there."),
    ],
)
def test_each_refusal_is_a_sentence(panel: SignInPanel, error: AppError, said: str) -> None:
    panel.set_state(problem_state(error, SignInState(is_busy=True)))
    assert problem(panel) == said
    assert panel.password.isEnabled()


def test_a_second_factor_is_asked_for_only_when_needed(panel: SignInPanel) -> None:
    assert not panel.code.isVisible()
    panel.set_state(problem_state(_refusal("TWO_FACTOR_REQUIRED"), panel.state))
    assert panel.code.isVisible()


def test_a_server_that_is_down_can_be_started_here(qtbot: QtBot, panel: SignInPanel) -> None:
    start = button(panel, "Start the local server")
    assert start.isHidden()
    panel.set_state(
        SignInState(
            server="http://localhost:1", server_state=ServerState.DOWN, can_start_server=True
        )
    )
    assert not start.isHidden()
    with qtbot.waitSignal(panel.start_server_requested):
        start.click()
    panel.set_state(SignInState(server="https://far.example", server_state=ServerState.DOWN))
    assert start.isHidden()


def test_a_new_address_is_checked_once(qtbot: QtBot, panel: SignInPanel) -> None:
    checked: list[str] = []
    panel.server_checked.connect(checked.append)
    panel.server.setText("https://teezu.example")
    panel.server.editingFinished.emit()
    panel.server.editingFinished.emit()
    assert checked == ["https://teezu.example"]


def test_what_was_typed_survives_a_refusal(panel: SignInPanel) -> None:
    panel.email.setText("mila@example.com")
    panel.password.setText("a long password")
    button(panel, "Sign in").click()
    panel.set_state(problem_state(_refusal("INVALID_CREDENTIALS"), panel.state))
    assert panel.email.text() == "mila@example.com"
    assert panel.password.text() == "a long password"


def test_the_password_shows_nowhere(panel: SignInPanel) -> None:
    form = SignInForm("http://h", "a@b.c", "hunter2hunter2", code="123456")
    assert "hunter2" not in repr(form)
    assert "123456" not in repr(form)
    assert panel.password.echoMode() is QLineEdit.EchoMode.Password


def test_every_field_has_a_name_and_the_cursor_starts_in_the_first_empty_one(
    panel: SignInPanel,
) -> None:
    for field in (panel.server, panel.email, panel.password, panel.code):
        assert field.accessibleName()
    panel.focus_first_empty()
    assert panel.focusWidget() is panel.email


def test_nobody_is_taken_out_of_the_field_they_type_in(panel: SignInPanel) -> None:
    panel.show()
    panel.email.setText("mila@example.com")
    panel.password.setFocus()
    panel.password.setText("a long pass")
    panel.server.setText("http://h")
    panel.invite()
    assert panel.focusWidget() is panel.password
    panel.password.clear()
    panel.email.clear()
    panel.invite()
    assert panel.focusWidget() is panel.email


def test_the_page_says_what_it_sends_and_offers_another_number(
    qtbot: QtBot, panel: SignInPanel
) -> None:
    said = panel.findChild(QLabel, "signInPrivacy")
    assert said is not None
    assert said.isHidden()  # nothing is sent, so nothing is said
    panel.set_state(SignInState(server="http://localhost:8700", sends_number=True))
    assert not said.isHidden()
    assert "random number" in said.text()
    with qtbot.waitSignal(panel.new_number_requested):
        button(panel, "New number").click()
