"""The gate before every room: what a person says passes, waits, or comes back with a reason."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.automod import AutomodRule, ChatMode
from shared.schemas.room import ChatSend
from shared.server.accounts.tables import FollowRow
from shared.server.ai.text import words
from shared.server.automod.held import Held
from shared.server.automod.modes import SHIELD_SLOW_S, Modes
from shared.server.automod.refusals import denied, held, too_soon, words_refused
from shared.server.automod.rules import Fate, Ruling, judge
from shared.server.automod.safety import Safety, Signal
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.http.errors import Refused
from shared.server.http.sessions import Caller
from shared.server.room.tables import ChatMessageRow
from shared.server.streams.records import StreamRecord
from shared.server.streams.service import StreamService

_LOOK_BACK = timedelta(seconds=600)
_RECENT = 20
FLOOD_COUNT, FLOOD_WITHIN = 12, timedelta(seconds=10)
"""Who has sent so many messages within so long waits."""
REPEAT_COUNT, REPEAT_WITHIN = 3, timedelta(seconds=30)
"""Who has said the same so often within so long says something else."""


class Gate:
    """Judges messages within the transaction that would store them."""

    def __init__(
        self, core: Core, *, streams: StreamService, modes: Modes, held: Held, safety: Safety
    ) -> None:
        self._core = core
        self._streams = streams
        self._modes = modes
        self._held = held
        self._safety = safety
        self._counts = core.settings.limits != "off"

    async def check(
        self, tx: Tx, caller: Caller, stream: StreamRecord, body: ChatSend
    ) -> Refused | None:
        """None lets the message pass; a refusal given back is committed with what it left behind.

        Raises:
            Refused: the person has to wait; the same message may pass later.
        """
        keeps_order = self._streams.may_moderate(caller, stream)
        mode = await self._modes.of(tx.db, stream.id)
        if not keeps_order:
            haste = await self._pace(tx, caller, stream, body, mode)
            if haste is not None:
                return denied(haste)
        ruling = judge(body.text, is_shielded=mode.is_shielded)
        if ruling.rule is not None and ruling.weight:
            signal = Signal(stream.id, ruling.rule.value, ruling.weight)
            await self._safety.signal(tx, signal)
        if keeps_order:
            return None  # their words count for the score, but nobody holds them up
        if ruling.fate is Fate.ALLOW and mode.is_shielded:
            ruling = await self._of_stranger(tx.db, caller, stream)
        if ruling.rule is None:
            return None
        if ruling.fate is Fate.DENY:
            return denied(ruling.rule)
        return held(await self._held.keep(tx, caller, stream, body, ruling.rule))

    async def check_gift(
        self, tx: Tx, caller: Caller, stream: StreamRecord, text: str
    ) -> Refused | None:
        """Judge the words that come with tokens: what would wait or be denied stops both.

        Tokens are never held back, so there is nothing in between.
        """
        if not text or self._streams.may_moderate(caller, stream):
            return None
        mode = await self._modes.of(tx.db, stream.id)
        ruling = judge(text, is_shielded=mode.is_shielded)
        if ruling.rule is None:
            return None
        if ruling.weight:
            # The tip's own transaction is undone, so that the signal cannot be part of it.
            self._safety.note(Signal(stream.id, ruling.rule.value, ruling.weight))
        return words_refused(ruling.rule)

    async def _of_stranger(
        self, db: AsyncConnection, caller: Caller, stream: StreamRecord
    ) -> Ruling:
        """Behind the shield, who does not follow the creator is looked at first."""
        follows = exists().where(
            FollowRow.follower_id == caller.user_id, FollowRow.followed_id == stream.creator.id
        )
        if (await db.execute(select(follows))).scalar():
            return Ruling()
        return Ruling(Fate.HOLD, AutomodRule.STRANGER)

    async def _pace(
        self, tx: Tx, caller: Caller, stream: StreamRecord, body: ChatSend, mode: ChatMode
    ) -> AutomodRule | None:
        """Whether the person speaks too often; slow mode is raised, for it passes by itself."""
        slow_s = max(mode.slow_s, SHIELD_SLOW_S if mode.is_shielded else 0)
        if not slow_s and not self._counts:
            return None
        said = await self._recent(tx.db, caller, stream, tx.now - _LOOK_BACK)
        if slow_s and said:
            wait_s = slow_s - (tx.now - said[0][0]).total_seconds()
            if wait_s > 0:
                raise too_soon(wait_s)
        if not self._counts:
            return None
        if sum(at > tx.now - FLOOD_WITHIN for at, _ in said) >= FLOOD_COUNT:
            return AutomodRule.FLOOD
        meant = words(body.text) or [body.text]
        same = sum(
            at > tx.now - REPEAT_WITHIN and (words(text) or [text]) == meant for at, text in said
        )
        return AutomodRule.REPEAT if same >= REPEAT_COUNT else None

    async def _recent(
        self, db: AsyncConnection, caller: Caller, stream: StreamRecord, since: datetime
    ) -> list[tuple[datetime, str]]:
        """The person's last messages in the room, newest first."""
        query = (
            select(ChatMessageRow.at, ChatMessageRow.text)
            .where(
                ChatMessageRow.author_id == caller.user_id,
                ChatMessageRow.stream_id == stream.id,
                ChatMessageRow.is_ai.is_(False),
                ChatMessageRow.at > since,
            )
            .order_by(ChatMessageRow.id.desc())
            .limit(_RECENT)
        )
        return [(at, text) for at, text in await db.execute(query)]
