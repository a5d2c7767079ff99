"""The room on the picture: ten times a second, what is new goes to the engine's overlays."""

import logging
import time
from collections.abc import Callable, Sequence

from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.scope import TaskScope
from shared.realtime import RoomItem
from shared.schemas.accounts import User
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.show import TipMenuItem
from studio.desk.room_desk import RoomDesk
from studio.engine.protocol import EngineState
from studio.engine.protocol.overlays import UpdateOverlays
from studio.live import EngineHost, Parts
from studio.live.overlay_feed import OverlayFeed, needed_by
from studio.live.stage_queue import StageQueue
from studio.settings import MenuLine

_log = logging.getLogger(__name__)

_EVERY = 3
_LEADERS_EVERY = 150
_PLATFORM = "Teezu"


class OverlayDesk:
    """Feeds the overlays of whichever engine is at hand from the room that is followed."""

    def __init__(
        self,
        *,
        engine: EngineHost,
        room: RoomDesk,
        scope: TaskScope,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._queue: Callable[[], StageQueue] | None = None
        self._lines: Callable[[], Sequence[MenuLine]] | None = None
        self._menu: tuple[MenuLine, ...] = ()
        self._engine = engine
        self._room = room
        self._scope = scope
        self._feed = OverlayFeed()
        self._client: ApiClient | None = None
        self._stream_id: str | None = None
        self._ticks = 0
        self._is_sending = False
        self._has_engine = False
        self._tips_since = True
        self._asked_at = -_LEADERS_EVERY

    def connect(self) -> None:
        """Listen to the room and the engine."""
        self._room.overheard.append(self._on_item)
        self._engine.on_state(self._on_engine_state)

    def sign_in(self, client: ApiClient, user: User) -> None:
        """Feed the show of this person from now on."""
        self._client = client
        self._feed.set_stream(creator=user.display_name, platform=_PLATFORM)

    def sign_out(self) -> None:
        """Feed nothing new."""
        self._client = None

    def set_menu(self, items: tuple[TipMenuItem, ...]) -> None:
        """Show another tip menu."""
        self._feed.set_menu(items)

    def follow(
        self, *, queue: Callable[[], StageQueue], menu: Callable[[], Sequence[MenuLine]]
    ) -> None:
        """Show the creator's own queue of actions, and the tip menu when it is changed here."""
        self._queue, self._lines = queue, menu
        self._menu = tuple(menu())

    def draw(self) -> None:
        """Send what is new; called thirty times a second."""
        self._ticks += 1
        state = self._engine.state
        if state is None or self._ticks % _EVERY:
            return
        self._follow()
        self._look_at_tools()
        self._ask_for_leaders(state)
        if self._is_sending:
            return
        command = self._feed.take(self._room.show, state.project)
        if command is not None:
            self._is_sending = True
            self._scope.start(self._send(command), name="feed overlays")

    def _follow(self) -> None:
        """Another room, or none: nothing of the one before is to be seen."""
        if self._room.stream_id == self._stream_id:
            return
        self._stream_id = self._room.stream_id
        self._feed.leave()
        self._tips_since = True

    def _look_at_tools(self) -> None:
        """The docks keep the queue and the menu; both change now and then."""
        if self._queue is None or self._lines is None:
            return
        self._feed.set_actions(self._queue(), self._clock())
        menu = tuple(self._lines())
        if menu != self._menu:
            self._menu = menu
            self._feed.set_menu([line for line in menu if line.is_on])

    async def _send(self, command: UpdateOverlays) -> None:
        try:
            await self._engine.request(command, timeout_s=5.0)
        except AppError as error:
            _log.info("the overlays were not fed: %s", error.code)
            self._feed.give_back(command)
        finally:
            self._is_sending = False

    def _ask_for_leaders(self, state: EngineState) -> None:
        """After tips, every five seconds at most, and only where somebody sees them."""
        is_due = self._ticks - self._asked_at >= _LEADERS_EVERY
        if not self._tips_since or not is_due or self._client is None or self._stream_id is None:
            return
        if "supporters" in needed_by(state.project):
            self._asked_at, self._tips_since = self._ticks, False
            self._scope.start(
                self._read_leaders(self._client, self._stream_id), name="read leaders"
            )

    async def _read_leaders(self, client: ApiClient, stream_id: str) -> None:
        try:
            page = await client.wallet.leaderboard(stream_id)
        except AppError as error:
            _log.info("no leaderboard: %s", error.code)
            self._tips_since = True
            return
        if stream_id == self._stream_id:
            self._feed.set_supporters(page.items)

    def _on_item(self, item: RoomItem, parts: Parts) -> None:
        self._follow()
        self._feed.note(item, parts)
        if not isinstance(item, RoomEvent) or item.type is EventType.TIP_RECEIVED:
            self._tips_since = True

    def _on_engine_state(self, state: EngineState | None) -> None:
        if (state is not None) != self._has_engine:
            self._has_engine = state is not None
            self._feed.restart()
