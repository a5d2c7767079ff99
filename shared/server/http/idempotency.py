"""Repeating a request is harmless: its change happens once, its answer comes again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

from pydantic import BaseModel
from sqlalchemy import delete, func, insert, select

from shared.schemas.common import ErrorCode
from shared.server.db.database import Database, Tx
from shared.server.http.errors import Refused
from shared.server.http.tables import IdempotencyRow

KEEP = timedelta(hours=24)


class Once:
    """Runs a change in one transaction, together with the answer it will repeat."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def run[T: BaseModel](
        self,
        work: Callable[[Tx], Awaitable[T]],
        *,
        actor: str,
        scope: str,
        key: str | None,
        body: BaseModel,
        answer: type[T],
    ) -> T:
        """The answer of `work`, or the first answer given under this key.

        `scope` names the route and the thing it is about, the same for REST and sockets. A
        refusal is not kept: the same key may succeed later.

        Raises:
            Refused: the key was used with another body.
        """
        async with self._db.write() as tx:
            if key is None:
                return await work(tx)
            await _one_at_a_time(tx, f"{actor}:{scope}:{key}")
            body_hash = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
            query = select(IdempotencyRow.body_hash, IdempotencyRow.answer).where(
                IdempotencyRow.actor == actor,
                IdempotencyRow.scope == scope,
                IdempotencyRow.key == key,
                IdempotencyRow.at > tx.now - KEEP,
            )
            if found := (await tx.db.execute(query)).first():
                return _repeat(found, body_hash, answer)
            result = await work(tx)
            await self._keep(tx, actor, scope, key, body_hash, result)
            return result

    async def _keep(
        self, tx: Tx, actor: str, scope: str, key: str, body_hash: str, result: BaseModel
    ) -> None:
        named = (
            IdempotencyRow.actor == actor,
            IdempotencyRow.scope == scope,
            IdempotencyRow.key == key,
        )
        await tx.db.execute(delete(IdempotencyRow).where(*named))  # one older than a day
        await tx.db.execute(
            insert(IdempotencyRow).values(
                actor=actor,
                scope=scope,
                key=key,
                body_hash=body_hash,
                answer=result.model_dump_json(),
                at=tx.now,
            )
        )

    async def prune(self) -> None:
        """Forget answers older than a day."""
        async with self._db.write() as tx:
            await tx.db.execute(delete(IdempotencyRow).where(IdempotencyRow.at <= tx.now - KEEP))


async def _one_at_a_time(tx: Tx, name: str) -> None:
    """Let a repeated request wait for the first one; SQLite's single writer does so anyway."""
    if tx.db.dialect.name == "postgresql":
        await tx.db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _repeat[T: BaseModel](found: tuple[str, str], body_hash: str, answer: type[T]) -> T:
    if found[0] != body_hash:
        raise Refused(
            ErrorCode.IDEMPOTENCY_MISMATCH,
            "This request's key was used for another request; use a new key.",
            "De sleutel van dit verzoek is al voor een ander verzoek gebruikt; gebruik een nieuwe.",
        )
    return answer.model_validate_json(found[1])
