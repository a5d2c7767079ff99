"""One person's time at the console, from sign-in to sign-out: opens what it needs, ends cleanly."""

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.main_window import MainWindow, Workspace
from console.presenters.appeals import AppealsPresenter
from console.presenters.case import CasePresenter
from console.presenters.clips import ClipPresenter
from console.presenters.compliance import CompliancePresenter
from console.presenters.drafts import DraftsPresenter
from console.presenters.held import HeldPresenter
from console.presenters.lists import ListPresenter
from console.presenters.live import LivePresenter
from console.presenters.log import LogPresenter
from console.presenters.news import NewsPresenter
from console.presenters.people import PeoplePresenter
from console.presenters.second_looks import SecondLooksPresenter
from console.presenters.server import ServerPresenter
from console.presenters.settings import SettingsPresenter
from console.presenters.surroundings import Surroundings
from console.presenters.system import SystemPresenter
from console.presenters.wellbeing import WellbeingPresenter
from console.screens import HubScreen, LiveScreen, QueueScreen
from console.screens.rail import Line
from console.state import AuditCheck, CaseDesk, Watch, Watched
from console.state.kept_drafts import KeptDrafts
from console.wording import role_words
from shared.api import ApiClient
from shared.clock import Clock
from shared.qt.errors import ErrorReporter
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.realtime import RealtimeClient
from shared.realtime.state import Connection, ConnectionState
from shared.schemas.accounts import User
from shared.schemas.roles import ROLE_PERMISSIONS, Permission

_RELEASE_S = 3.0
"""How long a case may take to be given back; a dead server must not hold the window open."""


class Ending(StrEnum):
    """Why a shift ended."""

    SIGNED_OUT = "signed_out"
    CLOSED = "closed"
    REVOKED = "revoked"


class Shift:
    """Wires one signed-in person's state to the screens they may see."""

    def __init__(
        self,
        *,
        window: MainWindow,
        api: ApiClient,
        user: User,
        clock: Clock,
        errors: ErrorReporter,
        folder: Path,
    ) -> None:
        self._folder = folder
        self._window = window
        self._api = api
        self._user = user
        self._clock = clock
        self._errors = errors
        self._permissions = ROLE_PERMISSIONS[user.role]
        self._ended = asyncio.Event()
        self._ending = Ending.REVOKED

    async def run(self) -> Ending:
        """Work until the person signs out or the server ends the session."""
        session = self._api.session
        if session is None:
            return Ending.REVOKED
        async with AsyncExitStack() as stack:
            realtime = await stack.enter_async_context(
                RealtimeClient(self._api.base_url, session=session)
            )
            watch = await stack.enter_async_context(
                Watch(
                    api=self._api,
                    realtime=realtime,
                    is_admin=Permission.ADMINISTER_USERS in self._permissions,
                )
            )
            desk = await stack.enter_async_context(
                CaseDesk(
                    cases=self._api.moderation,
                    clock=self._clock,
                    server_now=self._api.server_now,
                    me=self._user.id,
                )
            )
            scope = await stack.enter_async_context(TaskScope(self._errors.report))
            workspace = self._open_workspace()
            self._wire(stack, scope, realtime, watch, desk, workspace)
            await self._ended.wait()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_RELEASE_S):
                    await desk.release()
        return self._ending

    def end(self, ending: Ending) -> None:
        """Let `run` return."""
        if not self._ended.is_set():
            self._ending = ending
            self._ended.set()

    # -- wiring ------------------------------------------------------------------------------

    def _open_workspace(self) -> Workspace:
        workspace = self._window.show_workspace(
            permissions=self._permissions, now=self._api.server_now
        )
        workspace.rail.set_person(self._user.display_name, role_words(self._user.role))
        workspace.sign_out_asked.connect(lambda: self.end(Ending.SIGNED_OUT))
        workspace.screen_of(QueueScreen).show_loading()
        workspace.screen_of(LiveScreen).show_loading()
        return workspace

    def _wire(
        self,
        stack: AsyncExitStack,
        scope: TaskScope,
        realtime: RealtimeClient,
        watch: Watch,
        desk: CaseDesk,
        workspace: Workspace,
    ) -> None:
        around = Surroundings(self._api, workspace, scope, self._window.bar)
        cases = CasePresenter(
            desk=desk,
            watch=watch,
            me=self._user.id,
            workspace=workspace,
            scope=scope,
            bar=self._window.bar,
        )
        clips = ClipPresenter(around, clock=self._clock)
        stack.callback(clips.close)
        wellbeing = WellbeingPresenter(around, clock=self._clock)
        kept = KeptDrafts(self._folder / f"drafts-{self._user.id}.json")
        kept.load(self._api.server_now())
        drafts = DraftsPresenter(around, desk=desk, kept=kept)
        check = AuditCheck(self._api.admin)
        log = LogPresenter(
            api=self._api,
            check=check,
            permissions=self._permissions,
            workspace=workspace,
            scope=scope,
        )
        appeals = AppealsPresenter(around, me=self._user.id)
        held = HeldPresenter(around)
        looks = SecondLooksPresenter(around)
        lists: list[ListPresenter[Any]] = [appeals, held, looks]
        for presenter in lists:
            presenter.read()
        if "people" in workspace.names:
            # Read once looked at: that somebody saw what people declared is in the audit log.
            lists += self._wire_administration(stack, scope, watch, around)
        live = LivePresenter(
            api=self._api, watch=watch, workspace=workspace, scope=scope, bar=self._window.bar
        )
        pages = _Pages(
            desk=desk, watch=watch, workspace=workspace, cases=cases, live=live, lists=lists
        )
        for unsubscribe in (
            watch.on_changed(pages.show),
            watch.on_event(desk.apply),
            watch.on_event(appeals.apply),
            watch.on_event(held.apply),
            watch.on_event(looks.apply),
            watch.on_event(lambda _event: log.mark_stale()),
            desk.on_changed(cases.show_view),
            desk.on_changed(clips.show_view),
            desk.on_changed(lambda _view: wellbeing.work()),
            desk.on_changed(drafts.show_view),
            check.on_changed(log.show_view),
            realtime.on_connection_changed(pages.show_connection),
            realtime.on_connection_changed(self._on_connection_changed),
            self._api.on_session_changed(self._on_session_changed),
        ):
            stack.callback(unsubscribe)
        workspace.screen_of(QueueScreen).refresh_asked.connect(watch.reload)
        workspace.screen_of(LiveScreen).refresh_asked.connect(watch.reload)
        pages.show_connection(realtime.connection)
        scope.start(live.follow(), name="thumbnails")
        if "hub" in workspace.names:
            server = ServerPresenter(api=self._api, clock=self._clock, workspace=workspace)
            scope.start(server.follow(), name="server figures")
        workspace.go_to("queue")

    def _wire_administration(
        self, stack: AsyncExitStack, scope: TaskScope, watch: Watch, around: Surroundings
    ) -> list[ListPresenter[Any]]:
        """What admins have besides."""
        settings = SettingsPresenter(around, permissions=self._permissions)
        stack.callback(watch.on_event(settings.apply))
        system = SystemPresenter(around, permissions=self._permissions)
        scope.start(system.follow(), name="server state")
        return [
            PeoplePresenter(around, role=self._user.role),
            CompliancePresenter(around),
            NewsPresenter(around),
        ]

    def _on_connection_changed(self, connection: Connection) -> None:
        if connection.state is ConnectionState.REVOKED:
            self.end(Ending.REVOKED)

    def _on_session_changed(self, session: str | None) -> None:
        if session is None:
            self.end(Ending.REVOKED)


class _Pages:
    """Shows what changed on the screens it belongs to."""

    def __init__(
        self,
        *,
        desk: CaseDesk,
        watch: Watch,
        workspace: Workspace,
        cases: CasePresenter,
        live: LivePresenter,
        lists: Sequence[ListPresenter[Any]],
    ) -> None:
        self._desk = desk
        self._watch = watch
        self._lists = lists
        self._was_cut_off = False
        self._workspace = workspace
        self._cases = cases
        self._live = live

    def show(self, part: Watched) -> None:
        """Show one part of what is watched."""
        match part:
            case Watched.QUEUE:
                self._cases.show_queue()
            case Watched.STREAMS:
                self._live.show_streams()
            case Watched.HUB:
                hub = self._watch.hub.hub
                if hub is not None and "hub" in self._workspace.names:
                    self._workspace.screen_of(HubScreen).show_hub(hub)
            case Watched.ERROR:
                self._show_error()

    def show_connection(self, connection: Connection) -> None:
        """Show how the connection is, in the rail."""
        words, line = {
            ConnectionState.CONNECTED: (tr("Connected"), Line.GOOD),
            ConnectionState.CONNECTING: (tr("Connecting ..."), Line.WAITING),
            ConnectionState.RECONNECTING: (
                tr("No connection. Trying again; what you see may be old."),
                Line.DOWN,
            ),
            ConnectionState.REVOKED: (tr("Signed out"), Line.DOWN),
            ConnectionState.CLOSED: (tr("Closed"), Line.WAITING),
        }[connection.state]
        self._workspace.rail.set_connection(words, line)
        # Until the first connection the lists load by themselves: nothing is lost yet.
        is_cut_off = connection.state is ConnectionState.RECONNECTING
        for presenter in self._lists:
            presenter.show_connection(is_up=not is_cut_off)
        self._workspace.screen_of(QueueScreen).show_cut_off(is_cut_off=is_cut_off)
        self._workspace.screen_of(LiveScreen).show_cut_off(is_cut_off=is_cut_off)
        if connection.is_up and self._was_cut_off:
            self._desk.look_again()
        self._was_cut_off = is_cut_off or (self._was_cut_off and not connection.is_up)

    def _show_error(self) -> None:
        """With nothing loaded, the empty screens say why; with old data, the rail does."""
        error = self._watch.error
        if error is None:
            self._cases.show_queue()
            self._live.show_streams()
            return
        sentence = tr_error(error)
        queue, live = self._workspace.screen_of(QueueScreen), self._workspace.screen_of(LiveScreen)
        queue.show_problem(tr("The queue cannot be loaded"), sentence)
        live.show_problem(tr("The streams cannot be loaded"), sentence)
