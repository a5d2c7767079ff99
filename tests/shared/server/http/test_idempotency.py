"""A repeated request changes nothing and gets the first answer again."""

import asyncio
from pathlib import Path

from fakes.people import Town, town
from fakes.platform import MovableClock
from fakes.server import local_server, quick_settings

from shared.schemas.roles import Role


async def test_the_same_key_and_body_give_the_first_answer(people: Town) -> None:
    member = await people.person()
    first = await member.post("/wallet/purchase", {"tokens": 70}, key="key-number-1")
    again = await member.post("/wallet/purchase", {"tokens": 70}, key="key-number-1")
    assert again == first
    assert (await member.get("/wallet/balance"))["tokens"] == 70


async def test_concurrent_repeats_happen_once(people: Town) -> None:
    member = await people.person()
    answers = await asyncio.gather(
        *(member.post("/wallet/purchase", {"tokens": 5}, key="key-number-2") for _ in range(20))
    )
    assert len({answer["id"] for answer in answers}) == 1
    assert (await member.get("/wallet/balance"))["tokens"] == 5


async def test_the_same_key_with_another_body_is_refused(people: Town) -> None:
    member = await people.person()
    await member.post("/wallet/purchase", {"tokens": 70}, key="key-number-3")
    refused = await member.refused("POST", "/wallet/purchase", {"tokens": 71}, key="key-number-3")
    assert refused == (409, "IDEMPOTENCY_MISMATCH")
    assert (await member.get("/wallet/balance"))["tokens"] == 70


async def test_keys_of_two_people_are_two_keys(people: Town) -> None:
    one, two = await people.person(), await people.person()
    first = await one.post("/wallet/purchase", {"tokens": 10}, key="key-number-4")
    second = await two.post("/wallet/purchase", {"tokens": 10}, key="key-number-4")
    assert first["id"] != second["id"]


async def test_a_refusal_is_not_kept(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    member = await people.person()
    stream_id = await people.stream(creator)
    path, body, key = f"/streams/{stream_id}/tip", {"tokens": 5}, "key-number-5"
    assert (await member.refused("POST", path, body, key=key))[1] == "INSUFFICIENT_TOKENS"
    await member.post("/wallet/purchase", {"tokens": 5})
    assert (await member.post(path, body, key=key))["balance"] == 0


async def test_a_key_is_free_again_after_a_day(tmp_path: Path) -> None:
    clock = MovableClock()
    settings = quick_settings(tmp_path / "d", session_rolling_s=7 * 86400)
    async with local_server(settings, clock=clock) as local, town(local) as people:
        member, creator = await people.person(), await people.person(Role.CREATOR)
        path, body = f"/streams/{await people.stream(creator)}/chat", {"text": "hello there"}
        first = await member.post(path, body, key="key-number-6")
        clock.move(hours=25)
        second = await member.post(path, body, key="key-number-6")
        assert second["id"] != first["id"]
        await local.server.core.once.prune()
        third = await member.post(path, body, key="key-number-6")
        assert third == second


async def test_chat_over_rest_and_socket_share_their_keys(people: Town) -> None:
    creator, member = await people.person(Role.CREATOR), await people.person()
    stream_id = await people.stream(creator)
    said = await member.post(f"/streams/{stream_id}/chat", {"text": "hello"}, key="key-number-7")
    async with people.socket(member) as socket:
        body = {"stream_id": stream_id, "text": "hello", "idempotency_key": "key-number-7"}
        ack = await socket.call("chat:send", body)
    assert ack["ok"]
    assert ack["event"]["data"]["id"] == said["id"]
    assert len((await member.get(f"/streams/{stream_id}/chat"))["items"]) == 1
