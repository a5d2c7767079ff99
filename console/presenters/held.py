"""Held messages: read when the shift begins and after every gap, settled by one key."""

import logging
from collections.abc import Sequence
from typing import override

from console.presenters.lists import ListPresenter
from console.presenters.surroundings import Surroundings
from console.screens import HeldScreen
from console.screens.held import Settling
from console.state.held import HeldQueue
from shared.errors import AppError
from shared.qt.translations import tr
from shared.schemas.automod import HeldMessage
from shared.schemas.common import MAX_PAGE
from shared.schemas.moderation import SubjectType
from shared.schemas.realtime import RoomEvent

_log = logging.getLogger(__name__)


class HeldPresenter(ListPresenter[HeldMessage]):
    """Shows what waits in every room, and sends what is decided about it."""

    def __init__(self, around: Surroundings) -> None:
        screen = around.workspace.screen_of(HeldScreen)
        super().__init__(
            around, name="held", screen=screen, problem=tr("The held messages cannot be loaded")
        )
        self._queue = HeldQueue()
        self._screen = screen
        screen.settled.connect(self._on_settled)
        screen.author_asked.connect(self._on_author_asked)
        around.workspace.screen_shown.connect(self._on_looked_at)

    @property
    @override
    def items(self) -> Sequence[HeldMessage]:
        return self._queue.messages

    @override
    async def fetch(self) -> None:
        page = await self._api.automod.held_anywhere(limit=MAX_PAGE)
        self._queue.load(page.items)

    def apply(self, event: RoomEvent) -> None:
        """Take an event of the moderators' room."""
        if self._queue.apply(event):
            self.show()

    def _on_author_asked(self, user_id: str) -> None:
        # Whoever steps through the list wants the last one only.
        if self.is_shown:
            self._around.scope.restart(self._read_author(user_id), name="held author")

    def _on_looked_at(self, name: str) -> None:
        held = self._screen.chosen
        if name == "held" and held is not None:
            self._on_author_asked(held.author.id)

    async def _read_author(self, user_id: str) -> None:
        try:
            record = await self._api.moderation.subject(SubjectType.USER, user_id)
        except AppError as error:
            _log.info("an author's record cannot be read: %s", error.code)
            return
        self._screen.show_author(user_id, record)

    def _on_settled(self, settling: Settling) -> None:
        held = settling.message
        automod = self._api.automod
        send = automod.release if settling.is_allowed else automod.deny

        async def settle() -> None:
            self._queue.take(await send(held.stream_id, held.id))

        self.send(f"held {held.id}", settle, done=lambda: None)
