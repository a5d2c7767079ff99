"""Somebody banned signs in: they read why, appeal, and later read the answer."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from pydantic import SecretStr
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from shared.errors import AppError
from shared.ids import new_id
from shared.qt.ban_panel import BanPanel
from shared.qt.ban_talk import talk_about_ban
from shared.qt.theme import Theme
from shared.schemas.accounts import UserRef
from shared.schemas.appeals import (
    Appeal,
    AppealState,
    BannedAppeal,
    BannedNotice,
    BannedProof,
    RestrictionScope,
    StatementMeasure,
    StatementOfReasons,
)
from shared.schemas.moderation import ActionKind, SubjectType
from shared.schemas.roles import Role

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PROOF = BannedProof(email="tom@example.org", password=SecretStr("a long enough password"))
WORDS = "I quoted a song, as I said in the room."


def a_statement() -> StatementOfReasons:
    return StatementOfReasons(
        id=new_id(),
        case_id=new_id(),
        at=NOW,
        subject_type=SubjectType.MESSAGE,
        subject_id=new_id(),
        measures=[
            StatementMeasure(
                action=ActionKind.BAN, scope=RestrictionScope.ACCOUNT, territory="everywhere"
            )
        ],
        facts="The message insults everybody in the room.",
        source="notice",
        automated_detection=False,
        automated_decision=False,
        policy="conduct.harassment",
        policy_title="No harassment",
        policy_text="Nobody is to be attacked.",
        policy_version="3",
        explanation="It is aimed at people.",
        redress=["Appeal here within six months."],
        appeal_until=NOW + timedelta(days=180),
    )


def an_appeal(state: AppealState = AppealState.OPEN, answer: str | None = None) -> Appeal:
    return Appeal(
        id=new_id(),
        decision_id=new_id(),
        case_id=new_id(),
        subject_type=SubjectType.MESSAGE,
        subject_id=new_id(),
        subject_label="the message",
        appellant=UserRef(id=new_id(), display_name="Tom", role=Role.MEMBER),
        text=WORDS,
        state=state,
        at=NOW,
        policy="conduct.harassment",
        decision_statement="",
        actions=[],
        statement=answer,
    )


class Desk:
    """Answers as the server does: one appeal, refused first if told so."""

    def __init__(self, notice: BannedNotice | None, *refusals: AppError) -> None:
        self.notice = notice
        self.refusals = list(refusals)
        self.sent: list[BannedAppeal] = []

    async def banned(self, proof: BannedProof) -> BannedNotice:
        assert proof.password.get_secret_value() == "a long enough password"
        if self.notice is None:
            raise AppError("There is nothing here.", code="CONFLICT")
        return self.notice

    async def appeal_ban(self, request: BannedAppeal) -> Appeal:
        self.sent.append(request)
        if self.refusals:
            raise self.refusals.pop()
        return an_appeal()


@pytest.fixture
def host(qtbot: QtBot, theme: Theme) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    return made


async def panel_of(host: QWidget) -> BanPanel:
    async with asyncio.timeout(30):
        while (panel := host.findChild(BanPanel)) is None or panel.isHidden():
            await asyncio.sleep(0)
    assert isinstance(panel, BanPanel)
    return panel


async def test_the_words_are_sent_and_a_refusal_keeps_them(host: QWidget) -> None:
    desk = Desk(BannedNotice(statement=a_statement()), AppError("Wait a minute.", code="LIMIT"))
    talk = asyncio.create_task(talk_about_ban(host, desk, PROOF, now=lambda: NOW))
    panel = await panel_of(host)
    assert "appeal until 2027-05-19" in panel.state_words
    panel.words.setPlainText("short")
    panel._send.click()
    assert panel.problem.startswith("Write ten letters")
    assert desk.sent == []
    panel.words.setPlainText(WORDS)
    panel._send.click()
    async with asyncio.timeout(30):
        while panel.problem != "Wait a minute.":
            await asyncio.sleep(0)
    assert panel.words.toPlainText() == WORDS
    panel._send.click()
    async with asyncio.timeout(30):
        while panel.can_appeal:
            await asyncio.sleep(0)
    assert [sent.text for sent in desk.sent] == [WORDS, WORDS]
    assert panel.state_words.startswith("Your appeal of 2026-11-20 is in.")
    panel.dismiss()
    assert await talk is True


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (partial(an_appeal, AppealState.OPEN), "is in."),
        (partial(an_appeal, AppealState.UPHELD, "The words are clear."), "The words are clear."),
    ],
)
async def test_an_appeal_that_was_sent_is_told_of(
    host: QWidget, notice: partial[Appeal], said: str
) -> None:
    desk = Desk(BannedNotice(statement=a_statement(), appeal=notice()))
    talk = asyncio.create_task(talk_about_ban(host, desk, PROOF, now=lambda: NOW))
    panel = await panel_of(host)
    assert said in panel.state_words
    assert not panel.can_appeal
    panel.dismiss()
    await talk


async def test_who_is_too_late_is_told_so(host: QWidget) -> None:
    desk = Desk(BannedNotice(statement=a_statement()))
    late = NOW + timedelta(days=200)
    talk = asyncio.create_task(talk_about_ban(host, desk, PROOF, now=lambda: late))
    panel = await panel_of(host)
    assert panel.state_words == "The time to appeal ended on 2027-05-19."
    assert not panel.can_appeal
    panel.dismiss()
    await talk


async def test_without_a_statement_the_refusal_stands_alone(host: QWidget) -> None:
    assert await talk_about_ban(host, Desk(None), PROOF, now=lambda: NOW) is False
    assert host.findChild(BanPanel) is None


def test_the_panel_is_used_by_keyboard(host: QWidget, qtbot: QtBot) -> None:
    panel = BanPanel(host)
    panel.show_ban(BannedNotice(statement=a_statement()), now=NOW)
    panel.open()
    panel.focus_words()
    closed: list[bool] = []
    panel.closed.connect(lambda: closed.append(True))
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert closed == [True]
