"""Takes a person's name and words out of what the rooms' logs keep."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from shared.server.db.database import Database
from shared.server.realtime.tables import FeedEventRow

_BATCH = 500
_PEOPLE = ("author", "sender", "user", "creator")


def scrubbed(value: Any, user_id: str, name: str) -> Any:
    """The same JSON value without the person's name, and without what they wrote."""
    if isinstance(value, list):
        return [scrubbed(item, user_id, name) for item in value]
    if not isinstance(value, dict):
        return value
    clean = {key: scrubbed(item, user_id, name) for key, item in value.items()}
    if value.get("id") == user_id and "display_name" in value:
        clean["display_name"] = name
    wrote = any(
        isinstance(value.get(role), dict) and value[role].get("id") == user_id for role in _PEOPLE
    )
    if wrote:
        clean |= {key: "" for key in ("text", "note") if isinstance(value.get(key), str)}
        if value.get("creator", {}).get("id") == user_id and "title" in value:
            clean |= {"title": "-", "tags": []}
    return clean


async def scrub_feeds(db: Database, user_id: str, name: str) -> int:
    """Rewrite every logged event that speaks of the person; how many there were."""
    query = select(FeedEventRow.room, FeedEventRow.seq, FeedEventRow.data).where(
        FeedEventRow.data.contains(user_id, autoescape=True)
    )
    async with db.survey() as survey:
        found = (await survey.execute(query)).all()
    changed = []
    for room, seq, data in found:
        clean = json.dumps(
            scrubbed(json.loads(data), user_id, name), separators=(",", ":"), ensure_ascii=False
        )
        if clean != data:
            changed.append((room, seq, clean))
    for begin in range(0, len(changed), _BATCH):
        await _write(db, changed[begin : begin + _BATCH])
    return len(changed)


async def _write(db: Database, batch: Sequence[tuple[str, int, str]]) -> None:
    async with db.write() as tx:
        for room, seq, data in batch:
            await tx.db.execute(
                update(FeedEventRow)
                .where(FeedEventRow.room == room, FeedEventRow.seq == seq)
                .values(data=data)
            )
