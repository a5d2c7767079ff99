"""Which source of ours shows what a source of OBS showed, and with what settings."""

import math
from collections.abc import Callable
from typing import Final

from studio.project.model import (
    ALL_TRACKS,
    CameraSource,
    Canvas,
    ColourSource,
    DesktopSoundSource,
    FileSource,
    ImageSource,
    MicrophoneSource,
    ScreenSource,
    SlideshowSource,
    SourceSettings,
    WindowSource,
)
from studio.project.obs_values import Raw, clean, maps_in, number, number_or
from studio.project.obs_words import colour_of, words_of

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
    volume = number(raw.get("volume"))
    if volume is not None:
        gain = 20 * math.log10(volume) if volume > 0 else _MUTED_DB
        found["gain_db"] = round(min(26.0, max(_MUTED_DB, gain)), 2)
    offset = number(raw.get("sync"))
    if offset is not None:  # nanoseconds
        found["sync_offset_ms"] = round(min(20000.0, max(-950.0, offset / 1e6)))
    balance = number(raw.get("balance"))
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
        device = _unescaped(device.partition(":")[0])
    width, height = _resolution(raw.get("resolution"))
    return CameraSource(device=device, width=width, height=height)


def _screen(raw: Raw, _canvas: Canvas) -> SourceSettings:
    pointer = raw.get("show_cursor", raw.get("capture_cursor", True))
    return ScreenSource(show_pointer=pointer is not False)


def _image(raw: Raw, _canvas: Canvas) -> SourceSettings:
    return ImageSource(path=_path(_text(raw, "file")))


def _slides(raw: Raw, canvas: Canvas) -> SourceSettings | None:
    paths = tuple(
        _path(clean(one["value"]))[:4096]
        for one in maps_in(raw.get("files"))
        if isinstance(one.get("value"), str) and one["value"].strip()
    )
    if not paths:
        return UNSUPPORTED
    width, height = _sides(raw.get("use_custom_size"))
    fades = raw.get("transition") != "cut"
    is_random = raw.get("randomize") is True or raw.get("playback_mode") == "random"
    return SlideshowSource(
        paths=paths[:500],
        interval_s=min(3600.0, max(1.0, number_or(raw.get("slide_time"), 8000) / 1000)),
        fade_s=min(5.0, max(0.0, number_or(raw.get("transition_speed"), 700) / 1000))
        if fades
        else 0.0,
        order="random" if is_random else "in_order",
        loop=raw.get("loop") is not False and raw.get("playback_mode") != "once",
        width=width or canvas.width,
        height=height or canvas.height,
    )


def _window(raw: Raw, _canvas: Canvas) -> SourceSettings | None:
    """A window by its title, which is the second of three lines on X11 and else the first part."""
    for key in ("capture_window", "window", "window_name"):
        value = raw.get(key)
        if not isinstance(value, str) or not value.strip():
            continue
        parts = value.split("\r\n")
        title = parts[1] if len(parts) > 1 else _unescaped(value.partition(":")[0])
        if title.strip():
            return WindowSource(title=clean(title).strip()[:256])
    return UNSUPPORTED  # chosen in a dialog of the system, so the file does not name it


def _media(raw: Raw, _canvas: Canvas) -> SourceSettings | None:
    if raw.get("is_local_file") is False:
        return UNSUPPORTED  # an address on the network
    return FileSource(
        path=_path(_text(raw, "local_file")),
        loop=raw.get("looping") is True,
        speed=min(4.0, max(0.25, number_or(raw.get("speed_percent"), 100) / 100)),
        restart_when_shown=raw.get("restart_on_activate") is not False,
        hardware=raw.get("hw_decode") is True,
    )


def _playlist(raw: Raw, _canvas: Canvas) -> SourceSettings | None:
    first = next(iter(maps_in(raw.get("playlist"))), None)
    if first is None:
        return UNSUPPORTED
    return FileSource(path=_path(_text(first, "value")), loop=raw.get("loop") is not False)


def _words(raw: Raw, _canvas: Canvas) -> SourceSettings:
    return words_of(raw, is_gdi=False)


def _gdi_words(raw: Raw, _canvas: Canvas) -> SourceSettings:
    return words_of(raw, is_gdi=True)


def _flat(raw: Raw, canvas: Canvas) -> SourceSettings:
    width, height = number(raw.get("width")), number(raw.get("height"))
    return ColourSource(
        colour=colour_of(raw.get("color"), "#FFFFFF"),
        width=round(min(7680.0, max(2.0, width or canvas.width))),
        height=round(min(4320.0, max(2.0, height or canvas.height))),
    )


def _microphone(raw: Raw, _canvas: Canvas) -> SourceSettings:
    device = clean(str(raw.get("device_id") or ""))[:256]
    return MicrophoneSource(device=None if device in ("", "default") else device)


def _desktop_sound(raw: Raw, _canvas: Canvas) -> SourceSettings:
    output = clean(str(raw.get("device_id") or ""))[:256].removesuffix(".monitor")
    return DesktopSoundSource(output=None if output in ("", "default") else output)


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
    ("xcomposite_input", _window),
    ("window_capture", _window),
    ("image_source", _image),
    ("slideshow", _slides),
    ("ffmpeg_source", _media),
    ("vlc_source", _playlist),
    ("text_ft2_source", _words),
    ("text_gdiplus", _gdi_words),
    ("color_source", _flat),
    ("pulse_input_capture", _microphone),
    ("wasapi_input_capture", _microphone),
    ("coreaudio_input_capture", _microphone),
    ("alsa_input_capture", _microphone),
    ("pulse_output_capture", _desktop_sound),
    ("wasapi_output_capture", _desktop_sound),
    ("sck_audio_capture", _desktop_sound),
)


def _text(raw: Raw, *keys: str) -> str:
    for key in keys:
        value = raw.get(key)
        if isinstance(value, str) and value.strip():
            return clean(value)
    raise ValueError(f"none of {keys}")


def _path(path: str) -> str:
    return path.removeprefix("file://")


def _resolution(value: object) -> tuple[int | None, int | None]:
    """`"1280x720"`, or one number that packs both (V4L2)."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1 << 32:
        return _side(value >> 16), _side(value & 0xFFFF)
    return _sides(value)


def _sides(value: object) -> tuple[int | None, int | None]:
    if isinstance(value, str) and value.count("x") == 1:
        width, _, height = value.partition("x")
        if width.isascii() and width.isdigit() and height.isascii() and height.isdigit():
            return _side(int(width[:9])), _side(int(height[:9]))
    return None, None


def _unescaped(text: str) -> str:
    """A part of a name on Windows, in which OBS writes a colon as #3A and # as #22."""
    return text.replace("#3A", ":").replace("#22", "#")


def _side(pixels: int) -> int | None:
    return pixels if 16 <= pixels <= 4320 else None
