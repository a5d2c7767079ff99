"""A creator's screen and clip, through every real part, as a viewer decodes them from HLS."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.media import (
    Watched,
    beeps,
    off_beat,
    onsets,
    pictures_missing,
    rgb_of,
    watch,
    write_flash_clip,
)
from fakes.painter import BAR_HEIGHT, PATCHES
from fakes.server import ServerProcess
from fakes.viewer import viewer_playlist
from numpy.typing import NDArray

_PAINTER = Path(__file__).parents[1] / "fakes" / "painter.py"
_WATCHED_S = 8.0
# A copy of what is judged, not of the whole picture: the patches' lower edge, the moving bar
# below it, and the clip at the bottom right.
_ROWS, _COLUMNS = slice(440, 1080), slice(0, 1920)


@pytest.fixture
def painted_screen(desktop_env: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment in which `screen` shows the painter's known picture."""
    painter = subprocess.Popen(
        [sys.executable, str(_PAINTER)], env=desktop_env, stdout=subprocess.PIPE, text=True
    )
    try:
        assert painter.stdout is not None
        assert painter.stdout.readline() == "ready\n"
        yield desktop_env
    finally:
        painter.terminate()
        painter.wait(10)
        assert painter.stdout is not None
        painter.stdout.close()


@pytest.fixture
def broadcast(
    painted_screen: dict[str, str], demo_server: ServerProcess, tmp_path: Path
) -> Iterator[tuple[Watched, list[dict[str, object]]]]:
    """What a viewer saw of a broadcast, and every line the command printed, once it ended."""
    clip = tmp_path / "flash.mkv"
    write_flash_clip(clip, seconds=10)
    creator = demo_server.account("creator")
    password = tmp_path / "password"
    password.write_text(creator.password)
    password.chmod(0o600)
    command = [
        *(sys.executable, "-m", "studio", "live", "--headless", "--json"),
        *("--server", demo_server.url, "--email", creator.email),
        *("--password-file", str(password)),
        *("--source", "screen", "--source", f"file:{clip}"),
        *("--size", "1920x1080", "--fps", "30", "--bitrate-kbps", "6000", "--duration", "20"),
    ]
    live = subprocess.Popen(command, env=painted_screen, stdout=subprocess.PIPE, text=True)
    try:
        assert live.stdout is not None
        first = json.loads(live.stdout.readline())
        playlist = viewer_playlist(demo_server, str(first["stream_id"]))
        watched = watch(playlist, seconds=_WATCHED_S, crop=(_ROWS, _COLUMNS))
        lines = [first, *(json.loads(line) for line in live.stdout)]
        assert live.wait(30) == 0
        yield watched, lines
    finally:
        if live.poll() is None:
            live.kill()
            live.wait()
        assert live.stdout is not None
        live.stdout.close()


@pytest.mark.timeout(150)
def test_viewer_sees_the_screen_as_it_is(
    broadcast: tuple[Watched, list[dict[str, object]]],
) -> None:
    watched, lines = broadcast
    assert (watched.video_codec, watched.audio_codec) == ("h264", "aac")
    assert watched.size == (1920, 1080)
    assert watched.colour == (1, 1), "tagged BT.709, limited range"
    summary = lines[-1]
    assert summary["summary"] is True
    assert summary["skipped_encode"] == 0
    assert summary["dropped_network"] == 0
    assert summary["reconnects"] == 0
    _check_cadence(watched.frame_times)
    _check_patches(watched)
    _check_bar_moves(watched)
    _check_flash_and_beep(watched)


def _check_cadence(times: list[float]) -> None:
    """Thirty pictures a second, none left out."""
    assert times[-1] - times[0] >= _WATCHED_S - 0.5
    assert off_beat(times) < 0.002
    assert pictures_missing(times) == 0


def _check_patches(watched: Watched) -> None:
    for y, u, v in watched.frames[:: len(watched.frames) // 5]:
        for index, wanted in enumerate(PATCHES):
            left = 240 * index + 60
            patch = (slice(10, 90), slice(left, left + 120))
            half = (slice(5, 45), slice(left // 2, left // 2 + 60))
            shown = rgb_of(float(y[patch].mean()), float(u[half].mean()), float(v[half].mean()))
            assert np.abs(np.subtract(shown, wanted)).max() <= 3, (index, wanted, shown)


def _check_bar_moves(watched: Watched) -> None:
    middle = 540 - (_ROWS.start or 0) + BAR_HEIGHT // 2
    places = [_centre_of_white(y[middle]) for y, _, _ in watched.frames]
    moved = sum(a != b for a, b in itertools.pairwise(places))
    assert moved > len(places) * 0.6, "the bar moves about 30 times a second"


def _centre_of_white(line: NDArray[np.uint8]) -> float:
    lit = np.flatnonzero(line > 180)
    return float(lit.mean()) if lit.size else -1.0


def _check_flash_and_beep(watched: Watched) -> None:
    # The clip lies at the bottom right; its centre is well within the last 200 x 150 pixels.
    levels = np.array([float(y[-150:-50, -200:-100].mean()) for y, _, _ in watched.frames])
    flashes = onsets(watched.frame_times, levels, 120.0)
    heard = beeps(watched)
    offsets = [min((beep - flash for beep in heard), key=abs) for flash in flashes[1:-1]]
    assert len(offsets) >= 4
    assert max(abs(offset) for offset in offsets) <= 0.040, offsets
