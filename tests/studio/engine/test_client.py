"""What a holder of an engine is told, and in which order, over a real socket."""

import asyncio
import json

from fakes.engine import FakeEngine

from studio.engine.client import EngineClient
from studio.engine.protocol import (
    BroadcastEvent,
    Event,
    GetState,
    StateResult,
)
from studio.engine.protocol.messages import EventMessage, Reply
from studio.engine.protocol.wire import EngineAddress


async def test_an_answer_is_taken_in_before_the_events_that_came_after_it() -> None:
    state = FakeEngine(on_event=lambda _event: None, on_closed=lambda: None).state

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            request = json.loads(line)
            answer = Reply(id=request["id"], result=StateResult(state=state)).model_dump_json()
            news = EventMessage(event=BroadcastEvent(broadcast=None)).model_dump_json()
            # In one piece, as a quick engine on a busy machine sends them.
            writer.write(f"{answer}\n{news}\n{news}\n".encode())
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    address = EngineAddress(protocol=state.protocol, pid=1, host=host, port=port, token="t" * 32)
    seen: list[str] = []

    def on_event(event: Event) -> None:
        seen.append(event.kind)

    async with server, EngineClient(address, on_event=on_event) as client:
        while seen != ["broadcast", "broadcast"]:
            await asyncio.sleep(0.01)
        await client.request(GetState())
        seen.append("the answer")
        await client.request(GetState())
        seen.append("the answer")
        while len(seen) < 8:
            await asyncio.sleep(0.01)
    news = ["broadcast", "broadcast"]
    assert seen == [*news, "the answer", *news, "the answer", *news]
