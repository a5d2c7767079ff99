"""What every output promises, whatever it is; one that is added is met by these tests as well."""

import asyncio
from pathlib import Path
from typing import get_args

import pytest
from fakes.broadcast import make_broadcast
from fakes.fair_clock import FairClock
from fakes.ingest import STREAM_KEY, running_ingest, until
from pydantic import BaseModel, SecretStr

from studio.engine.output.congestion import LineReading
from studio.engine.outputs import FanOut, Output, make_output
from studio.engine.protocol import OutputSpec, OutputState, RtmpOutput

_STOP_S = 2.0
_KINDS: tuple[type[BaseModel], ...] = get_args(get_args(OutputSpec)[0])


def _spec(model: type[BaseModel], folder: Path, ingest_port: int) -> OutputSpec:
    """Settings with which the kind works here; a kind that is new has to be added."""
    kind = model.model_fields["kind"].default
    spec: OutputSpec = model.model_validate(  # type: ignore[assignment]
        {
            "rtmp": {"url": f"rtmp://127.0.0.1:{ingest_port}/live", "key": SecretStr(STREAM_KEY)},
            "recording": {"path": str(folder / "show.mp4")},
            "replay": {"seconds": 3},
        }[kind]
        | {"id": "mine", "name": "My output"}
    )
    return spec


@pytest.mark.parametrize("model", _KINDS, ids=lambda model: model.model_fields["kind"].default)
async def test_an_output_goes_live_takes_packets_and_stops(
    model: type[BaseModel], tmp_path: Path
) -> None:
    show = make_broadcast(seconds=4.0)
    async with running_ingest(tmp_path / "hls") as (ingest, _):
        spec = _spec(model, tmp_path, ingest.address[1])
        output: Output = make_output(
            spec, show.description, on_change=lambda: None, request_keyframe=lambda: None
        )
        await output.start()
        await until(lambda: output.state().phase == "live")
        fan_out = FanOut()
        fan_out.add(output)
        assert 0 in output.tracks
        output.mark("Opening", at_us=0)
        for packet in show.packets:
            fan_out.deliver(packet)
        await until(lambda: _has_taken(output.state()))
        state = output.state()
        assert (state.id, state.kind, state.name) == ("mine", spec.kind, "My output")
        assert (state.message, state.code, state.dropped_frames) == (None, None, 0)
        assert STREAM_KEY not in state.model_dump_json()
        assert isinstance(output.line(), LineReading) == isinstance(spec, RtmpOutput)
        fan_out.drop_unsent()
        with FairClock() as clock:
            await output.stop()
        assert clock.seconds < _STOP_S
        await until(lambda: output.state().phase == "ended")
        fan_out.deliver(show.packets[0])  # the encoder may be a packet ahead of the stop
        await asyncio.sleep(0)


def _has_taken(state: OutputState) -> bool:
    return state.sent_bytes + state.queued_bytes > 20_000 or state.held_s > 2.0


@pytest.mark.parametrize("model", _KINDS, ids=lambda model: model.model_fields["kind"].default)
async def test_an_output_that_never_began_stops_as_well(
    model: type[BaseModel], tmp_path: Path, unused_tcp_port: int
) -> None:
    show = make_broadcast(seconds=4.0)
    spec = _spec(model, tmp_path, unused_tcp_port)
    output = make_output(
        spec, show.description, on_change=lambda: None, request_keyframe=lambda: None
    )
    output.sink.put(show.packets[0])
    output.sink.drop_unsent()
    await output.stop()
