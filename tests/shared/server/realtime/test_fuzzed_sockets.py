"""A hundred thousand made-up messages: nobody gets in, memory and time stay bounded."""

import asyncio
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import httpx
import psutil
import pytest
from fakes.server import ServerProcess, server_process

_PIECES = (
    *("4", "40", "41", "42", "43", "44", "45", "451-", "2", "3", "0", "1", "5", "6", "9", "42/x,"),
    *("[", "]", "{", "}", '"', ",", ":", "null", "true", "1e999", "-1", "99999999999999999999"),
    *('"join"', '"leave"', '"chat:send"', '"mood:vote"', '"typing"', '"connect"', '"disconnect"'),
    *('{"room":"mod"}', '{"room":"admin"}', '{"room":"user:', '{"since_seq":-1}', "\x00", "😀"),
    *('{"_placeholder":true,"num":0}', "[" * 200, '{"a":' * 100, "0" * 400, "\\ud800", "../", "%"),
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    with server_process(tmp_path / "data", demo=True) as running:
        yield running


def _session(server: ServerProcess, role: str) -> str:
    account = server.account(role)
    body = {"email": account.email, "password": account.password}
    answer = httpx.post(f"{server.url}/api/v1/auth/login", json=body, timeout=30)
    found: str = answer.json()["session"]
    return found


def _made_up(chance: random.Random) -> str | bytes:
    kind = chance.random()
    if kind < 0.05:
        return chance.randbytes(chance.randint(0, 300))
    if kind < 0.45:
        event = chance.choice(("join", "leave", "chat:send", "typing", "mood:vote", "x" * 300))
        value = chance.choice((None, 1, "text", [], {}, {"room": "mod"}, {"room": 5}, [[]] * 20))
        number = chance.choice(("", "0", "7", "99999999999"))
        return f"42{number}{json.dumps([event, value])}"
    return "".join(chance.choices(_PIECES, k=chance.randint(0, 8)))


async def _fuzz(server: ServerProcess, session: str, *, count: int, seed: int) -> list[str]:
    """Send made-up messages, over as many connections as it takes; all that was answered."""
    chance = random.Random(seed)
    answers: list[str] = []
    url = f"{server.url}/socket.io/?EIO=4&transport=websocket"
    sent = 0
    async with aiohttp.ClientSession() as http:
        while sent < count:
            socket = await http.ws_connect(url)
            answers.append((await socket.receive(timeout=30)).data)  # the server greets first

            async def listen(socket: aiohttp.ClientWebSocketResponse = socket) -> None:
                async for message in socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        answers.append(message.data)
                        del answers[:-20_000]

            listening = asyncio.create_task(listen())
            try:
                if chance.random() < 0.7:
                    await socket.send_str("40" + json.dumps({"session": session}))
                for _ in range(200):
                    if socket.closed or sent >= count:
                        break
                    message = _made_up(chance)
                    sent += 1
                    if isinstance(message, bytes):
                        await socket.send_bytes(message)
                    else:
                        await socket.send_str(message)
            except (ConnectionError, aiohttp.ClientError):
                pass  # the server hung up: the right answer to nonsense
            finally:
                await asyncio.wait({listening}, timeout=0.2)  # for what it has to say to that
                await socket.close()
                await listening
    return answers


async def _check(server: ServerProcess, *, count: int, clients: int) -> None:
    session = await asyncio.to_thread(_session, server, "member")
    process = psutil.Process(server.process.pid)
    await _fuzz(server, session, count=500, seed=0)  # caches and code are in memory
    before = process.memory_info().rss
    cpu = sum(process.cpu_times()[:2])
    answers = await asyncio.gather(
        *(
            _fuzz(server, session, count=count // clients, seed=number)
            for number in range(1, clients + 1)
        )
    )
    used = sum(process.cpu_times()[:2]) - cpu
    grown = (process.memory_info().rss - before) / 2**20
    assert used < 20 + count * 0.002, f"{count} messages took {used:.1f} s of CPU"
    assert grown < 60, f"{grown:.1f} MiB more than before"
    said = [answer for several in answers for answer in several]
    assert said
    # Nobody got into a room of the staff, whatever they wrote.
    assert not any('"frame"' in answer and '"room":"mod"' in answer for answer in said)
    assert not any('"snapshot"' in answer and '"ok":true' in answer for answer in said)
    assert [line for line in server.log if "Traceback" in line] == []
    began = time.monotonic()
    health = await asyncio.to_thread(httpx.get, f"{server.url}/health", timeout=10)
    assert health.json()["ok"]
    assert time.monotonic() - began < 10


async def test_made_up_messages_are_refused_and_leave_nothing(server: ServerProcess) -> None:
    await _check(server, count=3_000, clients=3)


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_hundred_thousand_of_them(server: ServerProcess) -> None:
    await _check(server, count=100_000, clients=4)
