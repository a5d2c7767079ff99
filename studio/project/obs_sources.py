"""Which source of ours shows what a source of OBS showed, and with what settings."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from studio.project.model import (
    ALL_TRACKS,
    CameraSource,
    Canvas,
    ColourSource,
    FileSource,
    ImageSource,
    MicrophoneSource,
    ScreenSource,
    SourceSettings,
    TextSource,
)

type Raw = Mapping[str, Any]

UNSUPPORTED: Final = None
"""There is nothing like it here."""

_MUTED_DB = -96.0
_FORCE_MONO = 1 << 1
"""`OBS_SOURCE_FLAG_FORCE_MONO` of libobs."""


def settings_of(kind: str, raw: Raw, canvas: Canvas) -> SourceSettings | None:
    """Our settings for an OBS source of a kind (with or without its version).

    Raises:
        ValueError: the settings are of no use.
    """
    for name, make in _MAKERS:
        if kind == name or kind.startswith(f"{name}_v"):
            return make(raw, canvas)
    return UNSUPPORTED


def sound_of(raw: Raw) -> dict[str, object]:
    """Everything a strip of the mixer has, of an OBS source as fields of ours."""
    found: dict[str, object] = {"muted": raw.get("muted") is True}
    volume = _number(raw.get("volume"))
    if volume is not None:
        gain = 20 * math.log10(volume) if volume > 0 else _MUTED_DB
        found["gain_db"] = round(min(26.0, max(_MUTED_DB, gain)), 2)
    offset = _number(raw.get("sync"))
    if offset is not None:  # nanoseconds
        found["sync_offset_ms"] = round(min(20000.0, max(-950.0, offset / 1e6)))
    balance = _number(raw.get("balance"))
    if balance is not None:  # 0 is left, 1 right
        found["balance"] = round(min(1.0, max(-1.0, 2 * balance - 1)), 3)
    flags, tracks, monitoring = raw.get("flags"), raw.get("mixers"), raw.get("monitoring_type")
    found["mono"] = isinstance(flags, int) and bool(flags & _FORCE_MONO)
    if isinstance(tracks, int):
        found["tracks"] = tracks & ALL_TRACKS
    if isinstance(monitoring, int):
        found["monitor"] = {1: "monitor", 2: "both"}.get(monitoring, "off")
    return found


def _camera(raw: Raw, _canvas: Canvas) -> SourceSettings:
    device = _text(raw, "device_id", "video_device_id", "device", "device_name")
    if ":" in device and not device.startswith("/"):  # Windows: "NAME:PATH", escaped with #3A
        device = device.partition(":")[0].replace("#3A", ":").replace("#22", "#")
    width, height = _resolution(raw.get("resolution"))
    return CameraSource(device=device, width=width, height=height)


def _screen(raw: Raw, _canvas: Canvas) -> SourceSettings:
    pointer = raw.get("show_cursor", raw.get("capture_cursor", True))
    return ScreenSource(show_pointer=pointer is not False)


def _image(raw: Raw, _canvas: Canvas) -> SourceSettings:
    return ImageSource(path=_path(_text(raw, "file")))


def _slides(raw: Raw, _canvas: Canvas) -> SourceSettings | None:
    files = raw.get("files")
    first = files[0] if isinstance(files, list) and files else None
    if not isinstance(first, dict):
        return UNSUPPORTED
    return ImageSource(path=_path(_text(first, "value")))


def _media(raw: Raw, _canvas: Canvas) -> SourceSettings | None:
    if raw.get("is_local_file") is False:
        return UNSUPPORTED  # an address on the network
    return FileSource(path=_path(_text(raw, "local_file")), loop=raw.get("looping") is True)


def _playlist(raw: Raw, _canvas: Canvas) -> SourceSettings | None:
    files = raw.get("playlist")
    first = files[0] if isinstance(files, list) and files else None
    if not isinstance(first, dict):
        return UNSUPPORTED
    return FileSource(path=_path(_text(first, "value")), loop=raw.get("loop") is not False)


def _words(raw: Raw, _canvas: Canvas) -> SourceSettings:
    found = raw.get("font")
    font: Raw = found if isinstance(found, dict) else {}
    words = raw.get("text")
    family = font.get("face")
    flags = _number(font.get("flags")) or 0
    colour = raw.get("color1", raw.get("color"))
    return TextSource(
        text=_clean(words)[:4000] if isinstance(words, str) else "",
        family=_clean(family)[:200] or None if isinstance(family, str) else None,
        size_px=round(min(1000.0, max(4.0, _number(font.get("size")) or 48.0))),
        bold=bool(int(flags) & 1),  # OBS_FONT_BOLD
        colour=_colour(colour, "#FFFFFF"),
    )


def _flat(raw: Raw, canvas: Canvas) -> SourceSettings:
    width, height = _number(raw.get("width")), _number(raw.get("height"))
    return ColourSource(
        colour=_colour(raw.get("color"), "#FFFFFF"),
        width=round(min(7680.0, max(2.0, width or canvas.width))),
        height=round(min(4320.0, max(2.0, height or canvas.height))),
    )


def _microphone(raw: Raw, _canvas: Canvas) -> SourceSettings:
    device = _clean(str(raw.get("device_id") or ""))[:256]
    return MicrophoneSource(device=None if device in ("", "default") else device)


_MAKERS: tuple[tuple[str, Callable[[Raw, Canvas], SourceSettings | None]], ...] = (
    ("v4l2_input", _camera),
    ("dshow_input", _camera),
    ("av_capture_input", _camera),
    ("macos-avcapture", _camera),
    ("pipewire-camera-source", _camera),
    ("xshm_input", _screen),
    ("monitor_capture", _screen),
    ("display_capture", _screen),
    ("screen_capture", _screen),
    ("pipewire-desktop-capture-source", _screen),
    ("pipewire-screen-capture-source", _screen),
    ("image_source", _image),
    ("slideshow", _slides),
    ("ffmpeg_source", _media),
    ("vlc_source", _playlist),
    ("text_ft2_source", _words),
    ("text_gdiplus", _words),
    ("color_source", _flat),
    ("pulse_input_capture", _microphone),
    ("wasapi_input_capture", _microphone),
    ("coreaudio_input_capture", _microphone),
    ("alsa_input_capture", _microphone),
)


def _text(raw: Raw, *keys: str) -> str:
    for key in keys:
        value = raw.get(key)
        if isinstance(value, str) and value.strip():
            return _clean(value)
    raise ValueError(f"none of {keys}")


def _path(path: str) -> str:
    return path.removeprefix("file://")


def _clean(text: str) -> str:
    # A lone surrogate is JSON, but no text that can be saved again.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    is_usable = math.isfinite(value) if isinstance(value, float) else True
    return float(value) if is_usable and abs(value) <= 1e15 else None


def _resolution(value: object) -> tuple[int | None, int | None]:
    """`"1280x720"`, or one number that packs both (V4L2)."""
    if isinstance(value, str) and value.count("x") == 1:
        width, _, height = value.partition("x")
        if width.isascii() and width.isdigit() and height.isascii() and height.isdigit():
            return _side(int(width[:9])), _side(int(height[:9]))
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 32:
        return _side(value >> 16), _side(value & 0xFFFF)
    return None, None


def _side(pixels: int) -> int | None:
    return pixels if 16 <= pixels <= 4320 else None


def _colour(value: object, otherwise: str) -> str:
    """OBS keeps 0xAABBGGRR."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 32:
        return otherwise
    alpha, blue, green, red = value.to_bytes(4, "big")
    return f"#{red:02X}{green:02X}{blue:02X}" + ("" if alpha == 255 else f"{alpha:02X}")
