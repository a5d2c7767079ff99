"""The realtime layer, for both apps and the simulator: one socket, ordered rooms.

    async with RealtimeClient(base_url, session=client.session) as realtime:
        feed = realtime.join(stream_room(stream_id))              # or join(room, listener)
        async for item in feed:                                   # Snapshot first, then events
            match item:
                case Snapshot(state=room): ...
                case RoomEvent(type=EventType.CHAT_MESSAGE): ...

- `RealtimeClient(base_url, *, session)`: `join(room, listener=None) -> RoomFeed` (at once, also
  while offline), `connection -> Connection`, `on_connection_changed(listener) -> unsubscribe`,
  `connected(timeout_s=)`, `send_chat(stream_id, text, reply_to=None, key=None) -> ChatMessage`,
  `vote_mood(stream_id, mood)`, `typing(stream_id)`. It belongs to one session; sign-in makes a
  new one.
- `Connection`: `state` (`ConnectionState`: connecting, connected, reconnecting, revoked, closed),
  `error` (AppError or None), `tries`, `retry_in_s`, `is_up`.
- `RoomFeed`: `async for`, `await ready()`, `close()`, `seq`, `error`. A `Snapshot(seq, state:
  RoomSnapshot)` comes first, and again when a loss cannot be repaired: start over from it. Every
  `RoomEvent` comes in order and once.
- `Feed`: the order itself, pure.
"""

from shared.realtime.client import RealtimeClient
from shared.realtime.feed import Feed, Snapshot
from shared.realtime.room_feed import RoomFeed, RoomItem
from shared.realtime.state import Connection, ConnectionState

__all__ = [
    "Connection",
    "ConnectionState",
    "Feed",
    "RealtimeClient",
    "RoomFeed",
    "RoomItem",
    "Snapshot",
]
