"""Stream keys: derived from the server's secret, stored as a hash, compared in constant time."""

import base64
import hashlib
import hmac
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.schemas.streams import StreamKey
from shared.server.core import Core
from shared.server.db.database import Tx
from shared.server.secret import derive
from shared.server.streams.tables import StreamKeyRow


def hash_key(key: str) -> str:
    """What is stored of a key; it has 160 random bits of its own, so one SHA-256 is enough."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


class StreamKeys:
    """Every creator's key. A lost one is shown again; a leaked one is replaced."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.ingest_url = ""
        """Where publishers push; set once the ingest listens."""

    def _derive(self, user_id: str, generation: int) -> str:
        raw = derive(self._core.secret, "stream key", user_id, str(generation))
        return "live_" + base64.b32encode(raw[:20]).decode().lower()

    async def of(self, user_id: str) -> StreamKey:
        """The creator's key; made on first use."""
        query = select(StreamKeyRow.generation, StreamKeyRow.created_at).where(
            StreamKeyRow.user_id == user_id
        )
        async with self._core.db.read() as db:
            found = (await db.execute(query)).first()
        if found is not None:
            return self._shown(user_id, found[0], found[1])
        async with self._core.db.write() as tx:
            found = (await tx.db.execute(query)).first()  # another request was first?
            first = found or await self._store(tx, user_id, generation=1)
        return self._shown(user_id, first[0], first[1])

    async def regenerate(self, user_id: str) -> StreamKey:
        """A new key; the old one is refused from now on."""
        await self.of(user_id)
        async with self._core.db.write() as tx:
            query = (
                select(StreamKeyRow.generation)
                .where(StreamKeyRow.user_id == user_id)
                .with_for_update()
            )
            last = (await tx.db.execute(query)).scalar_one()
            row = await self._store(tx, user_id, generation=last + 1)
        return self._shown(user_id, *row)

    async def _store(self, tx: Tx, user_id: str, *, generation: int) -> tuple[int, datetime]:
        values = {
            "generation": generation,
            "key_hash": hash_key(self._derive(user_id, generation)),
            "created_at": tx.now,
        }
        if generation == 1:
            await tx.db.execute(insert(StreamKeyRow).values(user_id=user_id, **values))
        else:
            await tx.db.execute(
                update(StreamKeyRow).where(StreamKeyRow.user_id == user_id).values(**values)
            )
        return generation, tx.now

    def _shown(self, user_id: str, generation: int, created_at: datetime) -> StreamKey:
        return StreamKey(
            url=self.ingest_url,
            stream_key=self._derive(user_id, generation),
            created_at=created_at,
        )

    async def owner(self, db: AsyncConnection, key: str) -> str | None:
        """Whose key this is. The index is asked by hash, the answer compared in constant time."""
        given = hash_key(key)
        query = select(StreamKeyRow.user_id, StreamKeyRow.key_hash).where(
            StreamKeyRow.key_hash == given
        )
        row = (await db.execute(query)).first()
        if row is None or not hmac.compare_digest(row[1], given):
            return None
        return row[0]
