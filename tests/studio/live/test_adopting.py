"""What an engine is found doing at start: a show is taken over, a recording is left alone."""

from typing import cast

import pytest
from fakes.engine import FakeEngine, FakeEngines

from studio.engine.protocol import BroadcastState, OutputState
from studio.live import Broadcast, EngineHost, Phase, StreamRecords


@pytest.mark.parametrize(("kind", "is_on"), [("rtmp", True), ("recording", False)])
async def test_only_what_viewers_may_see_is_taken_over(kind: str, is_on: bool) -> None:
    def prepare(engine: FakeEngine) -> None:
        output = OutputState.model_validate(
            {"id": "o", "kind": kind, "name": "One", "target": "there", "phase": "live"}
        )
        broadcast = BroadcastState(
            started_at="2026-11-20T08:00:00.000Z", elapsed_s=60, stream=None, outputs=(output,)
        )
        engine.state = engine.state.model_copy(update={"broadcast": broadcast})

    engines = FakeEngines()
    engines.prepare = prepare
    async with EngineHost(engines) as host:
        records = cast(StreamRecords, None)  # nothing has a record here
        async with Broadcast(records=records, engine=host, server_url="http://h") as broadcast:
            state = await broadcast.adopt()
            assert state.phase.is_on is is_on
            assert is_on or state.phase is Phase.IDLE
            assert engines.engine.commands == []
