"""Repeating a request is harmless: its change happens once, its answer comes again."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Dialect, and_, bindparam, delete, select, update

from shared.schemas.common import ErrorCode
from shared.server.db.database import Database, Tx, per_dialect, upsert
from shared.server.http.errors import Refused
from shared.server.http.tables import IdempotencyRow

KEEP = timedelta(hours=24)
_NAMED = and_(
    IdempotencyRow.actor == bindparam("the_actor"),
    IdempotencyRow.scope == bindparam("the_scope"),
    IdempotencyRow.key == bindparam("the_key"),
)
_FIRST = select(IdempotencyRow.body_hash, IdempotencyRow.answer, IdempotencyRow.at).where(_NAMED)
_ANSWER = update(IdempotencyRow).where(_NAMED).values(answer=bindparam("the_answer"))


@per_dialect
def _take(dialect: Dialect) -> Any:
    return upsert(dialect, IdempotencyRow).on_conflict_do_nothing()


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
            named = {"the_actor": actor, "the_scope": scope, "the_key": key}
            # Taking the key first makes a concurrent repeat wait here until we have committed.
            values = {"body_hash": body_hash, "answer": "", "at": tx.now}
            row = {"actor": actor, "scope": scope, "key": key, **values}
            taken = await tx.db.execute(_take(tx.db.dialect), row)
            if not taken.rowcount:
                first_hash, first_answer, at = (await tx.db.execute(_FIRST, named)).one()
                if at > tx.now - KEEP:
                    return _repeat(first_hash, first_answer, body_hash, answer)
                again = update(IdempotencyRow).where(_NAMED).values(**values)
                await tx.db.execute(again, named)
            result = await work(tx)
            await tx.db.execute(_ANSWER, {**named, "the_answer": result.model_dump_json()})
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
