"""The mood strip: votes, tips and the tone of chat, each halving every 60 s."""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Dialect, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.moods import Mood, MoodStrip
from shared.schemas.realtime import EventType, RoomEvent, SocketMoodVote, stream_room
from shared.schemas.roles import Permission
from shared.server.core import Core
from shared.server.db.database import Tx, per_dialect, upsert
from shared.server.http.errors import forbidden
from shared.server.http.sessions import Caller
from shared.server.room.restrictions import Restrictions
from shared.server.show.tables import MoodRow, MoodVoteRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

HALF_LIFE_S = 60.0
VOTE_WEIGHT = 1.0
TONE_WEIGHT = 0.25
_NOTHING = 1e-6
_WORD = re.compile(r"[^\W\d_]+")

_WORDS: dict[Mood, str] = {
    Mood.CHILL: "chill relaxed relaxing calm cosy cozy peaceful rustig gezellig",
    Mood.PLAYFUL: "haha lol fun funny playful game silly grappig leuk spel",
    Mood.ROMANTIC: "love romantic sweet heart lovely lief liefde hart romantisch",
    Mood.FLIRTY: "flirty flirt wink cute charming knipoog schattig",
    Mood.SPICY: "spicy hot fire heat pittig heet vuur",
    Mood.WILD: "wild crazy party wow amazing feest gek geweldig",
    Mood.DOMINANT: "boss queen king power control baas koningin koning macht",
    Mood.MYSTERIOUS: "mystery mysterious secret hidden geheim mysterieus",
}
_TONES = {mood: frozenset(words.split()) for mood, words in _WORDS.items()}

_STRIP = select(MoodRow.weights, MoodRow.at).where(MoodRow.stream_id == bindparam("the_stream"))
_STRIP_LOCKED = _STRIP.with_for_update()
_VOTE = select(MoodVoteRow.mood).where(
    MoodVoteRow.stream_id == bindparam("the_stream"), MoodVoteRow.user_id == bindparam("who")
)


@per_dialect
def _keep(dialect: Dialect) -> Any:
    values: dict[str, BindParameter[Any]] = {
        "weights": bindparam("the_weights"),
        "at": bindparam("now"),
    }
    statement = upsert(dialect, MoodRow).values(stream_id=bindparam("the_stream"), **values)
    return statement.on_conflict_do_update(index_elements=[MoodRow.stream_id], set_=values)


def tone(text: str) -> Mood | None:
    """The mood that most words of a message speak of; None where none does."""
    words = [word.lower() for word in _WORD.findall(text)]
    hits = {mood: sum(word in listed for word in words) for mood, listed in _TONES.items()}
    best = max(hits, key=lambda mood: hits[mood])
    return best if hits[best] else None


def tip_weight(tokens: int) -> float:
    """What a tip weighs: log2(1 + tokens)."""
    return math.log2(1 + tokens)


def decayed(weights: Mapping[Mood, float], age_s: float) -> dict[Mood, float]:
    """The weights `age_s` later; what has all but gone is left out."""
    factor = 0.5 ** (max(0.0, age_s) / HALF_LIFE_S)
    return {m: w * factor for m, w in weights.items() if w * factor > _NOTHING}


def strip(weights: Mapping[Mood, float], at: datetime) -> MoodStrip:
    """The weights as shares over all eight; all 0 where nothing weighs."""
    total = sum(weights.values())
    shares = {mood: weights.get(mood, 0.0) / total if total else 0.0 for mood in Mood}
    dominant = max(Mood, key=lambda mood: shares[mood]) if total else None
    return MoodStrip(shares=shares, dominant=dominant, at=at)


class MoodService:
    """The mood strips of all rooms."""

    def __init__(self, core: Core, streams: StreamService, restrictions: Restrictions) -> None:
        self._core = core
        self._streams = streams
        self._restrictions = restrictions

    async def vote(self, caller: Caller, stream_id: str, mood: Mood) -> MoodStrip:
        """Count a vote, and remember it as the mood the caller's tips are for.

        Raises:
            Refused: the room is closed to the caller.
        """
        async with self._core.db.write() as tx:
            stream = await self._streams.require_open(tx.db, stream_id)
            await self._streams.check_visible(tx.db, caller, stream)
            await self._restrictions.check_ban(tx.db, caller, stream)
            statement = upsert(tx.db.dialect, MoodVoteRow).values(
                stream_id=stream_id, user_id=caller.user_id, mood=mood.value, at=tx.now
            )
            await tx.db.execute(
                statement.on_conflict_do_update(
                    index_elements=[MoodVoteRow.stream_id, MoodVoteRow.user_id],
                    set_={"mood": mood.value, "at": tx.now},
                )
            )
            now = await self.add(tx, stream_id, mood, VOTE_WEIGHT)
        self.post(stream_id, now)
        return now

    async def vote_call(self, caller: Caller, body: SocketMoodVote) -> RoomEvent | None:
        """The same over a socket; the strip itself comes with the room's next frame."""
        if not caller.may(Permission.CHAT):
            raise forbidden()
        await self.vote(caller, body.stream_id, body.mood)
        return None

    async def tipped(self, tx: Tx, stream: StreamRecord, user_id: str, tokens: int) -> MoodStrip:
        """Count a tip for the mood its sender last voted for, else for the room's own mood."""
        named = {"the_stream": stream.id, "who": user_id}
        voted = (await tx.db.execute(_VOTE, named)).scalar_one_or_none()
        mood = stream.mood if voted is None else Mood(voted)
        return await self.add(tx, stream.id, mood, tip_weight(tokens))

    async def heard(self, tx: Tx, stream: StreamRecord, text: str) -> None:
        """Count the tone of a message, where it has one."""
        mood = tone(text)
        if mood is not None:
            self.post(stream.id, await self.add(tx, stream.id, mood, TONE_WEIGHT))

    async def add(self, tx: Tx, stream_id: str, mood: Mood, weight: float) -> MoodStrip:
        """Let the strip decay until now, and add to it."""
        weights, at = await self._read(tx.db, stream_id)
        current = decayed(weights, (tx.now - at).total_seconds() if at else 0.0)
        current[mood] = current.get(mood, 0.0) + weight
        weighed = {m.value: w for m, w in current.items()}
        row = {"the_stream": stream_id, "the_weights": weighed, "now": tx.now}
        await tx.db.execute(_keep(tx.db.dialect), row)
        return strip(current, tx.now)

    async def _read(
        self, db: AsyncConnection, stream_id: str
    ) -> tuple[dict[Mood, float], datetime | None]:
        row = (await db.execute(_STRIP_LOCKED, {"the_stream": stream_id})).first()
        if row is None:
            return {}, None
        return {Mood(mood): weight for mood, weight in row[0].items()}, row[1]

    async def weights(self, db: AsyncConnection, stream_id: str) -> dict[Mood, float]:
        """What each mood weighs in a room now."""
        row = (await db.execute(_STRIP, {"the_stream": stream_id})).first()
        if row is None:
            return {}
        stored = {Mood(mood): weight for mood, weight in row[0].items()}
        return decayed(stored, (self._core.clock.now() - row[1]).total_seconds())

    async def current(self, db: AsyncConnection, stream_id: str) -> MoodStrip:
        """A room's strip now."""
        return strip(await self.weights(db, stream_id), self._core.clock.now())

    def post(self, stream_id: str, now: MoodStrip) -> None:
        """Show the room its new strip; of several within a second, the last."""
        self._core.posts.post(stream_room(stream_id), EventType.MOOD_STRIP, now)
