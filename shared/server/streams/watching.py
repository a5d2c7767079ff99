"""Who watches: comings and goings, the count, and the most there ever were."""

from collections.abc import Mapping

from shared.schemas.accounts import UserRef
from shared.schemas.realtime import EventType, stream_room
from shared.schemas.streams import ViewersCount
from shared.server.core import Core
from shared.server.streams.records import StreamRecord


class Watching:
    """Counts the people in streams' rooms; a creator is no viewer of their own."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._creators: dict[str, str] = {}
        self._peaks: dict[str, int] = {}

    def viewers(self, stream: StreamRecord) -> int:
        """How many people are in the room besides its creator."""
        users = self._core.fanout.everybody(stream_room(stream.id))
        return len(users) - (stream.creator.id in users)

    def count(self, stream: StreamRecord) -> ViewersCount:
        """How many watch, and the most so far."""
        viewers = self.viewers(stream)
        peak = max(viewers, stream.peak_viewers, self._peaks.get(stream.id, 0))
        return ViewersCount(viewers=viewers, peak=peak)

    def entered(self, stream: StreamRecord) -> None:
        """Remember whose room it is and its record of viewers, for counting."""
        self._creators[stream.id] = stream.creator.id
        self._peaks[stream.id] = max(stream.peak_viewers, self._peaks.get(stream.id, 0))

    def somebody_came(self, room: str, user: UserRef, users: Mapping[str, int]) -> None:
        """Log who came into a stream's room, and the new count."""
        self._core.posts.post(room, EventType.PRESENCE_JOINED, user)
        self._tell(room)

    def somebody_left(self, room: str, user: UserRef, users: Mapping[str, int]) -> None:
        """Log who left a stream's room, and the new count."""
        self._core.posts.post(room, EventType.PRESENCE_LEFT, user)
        self._tell(room)

    def recount(self, room: str) -> None:
        """People came or left at another process."""
        if room.startswith("stream:"):
            self._tell(room)

    def _tell(self, room: str) -> None:
        users = self._core.fanout.everybody(room)
        stream_id = room.removeprefix("stream:")
        viewers = len(users) - (self._creators.get(stream_id) in users)
        peak = self._peaks[stream_id] = max(viewers, self._peaks.get(stream_id, 0))
        count = ViewersCount(viewers=viewers, peak=peak)
        self._core.posts.post(room, EventType.VIEWERS_COUNT, count)

    @property
    def peaks(self) -> Mapping[str, int]:
        """The most people there were in each room that somebody entered."""
        return self._peaks

    def forget(self, stream: StreamRecord) -> None:
        """The stream is over; its record of viewers has been kept."""
        self._creators.pop(stream.id, None)
        self._peaks.pop(stream.id, None)
