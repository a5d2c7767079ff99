"""Streams, their keys and their playback on the wire."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.schemas.accounts import UserRef
from shared.schemas.common import PLAIN_TEXT, Id, Request, Resource, Timestamp
from shared.schemas.moods import Mood

Title = Annotated[str, Field(min_length=1, max_length=120, pattern=PLAIN_TEXT)]
Tag = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[\w\-]+$")]


class StreamState(StrEnum):
    """Where a stream is in its life. `waiting`: record made, no picture has arrived yet."""

    WAITING = "waiting"
    LIVE = "live"
    FROZEN = "frozen"
    PANICKED = "panicked"
    INTERRUPTED = "interrupted"
    ENDED = "ended"
    SUSPENDED = "suspended"


class Audience(StrEnum):
    """Who may enter the room."""

    PUBLIC = "public"
    SUBSCRIBERS = "subscribers"
    PRIVATE = "private"


class StreamStart(Request):
    """What a creator announces when going live."""

    title: Title
    tags: Annotated[list[Tag], Field(max_length=10)] = []
    mood: Mood = Mood.CHILL
    audience: Audience = Audience.PUBLIC


class StreamPatch(Request):
    """Changes while live; null leaves a field as it is."""

    title: Title | None = None
    tags: Annotated[list[Tag], Field(max_length=10)] | None = None
    mood: Mood | None = None
    audience: Audience | None = None


class MediaFormat(Resource):
    """What the ingest found in the publisher's packets."""

    video_codec: str | None = None
    audio_codec: str | None = None
    width: int | None = None
    height: int | None = None
    fps: float | None = None
    bitrate_kbps: float | None = None


class Stream(Resource):
    """A stream as viewers and moderators see it."""

    id: Id
    creator: UserRef
    title: str
    tags: list[str]
    mood: Mood
    audience: Audience
    state: StreamState
    started_at: Timestamp
    live_at: Timestamp | None = None
    ended_at: Timestamp | None = None
    viewers: int = 0
    safety_score: float = 0.0
    media: MediaFormat | None = None
    playlist_url: str | None = None
    thumbnail_url: str | None = None


class Ingest(Resource):
    """Where to publish. `stream_key` is a secret: never logged, never shown unasked."""

    url: str
    stream_key: str


class StreamStarted(Resource):
    """The answer to going live: the record and where to push."""

    stream: Stream
    ingest: Ingest


class StreamKey(Resource):
    """The creator's permanent stream key and the ingest it belongs to."""

    url: str
    stream_key: str
    created_at: Timestamp


class ViewersCount(Resource):
    """How many watch now, and the most so far."""

    viewers: int
    peak: int


class StreamHealth(Resource):
    """How the publisher's line has been in the last seconds."""

    kbps: int
    fps: float
    keyframe_interval_s: float | None = None
    silent_s: float = 0.0
    dropped_frames: int = 0
    uptime_s: float = 0.0
