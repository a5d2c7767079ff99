"""Routes for going live, and for finding what is live."""

from typing import Annotated

from fastapi import Query

from shared.schemas.common import DEFAULT_PAGE, MAX_PAGE, ErrorCode, Id, Page
from shared.schemas.roles import Permission
from shared.schemas.streams import (
    Ingest,
    Stream,
    StreamKey,
    StreamPatch,
    StreamStart,
    StreamStarted,
    StreamState,
    UplinkAnswer,
    UplinkProbe,
    Viewers,
)
from shared.server.http.routes import IdempotencyKey, Router, SignedIn, provided
from shared.server.streams.air import AirControl
from shared.server.streams.keys import StreamKeys
from shared.server.streams.service import StreamService

ROUTER = Router("streams")
Streams = Annotated[StreamService, provided(StreamService)]
Keys = Annotated[StreamKeys, provided(StreamKeys)]
OnTheAir = Annotated[AirControl, provided(AirControl)]
Limit = Annotated[int, Query(ge=1, le=MAX_PAGE)]


@ROUTER.post(
    "/streams/start",
    needs=Permission.STREAM_LIMITED,
    status_code=201,
    errors=(ErrorCode.ALREADY_LIVE, ErrorCode.IDEMPOTENCY_MISMATCH),
    summary="Announce a stream",
)
async def start(
    body: StreamStart,
    caller: SignedIn,
    streams: Streams,
    keys: Keys,
    key: IdempotencyKey = None,
) -> StreamStarted:
    """Make the stream's record and say where to push; it is live with its first picture."""
    stream = await streams.start(caller, body, key)
    own = await keys.of(caller.user_id)
    return StreamStarted(stream=stream, ingest=Ingest(url=own.url, stream_key=own.stream_key))


@ROUTER.get("/streams/active", needs=Permission.VIEW_SAFE, summary="What is live")
async def active(
    caller: SignedIn,
    streams: Streams,
    cursor: Id | None = None,
    limit: Limit = DEFAULT_PAGE,
    state: StreamState | None = None,
) -> Page[Stream]:
    """Streams on air that the caller may see, newest first; `state=waiting` adds the announced."""
    return await streams.active(caller, cursor, limit, include_waiting=state is StreamState.WAITING)


@ROUTER.get("/streams/key", needs=Permission.STREAM_LIMITED, summary="My stream key")
async def stream_key(caller: SignedIn, keys: Keys) -> StreamKey:
    """The key that any broadcast program may publish with."""
    return await keys.of(caller.user_id)


@ROUTER.post(
    "/streams/key/regenerate", needs=Permission.STREAM_LIMITED, summary="Replace my stream key"
)
async def regenerate(caller: SignedIn, keys: Keys) -> StreamKey:
    """The old key is refused from now on; what is already connected stays on air."""
    return await keys.regenerate(caller.user_id)


@ROUTER.post("/streams/uplink", needs=Permission.STREAM_LIMITED, summary="Try my uplink")
async def uplink(body: UplinkProbe) -> UplinkAnswer:
    """Count what arrived and forget it; the sender times it."""
    return UplinkAnswer(received=len(body.filler))


@ROUTER.get(
    "/streams/{stream_id}",
    needs=Permission.VIEW_SAFE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="One stream",
)
async def one(stream_id: Id, caller: SignedIn, streams: Streams) -> Stream:
    """The stream, with playback addresses that work for this session only."""
    return await streams.one(caller, stream_id)


@ROUTER.patch(
    "/streams/{stream_id}",
    needs=Permission.STREAM_LIMITED,
    errors=(ErrorCode.NOT_FOUND, ErrorCode.STREAM_ENDED),
    summary="Change title, tags, mood or audience",
)
async def patch(stream_id: Id, body: StreamPatch, caller: SignedIn, streams: Streams) -> Stream:
    """Only one's own stream, until it has ended."""
    return await streams.patch(caller, stream_id, body)


_STEER = (ErrorCode.NOT_FOUND, ErrorCode.STREAM_ENDED, ErrorCode.CONFLICT)


@ROUTER.post(
    "/streams/{stream_id}/end",
    needs=Permission.VIEW_SAFE,
    errors=_STEER,
    summary="End a stream",
)
async def end(stream_id: Id, caller: SignedIn, streams: Streams) -> Stream:
    """One's own; a moderator may end any. Ending again changes nothing."""
    return await streams.move(caller, stream_id, StreamState.ENDED)


@ROUTER.post(
    "/streams/{stream_id}/freeze",
    needs=Permission.STREAM_LIMITED,
    errors=_STEER,
    summary="Freeze my stream",
)
async def freeze(stream_id: Id, caller: SignedIn, streams: Streams) -> Stream:
    """Tell the room that the picture stands still on purpose."""
    return await streams.move(caller, stream_id, StreamState.FROZEN)


@ROUTER.post(
    "/streams/{stream_id}/reveal",
    needs=Permission.STREAM_LIMITED,
    errors=_STEER,
    summary="Go on after freeze or panic",
)
async def reveal(stream_id: Id, caller: SignedIn, streams: Streams, air: OnTheAir) -> Stream:
    """Viewers get pictures again, from now on only."""
    stream = await streams.move(caller, stream_id, StreamState.LIVE)
    await air.revealed(stream_id)
    return stream


@ROUTER.post(
    "/streams/{stream_id}/panic",
    needs=Permission.STREAM_LIMITED,
    errors=_STEER,
    summary="Take my stream's picture away at once",
)
async def panic(stream_id: Id, caller: SignedIn, streams: Streams, air: OnTheAir) -> Stream:
    """Removes what viewers could still fetch, and shows nothing until `reveal`."""
    stream = await streams.move(caller, stream_id, StreamState.PANICKED)
    await air.panicked(stream_id)
    return stream


@ROUTER.get(
    "/streams/{stream_id}/viewers",
    needs=Permission.VIEW_SAFE,
    errors=(ErrorCode.NOT_FOUND,),
    summary="Who watches",
)
async def viewers(stream_id: Id, caller: SignedIn, streams: Streams) -> Viewers:
    """How many now, the most so far, and the first 200 of them by name."""
    return await streams.who_watches(caller, stream_id)
