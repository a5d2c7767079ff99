"""Going live, and what is live."""

from shared.api.calls import Calls
from shared.schemas.common import Done, Page
from shared.schemas.streams import (
    Plan,
    PlanCreate,
    RecordingDeleted,
    Stream,
    StreamKey,
    StreamPatch,
    StreamStart,
    StreamStarted,
    StreamStats,
    UplinkAnswer,
    UplinkProbe,
    Viewers,
)


class Streams:
    """`/streams`."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def start(self, request: StreamStart, *, key: str | None = None) -> StreamStarted:
        """Make the stream's record; the answer names where to push."""
        return await self._calls.post("/streams/start", StreamStarted, body=request, key=key)

    async def end(self, stream_id: str, *, key: str | None = None) -> Stream:
        """End the stream for everyone."""
        return await self._calls.post(f"/streams/{stream_id}/end", Stream, key=key)

    async def active(self, *, cursor: str | None = None, limit: int | None = None) -> Page[Stream]:
        """Streams on air now."""
        params = {"cursor": cursor, "limit": limit}
        return await self._calls.get("/streams/active", Page[Stream], params=params)

    async def read(self, stream_id: str) -> Stream:
        """One stream."""
        return await self._calls.get(f"/streams/{stream_id}", Stream)

    async def change(self, stream_id: str, patch: StreamPatch) -> Stream:
        """Change title, tags, mood or audience."""
        return await self._calls.patch(f"/streams/{stream_id}", Stream, body=patch)

    async def freeze(self, stream_id: str, *, key: str | None = None) -> Stream:
        """Tell the room that the picture stands still on purpose."""
        return await self._calls.post(f"/streams/{stream_id}/freeze", Stream, key=key)

    async def reveal(self, stream_id: str, *, key: str | None = None) -> Stream:
        """Go on after freeze or panic."""
        return await self._calls.post(f"/streams/{stream_id}/reveal", Stream, key=key)

    async def panic(self, stream_id: str, *, key: str | None = None) -> Stream:
        """Take away what viewers could still fetch."""
        return await self._calls.post(f"/streams/{stream_id}/panic", Stream, key=key)

    async def viewers(self, stream_id: str) -> Viewers:
        """How many watch, and the most so far."""
        return await self._calls.get(f"/streams/{stream_id}/viewers", Viewers)

    async def key(self) -> StreamKey:
        """The creator's permanent key and ingest."""
        return await self._calls.get("/streams/key", StreamKey)

    async def regenerate_key(self, *, key: str | None = None) -> StreamKey:
        """A new key; the old one is refused from now on."""
        return await self._calls.post("/streams/key/regenerate", StreamKey, key=key)

    async def try_uplink(self, filler: str) -> int:
        """Send letters without meaning; how many arrived."""
        probe = UplinkProbe(filler=filler)
        return (await self._calls.post("/streams/uplink", UplinkAnswer, body=probe)).received

    async def playlist(self, stream_id: str) -> str:
        """The HLS playlist as this viewer may play it."""
        return (await self._calls.send("GET", f"/streams/{stream_id}/playlist.m3u8")).text

    async def thumbnail(self, stream_id: str) -> bytes:
        """A recent picture of the stream, as JPEG or WebP bytes."""
        return (await self._calls.send("GET", f"/streams/{stream_id}/thumbnail")).content

    async def schedule(self, user_id: str | None = None, *, limit: int | None = None) -> Page[Plan]:
        """One's own plans, soonest first; admins may name somebody else."""
        params = {"user_id": user_id, "limit": limit}
        return await self._calls.get("/streams/schedule", Page[Plan], params=params)

    async def plan(self, request: PlanCreate, *, key: str | None = None) -> Plan:
        """Plan a stream."""
        return await self._calls.post("/streams/schedule", Plan, body=request, key=key)

    async def remove_plan(self, plan_id: str) -> None:
        """Give up a plan."""
        await self._calls.delete(f"/streams/schedule/{plan_id}", Done)

    async def stats(self, stream_id: str) -> StreamStats:
        """What a stream brought; for its creator and admins."""
        return await self._calls.get(f"/streams/{stream_id}/stats", StreamStats)

    async def recording(self, stream_id: str) -> str:
        """The playlist of a stream's recording as this viewer may play it."""
        return (await self._calls.send("GET", f"/streams/{stream_id}/recording/playlist.m3u8")).text

    async def delete_recording(self, stream_id: str) -> RecordingDeleted:
        """Take one's own recording away for good."""
        return await self._calls.delete(f"/streams/{stream_id}/recording", RecordingDeleted)
