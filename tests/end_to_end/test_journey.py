"""One evening through every real part: a show, a report, a decision, the hub, and Teezer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fakes.server import Account, ServerProcess
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from tools.console_pilot import ConsolePilot
from tools.remote_pilot import RemotePilot, studio_window
from tools.waiting import until

from console.app import Options, compose
from console.screens import CaseScreen, HubScreen, LogScreen, QueueScreen
from shared.api import ApiClient, ApiError
from shared.qt.loop import App, run_app
from shared.qt.sign_in_flow import Credentials
from shared.schemas.common import ErrorCode
from shared.schemas.moderation import ReportCreate, ReportReason, SubjectType
from shared.settings import AppSettings, SettingsFile

_SOON_S = 1.0
_TEEZER_S = 2.0
_RUDE = "Nobody wants to see this, take your scribbles and go away."


@asynccontextmanager
async def _signed_in(server: ServerProcess, account: Account) -> AsyncIterator[ApiClient]:
    async with ApiClient(server.url) as client:
        await client.auth.login(account.email, account.password)
        yield client


def _accounts(server: ServerProcess, role: str) -> list[Account]:
    return [account for account in server.accounts if account.role == role]


class Evening:
    """The people of the journey: a creator's window, a moderator's window, members, an admin."""

    def __init__(self, server: ServerProcess, studio: RemotePilot, console: ConsolePilot) -> None:
        self._server = server
        self._studio = studio
        self._console = console

    async def goes_by(self) -> None:
        """Everything that happens, in order."""
        members, mods = _accounts(self._server, "member"), _accounts(self._server, "mod")
        admins = _accounts(self._server, "admin")
        async with (
            _signed_in(self._server, members[0]) as rude,
            _signed_in(self._server, members[1]) as kind,
            _signed_in(self._server, mods[0]) as second,
            _signed_in(self._server, admins[0]) as admin,
        ):
            stream_id = await self._go_live(kind)
            before = (await admin.admin.hub()).reports.pending
            case_id = await self._report(rude, kind, stream_id)
            await self._claim(second, case_id)
            await self._sees_pending(before + 1)
            await self._decide()
            await self._studio_sees_it_gone()
            await self._banned_cannot_write(rude, members[0], stream_id)
            await self._sees_pending(before)
            assert (await admin.admin.hub()).reports.pending == before
            assert (await admin.admin.verify_audit()).ok
            await self._log_verifies()
            await self._teezer_answers(kind, stream_id)

    async def _go_live(self, viewer: ApiClient) -> str:
        await self._studio_until(lambda sight: sight["has_picture"], "the engine's picture")
        await self._order("add", kind="pattern")
        await self._order("type_into", name="streamTitle", text="An evening of drawing")
        await self._studio_until(lambda sight: sight["can_go_live"], "ready to go live")
        await self._order("press", name="goLive")
        await self._studio_until(
            lambda sight: "LIVE" in sight["badge"].upper() and not sight["problem"], "on air"
        )
        async with asyncio.timeout(10):
            while not (active := (await viewer.streams.active()).items):
                await asyncio.sleep(0.1)
        return active[0].id

    async def _report(self, rude: ApiClient, kind: ApiClient, stream_id: str) -> str:
        message = await rude.room.send(stream_id, _RUDE)
        await self._studio_until(
            lambda sight: any(_RUDE in row for row in sight["chat"]), "the message"
        )
        report = await kind.reports.create(
            ReportCreate(
                subject_type=SubjectType.MESSAGE,
                subject_id=message.id,
                reason=ReportReason.HARASSMENT,
            )
        )
        queue = self._console.screen(QueueScreen)
        await until(
            lambda: report.case_id in [case.id for case in queue.shown],
            "the case in the console",
            deadline_s=_SOON_S,
        )
        queue.choose(report.case_id)
        return report.case_id

    async def _claim(self, second: ApiClient, case_id: str) -> None:
        self._console.key(Qt.Key.Key_Return)
        case = self._console.screen(CaseScreen)
        await until(lambda: case.title, "the case")
        self._console.key(Qt.Key.Key_C)
        await until(lambda: case.decision.claim.words.startswith("Yours"), "the claim")
        with pytest.raises(ApiError) as taken:
            await second.moderation.claim(case_id)
        assert taken.value.code == ErrorCode.CASE_CLAIMED

    async def _decide(self) -> None:
        case = self._console.screen(CaseScreen)
        for key in (Qt.Key.Key_D, Qt.Key.Key_B, Qt.Key.Key_Return):
            self._console.key(key)
        await until(lambda: case.decision.is_confirming, "the question whether to decide")
        self._console.key(Qt.Key.Key_Return)

    async def _banned_cannot_write(self, rude: ApiClient, who: Account, stream_id: str) -> None:
        with pytest.raises(ApiError) as refused:
            await rude.room.send(stream_id, "And another thing.")
        assert refused.value.code == ErrorCode.UNAUTHENTICATED, "a ban ends every session"
        with pytest.raises(ApiError) as banned:
            await rude.auth.login(who.email, who.password)
        assert banned.value.code == ErrorCode.ACCOUNT_BANNED

    async def _studio_sees_it_gone(self) -> None:
        await self._studio_until(
            lambda sight: not any(_RUDE in row for row in sight["chat"]),
            "the message gone",
            deadline_s=_SOON_S,
        )

    async def _sees_pending(self, count: int) -> None:
        hub = self._console.screen(HubScreen)
        await until(lambda: hub.reports.value == str(count), f"{count} pending in the hub")

    async def _log_verifies(self) -> None:
        self._console.key(Qt.Key.Key_3, ctrl=True)
        log = self._console.screen(LogScreen)
        await until(lambda: log.verdict_text.startswith("The chain is whole"), "a whole chain")

    async def _teezer_answers(self, member: ApiClient, stream_id: str) -> None:
        await self._order("press", name="teezerSwitch")
        await self._studio_until(lambda sight: sight["teezer"], "Teezer on")
        await member.room.send(stream_id, "@Teezer when do you go live next?")
        sight = await self._studio_until(
            lambda sight: "AI" in sight["chat"][-1], "Teezer's answer", deadline_s=_TEEZER_S
        )
        history = await member.room.history(stream_id)
        answers = [message for message in history.items if message.is_ai]
        assert len(answers) == 1
        assert answers[0].text in sight["chat"][-1]

    async def _order(self, do: str, **values: object) -> None:
        await asyncio.to_thread(self._studio.order, do, **values)

    async def _studio_until(self, is_so, what: str, *, deadline_s: float = 30.0):  # type: ignore[no-untyped-def]
        return await asyncio.to_thread(self._studio.until, is_so, what, deadline_s=deadline_s)


@pytest.mark.timeout(180)
def test_an_evening_with_everybody(
    qapp: QApplication,
    desktop_env: dict[str, str],
    demo_server: ServerProcess,
    engine_folder: Path,
    tmp_path: Path,
) -> None:
    admin = demo_server.account("admin")
    options = Options(demo_server.url, Credentials(admin.email, admin.password))
    with studio_window(
        desktop_env,
        *("--server", demo_server.url, "--runtime-dir", str(engine_folder)),
        *("--demo-accounts", str(demo_server.data / "demo-accounts.json")),
    ) as studio:

        async def journey(app: App) -> None:
            try:
                console = await ConsolePilot.board()
                await console.enter()
                await Evening(demo_server, studio, console).goes_by()
            finally:
                app.request_close()

        async def tour(app: App) -> int:
            settings = SettingsFile(tmp_path / "settings.json", AppSettings)
            evening = asyncio.create_task(journey(app), name="journey")
            code = await compose(app, options=options, settings=settings)
            await evening
            return code

        assert run_app(tour, name="Teezu Console", slug="console-journey", argv=["x"]) == 0
