"""A bundle for whoever helps: logs, versions, settings and figures of the engine, no secrets."""

import io
import json
import platform
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from shared.files import write_atomically
from shared.logs import HIDDEN, Redactor
from studio.engine.protocol import EngineState

_LOG_BYTES: Final = 2_000_000
_PACKAGES: Final = ("teezu-studio", "PySide6", "av", "numpy", "httpx", "pydantic", "qasync")
_HIDDEN_SETTINGS: Final = frozenset({"email", "server_url", "prompts", "menu", "goal_drafts"})
"""Who somebody is, and their own words: nobody needs them to find a fault."""
_SECRET_PARTS: Final = ("key", "token", "password", "secret", "word", "session", "url", "layout")


def save_bundle(
    target: Path,
    *,
    logs: Iterable[Path],
    settings: Mapping[str, Any],
    engine: EngineState | None,
    secrets: Iterable[str] = (),
) -> None:
    """Write the bundle; every text in it goes through the logs' redaction once more.

    `secrets` are texts that must not appear wherever they stand.

    Raises:
        StorageError: it cannot be written.
    """
    redactor = Redactor()
    for secret in secrets:
        redactor.hide(secret)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        parts = {
            "about.json": _about(),
            "settings.json": _without_secrets(settings),
            "engine.json": _engine(engine),
        }
        for name, content in parts.items():
            clean = _cleaned(content, redactor)
            bundle.writestr(name, json.dumps(clean, ensure_ascii=False, indent=1, default=str))
        for place, path in enumerate(logs):
            text = _tail(path)
            if text:
                bundle.writestr(f"logs/{place:02}-{path.name}.txt", redactor.clean(text))
    write_atomically(target, packed.getvalue())


def _about() -> dict[str, object]:
    versions = {}
    for package in _PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "is_frozen": bool(getattr(sys, "frozen", False)),
        "versions": versions,
    }


def _without_secrets(value: Any, name: str = "") -> Any:
    """Settings with everything hidden that is private or could be a secret by its name."""
    low = name.lower()
    is_number = isinstance(value, bool | int | float) or value is None
    if name in _HIDDEN_SETTINGS or (not is_number and any(part in low for part in _SECRET_PARTS)):
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(key): _without_secrets(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without_secrets(one, name) for one in value]
    return value


def _cleaned(value: Any, redactor: Redactor) -> Any:
    """The same with every text redacted."""
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(one, redactor) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(one, redactor) for one in value]
    return value


def _engine(state: EngineState | None) -> dict[str, object]:
    """What the engine told, without names, places and words of the creator."""
    if state is None:
        return {"is_running": False}
    kinds = Counter(source.settings.kind for source in state.project.sources)
    filters = Counter(one.kind for source in state.project.sources for one in source.filters)
    outputs = state.broadcast.outputs if state.broadcast is not None else ()
    return {
        "is_running": True,
        "is_live": state.is_live,
        "video": state.video.model_dump(),
        "audio": state.audio.model_dump(),
        "statistics": state.statistics.model_dump(),
        "scenes": len(state.project.scenes),
        "sources": dict(kinds),
        "filters": dict(filters),
        "source_phases": dict(Counter(one.phase for one in state.sources)),
        "source_codes": sorted({one.code for one in state.sources if one.code}),
        "outputs": [
            {"kind": one.kind, "phase": one.phase, "code": one.code, "reconnects": one.reconnects}
            for one in outputs
        ],
    }


def _tail(path: Path) -> str:
    """The end of a log; empty where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG_BYTES))
            text = file.read(_LOG_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return ""
    # A line cut in half could hold half a secret that redaction no longer knows.
    return text if len(text) < _LOG_BYTES else text.partition("\n")[2]
