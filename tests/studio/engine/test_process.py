"""The engine's process: found, adopted, guarded by a token, and ended when nobody needs it."""

import asyncio
import os
import shutil
import signal
import stat
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import pytest
from fakes.shows import (
    Launch,
    end_engine,
    missed_around,
    missing_pictures,
    prepare,
    project_of,
    record,
    wait_for_frames,
)

from shared.errors import AppError, Unavailable
from studio.engine.client import EngineClient
from studio.engine.protocol import (
    GetState,
    Panic,
    RecordingOutput,
    StartBroadcast,
    StateResult,
    StopBroadcast,
)
from studio.engine.runtime import InstanceLock, address_path, read_address
from studio.project.model import PatternSource


async def test_a_second_client_adopts_the_same_engine_and_gets_its_state(launch: Launch) -> None:
    first = await launch()
    await prepare(first, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    second = await launch()
    assert second.pid == first.pid
    assert second.state_at_hello.project.canvas.width == 320
    assert second.state_at_hello.version > 1


async def test_what_tells_the_way_to_the_engine_is_private(
    engine: EngineClient, runtime_dir: Path
) -> None:
    assert stat.S_IMODE(os.stat(address_path(runtime_dir)).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(runtime_dir).st_mode) == 0o700


async def test_a_wrong_token_is_refused(engine: EngineClient, runtime_dir: Path) -> None:
    address = read_address(runtime_dir)
    assert address is not None
    stranger = EngineClient(address.model_copy(update={"token": "guess"}))
    with pytest.raises(AppError) as refused:
        await stranger.open()
    assert refused.value.code == "TOKEN_REFUSED"
    assert isinstance(await engine.request(GetState()), StateResult)


async def test_a_command_before_the_token_is_refused(
    engine: EngineClient, runtime_dir: Path
) -> None:
    address = read_address(runtime_dir)
    assert address is not None
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b'{"id": 1, "command": {"kind": "get_state"}}\n')
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert b"TOKEN_REFUSED" in answer
    assert b"project" not in answer


async def test_nonsense_is_answered_and_the_engine_goes_on(
    engine: EngineClient, runtime_dir: Path
) -> None:
    address = read_address(runtime_dir)
    assert address is not None
    reader, writer = await asyncio.open_connection(address.host, address.port)
    hello = f'{{"id": 1, "command": {{"kind": "hello", "token": "{address.token}"}}}}\n'
    writer.write(hello.encode())
    await asyncio.wait_for(reader.readline(), 10)
    for line in (b"\xff\xfe\n", b"{}\n", b'{"id": 7, "command": {"kind": "explode"}}\n'):
        writer.write(line)
        assert b"INVALID_INPUT" in await asyncio.wait_for(reader.readline(), 10)
    writer.close()
    assert isinstance(await engine.request(GetState()), StateResult)


async def test_two_engines_cannot_share_a_folder(engine: EngineClient, runtime_dir: Path) -> None:
    with pytest.raises(Unavailable) as refused:
        InstanceLock(runtime_dir).acquire()
    assert refused.value.code == "ENGINE_RUNNING"


async def test_an_engine_that_nobody_needs_ends(launch: Launch, runtime_dir: Path) -> None:
    client = await launch(idle_s=0.5)
    await client.close()
    await asyncio.to_thread(psutil.Process(client.pid).wait, 10)
    assert not address_path(runtime_dir).exists()


async def test_a_live_engine_outlives_its_clients(launch: Launch, tmp_path: Path) -> None:
    client = await launch(idle_s=0.5)
    await prepare(client, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    seen = await record(client, tmp_path / "show.mp4", frames=10, stop=False)
    await client.close()
    await asyncio.sleep(2.0)  # more than the idle time: only time can show that nothing happens
    again = await launch(idle_s=0.5)
    assert again.pid == client.pid
    assert again.state_at_hello.is_live
    assert again.state_at_hello.statistics.frames > seen.frames + 45


async def test_killing_the_window_and_its_group_leaves_no_gap(
    launch: Launch, runtime_dir: Path, tmp_path: Path
) -> None:
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from studio.engine.client import launch_or_adopt\n"
        "async def main():\n"
        "    await launch_or_adopt(Path(sys.argv[1]), idle_s=20)\n"
        "    print('ready', flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )

    def window() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", script, str(runtime_dir)],
            start_new_session=True,
            stdout=subprocess.PIPE,
            text=True,
        )

    def kill(window: subprocess.Popen[str]) -> None:
        os.killpg(window.pid, signal.SIGKILL)
        window.wait(10)

    windows = [window()]  # the first of them starts the engine
    await _ready(windows[0])
    windows += [window(), window()]
    for other in windows[1:]:
        await _ready(other)
    client = await launch()
    await prepare(client, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    path = tmp_path / "a.mp4"
    await client.request(StartBroadcast(outputs=(RecordingOutput(path=str(path)),)))
    await wait_for_frames(client, 15)
    missed = [await missed_around(client, partial(kill, each)) for each in windows]
    assert statistics.median(missed) == 0, missed
    after = await wait_for_frames(client, 60)
    await client.request(StopBroadcast())
    assert missing_pictures(path) <= after.skipped_encode


async def _ready(window: subprocess.Popen[str]) -> None:
    assert window.stdout is not None
    assert await asyncio.to_thread(window.stdout.readline) == "ready\n"
    window.stdout.close()


async def test_the_engine_ends_with_a_signal(launch: Launch, runtime_dir: Path) -> None:
    client = await launch()
    os.kill(client.pid, signal.SIGTERM)
    await asyncio.to_thread(psutil.Process(client.pid).wait, 10)
    assert not address_path(runtime_dir).exists()


async def test_a_live_engine_that_nobody_can_find_again_ends(
    launch: Launch, runtime_dir: Path, tmp_path: Path
) -> None:
    client = await launch(idle_s=0.5)
    await prepare(client, project_of(PatternSource(width=320, height=180), size=(320, 180)))
    await record(client, tmp_path / "show.mp4", frames=10, stop=False)
    await client.close()
    shutil.rmtree(runtime_dir)
    await asyncio.to_thread(psutil.Process(client.pid).wait, 10)


async def test_an_engine_after_a_crash_in_a_panic_begins_with_the_slate(
    launch: Launch, runtime_dir: Path
) -> None:
    crashed = await launch()
    await crashed.request(Panic(reason="test"))
    os.kill(crashed.pid, signal.SIGKILL)
    await asyncio.to_thread(psutil.Process(crashed.pid).wait, 10)
    after = await launch()
    assert after.pid != crashed.pid
    assert after.state_at_hello.safety.panicked
    await end_engine(after)
    assert not (await launch()).state_at_hello.safety.panicked, "an orderly end is no crash"
