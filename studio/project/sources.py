"""The settings of each kind of source in the scene document that stands for itself."""

from typing import Literal

from pydantic import Field

from studio.project.base import Colour, Model


class PatternSource(Model):
    """A moving test picture; once a second it flashes and beeps at the same instant."""

    kind: Literal["pattern"] = "pattern"
    width: int = Field(default=1920, ge=16, le=7680)
    height: int = Field(default=1080, ge=16, le=4320)
    beep: bool = True


class ScreenSource(Model):
    """A screen or a part of one; without width and height, all of it."""

    kind: Literal["screen"] = "screen"
    display: str | None = Field(default=None, max_length=256)
    """X11 display, Windows monitor index or macOS screen name; None is the main screen."""
    x: int = Field(default=0, ge=0)
    y: int = Field(default=0, ge=0)
    width: int | None = Field(default=None, ge=16, le=15360)
    height: int | None = Field(default=None, ge=16, le=8640)
    show_pointer: bool = True


class CameraSource(Model):
    """A camera by the name or path its system gives it."""

    kind: Literal["camera"] = "camera"
    device: str = Field(min_length=1, max_length=256)
    width: int | None = Field(default=None, ge=16, le=7680)
    height: int | None = Field(default=None, ge=16, le=4320)
    fps: int | None = Field(default=None, ge=1, le=240)


class FileSource(Model):
    """A video or sound file, with its sound."""

    kind: Literal["file"] = "file"
    path: str = Field(min_length=1, max_length=4096)
    loop: bool = True


class ImageSource(Model):
    """A still picture, with its transparency."""

    kind: Literal["image"] = "image"
    path: str = Field(min_length=1, max_length=4096)


class TextSource(Model):
    """Lines of text on a transparent ground."""

    kind: Literal["text"] = "text"
    text: str = Field(default="", max_length=4000)
    family: str | None = Field(default=None, max_length=200)
    size_px: int = Field(default=48, ge=4, le=1000)
    bold: bool = False
    colour: Colour = "#FFFFFF"
    background: Colour = "#00000000"


class ColourSource(Model):
    """One flat colour."""

    kind: Literal["colour"] = "colour"
    colour: Colour = "#000000"
    width: int = Field(default=1920, ge=2, le=7680)
    height: int = Field(default=1080, ge=2, le=4320)


class MicrophoneSource(Model):
    """An audio input by name; None is the system's default."""

    kind: Literal["microphone"] = "microphone"
    device: str | None = Field(default=None, max_length=256)


class SilenceSource(Model):
    """Silence: keeps the sound track running where there is no device."""

    kind: Literal["silence"] = "silence"


class ToneSource(Model):
    """A steady sine tone for line-up."""

    kind: Literal["tone"] = "tone"
    frequency_hz: float = Field(default=440.0, ge=20.0, le=20000.0)
    level_db: float = Field(default=-20.0, ge=-96.0, le=0.0)
