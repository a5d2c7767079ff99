"""Orders over the control socket: in their order, and what takes long beside them."""

import asyncio

from fakes.engine import FakeEngine

from studio.engine.client import EngineClient
from studio.engine.control import ControlServer
from studio.engine.protocol import (
    Command,
    DevicesResult,
    GetState,
    ListDevices,
    Result,
    StateResult,
)
from studio.engine.protocol.wire import EngineAddress

_TOKEN = "a token of this test"


async def test_no_order_waits_for_a_question_that_takes_long() -> None:
    state = FakeEngine(on_event=lambda _event: None, on_closed=lambda: None).state
    is_asked, may_answer = asyncio.Event(), asyncio.Event()

    async def execute(_number: int, command: Command) -> Result:
        if isinstance(command, ListDevices):
            is_asked.set()
            await may_answer.wait()
            return DevicesResult(cameras=(), microphones=(), screens=())
        return StateResult(state=state)

    server = ControlServer(execute=execute, on_left=lambda _number: None)
    host, port = await server.listen()
    server.admit(_TOKEN)
    address = EngineAddress(protocol=state.protocol, pid=1, host=host, port=port, token=_TOKEN)
    async with EngineClient(address, name="test") as client, asyncio.TaskGroup() as group:
        question = group.create_task(client.request(ListDevices()), name="question")
        await is_asked.wait()
        for _ in range(3):
            assert isinstance(await client.request(GetState()), StateResult)
        assert not question.done(), "it is answered beside the orders"
        may_answer.set()
        assert isinstance(await question, DevicesResult)
    await server.close()
