"""The report for support: what helps is in it, and no planted secret is."""

import json
import zipfile
from pathlib import Path

from studio.engine.protocol import (
    AudioSettings,
    BroadcastState,
    EngineState,
    OutputState,
    SafetyState,
    SourceState,
    Statistics,
    StreamIdentity,
    VideoSettings,
)
from studio.live.diagnostics import save_bundle
from studio.project.model import CameraSource, Source, TextSource, empty_project
from studio.settings import PromptChoice, StudioSettings

_SECRETS = (
    "live_9f8e7d6c5b4a",
    "hunter2-password",
    "ses_0123456789abcdef",
    "marzipan",
    "luna@example.org",
    "a private line",
    "Living room camera",
    "my very own words",
)


def _engine() -> EngineState:
    project = empty_project()
    sources = (
        Source(name="Living room camera", settings=CameraSource(device="/dev/video0")),
        Source(name="Words", settings=TextSource(text="my very own words")),
    )
    return EngineState(
        protocol=1,
        pid=1,
        project=project.model_copy(update={"sources": sources}),
        version=1,
        project_path="/somewhere/luna/scenes/show.json",
        can_undo=False,
        can_redo=False,
        video=VideoSettings(),
        audio=AudioSettings(),
        broadcast=BroadcastState(
            started_at="2026-11-20T20:00:00Z",
            elapsed_s=10,
            stream=StreamIdentity(stream_id="s", title="a private line"),
            outputs=(
                OutputState(
                    id="o",
                    kind="rtmp",
                    name="Live",
                    target="rtmp://host/live/live_9f8e7d6c5b4a",
                    phase="failed",
                    code="RTMP_REFUSED",
                ),
            ),
        ),
        sources=(SourceState(source_id="x", phase="failed", code="CAMERA_BUSY"),),
        safety=SafetyState(panicked=True, reason="marzipan"),
        statistics=Statistics(dropped_network=42),
    )


def test_no_secret_leaves_and_what_helps_does(tmp_path: Path) -> None:
    log = tmp_path / "studio.log"
    log.write_text(
        "\n".join(
            (
                '{"message": "push to rtmp://host/live/live_9f8e7d6c5b4a refused"}',
                "password=hunter2-password",
                "Authorization: Bearer ses_0123456789abcdef",
                'safe_word: "marzipan"',
                "mail to luna@example.org",
                "the encoder is overloaded",
            )
        )
    )
    target = tmp_path / "report.zip"
    settings = StudioSettings(
        email="luna@example.org", prompts=(PromptChoice(text="a private line"),), text_scale=1.3
    )
    save_bundle(
        target,
        logs=(log, tmp_path / "missing.log"),
        settings={**settings.model_dump(mode="json"), "stream_key": "live_9f8e7d6c5b4a"},
        engine=_engine(),
        secrets=("luna@example.org",),
    )
    assert target.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(target) as bundle:
        parts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    everything = "\n".join(parts.values())
    assert [secret for secret in _SECRETS if secret in everything] == []
    assert "/somewhere/luna" not in everything
    assert "the encoder is overloaded" in everything
    engine = json.loads(parts["engine.json"])
    assert engine["statistics"]["dropped_network"] == 42
    assert engine["sources"] == {"camera": 1, "text": 1}
    assert engine["source_codes"] == ["CAMERA_BUSY"]
    assert json.loads(parts["settings.json"])["text_scale"] == 1.3
    assert "PySide6" in json.loads(parts["about.json"])["versions"]


def test_without_an_engine_it_says_so(tmp_path: Path) -> None:
    target = tmp_path / "report.zip"
    save_bundle(target, logs=(), settings={}, engine=None)
    with zipfile.ZipFile(target) as bundle:
        assert json.loads(bundle.read("engine.json")) == {"is_running": False}
