"""The wall of live streams: the list, its count in the rail, and thumbnails while it is shown."""

import asyncio
import logging

from PySide6.QtGui import QImage

from console.main_window import Workspace
from console.screens import LiveScreen, QueueScreen
from console.screens._suspend_bar import Suspension
from console.state import Watch
from shared.api import ApiClient
from shared.errors import AppError
from shared.qt.errors import MessageBar, Notice, Severity
from shared.qt.scope import TaskScope
from shared.qt.translations import tr, tr_error
from shared.schemas.moderation import Policy
from shared.schemas.streams import Stream

_log = logging.getLogger(__name__)
_MOST_FOLLOWED = 60
_BETWEEN_S = 0.25
_ROUND_S = 2.0
_MAX_WAIT_S = 60.0


class LivePresenter:
    """Fetches pictures one after the other, riskiest first, and none while nobody looks."""

    def __init__(
        self,
        *,
        api: ApiClient,
        watch: Watch,
        workspace: Workspace,
        scope: TaskScope,
        bar: MessageBar,
    ) -> None:
        self._api = api
        self._scope = scope
        self._bar = bar
        self._policies: tuple[Policy, ...] = ()
        self._watch = watch
        self._workspace = workspace
        self._live = workspace.screen_of(LiveScreen)
        self._queue = workspace.screen_of(QueueScreen)
        self._wake = asyncio.Event()
        self._live.cases_asked.connect(self._on_cases_asked)
        self._live.suspend_asked.connect(self._on_suspend_asked)
        self._live.suspended.connect(self._on_suspended)
        workspace.screen_shown.connect(self._on_screen_shown)

    def show_streams(self) -> None:
        """Show what is on air."""
        streams = self._watch.streams.streams
        self._live.show_streams(streams)
        self._workspace.rail.set_count("live", len(streams))
        self._wake.set()

    async def follow(self) -> None:
        """Keep the pictures fresh until cancelled."""
        while True:
            self._wake.clear()
            await self._round()
            try:
                async with asyncio.timeout(_ROUND_S if self._is_shown else None):
                    await self._wake.wait()
            except TimeoutError:
                continue

    @property
    def _is_shown(self) -> bool:
        return self._workspace.current == "live"

    async def _round(self) -> None:
        for stream in self._watch.streams.streams[:_MOST_FOLLOWED]:
            if not self._is_shown:
                return
            pause_s = _BETWEEN_S
            try:
                picture = await self._api.streams.thumbnail(stream.id)
            except AppError as error:
                _log.debug("no picture of %s: %s", stream.id, error.code)
                pause_s = min(_MAX_WAIT_S, max(pause_s, error.retry_after_s or 0.0))
            else:
                self._live.show_thumbnail(stream.id, QImage.fromData(picture))
            # A pace, not a wait: the pictures of a full wall must not eat the calls of a minute.
            await asyncio.sleep(pause_s)

    def _on_suspend_asked(self, stream: Stream) -> None:
        self._scope.start(self._ask(stream), name="suspend question")

    def _on_suspended(self, suspension: Suspension) -> None:
        self._scope.start(self._suspend(suspension), name="suspend")

    async def _ask(self, stream: Stream) -> None:
        try:
            if not self._policies:
                self._policies = tuple((await self._api.moderation.policies()).items)
        except AppError as error:
            self._bar.show_notice(Notice(tr_error(error), Severity.WARNING))
            return
        self._live.ask_suspension(stream, self._policies)

    async def _suspend(self, suspension: Suspension) -> None:
        try:
            await self._api.moderation.suspend(suspension.stream_id, suspension.request)
        except AppError as error:
            self._bar.show_notice(Notice(tr_error(error), Severity.WARNING))
            return
        sentence = tr("Off the air; the creator has your statement. The log can undo it.")
        self._bar.show_notice(Notice(sentence, Severity.SUCCESS))

    def _on_screen_shown(self, name: str) -> None:
        if name == "live":
            self._wake.set()

    def _on_cases_asked(self, stream_id: str) -> None:
        streams = {stream.id: stream.title for stream in self._watch.streams.streams}
        self._queue.show_only_stream(stream_id, streams.get(stream_id, ""))
        self._workspace.go_to("queue")
