"""Every kind of source, in one tuple; a new one is a file here and an entry below."""

from studio.engine.overlays import OVERLAYS, OverlayKind
from studio.engine.sources.base import Capture, Sink, SourceKind
from studio.engine.sources.camera import CameraCapture
from studio.engine.sources.colour import ColourCapture
from studio.engine.sources.desktop_sound import DesktopSoundCapture
from studio.engine.sources.file import FileCapture
from studio.engine.sources.gradient import GradientCapture
from studio.engine.sources.microphone import MicrophoneCapture
from studio.engine.sources.pattern import PatternCapture
from studio.engine.sources.qt_screen import WindowCapture
from studio.engine.sources.runner import SourceRunner
from studio.engine.sources.screen import ScreenCapture
from studio.engine.sources.tone import SilenceCapture, ToneCapture
from studio.project.model import (
    CameraSource,
    ColourSource,
    DesktopSoundSource,
    FileSource,
    GradientSource,
    ImageSource,
    MicrophoneSource,
    PatternSource,
    Project,
    ScreenSource,
    SilenceSource,
    SlideshowSource,
    TextSource,
    ToneSource,
    WindowSource,
)
from studio.project.overlays import OverlaySettings


def _image(settings: ImageSource) -> Capture:
    from studio.engine.sources.image import ImageCapture  # Qt: only a show with pictures pays

    return ImageCapture(settings)


def _slideshow(settings: SlideshowSource) -> Capture:
    from studio.engine.sources.slideshow import SlideshowCapture  # Qt: only who shows one pays

    return SlideshowCapture(settings)


def _text(settings: TextSource) -> Capture:
    from studio.engine.sources.text import TextCapture  # Qt: only a show with text pays

    return TextCapture(settings)


def _overlay(kind: OverlayKind) -> SourceKind:
    def make(settings: OverlaySettings) -> Capture:
        from studio.engine.sources.overlay import OverlayCapture  # Qt: only a show with overlays

        return OverlayCapture(kind.make(settings), has_sound=kind.has_sound)

    return SourceKind(
        kind.kind,
        kind.settings,
        make,
        has_picture=True,
        has_sound=kind.has_sound,
        paints_text=True,
    )


SOURCES: tuple[SourceKind, ...] = (
    SourceKind("pattern", PatternSource, PatternCapture, has_picture=True, has_sound=True),
    SourceKind("screen", ScreenSource, ScreenCapture, has_picture=True, has_sound=False),
    SourceKind("window", WindowSource, WindowCapture, has_picture=True, has_sound=False),
    SourceKind("camera", CameraSource, CameraCapture, has_picture=True, has_sound=False),
    SourceKind("file", FileSource, FileCapture, has_picture=True, has_sound=True),
    SourceKind("image", ImageSource, _image, has_picture=True, has_sound=False),
    SourceKind("text", TextSource, _text, has_picture=True, has_sound=False, paints_text=True),
    SourceKind("slideshow", SlideshowSource, _slideshow, has_picture=True, has_sound=False),
    SourceKind("gradient", GradientSource, GradientCapture, has_picture=True, has_sound=False),
    SourceKind("colour", ColourSource, ColourCapture, has_picture=True, has_sound=False),
    SourceKind(
        "microphone", MicrophoneSource, MicrophoneCapture, has_picture=False, has_sound=True
    ),
    SourceKind(
        "desktop_audio", DesktopSoundSource, DesktopSoundCapture, has_picture=False, has_sound=True
    ),
    SourceKind("silence", SilenceSource, SilenceCapture, has_picture=False, has_sound=True),
    SourceKind("tone", ToneSource, ToneCapture, has_picture=False, has_sound=True),
    *(_overlay(kind) for kind in OVERLAYS),
)


def kind_of(kind: str) -> SourceKind:
    """Return the registry entry of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    for entry in SOURCES:
        if entry.kind == kind:
            return entry
    raise KeyError(kind)


def paints_text(project: Project) -> bool:
    """Whether a source of the document needs the fonts of Qt."""
    kinds = {entry.kind for entry in SOURCES if entry.paints_text}
    return any(source.settings.kind in kinds for source in project.sources)


__all__ = ["SOURCES", "Sink", "SourceKind", "SourceRunner", "kind_of", "paints_text"]
