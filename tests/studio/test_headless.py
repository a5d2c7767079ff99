"""The headless command line: what it prints, what it makes, and how it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fakes.media import off_beat, pictures_missing, watch, write_flash_clip

_SUMMARY = {
    "summary",
    "frames",
    "missed_render",
    "skipped_encode",
    "dropped_network",
    "fps",
    "bitrate_kbps",
    "av_offset_ms",
    "cpu_s",
    "max_rss_mb",
    "reconnects",
}


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "studio", "live", "--headless", "--json", *arguments]


def _run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    done = subprocess.run(
        _command(*arguments), capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_a_recorded_broadcast_of_a_pattern_and_a_clip(tmp_path: Path) -> None:
    clip, path = tmp_path / "flash.mkv", tmp_path / "show.mp4"
    write_flash_clip(clip, seconds=2)
    status, lines, errors = _run(
        *("--source", "pattern", "--source", f"file:{clip}", "--size", "640x360"),
        *("--duration", "3", "--record", str(path)),
    )
    assert (status, errors) == (0, "")
    summary = lines[-1]
    assert set(summary) >= _SUMMARY
    skipped = summary["skipped_encode"]
    assert summary["frames"] + skipped >= 85
    assert summary["fps"] > 0
    assert summary["cpu_s"] > 0
    assert len(lines) >= 2
    seen = watch(str(path), seconds=60.0, keep_every=30)
    assert seen.size == (640, 360)
    assert len(seen.frame_times) + skipped >= 85
    assert off_beat(seen.frame_times) < 0.002
    assert pictures_missing(seen.frame_times) <= skipped, "30 pictures a second, none lost"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--source", "magic", "--record", "x.mp4"), "not known"),
        (("--size", "17x9", "--record", "x.mp4"), "does not fit"),
        (("--source", "pattern", "--rtmp", "http://example"), "rtmp://"),
        (("--record", "/nowhere/x.mp4"), "folder"),
        (
            (
                *("--server", "http://127.0.0.1:9", "--email", "a@b.example"),
                *("--password-file", "/nowhere"),
            ),
            "password file",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    status, _, errors = _run(*arguments, "--duration", "1")
    assert status == 1
    assert words in errors
    assert len(errors.strip().splitlines()) == 1
    assert "Traceback" not in errors


def test_nowhere_to_go_is_told_with_the_usage() -> None:
    status, lines, errors = _run("--source", "pattern")
    assert (status, lines) == (2, [])
    assert "--rtmp" in errors


def test_an_interrupt_ends_it_well(tmp_path: Path) -> None:
    path = tmp_path / "show.mp4"
    live = subprocess.Popen(
        _command("--size", "320x180", "--duration", "60", "--record", str(path)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert live.stdout is not None
    with live.stdout:
        live.stdout.readline()
        os.kill(live.pid, signal.SIGINT)
        lines = [json.loads(line) for line in live.stdout]
    assert live.wait(10) == 0
    assert lines[-1]["summary"] is True
    assert len(watch(str(path), seconds=60, keep_every=30).frame_times) >= 20
