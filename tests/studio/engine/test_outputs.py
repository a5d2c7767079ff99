"""Several outputs of one real engine at once: each with its own state, all from one encode."""

import asyncio
from pathlib import Path

import av
import pytest
from fakes.ingest import STREAM_ID, STREAM_KEY, running_ingest, segments_of, until
from fakes.shows import prepare, project_of, wait_for, wait_for_frames
from pydantic import SecretStr

from shared.errors import AppError
from studio.engine.client import EngineClient
from studio.engine.protocol import (
    BroadcastEvent,
    OutputState,
    PauseRecording,
    RecordingOutput,
    ReplayOutput,
    RtmpOutput,
    SavedResult,
    SaveReplay,
    SetProject,
    StartBroadcast,
    StateResult,
    StatisticsEvent,
    StopBroadcast,
)
from studio.project.model import PatternSource, Scene, SceneItem

SIZE = (320, 180)


@pytest.fixture
def engine(rested_engine: EngineClient) -> EngineClient:
    """An engine that other tests of this module use before and after."""
    return rested_engine


def _frames(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def _by_id(outputs: tuple[OutputState, ...]) -> dict[str, OutputState]:
    return {output.id: output for output in outputs}


async def test_one_destination_may_fail_while_the_others_go_on(
    engine: EngineClient, tmp_path: Path, unused_tcp_port: int
) -> None:
    await prepare(engine, project_of(PatternSource(width=320, height=180), size=SIZE))
    async with (
        running_ingest(tmp_path / "a") as (first, _),
        running_ingest(tmp_path / "b") as (second, _),
    ):
        key = SecretStr(STREAM_KEY)
        outputs = (
            RtmpOutput(id="a", url=f"rtmp://127.0.0.1:{first.address[1]}/live", key=key),
            RtmpOutput(
                id="b",
                url=f"rtmp://127.0.0.1:{unused_tcp_port}/live",
                backup_url=f"rtmp://127.0.0.1:{second.address[1]}/live",
                key=key,
            ),
            RtmpOutput(
                id="c",
                url=f"rtmp://127.0.0.1:{second.address[1]}/live",
                key=SecretStr("wrong"),
            ),
            RecordingOutput(id="d", path=str(tmp_path / "show.mkv")),
        )
        await engine.request(StartBroadcast(outputs=outputs))

        def is_settled(event: BroadcastEvent) -> bool:
            states = _by_id(event.broadcast.outputs) if event.broadcast else {}
            phases = {name: state.phase for name, state in states.items()}
            return phases == {"a": "live", "b": "live", "c": "failed", "d": "live"}

        event = await wait_for(engine, BroadcastEvent, is_settled)
        assert event.broadcast is not None
        states = _by_id(event.broadcast.outputs)
        assert states["c"].code == "STREAM_KEY_REFUSED"
        assert str(second.address[1]) in states["b"].target
        for ingest in (first, second):
            await until(
                lambda ingest=ingest: len(segments_of(ingest.store.playlist(STREAM_ID) or "")) >= 1
            )
        await engine.request(StopBroadcast())
    assert _frames(tmp_path / "show.mkv") >= 30


async def test_a_recording_pauses_and_a_scene_begins_a_chapter(
    engine: EngineClient, tmp_path: Path
) -> None:
    project = project_of(PatternSource(width=320, height=180), size=SIZE)
    second = Scene(id="second", name="Close up", items=(SceneItem(id="i9", source_id="s0"),))
    project = project.model_copy(update={"scenes": (*project.scenes, second)})
    await prepare(engine, project)
    path = tmp_path / "show.mp4"
    await engine.request(StartBroadcast(outputs=(RecordingOutput(id="r", path=str(path)),)))
    await wait_for_frames(engine, 45)
    changed = project.model_copy(update={"program_scene_id": "second"})
    await engine.request(SetProject(project=changed))
    reply = await engine.request(PauseRecording(output_id="r", paused=True))
    assert isinstance(reply, StateResult)
    assert reply.state.broadcast is not None
    assert reply.state.broadcast.outputs[0].paused
    paused_at = reply.state.statistics.frames
    resumed = await wait_for_frames(engine, paused_at + 60)
    await engine.request(PauseRecording(output_id="r", paused=False))
    end = await wait_for_frames(engine, resumed.frames + 45)
    await engine.request(StopBroadcast())
    assert end.frames - 60 - 30 >= _frames(path) - 45 >= 0
    with av.open(str(path)) as container:
        chapters = [chapter["metadata"]["title"] for chapter in container.chapters()]
    assert chapters == ["Main", "Close up"]
    with pytest.raises(AppError):
        await engine.request(PauseRecording(output_id="r", paused=True))


async def test_a_replay_of_a_show_is_saved(engine: EngineClient, tmp_path: Path) -> None:
    await prepare(engine, project_of(PatternSource(width=320, height=180), size=SIZE))
    await engine.request(StartBroadcast(outputs=(ReplayOutput(id="again", seconds=3),)))
    event = await wait_for(
        engine, StatisticsEvent, lambda event: event.outputs[0].held_s >= 3, timeout_s=30
    )
    assert event.outputs[0].kind == "replay"
    saved = await engine.request(SaveReplay(output_id="again", path=str(tmp_path / "r.mp4")))
    assert isinstance(saved, SavedResult)
    frames = await asyncio.to_thread(_frames, tmp_path / "r.mp4")
    assert frames / 30 == pytest.approx(saved.seconds, abs=0.2)
    assert saved.seconds >= 3
    with pytest.raises(AppError) as refused:
        await engine.request(SaveReplay(output_id="again", path=str(tmp_path / "r.mp4")))
    assert refused.value.code == "FILE_EXISTS"
    with pytest.raises(AppError) as unknown:
        await engine.request(SaveReplay(output_id="nobody", path=str(tmp_path / "s.mp4")))
    assert unknown.value.code == "NOT_FOUND"
