"""Between server and screens: lists that recover, clips that are checked, saves that conflict."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fakes.cases import ME, FakeCases, a_case
from fakes.console_views import NOW, person
from fakes.platform import MovableClock
from PySide6.QtWidgets import QApplication

from console.main_window import MainWindow, Workspace
from console.presenters.case import CasePresenter
from console.presenters.clips import ClipPresenter
from console.presenters.drafts import DraftsPresenter
from console.presenters.held import HeldPresenter
from console.presenters.settings import SettingsPresenter
from console.presenters.surroundings import Surroundings
from console.presenters.system import SystemPresenter
from console.presenters.wellbeing import WellbeingPresenter
from console.screens import CaseScreen, HeldScreen, SettingsScreen, SystemScreen
from console.state import CaseDesk, CaseView, Draft, Watch
from console.state.kept_drafts import KeptDrafts
from shared.api import ApiClient, ApiError
from shared.errors import Unavailable
from shared.ids import new_id
from shared.qt.scope import TaskScope
from shared.qt.theme import Theme
from shared.schemas.administration import Config, ConfigPatch, ExportKind
from shared.schemas.appeals import EvidenceClip
from shared.schemas.automod import AutomodRule, HeldMessage, HeldState
from shared.schemas.common import ErrorCode, Page
from shared.schemas.moderation import (
    ActionKind,
    ActionRequest,
    CaseState,
    Strike,
    SubjectType,
    SubjectView,
)
from shared.schemas.roles import ROLE_PERMISSIONS, Role

PERMISSIONS = ROLE_PERMISSIONS[Role.SUPER_ADMIN]


class Place:
    """A window with all screens, a scope, and a server made of what a test gives it."""

    def __init__(self, window: MainWindow, workspace: Workspace, scope: TaskScope) -> None:
        self.window = window
        self.workspace = workspace
        self.scope = scope

    def around(self, **areas: object) -> Surroundings:
        api = SimpleNamespace(server_now=lambda: NOW, **areas)
        return Surroundings(cast(ApiClient, api), self.workspace, self.scope, self.window.bar)

    @property
    def said(self) -> str:
        notice = self.window.bar.notice
        return notice.sentence if notice is not None else ""


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            QApplication.processEvents()  # what other threads told Qt
            await asyncio.sleep(0.005)


@pytest.fixture
async def place(qapp: QApplication) -> AsyncIterator[Place]:
    failures: list[Exception] = []
    window = MainWindow(Theme())
    workspace = window.show_workspace(permissions=PERMISSIONS, now=lambda: datetime.now(UTC))
    async with TaskScope(lambda error, _name: failures.append(error)) as scope:
        yield Place(window, workspace, scope)
    window.close_for_good()
    assert failures == []


def held(text: str) -> HeldMessage:
    return HeldMessage(
        id=new_id(),
        stream_id=new_id(),
        author=person("Sam"),
        text=text,
        rule=AutomodRule.LINK,
        at=NOW,
        state=HeldState.HELD,
    )


class HeldServer:
    """Answers with what it has, or not at all."""

    def __init__(self, *messages: HeldMessage) -> None:
        self.messages = list(messages)
        self.is_up = True
        self.reads = 0

    async def held_anywhere(self, *, limit: int | None = None) -> Page[HeldMessage]:
        self.reads += 1
        self._check()
        return Page[HeldMessage](items=self.messages)

    async def release(self, _stream_id: str, held_id: str) -> HeldMessage:
        self._check()
        (message,) = [one for one in self.messages if one.id == held_id]
        self.messages.remove(message)
        return message.model_copy(update={"state": HeldState.RELEASED})

    def _check(self) -> None:
        if not self.is_up:
            raise Unavailable("The server is away.", code="SERVER_UNREACHABLE")


async def test_a_list_that_could_not_be_read_recovers_with_the_line(place: Place) -> None:
    server = HeldServer(held("one"), held("two"))
    presenter = HeldPresenter(place.around(automod=server))
    screen = place.workspace.screen_of(HeldScreen)
    presenter.read()
    assert screen.list.said == "Loading ..."
    await until(lambda: screen.list.rows == 2)
    server.is_up = False
    presenter.show_connection(is_up=False)
    assert screen.list.warning == "No connection: what you see may be old."
    screen.allow()
    await until(lambda: screen.list.warning == "The server is away.")
    assert place.said == "The server is away."
    assert screen.list.rows == 2
    server.is_up = True
    before = server.reads
    presenter.show_connection(is_up=True)
    await until(lambda: screen.list.warning == "")
    assert server.reads == before + 1
    screen.allow()
    await until(lambda: screen.list.rows == 1)


async def test_what_is_on_record_about_an_author_is_there_without_a_click(place: Place) -> None:
    class Records:
        def __init__(self) -> None:
            self.asked: list[str] = []

        async def subject(self, type_: SubjectType, user_id: str) -> SubjectView:
            self.asked.append(user_id)
            return SubjectView(
                subject_type=type_,
                subject_id=user_id,
                label="Sam",
                strikes=[
                    Strike(decision_id=new_id(), policy="x", points=2, at=NOW, expires_at=NOW)
                ],
                times_reported=3,
            )

    message, records = held("one"), Records()
    presenter = HeldPresenter(place.around(automod=HeldServer(message), moderation=records))
    screen = place.workspace.screen_of(HeldScreen)
    presenter.read()
    await until(lambda: screen.list.rows == 1)
    assert records.asked == [], "nobody looks yet"
    place.workspace.go_to("held")
    await until(lambda: "Reported 3 times" in screen.record)
    assert screen.record.startswith("1 strike (2 points)")
    assert set(records.asked) == {message.author.id}


def config(version: int, logins: int) -> Config:
    return Config(
        version=version,
        revenue_target_tokens=1000,
        requests_per_minute=100,
        address_requests_per_minute=1200,
        logins_per_minute=logins,
        fee_percent=20,
    )


async def test_settings_saved_second_are_kept_on_top_of_the_first(place: Place) -> None:
    class Server:
        def __init__(self) -> None:
            self.now = config(1, 10)

        async def config(self) -> Config:
            return self.now

        async def change_config(self, patch: ConfigPatch) -> Config:
            if patch.version != self.now.version:
                raise ApiError(
                    "Somebody changed this.",
                    code=ErrorCode.VERSION_CONFLICT,
                    status=409,
                    request_id="r",
                    meta={"current": self.now.model_dump(mode="json")},
                )
            fields = patch.model_dump(exclude_none=True, exclude={"version"})
            self.now = self.now.model_copy(update={**fields, "version": patch.version + 1})
            return self.now

    server = Server()
    presenter = SettingsPresenter(place.around(admin=server), permissions=PERMISSIONS)
    screen = place.workspace.screen_of(SettingsScreen)
    presenter.read()
    await until(lambda: screen.field("logins_per_minute").value() == 10)
    screen.field("requests_per_minute").setValue(300)
    server.now = config(2, 50)
    patch = screen.patch()
    assert patch is not None
    screen.saved.emit(patch)
    await until(lambda: screen.conflict)
    assert screen.field("logins_per_minute").value() == 50
    screen.saved.emit(screen.patch())
    await until(lambda: server.now.version == 3)
    assert (server.now.requests_per_minute, server.now.logins_per_minute) == (300, 50)
    await until(lambda: place.said == "Saved; it is in force now.")


async def test_a_cancelled_export_leaves_no_file(place: Place, tmp_path: Path) -> None:
    goes_on = asyncio.Event()

    class Server:
        async def receive_export(self, _kind: ExportKind, take: Callable[[bytes], None]) -> None:
            take(b"id,tokens\n")
            await goes_on.wait()
            take(b"1,50\n")

    presenter = SystemPresenter(place.around(admin=Server()), permissions=PERMISSIONS)
    screen, target = place.workspace.screen_of(SystemScreen), tmp_path / "tips.csv"
    presenter._start_export(ExportKind.TIPS, target)
    await until(lambda: screen.export_told == "Tips: 10 bytes so far")
    screen.export_cancelled.emit()
    await until(lambda: not screen.is_exporting)
    assert list(tmp_path.iterdir()) == []
    goes_on.set()
    presenter._start_export(ExportKind.TIPS, target)
    await until(target.exists)
    assert target.read_bytes() == b"id,tokens\n1,50\n"


class Evidence:
    """A clip whose bytes are what they should be, or not."""

    def __init__(self, content: bytes, *, sha256: str = "") -> None:
        self.content = content
        self.sha256 = sha256 or hashlib.sha256(content).hexdigest()

    async def clip(self, case_id: str) -> EvidenceClip:
        return EvidenceClip(
            case_id=case_id,
            begins_at=NOW,
            ends_at=NOW + timedelta(seconds=9),
            size_bytes=len(self.content),
            sha256=self.sha256,
            stills=0,
        )

    async def clip_video(self, _case_id: str) -> bytes:
        return self.content


@pytest.mark.parametrize(
    ("sha256", "said"),
    [("ab" * 32, "does not fit"), ("", "checked here: whole")],
)
async def test_a_clip_is_opened_only_when_its_hash_fits(
    place: Place, sha256: str, said: str
) -> None:
    evidence = Evidence(b"no video, but bytes with a hash", sha256=sha256)
    around = place.around(appeals=evidence)
    async with AsyncExitStack() as stack:
        presenter = ClipPresenter(around, clock=MovableClock())
        stack.callback(presenter.close)
        screen = place.workspace.screen_of(CaseScreen)
        presenter.show_view(CaseView(case=a_case(stream_id=new_id())))
        await until(lambda: screen._stills.about)
        screen.player.play_asked.emit()
        await until(lambda: said in screen._stills.seal)
        if not sha256:  # whole, but nothing that plays: that is said, and the stills stay
            await until(lambda: "cannot be played" in place.said)


async def test_what_was_decided_last_is_one_key_from_being_taken_back(place: Place) -> None:
    case = a_case()
    cases = FakeCases(case)
    desk = CaseDesk(
        cases=cases, clock=MovableClock(), server_now=lambda: datetime.now(UTC), me=ME.id
    )
    watch = SimpleNamespace(queue=SimpleNamespace(cases=(), after=lambda _id, _step: None))
    async with desk:
        presenter = CasePresenter(
            desk=desk,
            watch=cast(Watch, cast(Any, watch)),
            me=ME.id,
            workspace=place.workspace,
            scope=place.scope,
            bar=place.window.bar,
        )
        desk.on_changed(presenter.show_view)
        presenter._on_undo_asked()
        assert place.said == "You have decided nothing in this shift yet."
        await desk.claim(case.id)
        desk.toggle(ActionRequest(kind=ActionKind.DELETE_MESSAGE))
        desk.write(desk.state.draft.with_statement("It insulted the room."))
        screen = place.workspace.screen_of(CaseScreen)
        screen.decision.perform("decide")
        screen.decision.proceed()
        await until(lambda: place.said.startswith("Decided."))
        assert cases.cases[case.id].state is CaseState.DECIDED
        presenter._on_undo_asked()
        await until(lambda: screen.decision.is_confirming)
        screen.decision.proceed()
        await until(lambda: "reverse" in cases.calls)
        await until(lambda: place.said == "Taken back; the person is told.")


async def test_what_was_drafted_comes_back_after_a_crash_and_goes_with_the_decision(
    place: Place, tmp_path: Path
) -> None:
    case, path = a_case(), tmp_path / "drafts.json"
    cases = FakeCases(case)
    draft = Draft((ActionRequest(kind=ActionKind.WARN),), "conduct.harassment", "It was rude.")
    for number in range(2):
        desk = CaseDesk(
            cases=cases, clock=MovableClock(), server_now=lambda: datetime.now(UTC), me=ME.id
        )
        async with desk:
            kept = KeptDrafts(path)
            kept.load(NOW)
            presenter = DraftsPresenter(place.around(), desk=desk, kept=kept)
            unsubscribe = desk.on_changed(presenter.show_view)
            await desk.claim(case.id)
            if number == 0:
                assert desk.state.draft == Draft()
                desk.write(draft)
                await until(path.exists)
            else:
                await until(lambda desk=desk: desk.state.draft == draft)  # type: ignore[misc]
                assert place.said == "What you had drafted here is back."
                await desk.decide()
                assert kept.draft_of(case.id) is None
            unsubscribe()


async def test_long_work_is_answered_with_a_pause(place: Place) -> None:
    clock = MovableClock()
    presenter = WellbeingPresenter(place.around(), clock=clock)
    for _ in range(51):
        clock.move(seconds=60)
        presenter.work()
    presenter.tick()
    assert "51 minutes without a pause" in place.said
