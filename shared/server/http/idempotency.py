"""Repeating a request is harmless: its change happens once, its answer comes again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

from pydantic import BaseModel
from sqlalchemy import and_, delete, select, update

from shared.schemas.common import ErrorCode
from shared.server.db.database import Database, Tx, upsert
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
            body_hash = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
            named = and_(
                IdempotencyRow.actor == actor,
                IdempotencyRow.scope == scope,
                IdempotencyRow.key == key,
            )
            # Taking the key first makes a concurrent repeat wait here until we have committed.
            values = {"body_hash": body_hash, "answer": "", "at": tx.now}
            taken = await tx.db.execute(
                upsert(tx.db.dialect, IdempotencyRow)
                .values(actor=actor, scope=scope, key=key, **values)
                .on_conflict_do_nothing()
            )
            if not taken.rowcount:
                query = select(IdempotencyRow.body_hash, IdempotencyRow.answer, IdempotencyRow.at)
                first_hash, first_answer, at = (await tx.db.execute(query.where(named))).one()
                if at > tx.now - KEEP:
                    return _repeat(first_hash, first_answer, body_hash, answer)
                await tx.db.execute(update(IdempotencyRow).where(named).values(**values))
            result = await work(tx)
            kept = update(IdempotencyRow).where(named).values(answer=result.model_dump_json())
            await tx.db.execute(kept)
            return result

    async def prune(self) -> None:
        """Forget answers older than a day."""
        async with self._db.write() as tx:
            await tx.db.execute(delete(IdempotencyRow).where(IdempotencyRow.at <= tx.now - KEEP))


def _repeat[T: BaseModel](first_hash: str, first_answer: str, body_hash: str, answer: type[T]) -> T:
    if first_hash != body_hash:
        raise Refused(
            ErrorCode.IDEMPOTENCY_MISMATCH,
            "This request's key was used for another request; use a new key.",
            "De sleutel van dit verzoek is al voor een ander verzoek gebruikt; gebruik een nieuwe.",
        )
    return answer.model_validate_json(first_answer)
