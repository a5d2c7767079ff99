"""The settings of each kind of source in the scene document that stands for itself."""

from typing import Annotated, Literal

from pydantic import Field

from studio.project.base import Colour, Model

FilePath = Annotated[str, Field(min_length=1, max_length=4096)]


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


class WindowSource(Model):
    """A window by its title, wherever it is on the screen."""

    kind: Literal["window"] = "window"
    title: str = Field(min_length=1, max_length=256)


class CameraSource(Model):
    """A camera by the name or path its system gives it."""

    kind: Literal["camera"] = "camera"
    device: str = Field(min_length=1, max_length=256)
    width: int | None = Field(default=None, ge=16, le=7680)
    height: int | None = Field(default=None, ge=16, le=4320)
    fps: int | None = Field(default=None, ge=1, le=240)
    format: Literal["automatic", "mjpeg", "yuyv", "h264"] = "automatic"
    """How the camera sends pictures: compressed ones leave an old USB line room for more."""


class FileSource(Model):
    """A video or sound file, with its sound."""

    kind: Literal["file"] = "file"
    path: str = Field(min_length=1, max_length=4096)
    loop: bool = True
    start_s: float = Field(default=0.0, ge=0.0, le=86_400.0)
    """Where to begin, also at each turn of the loop."""
    speed: float = Field(default=1.0, ge=0.25, le=4.0)
    restart_when_shown: bool = True
    """Else it goes on where it was when it was last shown."""
    hardware: bool = False
    """Decode with the graphics hardware where that works."""


class ImageSource(Model):
    """A still picture, with its transparency."""

    kind: Literal["image"] = "image"
    path: str = Field(min_length=1, max_length=4096)


class SlideshowSource(Model):
    """Pictures one after another, each fitted into the same size."""

    kind: Literal["slideshow"] = "slideshow"
    paths: tuple[FilePath, ...] = Field(default=(), max_length=500)
    """Pictures and folders of pictures."""
    interval_s: float = Field(default=8.0, ge=1.0, le=3600.0)
    fade_s: float = Field(default=0.8, ge=0.0, le=5.0)
    order: Literal["in_order", "random"] = "in_order"
    loop: bool = True
    width: int = Field(default=1280, ge=16, le=7680)
    height: int = Field(default=720, ge=16, le=4320)


class TextSource(Model):
    """Lines of text on a transparent ground, typed here or read from a file that is watched."""

    kind: Literal["text"] = "text"
    text: str = Field(default="", max_length=4000)
    text_file: str = Field(default="", max_length=4096)
    """With a file, its words are shown instead, and again whenever it changes."""
    family: str | None = Field(default=None, max_length=200)
    size_px: int = Field(default=48, ge=4, le=1000)
    bold: bool = False
    italic: bool = False
    colour: Colour = "#FFFFFF"
    background: Colour = "#00000000"
    align: Literal["left", "centre", "right"] = "left"
    wrap_px: int | None = Field(default=None, ge=32, le=7680)
    """How wide lines may get before they break; None breaks only where the text does."""
    outline_px: int = Field(default=0, ge=0, le=100)
    outline_colour: Colour = "#000000"
    shadow_px: int = Field(default=0, ge=0, le=100)
    shadow_colour: Colour = "#000000A0"
    scroll: Literal["none", "sideways", "upwards"] = "none"
    scroll_px_s: int = Field(default=120, ge=1, le=3000)
    scroll_box_px: int = Field(default=1280, ge=32, le=7680)
    """How much of the text shows at once, in the direction it scrolls."""


class GradientSource(Model):
    """From one colour to another."""

    kind: Literal["gradient"] = "gradient"
    colour: Colour = "#1E1B4B"
    colour_to: Colour = "#BE185D"
    angle: int = Field(default=45, ge=0, le=359)
    """Where the second colour lies: 0 is right, 90 below."""
    width: int = Field(default=1920, ge=2, le=7680)
    height: int = Field(default=1080, ge=2, le=4320)


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


class DesktopSoundSource(Model):
    """What the computer plays, on one of its outputs; None is the system's default."""

    kind: Literal["desktop_audio"] = "desktop_audio"
    output: str | None = Field(default=None, max_length=256)


class SilenceSource(Model):
    """Silence: keeps the sound track running where there is no device."""

    kind: Literal["silence"] = "silence"


class ToneSource(Model):
    """A steady sine tone for line-up."""

    kind: Literal["tone"] = "tone"
    frequency_hz: float = Field(default=440.0, ge=20.0, le=20000.0)
    level_db: float = Field(default=-20.0, ge=-96.0, le=0.0)


SOUND_ONLY = frozenset({"microphone", "desktop_audio", "silence", "tone"})
"""The kinds that are heard and have no picture."""
