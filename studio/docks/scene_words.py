"""The words of items and transitions in the person's language."""

from shared.qt.translations import tr
from studio.project.transitions import TRANSITION_SETTINGS


def item_word(name: str) -> str:
    """A field of an item's form."""
    return {
        "x": tr("From the left"),
        "y": tr("From the top"),
        "rotation": tr("Turned, in degrees"),
        "opacity_percent": tr("Opacity, in percent"),
        "blend": tr("Blending"),
        "flip_across": tr("Flip left and right"),
        "flip_down": tr("Flip up and down"),
        "fit": tr("Bounds"),
        "width": tr("Width"),
        "height": tr("Height"),
        "across": tr("Aligned across"),
        "down": tr("Aligned up and down"),
        "showing": tr("When it is shown"),
        "hiding": tr("When it is hidden"),
        "way_ms": tr("Takes, in ms"),
        "direction": tr("Moves"),
    }[name]


def transition_word(name: str) -> str:
    """A field of a transition's settings."""
    return {
        "duration_ms": tr("Own time, in ms"),
        "direction": tr("Moves"),
        "swipe_in": tr("The new picture moves"),
        "colour": tr("Colour"),
        "peak_percent": tr("Full colour at, in percent"),
        "shape": tr("Shape"),
        "path": tr("File"),
        "softness_percent": tr("Softness, in percent"),
        "inverted": tr("The other way round"),
        "cut_ms": tr("Cut after, in ms"),
        "gain_db": tr("Loudness of the film, in dB"),
    }[name]


def transition_name(kind: str) -> str:
    """A kind of transition."""
    return {
        "cut": tr("Hard cut"),
        "fade": tr("Fade"),
        "slide": tr("Slide"),
        "swipe": tr("Swipe"),
        "fade_to_colour": tr("Fade to colour"),
        "luma_wipe": tr("Wipe"),
        "stinger": tr("Stinger"),
    }[kind]


def transition_names() -> tuple[tuple[str, str], ...]:
    """Every kind of transition with its name."""
    return tuple((kind, transition_name(kind)) for kind in TRANSITION_SETTINGS)


def scene_choices() -> dict[str, str]:
    """The fixed values of items' and transitions' fields."""
    return {
        "own_size": tr("None, its own size"),
        "contain": tr("All of it inside"),
        "cover": tr("Filled, cut where it is too much"),
        "stretch": tr("Stretched"),
        "width": tr("As wide"),
        "height": tr("As high"),
        "at_most": tr("Inside, never larger than its own size"),
        "left": tr("Left"),
        "centre": tr("Centre"),
        "right": tr("Right"),
        "top": tr("Top"),
        "middle": tr("Middle"),
        "bottom": tr("Bottom"),
        "up": tr("Up"),
        "down": tr("Down"),
        "normal": tr("Normal"),
        "add": tr("Add light"),
        "screen": tr("Screen"),
        "multiply": tr("Multiply"),
        "scale": tr("Grow and shrink"),
        "circle": tr("Circle"),
        "diagonal": tr("Diagonal"),
        "clock": tr("Clock hand"),
        "blinds": tr("Blinds"),
    }
