"""Streams, their keys and their playback on the wire."""

from enum import StrEnum
from typing import Annotated, Literal

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
    """The state of the room: who may enter it, and whether it is listed.

    `away`: open and listed, its creator is not there. `hidden`: open to those who know the
    address, listed for nobody.
    """

    PUBLIC = "public"
    SUBSCRIBERS = "subscribers"
    PRIVATE = "private"
    AWAY = "away"
    HIDDEN = "hidden"


class SafetyHint(StrEnum):
    """What pictures of a broadcast suggest to a person who looks; it weighs nothing by itself."""

    NO_FACE = "no_face"
    """None was seen in a row of pictures of a public room."""
    MORE_FACES = "more_faces_than_agreed"
    """More were seen, several times in a row, than people are named in the consent log."""


class StreamStart(Request):
    """What a creator announces when going live."""

    title: Title
    tags: Annotated[list[Tag], Field(max_length=10)] = []
    mood: Mood = Mood.CHILL
    audience: Audience = Audience.PUBLIC
    keep_recording: bool = False
    """Keep what viewers see, to be watched after the end, where the platform offers that."""


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
    is_recorded: bool = False
    """Whether a recording of it is kept: everybody in the room may know."""
    playlist_url: str | None = None
    thumbnail_url: str | None = None
    hints: list[SafetyHint] = []
    """Only where moderators list what is on air."""


class Ingest(Resource):
    """Where to publish. `stream_key` is a secret: never logged, never shown unasked."""

    url: str
    stream_key: str


class StreamStarted(Resource):
    """The answer to going live: the record and where to push."""

    stream: Stream
    ingest: Ingest


class UplinkProbe(Request):
    """Letters without meaning, to learn how fast the line carries them; nothing is kept."""

    filler: Annotated[str, Field(max_length=900_000, pattern=r"^[\w\-]*$")]


class UplinkAnswer(Resource):
    """How much arrived."""

    received: int


class StreamKey(Resource):
    """The creator's permanent stream key and the ingest it belongs to."""

    url: str
    stream_key: str
    created_at: Timestamp


class ViewersCount(Resource):
    """How many watch now, and the most so far."""

    viewers: int
    peak: int


class Viewers(ViewersCount):
    """How many watch, and the first 200 of them for those who may enter the room."""

    users: list[UserRef] = []


class PlanCreate(Request):
    """A stream to be; `starts_at` lies ahead."""

    title: Title
    starts_at: Timestamp
    duration_min: Annotated[int, Field(ge=5, le=1440)] = 60
    tags: Annotated[list[Tag], Field(max_length=10)] = []
    mood: Mood = Mood.CHILL
    audience: Audience = Audience.PUBLIC


class Plan(Resource):
    """A stream that its creator plans; shown to them and to admins."""

    id: Id
    creator_id: Id
    title: str
    tags: list[str]
    mood: Mood
    audience: Audience
    starts_at: Timestamp
    duration_min: int


class ContentItem(Resource):
    """One thing that a creator made, as their profile shows it: for now a stream, on air or over.

    Posts, clips and paid media join here later, by a `kind` of their own.
    """

    id: Id
    kind: Literal["stream"] = "stream"
    title: str
    tags: list[str]
    mood: Mood
    audience: Audience
    at: Timestamp
    is_live: bool
    duration_s: float
    peak_viewers: int
    recording_url: str | None = None
    """Where the caller may play its recording, if there is one."""
    recording_s: float = 0.0


class RecordingDeleted(Resource):
    """A recording that nobody can play any more.

    `kept_as_evidence`: its files stay until an open case or a legal hold no longer needs them.
    """

    stream_id: Id
    kept_as_evidence: bool


class ViewerMinute(Resource):
    """How many watched in a minute on air; 0 is the first."""

    minute: int
    viewers: int


class StreamStats(Resource):
    """What one stream brought; for its creator and admins."""

    stream_id: Id
    duration_s: float
    viewers: ViewersCount
    messages: int
    chatters: int
    tips: int
    gifts: int
    supporters: int
    tokens: int
    goals_reached: int
    new_followers: int
    minutes: list[ViewerMinute] = []
    """The first day on air; minutes in which nobody could watch are left out."""


class StreamHealth(Resource):
    """How the publisher's line has been in the last seconds."""

    kbps: int
    fps: float
    keyframe_interval_s: float | None = None
    silent_s: float = 0.0
    dropped_frames: int = 0
    uptime_s: float = 0.0
