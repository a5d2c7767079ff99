"""Signing in against a real server: kept sessions, refusals, roles, and leaving."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fakes.server import LocalServer as Running
from fakes.server import local_server, quick_settings
from pytestqt.qtbot import QtBot

from shared.api import ApiClient
from shared.credentials import MemoryStore
from shared.errors import InvalidInput, Unavailable
from shared.qt.ban_panel import BanPanel
from shared.qt.sign_in import SignInForm, SignInPanel
from shared.qt.sign_in_flow import (
    Credentials,
    SignInFlow,
    demo_credentials,
    password_credentials,
    server_url,
    staff_only,
)
from shared.qt.theme import Theme
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    DecideRequest,
    ReportCreate,
    ReportReason,
    SubjectType,
)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    """A server with demo accounts inside this loop."""
    async with local_server(quick_settings(tmp_path, demo=True)) as running:
        yield running


@pytest.fixture
def panel(qtbot: QtBot, theme: Theme) -> SignInPanel:
    made = SignInPanel(theme, title="Test")
    qtbot.addWidget(made)
    return made


def account(tmp_path: Path, role: str) -> Credentials:
    return demo_credentials(tmp_path / "demo-accounts.json", role)


async def test_a_session_is_kept_and_used_again(
    server: Running, panel: SignInPanel, tmp_path: Path
) -> None:
    flow = SignInFlow(panel, store=MemoryStore())
    assert await flow.resume(server.url) is None
    signed = await flow.sign_in(server.url, account(tmp_path, "creator"))
    assert signed.user.role == "creator"
    await signed.aclose()
    again = await flow.resume(server.url)
    assert again is not None
    assert again.user.id == signed.user.id
    await flow.leave(again)
    await again.aclose()
    assert await flow.resume(server.url) is None


async def test_a_session_that_the_server_forgot_is_forgotten_here(
    server: Running, panel: SignInPanel
) -> None:
    store = MemoryStore()
    await store.save(server.url, "not-a-session-of-this-server")
    assert await SignInFlow(panel, store=store).resume(server.url) is None
    assert await store.load(server.url) is None


async def test_a_server_that_is_away_keeps_the_session(panel: SignInPanel) -> None:
    store = MemoryStore()
    await store.save("http://127.0.0.1:9", "still-good")
    with pytest.raises(Unavailable):
        await SignInFlow(panel, store=store).resume("http://127.0.0.1:9")
    assert await store.load("http://127.0.0.1:9") == "still-good"


async def test_what_was_typed_before_anybody_listened_is_taken(
    server: Running, panel: SignInPanel, tmp_path: Path
) -> None:
    right = account(tmp_path, "creator")
    panel.server.setText(server.url)
    panel.email.setText(right.email)
    panel.password.setText(right.password)
    panel.password.returnPressed.emit()
    assert panel.state.is_busy, "it is taken, and can be seen to be"
    signed = await SignInFlow(panel, store=MemoryStore()).ask(
        "http://127.0.0.1:9", email="kept@e.x"
    )
    assert signed.user.email == right.email
    assert panel.email.text() == right.email
    assert panel.waiting is None
    await signed.aclose()


async def test_a_kept_session_answers_what_was_typed_meanwhile(
    server: Running, panel: SignInPanel, tmp_path: Path
) -> None:
    flow = SignInFlow(panel, store=MemoryStore())
    signed = await flow.sign_in(server.url, account(tmp_path, "creator"))
    await signed.aclose()
    panel.submitted.emit(SignInForm(server.url, "somebody@else.example", "a long password"))
    again = await flow.resume(server.url)
    assert again is not None
    await again.aclose()
    asking = asyncio.create_task(flow.ask(server.url), name="ask")
    await asyncio.sleep(0)
    assert not panel.state.is_busy, "nobody asked for that anew"
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking


async def test_the_person_tries_until_it_works(
    server: Running, panel: SignInPanel, tmp_path: Path
) -> None:
    flow = SignInFlow(panel, store=MemoryStore(notice="Only until the app closes."))
    right = account(tmp_path, "creator")
    asking = asyncio.create_task(flow.ask(server.url, email=right.email), name="ask")
    await asyncio.sleep(0)
    panel.submitted.emit(SignInForm(server.url, right.email, "wrong password here"))
    while not panel.state.problem:
        await asyncio.sleep(0.01)
    assert "do not belong together" in panel.state.problem
    assert panel.state.notice == "Only until the app closes."
    panel.submitted.emit(SignInForm(server.url, right.email, right.password))
    async with asyncio.timeout(10):
        signed = await asking
    assert signed.notice == "Only until the app closes."
    await signed.aclose()


async def test_the_console_is_for_staff(
    server: Running, panel: SignInPanel, tmp_path: Path
) -> None:
    flow = SignInFlow(panel, store=MemoryStore(), may_enter=staff_only)
    with pytest.raises(InvalidInput, match="moderators and admins only"):
        await flow.sign_in(server.url, account(tmp_path, "creator"))
    assert await flow.resume(server.url) is None
    for role in ("mod", "admin", "super_admin"):
        signed = await flow.sign_in(server.url, account(tmp_path, role))
        await signed.aclose()


def test_addresses_are_understood_as_people_type_them() -> None:
    assert server_url(" localhost:8700/ ") == "http://localhost:8700"
    assert server_url("teezu.example") == "https://teezu.example"
    assert server_url("http://10.0.0.4:8700") == "http://10.0.0.4:8700"


def test_an_accounts_file_that_does_not_fit_is_never_quoted(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    for content in ("hunter2", json.dumps({"accounts": [{"password": "hunter2"}]})):
        file.write_text(content)
        with pytest.raises(InvalidInput) as told:
            demo_credentials(file, "creator")
        assert "hunter2" not in str(told.value)


def test_a_password_file_gives_its_first_line(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hunter2hunter2\n")
    found = password_credentials("a@b.c", file)
    assert found.password == "hunter2hunter2"
    assert "hunter2" not in repr(found)
    file.write_text("\n")
    with pytest.raises(InvalidInput):
        password_credentials("a@b.c", file)
    with pytest.raises(InvalidInput):
        password_credentials("a@b.c", tmp_path / "none")


async def test_a_banned_person_reads_why_on_the_page_and_appeals(
    server: Running, panel: SignInPanel, tmp_path: Path
) -> None:
    banned = account(tmp_path, "member")
    await ban(server.url, account(tmp_path, "mod"), banned)
    panel.show()
    flow = SignInFlow(panel, store=MemoryStore())
    asking = asyncio.create_task(flow.ask(server.url))
    panel.submitted.emit(SignInForm(server.url, banned.email, banned.password))
    async with asyncio.timeout(30):
        while (shown := panel.findChild(BanPanel)) is None or shown.isHidden():
            await asyncio.sleep(0.01)
        assert isinstance(shown, BanPanel)
        shown.words.setPlainText("I quoted a song, as I said in the room.")
        shown._send.click()
        while shown.can_appeal:
            await asyncio.sleep(0.01)
        shown.dismiss()
        while panel.state.is_busy:
            await asyncio.sleep(0.01)
    assert panel.state.problem
    asking.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asking


async def ban(url: str, moderator: Credentials, person: Credentials) -> None:
    """Report a person, and decide that they are banned for good."""
    async with ApiClient(url) as client:
        their = await client.auth.login(person.email, person.password)
        subject = their.user.id
        await client.auth.login(moderator.email, moderator.password)
        report = ReportCreate(
            subject_type=SubjectType.USER, subject_id=subject, reason=ReportReason.HATE
        )
        case_id = (await client.reports.create(report)).case_id
        lease = await client.moderation.claim(case_id)
        request = DecideRequest(
            version=lease.case.version,
            lease_token=lease.token,
            actions=[ActionRequest(kind=ActionKind.BAN)],
            policy="conduct.hate",
            statement="Attacks on people for their origin.",
        )
        await client.moderation.decide(case_id, request)
