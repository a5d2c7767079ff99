"""Held messages: read when the shift begins and after every gap, settled by one key."""

from collections.abc import Sequence
from typing import override

from console.presenters.lists import ListPresenter
from console.presenters.surroundings import Surroundings
from console.screens import HeldScreen
from console.screens.held import Settling
from console.state.held import HeldQueue
from shared.qt.translations import tr
from shared.schemas.automod import HeldMessage
from shared.schemas.common import MAX_PAGE
from shared.schemas.realtime import RoomEvent


class HeldPresenter(ListPresenter[HeldMessage]):
    """Shows what waits in every room, and sends what is decided about it."""

    def __init__(self, around: Surroundings) -> None:
        screen = around.workspace.screen_of(HeldScreen)
        super().__init__(
            around, name="held", screen=screen, problem=tr("The held messages cannot be loaded")
        )
        self._queue = HeldQueue()
        screen.settled.connect(self._on_settled)

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

    def _on_settled(self, settling: Settling) -> None:
        held = settling.message
        automod = self._api.automod
        send = automod.release if settling.is_allowed else automod.deny

        async def settle() -> None:
            self._queue.take(await send(held.stream_id, held.id))

        self.send(f"held {held.id}", settle, done=lambda: None)
