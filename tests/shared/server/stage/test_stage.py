"""Gifts, actions, unlockables, spins, achievements and refunds: money moves once, all follows."""

import asyncio

from fakes.people import Person, Town
from sqlalchemy import func, select

from shared.schemas.realtime import EventType, stream_room, user_room
from shared.schemas.roles import Role
from shared.server.insights.tables import PairRow, SupportRow
from shared.server.stage.actions import VOTES_NEEDED
from shared.server.stage.tables import StageActionRow
from shared.server.wallet import ledger

MENU = {
    "items": [
        {"title": "A song", "tokens": 20, "duration_s": 60},
        {"title": "A smile", "tokens": 10},
    ]
}


async def _types(people: Town, stream_id: str) -> list[EventType]:
    core = people.local.server.core
    async with core.db.read() as db:
        return [e.type for e in await core.feed.since(db, stream_room(stream_id), 0, 500)]


async def _menu(creator: Person) -> list[str]:
    answer = await creator.call("PUT", f"/users/{creator.id}/tip-menu", MENU)
    return [item["id"] for item in answer.json()["items"]]


async def test_a_gift_is_money_a_goal_and_a_place_in_the_vault(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=200)
    other = await people.person()
    stream_id = await people.stream(creator)
    goal = {"title": "Light", "target_tokens": 1000}
    goal_id = (await creator.post(f"/streams/{stream_id}/goals", goal))["id"]
    assert len((await member.get("/gifts"))["items"]) == 7
    body = {"gift": "bouquet", "quantity": 3, "text": "for you"}
    first = await member.post(f"/streams/{stream_id}/gift", body, key="gift-key-1")
    assert await member.post(f"/streams/{stream_id}/gift", body, key="gift-key-1") == first
    assert (first["balance"], first["gift"]["tokens"], first["gift"]["goal_id"]) == (
        50,
        150,
        goal_id,
    )
    refused = await member.refused("POST", f"/streams/{stream_id}/gift", {"gift": "crown"})
    assert refused == (409, "INSUFFICIENT_TOKENS")
    assert (await creator.get("/wallet/balance"))["earned_tokens"] == 120
    vault = await creator.get(f"/users/{creator.id}/gifts")
    assert [(g["gift"], g["quantity"]) for g in vault["items"]] == [("bouquet", 3)]
    assert (await other.refused("GET", f"/users/{creator.id}/gifts"))[0] == 403
    assert (await _types(people, stream_id)).count(EventType.GIFT_RECEIVED) == 1
    board = (await member.get(f"/streams/{stream_id}/leaderboard"))["items"]
    assert [(row["user"]["id"], row["tokens"]) for row in board] == [(member.id, 150)]
    async with people.local.server.core.db.read() as db:
        assert (await ledger.check(db)).ok


async def test_goals_pass_milestones_and_advance(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=500)
    stream_id = await people.stream(creator)
    body = {
        "title": "Piano",
        "target_tokens": 100,
        "advance_percent": 50,
        "milestones": [{"title": "Half", "tokens": 50}, {"title": "First", "tokens": 10}],
    }
    goal = await creator.post(f"/streams/{stream_id}/goals", body)
    assert [step["title"] for step in goal["milestones"]] == ["First", "Half"]
    await member.post(f"/streams/{stream_id}/tip", {"tokens": 20})
    core = people.local.server.core
    async with core.db.read() as db:
        last = (await core.feed.since(db, stream_room(stream_id), 0, 99))[-1].model()
        progress = [
            e.model()
            for e in await core.feed.since(db, stream_room(stream_id), 0, 99)
            if e.type is EventType.GOAL_PROGRESS
        ]
    assert last.seq >= 1
    steps = progress[-1].data["milestones"]
    assert [step["reached_at"] is not None for step in steps] == [True, False]
    await member.post(f"/streams/{stream_id}/tip", {"tokens": 90})
    types = await _types(people, stream_id)
    assert types.count(EventType.GOAL_REACHED) == 1
    assert types.count(EventType.GOAL_CREATED) == 2
    async with core.db.read() as db:
        made = [
            e.model().data
            for e in await core.feed.since(db, stream_room(stream_id), 0, 99)
            if e.type is EventType.GOAL_CREATED
        ][-1]
    assert (made["target_tokens"], made["raised_tokens"]) == (150, 0)
    assert [step["tokens"] for step in made["milestones"]] == [15, 75]


async def test_tips_and_votes_queue_actions(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person(tokens=100)
    stream_id = await people.stream(creator)
    song, smile = await _menu(creator)
    path = f"/streams/{stream_id}/actions"
    await fan.post(f"/streams/{stream_id}/tip", {"tokens": 25, "menu_item_id": song})
    await fan.post(f"/streams/{stream_id}/tip", {"tokens": 10, "menu_item_id": smile})
    own = await creator.post(path, {"title": "Wave", "duration_s": 5})
    assert own["action"]["source"] == "creator"
    voters = [await people.person() for _ in range(VOTES_NEEDED)]
    for voter in voters[:-1]:
        for _ in range(2):  # a second vote of the same person does not count
            answer = await voter.post(path, {"menu_item_id": smile})
            assert answer["action"] is None
    last = await voters[-1].post(path, {"menu_item_id": smile})
    assert (last["action"]["title"], last["action"]["source"]) == ("A smile", "vote")
    assert (await fan.refused("POST", path, {"menu_item_id": stream_id}))[0] == 404
    assert (await fan.refused("POST", path, {"title": "Do this"}))[0] == 404
    queue = (await fan.get(path))["items"]
    assert [(a["title"], a["source"]) for a in queue] == [
        ("A song", "tip"),
        ("Wave", "creator"),
        ("A smile", "vote"),
    ]
    done = f"{path}/{queue[0]['id']}/done"
    assert (await fan.refused("POST", done))[0] == 403
    for _ in range(2):
        assert (await creator.post(done))["done_at"] is not None
    assert len((await fan.get(path))["items"]) == 2
    types = await _types(people, stream_id)
    assert (types.count(EventType.ACTION_QUEUED), types.count(EventType.ACTION_DONE)) == (3, 1)


async def test_a_room_unlocks_together(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person(tokens=100)
    limited = await people.person(Role.PROVIDER)
    stream_id = await people.stream(creator)
    path = f"/streams/{stream_id}/unlockables"
    body = {"title": "A poem", "reveal": "Roses are red", "threshold_tokens": 50}
    assert (await limited.refused("POST", path, body))[0] == 403
    await creator.post(path, body)
    await fan.post(f"/streams/{stream_id}/tip", {"tokens": 30})
    closed = (await fan.get(path))["items"][0]
    assert (closed["raised_tokens"], closed["reveal"]) == (30, "")
    await fan.post(f"/streams/{stream_id}/gift", {"gift": "candle"})
    opened = (await fan.get(path))["items"][0]
    assert (opened["raised_tokens"], opened["reveal"]) == (55, "Roses are red")
    await fan.post(f"/streams/{stream_id}/tip", {"tokens": 5})
    types = await _types(people, stream_id)
    assert types.count(EventType.UNLOCK_OPENED) == 1


async def test_a_spin_is_a_tip_with_shown_odds(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person(tokens=100)
    stream_id = await people.stream(creator)
    path = f"/streams/{stream_id}/spin"
    assert (await fan.refused("POST", path, {"tokens": 50}))[0] == 409  # no wheel yet
    await _menu(creator)
    wheel = await fan.get(path)
    assert wheel["price_tokens"] == 15
    assert abs(sum(one["chance"] for one in wheel["slices"]) - 1) < 1e-6
    assert (await fan.refused("POST", path, {"tokens": 14}))[0] == 409
    spins = await asyncio.gather(
        *(fan.post(path, {"tokens": 20}, key="one-spin-only") for _ in range(3))
    )
    assert spins[0] == spins[1] == spins[2]
    assert spins[0]["balance"] == 80
    assert spins[0]["won"] in wheel["slices"]
    async with people.local.server.core.db.read() as db:
        count = await db.execute(select(func.count()).select_from(StageActionRow))
        assert count.scalar_one() == 1


async def test_achievements_come_once_and_totals_add_up(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person(tokens=2000)
    stream_id = await people.stream(creator)
    for tokens in (500, 500, 10):
        await fan.post(f"/streams/{stream_id}/tip", {"tokens": tokens})
    kinds = {a["kind"] for a in (await creator.get(f"/users/{fan.id}/achievements"))["items"]}
    assert kinds == {"first_tip", "big_tip", "given_1000"}
    kinds = {a["kind"] for a in (await fan.get(f"/users/{creator.id}/achievements"))["items"]}
    assert kinds == {"first_earned", "earned_1000"}
    core = people.local.server.core
    async with core.db.read() as db:
        told = [event.model() for event in await core.feed.since(db, user_room(fan.id), 0, 50)]
    notices = [e.data["text"] for e in told if e.type is EventType.NOTIFICATION_NEW]
    assert "You gave your first tip." in notices
    assert len(notices) == len(set(notices)) == 3
    async with people.local.server.core.db.read() as db:
        row = (
            await db.execute(
                select(SupportRow.given_tokens, SupportRow.given_count).where(
                    SupportRow.user_id == fan.id
                )
            )
        ).one()
        pair = (await db.execute(select(PairRow.tokens, PairRow.count))).one()
    assert tuple(row) == tuple(pair) == (1010, 3)


async def test_a_refund_is_a_reversal_and_happens_once(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person(tokens=100)
    admin = await people.person(Role.ADMIN)
    stream_id = await people.stream(creator)
    goal = {"title": "Light", "target_tokens": 1000}
    await creator.post(f"/streams/{stream_id}/goals", goal)
    tip = (await fan.post(f"/streams/{stream_id}/tip", {"tokens": 40}))["tip"]
    body = {"id": tip["id"], "reason": "sent by mistake"}
    assert (await fan.refused("POST", "/admin/refunds", body))[0] == 403
    refund = await admin.post("/admin/refunds", body)
    assert refund["tokens"] == 40
    assert await admin.refused("POST", "/admin/refunds", body) == (409, "CONFLICT")
    assert (await fan.get("/wallet/balance"))["tokens"] == 100
    assert (await creator.get("/wallet/balance"))["earned_tokens"] == 0
    assert (await fan.get(f"/streams/{stream_id}/leaderboard"))["items"] == []
    missing = {"id": stream_id, "reason": "no such tip"}
    assert (await admin.refused("POST", "/admin/refunds", missing))[0] == 404
    core = people.local.server.core
    async with core.db.read() as db:
        assert (await ledger.check(db)).ok
        last = (await core.feed.since(db, stream_room(stream_id), 0, 99))[-1].model()
    assert (last.type, last.data["raised_tokens"]) == (EventType.GOAL_PROGRESS, 0)
    assert "tip.refunded" in [r["action"] for r in (await admin.get("/admin/audit"))["items"]]
