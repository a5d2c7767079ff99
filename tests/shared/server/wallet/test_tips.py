"""Tips: once in the ledger, once in the room, once in the goal, whoever retries."""

import asyncio
import random
from typing import Any

from fakes.people import Person, Town
from sqlalchemy import select

from shared.schemas.realtime import EventType, stream_room
from shared.schemas.roles import Role
from shared.server.realtime.tables import FeedEventRow
from shared.server.show.tables import GoalRow
from shared.server.wallet import ledger
from shared.server.wallet.tables import TipRow


async def test_a_tip_is_shared_between_creator_and_platform(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    path = f"/streams/{await people.stream(creator)}/tip"
    receipt = await member.post(path, {"tokens": 33, "text": "for the song"})
    assert receipt["balance"] == 67
    balance = await creator.get("/wallet/balance")
    assert (balance["tokens"], balance["earned_tokens"], balance["available_tokens"]) == (0, 27, 27)
    line = (await member.get("/wallet/ledger"))["items"][0]
    assert (line["kind"], line["tokens"], line["balance_after"]) == ("tip", -33, 67)
    async with people.local.server.core.db.read() as db:
        assert await ledger.balance(db, ledger.PLATFORM) == 6


async def test_refused_tips_move_nothing(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=10)
    stream_id = await people.stream(creator)
    path = f"/streams/{stream_id}/tip"
    assert await member.refused("POST", path, {"tokens": 11}) == (409, "INSUFFICIENT_TOKENS")
    for tokens in (0, -5, 1_000_001, 1.5, "ten"):
        assert await member.refused("POST", path, {"tokens": tokens}) == (422, "INVALID_INPUT")
    await creator.post("/wallet/purchase", {"tokens": 50})
    assert await creator.refused("POST", path, {"tokens": 5}) == (403, "FORBIDDEN")
    await creator.post(f"/streams/{stream_id}/end")
    assert await member.refused("POST", path, {"tokens": 5}) == (409, "STREAM_ENDED")
    assert (await member.get("/wallet/balance"))["tokens"] == 10
    declined = {"tokens": 5, "test_card": "declined"}
    assert (await member.refused("POST", "/wallet/purchase", declined))[0] == 409


async def test_the_leaderboard_adds_up(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    one, two = await people.person(tokens=100), await people.person(tokens=100)
    path = f"/streams/{await people.stream(creator)}"
    for person, tokens in ((one, 10), (two, 30), (one, 15)):
        await person.post(f"{path}/tip", {"tokens": tokens})
    rows = (await one.get(f"{path}/leaderboard"))["items"]
    found = [(row["rank"], row["user"]["id"], row["tokens"], row["tips"]) for row in rows]
    assert found == [(1, two.id, 30, 1), (2, one.id, 25, 2)]


async def test_fifty_tippers_at_once_with_retries(people: Town) -> None:
    chance = random.Random(4)
    creator = await people.person(Role.CREATOR)
    stream_id = await people.stream(creator)
    goal = await creator.post(
        f"/streams/{stream_id}/goals", {"title": "All of it", "target_tokens": 1_000_000}
    )
    tippers = [await people.person(tokens=100) for _ in range(50)]

    async def tip(person: Person, number: int) -> list[dict[str, Any]]:
        """Six tips of 30 each; each is sent up to three times with one key."""
        receipts = []
        for turn in range(6):
            calls = [
                person.call(
                    "POST",
                    f"/streams/{stream_id}/tip",
                    {"tokens": 30},
                    key=f"tip-{number:03}-{turn}",
                )
                for _ in range(chance.randint(1, 3))
            ]
            answers = await asyncio.gather(*calls)
            receipts += [a.json() for a in answers if a.status_code == 201]
            refusals = [a.json()["code"] for a in answers if a.status_code != 201]
            assert set(refusals) <= {"INSUFFICIENT_TOKENS"}
        return receipts

    made = await asyncio.gather(*(tip(p, n) for n, p in enumerate(tippers)))
    ids = {receipt["tip"]["id"] for receipts in made for receipt in receipts}
    assert len(ids) == 150  # three tips of 30 fit into 100
    async with people.local.server.core.db.read() as db:
        assert (await ledger.check(db)).ok
        tips = (await db.execute(select(TipRow.id, TipRow.tokens))).all()
        assert {id_ for id_, _ in tips} == ids
        raised = await db.execute(select(GoalRow.raised_tokens).where(GoalRow.id == goal["id"]))
        assert raised.scalar_one() == sum(tokens for _, tokens in tips) == 4500
        logged = await db.execute(
            select(FeedEventRow.data).where(
                FeedEventRow.room == stream_room(stream_id),
                FeedEventRow.type == EventType.TIP_RECEIVED.value,
            )
        )
        assert len(logged.all()) == 150
    for person in tippers:
        assert (await person.get("/wallet/balance"))["tokens"] == 10
    assert (await creator.get("/wallet/balance"))["earned_tokens"] == 3600
