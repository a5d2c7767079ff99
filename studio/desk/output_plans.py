"""From the creator's choices to what the engine is asked for: destinations, files, replay."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from shared.qt import format as words
from shared.qt.translations import tr, tr_sentence
from studio.choices import DestinationChoice, OutputChoices, RecordingChoice
from studio.docks.controls import DestinationLine
from studio.engine.protocol import (
    EngineState,
    OutputSpec,
    OutputState,
    RecordingOutput,
    ReplayOutput,
    RtmpOutput,
)
from studio.live import BroadcastSetup

_OVER = ("ended", "failed")
_NEVER_IN_NAMES = '<>:"/\\|?*'


def file_in(folder: Path, title: str, suffix: str, *, at: datetime) -> Path:
    """Return a file's name from a title and the moment, as every system takes it."""
    plain = "".join(" " if c in _NEVER_IN_NAMES or ord(c) < 32 else c for c in title)
    name = " ".join(plain.split())[:80].rstrip(". ") or "Teezu"
    return folder / f"{name} {at:%Y-%m-%d %H-%M-%S}.{suffix}"


def recording_of(choice: RecordingChoice, path: Path) -> RecordingOutput:
    """Return the recording that was chosen, into this file."""
    return RecordingOutput(
        path=str(path),
        split_s=choice.split_minutes * 60 if choice.split == "time" else None,
        split_mb=choice.split_mb if choice.split == "size" else None,
        audio_tracks=tuple(range(1, choice.tracks + 1)),
    )


def destination_of(choice: DestinationChoice, key: str | None) -> RtmpOutput:
    """Return a destination with its key; without one the key is the end of its address."""
    return RtmpOutput(
        id=choice.id,
        name=choice.name,
        url=choice.url,
        key=SecretStr(key or ""),
        backup_url=choice.backup_url or None,
    )


def setup_for(
    setup: BroadcastSetup,
    choices: OutputChoices,
    *,
    keys: Mapping[str, str],
    recording: Path | None,
) -> BroadcastSetup:
    """Return a show's set-up with all that was chosen besides the platform itself."""
    outputs: list[OutputSpec] = [
        destination_of(place, keys.get(place.id))
        for place in choices.destinations
        if place.is_on and place.url
    ]
    if recording is not None:
        outputs.append(recording_of(choices.recording, recording))
    if choices.replay.is_automatic:
        outputs.append(ReplayOutput(seconds=choices.replay.seconds))
    return replace(
        setup,
        video=setup.video.model_copy(update={"rate_control": choices.rate_control}),
        audio=setup.audio.model_copy(update={"bitrate_kbps": choices.sound_kbps}),
        more_outputs=tuple(outputs),
    )


def output_of(engine: EngineState | None, kind: str) -> OutputState | None:
    """Return the output of a kind that is at work, the newest if there are several."""
    outputs = engine.broadcast.outputs if engine is not None and engine.broadcast else ()
    found = [each for each in outputs if each.kind == kind and each.phase not in _OVER]
    return found[-1] if found else None


def lines_of(
    engine: EngineState | None, places: tuple[DestinationChoice, ...]
) -> tuple[DestinationLine, ...]:
    """Return every destination as it is now; off air those that a show would be sent to."""
    outputs = engine.broadcast.outputs if engine is not None and engine.broadcast else ()
    live = tuple(_line_of(each) for each in outputs if each.kind == "rtmp")
    if live:
        return live
    return tuple(
        DestinationLine(place.name, tr("Ready")) for place in places if place.is_on and place.url
    )


def _line_of(output: OutputState) -> DestinationLine:
    mark, kind = {
        "connecting": (tr("Connecting"), "warning"),
        "live": (tr("Live"), "success"),
        "reconnecting": (tr("Reconnecting"), "warning"),
        "stopping": (tr("Ending"), "neutral"),
        "ended": (tr("Ended"), "neutral"),
        "failed": (tr("Failed"), "danger"),
    }[output.phase]
    detail = tr_sentence(output.message) if output.message else ""
    if not detail and output.phase == "live":
        detail = tr("{n} kbit/s", n=words.number(round(output.send_kbps)))
    return DestinationLine(output.name, mark, kind, detail)


def size_text(size: float) -> str:
    """A size of files in words."""
    if size >= 1e9:
        return f"{words.number(size / 1e9, decimals=1)} GB"
    return f"{words.number(round(size / 1e6))} MB"
