"""Sockets under abuse: the server stays up, says no, and lets nobody in."""

import asyncio
import random

import aiohttp
import pytest
from fakes.people import Town

from shared.schemas.roles import Role
from shared.server.realtime import sockets


async def _raw(http: aiohttp.ClientSession, people: Town) -> aiohttp.ClientWebSocketResponse:
    url = f"{people.local.url}/socket.io/?EIO=4&transport=websocket"
    return await http.ws_connect(url)


async def test_who_does_not_say_who_they_are_is_put_out(
    people: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers = asyncio.create_task(_quick_watch(people, monkeypatch))
    async with aiohttp.ClientSession() as http:
        socket = await _raw(http, people)
        async with asyncio.timeout(10):
            async for message in socket:
                if message.data == "2":
                    await socket.send_str("3")  # alive, but silent
        assert socket.closed
    strangers.cancel()
    await asyncio.wait([strangers])


async def _quick_watch(people: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "_STRANGER_S", 0.2)
    await people.local.server.sockets.watch_strangers()


async def test_garbage_changes_nothing_and_keeps_nobody_out(people: Town) -> None:
    chance = random.Random(7)
    pieces = ["4", "40", "42", "41", "43", "451-", "2", "3", "0", "1", "5", "6", "9", "[", '"', "{"]
    pieces += ["join", "chat:send", "null", "\x00", "😀", '["a"]', '{"room":"mod"}', "99999999999"]
    member = await people.person()
    async with aiohttp.ClientSession() as http:
        for _ in range(40):
            socket = await _raw(http, people)
            if chance.random() < 0.5:
                await socket.send_str(f'40{{"session":"{member.session}"}}')
            for _ in range(50):
                if socket.closed:
                    break
                if chance.random() < 0.1:
                    await socket.send_bytes(chance.randbytes(chance.randint(0, 200)))
                else:
                    count = chance.randint(0, 5)
                    await socket.send_str("".join(chance.choices(pieces, k=count)))
            await socket.close()
    async with people.socket(member) as socket_io:
        ack = await socket_io.call("join", {"room": f"user:{member.id}"})
        assert ack["seq"] == 0
        assert not (await socket_io.call("join", {"room": "mod"}))["ok"]


async def test_a_message_that_is_too_long_ends_only_its_sender(people: Town) -> None:
    creator = await people.person(Role.CREATOR)
    async with aiohttp.ClientSession() as http, people.socket(creator) as other:
        socket = await _raw(http, people)
        await socket.send_str("4" * 200_000)
        async with asyncio.timeout(10):
            async for _ in socket:  # what was said before; then the end
                pass
        assert socket.closed
        assert (await other.call("join", {"room": f"user:{creator.id}"}))["ok"]
