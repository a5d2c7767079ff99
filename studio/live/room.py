"""The room of a broadcast, followed: its items reduced into the show and told to the window."""

from collections.abc import Callable

from shared.realtime import RealtimeClient, RoomFeed, RoomItem
from shared.schemas.realtime import stream_room
from studio.live.show import Parts, ShowState


def follow(
    realtime: RealtimeClient,
    stream_id: str,
    show: ShowState,
    on_item: Callable[[RoomItem, Parts], None],
) -> RoomFeed:
    """Join the stream's room: each item is taken into `show`, then told with what it changed.

    Close the feed it gives back to leave the room.
    """

    def take(item: RoomItem) -> None:
        on_item(item, show.apply(item))

    return realtime.join(stream_room(stream_id), take)
