"""Sockets: signed in or refused, rooms by right, every event once and in order."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import socketio
from fakes.people import Person, Town, town
from fakes.server import local_server, quick_settings

from shared.schemas.roles import Role


class _Ear:
    """Collects a room's frames."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self._news = asyncio.Event()

    def __call__(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        self._news.set()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for frame in self.frames for event in frame["events"]]

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.events]

    async def until_said(self, message_id: str) -> None:
        """Wait for the message."""
        async with asyncio.timeout(10):
            while message_id not in [event["data"].get("id") for event in self.events]:
                self._news.clear()
                await self._news.wait()


async def _room(people: Town) -> tuple[Person, str]:
    creator = await people.person(Role.CREATOR)
    return creator, await people.stream(creator)


@pytest.mark.parametrize("auth", [None, {}, {"session": "wrong"}, {"session": 5}, "text"])
async def test_strangers_are_refused(people: Town, auth: Any) -> None:
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        await client.connect(people.local.url, auth=auth, transports=["websocket"])
    await client.disconnect()


@pytest.mark.parametrize("way", ["header", "cookie"])
async def test_a_session_may_come_by_header_or_cookie(people: Town, way: str) -> None:
    member = await people.person()
    given = {
        "header": {"Authorization": f"Bearer {member.session}"},
        "cookie": {"Cookie": f"session={member.session}"},
    }[way]
    client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
    await client.connect(people.local.url, headers=given, transports=["websocket"])
    assert (await client.call("join", {"room": f"user:{member.id}"}))["ok"]
    await client.disconnect()


async def test_polling_is_not_offered(people: Town) -> None:
    response = await people.http.get("/socket.io/?EIO=4&transport=polling")
    assert response.status_code == 400


@pytest.mark.parametrize("role", list(Role))
async def test_who_may_join_which_room(people: Town, role: Role) -> None:
    _, stream_id = await _room(people)
    person, other = await people.person(role), await people.person()
    async with people.socket(person) as socket:
        joined = {
            room: (await socket.call("join", {"room": room})).get("ok")
            for room in ("admin", f"stream:{stream_id}", f"user:{person.id}", f"user:{other.id}")
        }
    assert joined == {
        "admin": role.rank >= Role.ADMIN.rank,
        f"stream:{stream_id}": role is not Role.VIEWER,
        f"user:{person.id}": True,
        f"user:{other.id}": False,
    }


async def test_events_come_once_in_order_and_at_most_twenty_frames_a_second(
    people: Town,
) -> None:
    creator, stream_id = await _room(people)
    ear, talkers = _Ear(), [await people.person() for _ in range(4)]
    async with people.socket(creator, ear) as socket:
        ack = await socket.call("join", {"room": f"stream:{stream_id}"})

        async def talk(person: Person) -> None:
            for number in range(40):
                await person.post(f"/streams/{stream_id}/chat", {"text": f"n {number}"})

        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(talk(person) for person in talkers))
        end = await socket.call("join", {"room": f"stream:{stream_id}", "since_seq": ack["seq"]})
        took = loop.time() - began
    said = [event for event in ear.events if event["type"] == "chat.message"]
    missed = [event for event in end["missed"] if event["type"] == "chat.message"]
    assert len(missed) == 160
    assert ear.seqs == list(range(ack["seq"] + 1, ack["seq"] + 1 + len(ear.seqs)))
    assert said == missed[: len(said)]
    assert len(ear.frames) <= took * 20 + 2


async def test_who_comes_back_gets_exactly_what_they_missed(people: Town) -> None:
    creator, stream_id = await _room(people)
    member, room = await people.person(), f"stream:{stream_id}"
    ear = _Ear()
    async with people.socket(member, ear) as socket:
        await socket.call("join", {"room": room})
        said = await creator.post(f"/streams/{stream_id}/chat", {"text": "one"})
        await ear.until_said(said["id"])
    last = ear.seqs[-1]
    for text in ("two", "three"):
        await creator.post(f"/streams/{stream_id}/chat", {"text": text})
    async with people.socket(member, ear) as socket:
        ack = await socket.call("join", {"room": room, "since_seq": last})
    assert ack["snapshot"] is None
    seqs = [event["seq"] for event in ack["missed"]]
    assert seqs == list(range(last + 1, ack["seq"] + 1))
    texts = [e["data"]["text"] for e in ack["missed"] if e["type"] == "chat.message"]
    assert texts == ["two", "three"]


async def test_who_missed_too_much_gets_a_snapshot(tmp_path: Path) -> None:
    settings = quick_settings(tmp_path / "d", missed_events=5)
    async with local_server(settings) as local, town(local) as people:
        creator, stream_id = await _room(people)
        for number in range(10):
            await creator.post(f"/streams/{stream_id}/chat", {"text": f"{number}"})
        async with people.socket(creator) as socket:
            room = f"stream:{stream_id}"
            for since in (0, 99):
                ack = await socket.call("join", {"room": room, "since_seq": since})
                assert ack["missed"] is None
                texts = [message["text"] for message in ack["snapshot"]["messages"]]
                assert texts == [str(number) for number in range(10)]


async def test_calls_are_answered_with_the_event_or_the_envelope(people: Town) -> None:
    creator, stream_id = await _room(people)
    viewer = await people.person(Role.VIEWER)
    async with people.socket(creator) as socket, people.socket(viewer) as silent:
        body = {"stream_id": stream_id, "text": "hello", "idempotency_key": "call-key-1"}
        first, again = [await socket.call("chat:send", body) for _ in range(2)]
        assert first["event"]["type"] == "chat.message"
        assert again["event"] == first["event"]
        assert (await socket.call("mood:vote", {"stream_id": stream_id, "mood": "wild"}))["ok"]
        for event, wrong, code in (
            ("chat:send", body | {"text": "other"}, "IDEMPOTENCY_MISMATCH"),
            ("chat:send", body | {"text": ""}, "INVALID_INPUT"),
            ("chat:send", None, "INVALID_INPUT"),
            ("chat:send", [1, 2], "INVALID_INPUT"),
            ("mood:vote", {"stream_id": stream_id, "mood": "bored"}, "INVALID_INPUT"),
            ("join", {"room": "everything"}, "INVALID_INPUT"),
            ("join", {"room": "stream:" + "0" * 36}, "NOT_FOUND"),
            ("no:such", {}, "INVALID_INPUT"),
        ):
            ack = await socket.call(event, wrong)
            assert (ack["ok"], ack["error"]["code"]) == (False, code), event
            assert ack["error"]["requestId"]
        for event in ("chat:send", "mood:vote"):
            given = body if event == "chat:send" else {"stream_id": stream_id, "mood": "wild"}
            assert (await silent.call(event, given))["error"]["code"] == "FORBIDDEN"


async def test_a_revoked_session_loses_its_sockets_and_no_others(people: Town) -> None:
    leaving, staying = await people.person(), await people.person()
    gone = asyncio.Event()
    async with people.socket(leaving) as one, people.socket(staying) as two:
        one.on("disconnect", lambda *_: gone.set())
        await leaving.post("/auth/logout")
        async with asyncio.timeout(5):
            await gone.wait()
        assert two.connected
        assert (await two.call("join", {"room": f"user:{staying.id}"}))["ok"]


async def test_viewers_are_people_not_sockets_and_not_the_creator(people: Town) -> None:
    creator, stream_id = await _room(people)
    member, room = await people.person(), f"stream:{stream_id}"
    path = f"/streams/{stream_id}/viewers"
    async with people.socket(creator) as own, people.socket(member) as one:
        await own.call("join", {"room": room})
        assert (await creator.get(path))["viewers"] == 0
        await one.call("join", {"room": room})
        async with people.socket(member) as two:
            await two.call("join", {"room": room})
            seen = await creator.get(path)
            assert (seen["viewers"], seen["peak"]) == (1, 1)
            assert [user["id"] for user in seen["users"]] == [member.id]
        assert (await creator.get(path))["viewers"] == 1
        await one.call("leave", {"room": room})
        assert (await creator.get(path))["viewers"] == 0


async def test_a_client_that_does_not_read_is_told_to_resync(tmp_path: Path) -> None:
    settings = quick_settings(tmp_path / "d", client_queue_frames=8, frames_per_second=60)
    async with local_server(settings) as local, town(local) as people:
        creator, stream_id = await _room(people)
        resync = asyncio.Event()
        ear = _Ear()
        async with people.socket(creator, ear) as socket:
            socket.on("resync", lambda *_: resync.set())
            await socket.call("join", {"room": f"stream:{stream_id}"})
            client = next(iter(local.server.sockets._clients.values()))
            queue: asyncio.Queue[Any] = client.pipe.queue
            await asyncio.sleep(0.1)
            client.line.protocol.pause_writing()  # what the transport calls when it is full
            for number in range(40):
                await creator.post(f"/streams/{stream_id}/chat", {"text": f"{number}"})
                await asyncio.sleep(0.02)
            assert queue.qsize() <= 9
            client.line.protocol.resume_writing()
            async with asyncio.timeout(5):
                await resync.wait()
            last = ear.seqs[-1] if ear.seqs else 0
            room = {"room": f"stream:{stream_id}", "since_seq": last}
            ack = await socket.call("join", room)
            assert [e["seq"] for e in ack["missed"]] == list(range(last + 1, ack["seq"] + 1))


def _while_entering(
    people: Town, monkeypatch: pytest.MonkeyPatch, room: str, happens: Callable[[], Awaitable[Any]]
) -> None:
    """Let something happen after a socket was let into a room and before it is there."""
    relay = people.local.server.sockets._relay
    enter = relay.enter

    async def slow(entered: str) -> None:
        await enter(entered)
        if entered == room:
            await happens()

    monkeypatch.setattr(relay, "enter", slow)


async def test_a_session_that_ends_while_its_socket_connects_gets_none(
    people: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving = await people.person()
    room = f"user:{leaving.id}"
    _while_entering(people, monkeypatch, room, lambda: leaving.post("/auth/logout"))
    with pytest.raises(socketio.exceptions.ConnectionError):
        async with people.socket(leaving):
            pass
    assert people.local.server.sockets._clients == {}


async def test_a_ban_that_comes_while_a_socket_joins_keeps_it_out(
    people: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    creator, stream_id = await _room(people)
    member = await people.person()
    room, out = f"stream:{stream_id}", asyncio.Event()
    frames: list[Any] = []

    async def ban() -> None:
        await creator.post(f"/streams/{stream_id}/ban", {"user_id": member.id})
        async with asyncio.timeout(30):
            await out.wait()

    async with people.socket(member, frames.append) as socket:
        socket.on("left", lambda told: out.set())
        _while_entering(people, monkeypatch, room, ban)
        refused = await socket.call("join", {"room": room})
        assert refused["error"]["code"] == "FORBIDDEN"
        await creator.post(f"/streams/{stream_id}/chat", {"text": "now it is quiet"})
        assert (await socket.call("join", {"room": f"user:{member.id}"}))["ok"]
        assert frames == []
        assert member.id not in people.local.server.core.fanout.users(room)
