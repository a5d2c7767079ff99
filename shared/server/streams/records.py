"""A stream as the server's areas hand it around, and how its state may change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.accounts import UserRef
from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.schemas.streams import Audience, MediaFormat, Stream, StreamState
from shared.server.accounts.tables import UserRow
from shared.server.streams.tables import StreamRow

ON_AIR = frozenset(
    {StreamState.LIVE, StreamState.FROZEN, StreamState.PANICKED, StreamState.INTERRUPTED}
)
"""States in which viewers may be in the room waiting for a picture."""

CLOSED = frozenset({StreamState.ENDED, StreamState.SUSPENDED})

_S = StreamState
TRANSITIONS: dict[StreamState, frozenset[StreamState]] = {
    _S.WAITING: frozenset({_S.LIVE, _S.ENDED, _S.SUSPENDED}),
    _S.LIVE: frozenset({_S.INTERRUPTED, _S.FROZEN, _S.PANICKED, _S.ENDED, _S.SUSPENDED}),
    _S.INTERRUPTED: frozenset({_S.LIVE, _S.PANICKED, _S.ENDED, _S.SUSPENDED}),
    _S.FROZEN: frozenset({_S.LIVE, _S.PANICKED, _S.ENDED, _S.SUSPENDED}),
    _S.PANICKED: frozenset({_S.LIVE, _S.ENDED, _S.SUSPENDED}),
    _S.SUSPENDED: frozenset({_S.ENDED}),
    _S.ENDED: frozenset(),
}
"""Which state may follow which."""


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One stream's row with its creator."""

    id: str
    creator: UserRef
    title: str
    tags: tuple[str, ...]
    mood: Mood
    audience: Audience
    state: StreamState
    started_at: datetime
    state_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    peak_viewers: int
    safety_score: float
    media: dict[str, Any] | None
    keep_recording: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it has not ended and was not suspended."""
        return self.state not in CLOSED

    def view(
        self, *, viewers: int = 0, playlist: str | None = None, thumbnail: str | None = None
    ) -> Stream:
        """The stream on the wire; addresses are signed for one person and never broadcast."""
        return Stream(
            id=self.id,
            creator=self.creator,
            title=self.title,
            tags=list(self.tags),
            mood=self.mood,
            audience=self.audience,
            state=self.state,
            started_at=self.started_at,
            live_at=self.live_at,
            ended_at=self.ended_at,
            viewers=viewers,
            safety_score=self.safety_score,
            media=None if self.media is None else MediaFormat.model_validate(self.media),
            is_recorded=self.keep_recording,
            playlist_url=playlist,
            thumbnail_url=thumbnail,
        )


def selection() -> Select[*tuple[Any, ...]]:
    """The query that `record` reads a row of; add what selects."""
    return select(
        StreamRow.id,
        StreamRow.creator_id,
        StreamRow.title,
        StreamRow.tags,
        StreamRow.mood,
        StreamRow.audience,
        StreamRow.state,
        StreamRow.started_at,
        StreamRow.state_at,
        StreamRow.live_at,
        StreamRow.ended_at,
        StreamRow.peak_viewers,
        StreamRow.safety_score,
        StreamRow.media,
        StreamRow.keep_recording,
        UserRow.display_name,
        UserRow.role,
    ).join(UserRow, UserRow.id == StreamRow.creator_id)


def record(row: Any) -> StreamRecord:
    """A row of `selection` as a record."""
    return StreamRecord(
        id=row.id,
        creator=UserRef(id=row.creator_id, display_name=row.display_name, role=Role(row.role)),
        title=row.title,
        tags=tuple(row.tags),
        mood=Mood(row.mood),
        audience=Audience(row.audience),
        state=StreamState(row.state),
        started_at=row.started_at,
        state_at=row.state_at,
        live_at=row.live_at,
        ended_at=row.ended_at,
        peak_viewers=row.peak_viewers,
        safety_score=row.safety_score,
        media=row.media,
        keep_recording=row.keep_recording,
    )


_BY_ID = selection().where(StreamRow.id == bindparam("the_id"))


async def find(db: AsyncConnection, stream_id: str) -> StreamRecord | None:
    """The stream of this id."""
    row = (await db.execute(_BY_ID, {"the_id": stream_id})).first()
    return None if row is None else record(row)
