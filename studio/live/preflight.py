"""What is looked at before a show goes live, for the creator who wants no surprise on air."""

import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from shared.errors import AppError
from shared.schemas.streams import StreamKey
from studio.engine.protocol import EngineState, SourceState
from studio.project.sources import SOUND_ONLY

_HEARD_KINDS = (SOUND_ONLY - {"silence"}) | {"file"}
"""What viewers hear by itself; an alert's sound does not keep a show from being silent."""
_PICTURE_CODES = frozenset({"PICTURE_BLACK", "CAMERA_STILL"})
_SOUND_CODES = frozenset({"MICROPHONE_SILENT"})
_SPARE_BYTES = 2_000_000_000
_FULL_BYTES = 200_000_000


class CheckId(StrEnum):
    """One thing that is looked at, in the order it is shown."""

    ENGINE = "engine"
    PICTURE = "picture"
    SOUND = "sound"
    SERVER = "server"
    KEY = "key"
    DISK = "disk"
    SLATE = "slate"


class Verdict(StrEnum):
    """What was found: `stop` means that going live would fail or show nothing."""

    GOOD = "good"
    WARN = "warn"
    STOP = "stop"
    LOOKING = "looking"


@dataclass(frozen=True, slots=True)
class Check:
    """One finding; `subject` names the source or the reason, `amount` is in bytes for the disk."""

    id: CheckId
    verdict: Verdict
    subject: str = ""
    amount: int = 0
    advice: str = ""
    """What the engine sees and hears, in one sentence."""


@dataclass(frozen=True, slots=True)
class Platform:
    """What the platform answered; nothing of it is known before `is_known`."""

    is_known: bool = False
    error: AppError | None = None
    key: StreamKey | None = None


def preflight(
    engine: EngineState | None, platform: Platform, *, free_bytes: int | None
) -> tuple[Check, ...]:
    """Every check, in the order it is shown."""
    return (
        Check(CheckId.ENGINE, Verdict.GOOD if engine is not None else Verdict.STOP),
        _picture(engine),
        _sound(engine),
        _server(platform),
        _key(platform),
        _disk(free_bytes),
        _slate(engine),
    )


def is_clear(checks: tuple[Check, ...]) -> bool:
    """Whether nothing found would keep the show from being seen."""
    return all(check.verdict is not Verdict.STOP for check in checks)


def free_space(folder: Path) -> int | None:
    """Bytes free where recordings go, from the nearest folder that exists."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return None


def _phases(engine: EngineState) -> dict[str, SourceState]:
    return {state.source_id: state for state in engine.sources}


def _picture(engine: EngineState | None) -> Check:
    if engine is None:
        return Check(CheckId.PICTURE, Verdict.LOOKING)
    phases, failed, seen = _phases(engine), "", False
    for item in engine.project.program.items:
        source = engine.project.source(item.source_id)
        if not item.visible or source.settings.kind in SOUND_ONLY:
            continue
        phase = phases[source.id].phase if source.id in phases else "opening"
        if phase in {"failed", "stalled"}:
            failed = failed or source.name
        else:
            seen = True
    if failed:
        return Check(CheckId.PICTURE, Verdict.WARN if seen else Verdict.STOP, failed)
    advice = _advice(engine, _PICTURE_CODES) if seen else ""
    if advice:
        return Check(CheckId.PICTURE, Verdict.WARN, advice=advice)
    return Check(CheckId.PICTURE, Verdict.GOOD if seen else Verdict.STOP)


def _advice(engine: EngineState, codes: frozenset[str]) -> str:
    """What the engine says of these; empty when all is well."""
    found = (one.message for one in engine.statistics.advice if one.code in codes)
    return next(found, "")


def _sound(engine: EngineState | None) -> Check:
    """Whether anything can be heard: a source with sound that runs and is not turned down."""
    if engine is None:
        return Check(CheckId.SOUND, Verdict.LOOKING)
    advice = _advice(engine, _SOUND_CODES)
    if advice:
        return Check(CheckId.SOUND, Verdict.WARN, advice=advice)
    phases, quiet = _phases(engine), ""
    for source in engine.project.sources:
        if source.settings.kind not in _HEARD_KINDS:
            continue
        is_running = source.id in phases and phases[source.id].phase == "running"
        if is_running and not source.muted and source.gain_db > -40.0:
            return Check(CheckId.SOUND, Verdict.GOOD, source.name)
        quiet = quiet or source.name
    return Check(CheckId.SOUND, Verdict.WARN, quiet)


def _server(platform: Platform) -> Check:
    if not platform.is_known:
        return Check(CheckId.SERVER, Verdict.LOOKING)
    return Check(CheckId.SERVER, Verdict.STOP if platform.error is not None else Verdict.GOOD)


def _key(platform: Platform) -> Check:
    if not platform.is_known:
        return Check(CheckId.KEY, Verdict.LOOKING)
    return Check(CheckId.KEY, Verdict.GOOD if platform.key is not None else Verdict.STOP)


def _disk(free_bytes: int | None) -> Check:
    if free_bytes is None:
        return Check(CheckId.DISK, Verdict.LOOKING)
    # A full disk never keeps a show from going live: only a recording needs it.
    verdict = Verdict.GOOD if free_bytes >= _SPARE_BYTES else Verdict.WARN
    return Check(CheckId.DISK, verdict, "full" if free_bytes < _FULL_BYTES else "", free_bytes)


def _slate(engine: EngineState | None) -> Check:
    if engine is None:
        return Check(CheckId.SLATE, Verdict.LOOKING)
    return Check(CheckId.SLATE, Verdict.WARN if engine.safety.panicked else Verdict.GOOD)
