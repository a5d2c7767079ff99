"""Teezer's dock, served: its switch, what it said, its replies to choose from, week and lessons."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtWidgets import QWidget

from shared.qt.translations import tr
from shared.realtime import RoomItem
from shared.schemas.realtime import EventType, RoomEvent
from shared.schemas.teezer import (
    Suggestions,
    SuggestRequest,
    Teezer,
    TeezerPatch,
    TeezerSchedule,
)
from studio.desk.room_desk import teezer_view
from studio.desk.tools import ToolParts
from studio.docks.teezer import TeezerDock, TeezerState
from studio.live import Parts

_COUNT = 5
_READ_EVERY_S, _RETRY_S = 2.0, 15.0
_NEWS = frozenset({EventType.TEEZER_STATUS, EventType.TEEZER_REPLY, EventType.CHAT_DELETED})


class TeezerPart:
    """Serves the Teezer dock; the switch in the feed shows the same."""

    name = "teezer"

    def __init__(self, parts: ToolParts, now_s: Callable[[], float] = time.monotonic) -> None:
        self._parts = parts
        self._now_s = now_s
        self._dock: TeezerDock | None = None
        self._state = TeezerState()
        self._drawn: TeezerState | None = None
        self._is_stale = self._is_cut = False
        self._read_at_s = float("-inf")
        self._undo: Callable[[], None] | None = None
        parts.room.overheard.append(self._on_item)

    def attach(self, dock: QWidget) -> None:
        """Serve this dock from now on."""
        if not isinstance(dock, TeezerDock):
            return
        self._dock, self._drawn = dock, None
        dock.switched.connect(lambda is_on: self._change(TeezerPatch(enabled=is_on)))
        dock.persona_changed.connect(lambda text: self._change(TeezerPatch(persona=text)))
        dock.schedule_changed.connect(self._on_schedule)
        dock.learn_requested.connect(self._on_learn)
        dock.forget_requested.connect(self._on_forget)
        dock.suggestions_requested.connect(self._on_suggest)
        dock.suggestion_chosen.connect(self._on_chosen)
        dock.reply_removed.connect(self._on_reply_removed)
        dock.replies_seen.connect(self._on_seen)
        dock.undo_requested.connect(self._on_undo)

    def signed_in(self) -> None:
        """Read how Teezer is."""
        self._is_stale = True
        self._read_at_s = float("-inf")

    def draw(self) -> None:
        """Follow what the room tells; read again what it does not tell."""
        if self._dock is None:
            return
        if self._parts.client is None:
            self._state = TeezerState(
                reason=tr("Teezer can be reached once you are signed in and connected.")
            )
        elif self._is_stale and self._dock.isVisible() and self._now_s() >= self._read_at_s:
            self._is_stale, self._read_at_s = False, self._now_s() + _READ_EVERY_S
            self._parts.start(
                self._read(), name="read Teezer", dock=self._dock, undo=self._read_later
            )
        if self._state != self._drawn:
            self._drawn = self._state
            self._dock.set_state(self._state)

    def suggest_for(self, words: str) -> None:
        """Show the dock and what could be answered to these words."""
        self._parts.window.cockpit.docks.show_dock(self.name)
        if self._dock is not None:
            self.draw()
            self._dock.ask_about(words)

    def _on_item(self, item: RoomItem, _parts: Parts) -> None:
        """Something was said by Teezer, or changed about it."""
        if (
            not isinstance(item, RoomEvent)
            or item.type in _NEWS
            or (item.type is EventType.CHAT_MESSAGE and item.data.get("is_ai"))
        ):
            self._is_stale = True

    def _read_later(self) -> None:
        """It could not be read: try again by and by."""
        self._is_stale, self._read_at_s = True, self._now_s() + _RETRY_S
        self._is_cut = True

    async def _read(self) -> None:
        client, user = self._parts.client, self._parts.user
        if client is None or user is None:
            return
        self._take(await client.teezer.read(user.id), with_replies=True)
        if self._is_cut and self._dock is not None:
            self._is_cut = False
            self._dock.set_problem("")

    def _take(self, teezer: Teezer, *, with_replies: bool = False) -> None:
        """Show what the platform says; only a reading brings what was said."""
        before = self._state.teezer
        if not with_replies and before is not None:
            teezer = teezer.model_copy(update={"replies": before.replies})
        self._parts.window.cockpit.feed.set_teezer(teezer_view(teezer))
        seen = self._parts.settings.value.teezer_seen_until
        self._state = TeezerState(teezer=teezer, seen_until=seen)
        self.draw()

    def _change(self, patch: TeezerPatch, *, is_learning: bool = False) -> None:
        before = self._state
        self._state = replace(before, is_busy=True, is_learning=is_learning)
        self.draw()
        self._parts.start(
            self._patch(patch),
            name="change Teezer",
            dock=self._dock,
            undo=lambda: self._put_back(before),
        )

    def _put_back(self, before: TeezerState) -> None:
        self._state, self._drawn = before, None
        self.draw()

    async def _patch(self, patch: TeezerPatch) -> None:
        client, user = self._parts.client, self._parts.user
        if client is not None and user is not None:
            self._take(await client.teezer.change(user.id, patch))

    def _on_schedule(self, schedule: TeezerSchedule) -> None:
        before = self._state
        was = before.teezer.schedule if before.teezer is not None else TeezerSchedule()
        self._parts.start(
            self._put_schedule(schedule),
            name="Teezer's week",
            dock=self._dock,
            undo=lambda: self._put_back(before),
        )
        if len(schedule.slots) < len(was.slots):
            self._offer_undo(
                tr("Hours are removed."),
                lambda: self._parts.start(
                    self._put_schedule(was), name="Teezer's week", dock=self._dock
                ),
            )

    async def _put_schedule(self, schedule: TeezerSchedule) -> None:
        client, user = self._parts.client, self._parts.user
        if client is not None and user is not None:
            self._take(await client.teezer.put_schedule(user.id, schedule))

    def _on_learn(self) -> None:
        before = self._state
        self._state = replace(before, is_learning=True)
        self.draw()
        self._parts.start(
            self._learn(),
            name="train Teezer",
            dock=self._dock,
            undo=lambda: self._put_back(before),
        )

    async def _learn(self) -> None:
        client, user = self._parts.client, self._parts.user
        if client is not None and user is not None:
            self._take(await client.teezer.train(user.id))

    def _on_forget(self) -> None:
        self._change(TeezerPatch(forget=True), is_learning=True)
        self._offer_undo(tr("Teezer forgets what it learnt."), self._remember)

    def _remember(self) -> None:
        before = self._state
        self._state = replace(before, is_learning=True)
        self.draw()
        self._parts.start(
            self._learn_all(),
            name="train Teezer",
            dock=self._dock,
            undo=lambda: self._put_back(before),
        )

    async def _learn_all(self) -> None:
        await self._patch(TeezerPatch(forget=False))
        await self._learn()

    def _on_suggest(self, words: str) -> None:
        dock = self._dock
        if dock is not None:
            dock.set_problem("")
            dock.set_suggestions(None)
            self._parts.start(
                self._suggest(dock, words),
                name="suggest replies",
                dock=dock,
                undo=lambda: dock.set_suggestions(Suggestions(items=[])),
            )

    async def _suggest(self, dock: TeezerDock, words: str) -> None:
        client = self._parts.client
        found = Suggestions(items=[])
        if client is not None:
            found = await client.teezer.suggest(SuggestRequest(text=words, count=_COUNT))
        dock.set_suggestions(found)

    def _on_chosen(self, text: str) -> None:
        self._parts.window.cockpit.input.offer(text)

    def _on_reply_removed(self, stream_id: str, message_id: str) -> None:
        before = self._state
        teezer = before.teezer
        if teezer is None:
            return
        left = [one for one in teezer.replies if one.message_id != message_id]
        self._state = replace(before, teezer=teezer.model_copy(update={"replies": left}))
        self.draw()
        self._parts.start(
            self._remove(stream_id, message_id),
            name="delete Teezer's answer",
            dock=self._dock,
            undo=lambda: self._put_back(before),
        )

    async def _remove(self, stream_id: str, message_id: str) -> None:
        if self._parts.client is not None:
            await self._parts.client.room.delete(stream_id, message_id)

    def _on_seen(self) -> None:
        """The answers were looked through: those that come later are new."""
        now = datetime.now(UTC)
        self._parts.settings.change(teezer_seen_until=now)
        self._state = replace(self._state, seen_until=now)
        self.draw()

    def _offer_undo(self, sentence: str, undo: Callable[[], None]) -> None:
        self._undo = undo
        if self._dock is not None:
            self._dock.set_undo(sentence)

    def _on_undo(self) -> None:
        undo, self._undo = self._undo, None
        if self._dock is not None:
            self._dock.set_problem("")
        if undo is not None:
            undo()
