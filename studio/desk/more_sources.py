"""The first settings of the kinds of sources that need no device and no single file."""

from studio.desk.overlay_places import overlay_settings
from studio.docks.sources import SourceChoice, SourceKind
from studio.project.model import (
    Canvas,
    ColourSource,
    DesktopSoundSource,
    GradientSource,
    SlideshowSource,
    SourceSettings,
    WindowSource,
)


def first_settings(choice: SourceChoice, canvas: Canvas) -> SourceSettings:
    """What a source is at first.

    Raises: KeyError for a kind that somebody else makes.
    """
    match choice.kind:
        case SourceKind.SLIDESHOW:
            paths = (choice.value,) if choice.value else ()
            return SlideshowSource(paths=paths, width=canvas.width, height=canvas.height)
        case SourceKind.COLOUR:
            return ColourSource(colour="#1E1B4B", width=canvas.width, height=canvas.height)
        case SourceKind.GRADIENT:
            return GradientSource(width=canvas.width, height=canvas.height)
        case SourceKind.WINDOW:
            return WindowSource(title=choice.value)
        case SourceKind.DESKTOP_SOUND:
            return DesktopSoundSource(output=choice.value or None)
        case _:
            return overlay_settings(choice.kind)
