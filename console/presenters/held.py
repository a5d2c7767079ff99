"""Held messages: read when the shift begins and after every gap, settled by one key."""

from console.main_window import Workspace
from console.screens import HeldScreen
from console.screens.held import Settling
from console.state.held import HeldQueue
from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.errors import MessageBar, Notice, Severity
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.schemas.common import MAX_PAGE
from shared.schemas.realtime import RoomEvent


class HeldPresenter:
    """Shows what waits in every room, and sends what is decided about it."""

    def __init__(
        self, *, api: ApiClient, workspace: Workspace, scope: TaskScope, bar: MessageBar
    ) -> None:
        self._api = api
        self._workspace = workspace
        self._scope = scope
        self._bar = bar
        self._queue = HeldQueue()
        self._screen = workspace.screen_of(HeldScreen)
        self._screen.settled.connect(self._on_settled)
        workspace.screen_shown.connect(self._on_screen_shown)

    def read(self) -> None:
        """Read what waits, unless that is under way."""
        if not self._scope.running("held messages"):
            self._scope.start(self._read(), name="held messages")

    def apply(self, event: RoomEvent) -> None:
        """Take an event of the moderators' room."""
        if self._queue.apply(event):
            self._show()

    def _show(self) -> None:
        messages = self._queue.messages
        self._screen.show_messages(messages)
        self._workspace.rail.set_count("held", len(messages))

    async def _read(self) -> None:
        try:
            page = await self._api.automod.held_anywhere(limit=MAX_PAGE)
        except AppError as error:
            if not self._queue.messages:
                title = tr("The held messages cannot be loaded")
                self._screen.show_unknown(title, tr_error(error))
            return
        self._queue.load(page.items)
        self._show()

    async def _settle(self, settling: Settling) -> None:
        held = settling.message
        automod = self._api.automod
        send = automod.release if settling.is_allowed else automod.deny
        try:
            self._queue.take(await send(held.stream_id, held.id))
        except AppError as error:
            self._bar.show_notice(Notice(tr_error(error), Severity.WARNING))
            self.read()
            return
        self._show()

    def _on_settled(self, settling: Settling) -> None:
        name = f"held {settling.message.id}"
        if not self._scope.running(name):
            self._scope.start(self._settle(settling), name=name)

    def _on_screen_shown(self, name: str) -> None:
        if name == "held":
            self.read()
