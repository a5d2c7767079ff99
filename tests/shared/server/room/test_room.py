"""Rooms: chat is stored, shown and deleted; those kept out stay out."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from fakes.people import Town

from shared.schemas.roles import Role


async def test_messages_come_newest_first_in_pages(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    path = f"/streams/{await people.stream(creator)}/chat"
    for number in range(5):
        await member.post(path, {"text": f"message {number}"})
    first = await member.get(f"{path}?limit=3")
    rest = await member.get(f"{path}?limit=3&cursor={first['next_cursor']}")
    texts = [message["text"] for message in first["items"] + rest["items"]]
    assert texts == [f"message {number}" for number in (4, 3, 2, 1, 0)]
    assert rest["next_cursor"] is None


async def test_an_answer_names_a_message_of_the_same_room(people: Town) -> None:
    one, two = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    here, there = await people.stream(one), await people.stream(two)
    said = await one.post(f"/streams/{here}/chat", {"text": "question?"})
    body = {"text": "answer", "reply_to": said["id"]}
    assert (await two.post(f"/streams/{here}/chat", body))["reply_to"] == said["id"]
    assert (await two.refused("POST", f"/streams/{there}/chat", body))[0] == 404


async def test_who_may_delete(people: Town) -> None:
    creator, author = await people.person(Role.CREATOR), await people.person()
    other, moderator = await people.person(), await people.person(Role.MOD)
    path = f"/streams/{await people.stream(creator)}/chat"
    said = [(await author.post(path, {"text": f"m{n}"}))["id"] for n in range(3)]
    assert (await other.refused("DELETE", f"{path}/{said[0]}")) == (403, "FORBIDDEN")
    for person, message in zip((author, creator, moderator), said, strict=True):
        assert (await person.call("DELETE", f"{path}/{message}")).status_code == 200
    assert (await other.get(path))["items"] == []
    assert [m["deleted"] for m in (await moderator.get(path))["items"]] == [True] * 3
    assert (await creator.refused("DELETE", f"{path}/{creator.id}"))[0] == 404


async def test_a_muted_person_reads_but_does_not_write_until_it_is_over(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    stream_id = await people.stream(creator)
    path = f"/streams/{stream_id}"
    body = {"user_id": member.id, "duration_s": 60, "reason": "caps"}
    restriction = await creator.post(f"{path}/mute", body)
    assert restriction["until"] is not None
    assert await member.refused("POST", f"{path}/chat", {"text": "HEY"}) == (403, "MUTED")
    assert (await member.get(f"{path}/chat"))["items"] == []
    held = await creator.get(f"{path}/restrictions")
    assert [each["id"] for each in held["items"]] == [restriction["id"]]
    await creator.post(f"{path}/end")
    again = await people.stream(creator)  # a new stream, the same room's order
    refused = await member.refused("POST", f"/streams/{again}/chat", {"text": "hey"})
    assert refused == (403, "MUTED")


async def test_a_banned_person_is_out_at_once(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person(tokens=100)
    stream_id = await people.stream(creator)
    room, path = f"stream:{stream_id}", f"/streams/{stream_id}"
    frames: list[dict[str, Any]] = []
    out = asyncio.Event()
    async with people.socket(member, frames.append) as socket:
        socket.on("left", lambda told: out.set())
        assert (await socket.call("join", {"room": room}))["ok"]
        await creator.post(f"{path}/ban", {"user_id": member.id})
        async with asyncio.timeout(30):
            await out.wait()
        before = len(frames)
        await creator.post(f"{path}/chat", {"text": "now it is quiet"})
        refused = await socket.call("join", {"room": room})
        assert refused["error"]["code"] == "BANNED_FROM_ROOM"
        assert len(frames) == before
    for method, end, body in (
        ("POST", "chat", {"text": "let me in"}),
        ("GET", "chat", None),
        ("GET", "tips", None),
        ("GET", "leaderboard", None),
        ("GET", "actions", None),
        ("GET", "unlockables", None),
        ("GET", "duels", None),
        ("GET", "spin", None),
        ("POST", "tip", {"tokens": 5}),
        ("POST", "mood-vote", {"mood": "wild"}),
    ):
        assert (await member.refused(method, f"{path}/{end}", body))[1] == "BANNED_FROM_ROOM"
    assert (await member.get("/wallet/balance"))["tokens"] == 100


async def test_only_who_keeps_order_may_restrict_and_never_the_staff(people: Town) -> None:
    creator, other = await people.person(Role.CREATOR), await people.person(Role.CREATOR)
    moderator, member = await people.person(Role.MOD), await people.person()
    path = f"/streams/{await people.stream(creator)}"
    assert (await other.refused("POST", f"{path}/ban", {"user_id": member.id}))[0] == 403
    for protected in (creator.id, moderator.id):
        assert (await creator.refused("POST", f"{path}/ban", {"user_id": protected}))[0] == 403
    assert (await moderator.post(f"{path}/ban", {"user_id": member.id}))["kind"] == "ban"


async def test_nothing_is_said_after_the_end(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    path = f"/streams/{await people.stream(creator)}"
    await member.post(f"{path}/chat", {"text": "bye"})
    await creator.post(f"{path}/end")
    assert await member.refused("POST", f"{path}/chat", {"text": "?"}) == (409, "STREAM_ENDED")
    assert [m["text"] for m in (await member.get(f"{path}/chat"))["items"]] == ["bye"]


async def test_typing_reaches_the_room_and_is_not_logged(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    stream_id = await people.stream(creator)
    told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    async with people.socket(creator) as hears, people.socket(member) as types:
        hears.on("typing", told.put_nowait)
        seq = (await hears.call("join", {"room": f"stream:{stream_id}"}))["seq"]
        await types.call("join", {"room": f"stream:{stream_id}"})
        assert (await types.call("typing", {"stream_id": stream_id}))["ok"]
        async with asyncio.timeout(30):
            assert (await told.get())["user"]["id"] == member.id
        ack = await hears.call("join", {"room": f"stream:{stream_id}", "since_seq": seq})
        kinds = {event["type"] for event in ack["missed"]}
        assert kinds <= {"presence.joined", "viewers.count"}


async def test_text_that_no_database_can_hold_is_refused(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    path = f"/api/v1/streams/{await people.stream(creator)}/chat"
    for body in (rb'{"text":"half \ud83d"}', rb'{"text":"nul \u0000"}', b'{"text":"bell \\u0007"}'):
        headers = creator.headers | {"content-type": "application/json"}
        answer = await people.http.post(path, content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")
    whole = {"text": "🎹 ünïcode ‮ and\ttabs"}
    assert (await creator.post(path.removeprefix("/api/v1"), whole))["text"] == whole["text"]


async def test_who_the_room_is_no_longer_for_is_put_out_while_they_are_inside(
    people: Town,
) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person()
    stranger, moderator = await people.person(), await people.person(Role.MOD)
    await fan.post(f"/users/{creator.id}/follow")
    stream_id = await people.stream(creator)
    room, path = f"stream:{stream_id}", f"/streams/{stream_id}"
    put_out = {person.id: asyncio.Event() for person in (creator, fan, stranger, moderator)}
    async with AsyncExitStack() as stack:
        sockets = {}
        for person in (creator, fan, stranger, moderator):
            socket = await stack.enter_async_context(people.socket(person))
            socket.on("left", lambda told, who=person.id: put_out[who].set())
            assert (await socket.call("join", {"room": room}))["ok"]
            sockets[person.id] = socket
        await creator.call("PATCH", path, {"title": "Still for everybody"})
        await creator.call("PATCH", path, {"audience": "subscribers"})
        async with asyncio.timeout(30):
            await put_out[stranger.id].wait()
        assert not put_out[fan.id].is_set()
        await creator.call("PATCH", path, {"audience": "private"})
        async with asyncio.timeout(30):
            await put_out[fan.id].wait()
        for person in (fan, stranger):
            refused = await sockets[person.id].call("join", {"room": room})
            assert refused["error"]["code"] == "FORBIDDEN"
        there = (await creator.get(f"{path}/viewers"))["users"]
        assert [user["id"] for user in there] == [moderator.id]
        assert not put_out[creator.id].is_set()
        assert not put_out[moderator.id].is_set()
