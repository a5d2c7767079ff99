"""How scenes changed in OBS, said in our transitions. Pure; whatever it does not know is a fade."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from studio.project.transitions import (
    ColourTransition,
    CutTransition,
    FadeTransition,
    LumaTransition,
    SlideTransition,
    StingerTransition,
    SwipeTransition,
    Transitions,
    TransitionSettings,
)

_DIRECTIONS: Final = ("left", "right", "up", "down")
_SHAPES: Final = {"circle": "circle", "clock": "clock", "blinds-h": "blinds", "linear-v": "down"}
"""The grey pictures that come with OBS, by their files' names; all others are left to right."""

_FEWEST_MS, _MOST_MS = 50, 20_000


def transitions_of(document: Mapping[str, Any]) -> Transitions:
    """Return the transition a collection of OBS had chosen, and those it had set up."""
    duration = _whole(document.get("transition_duration"), 300)
    made = Transitions(duration_ms=min(_MOST_MS, max(_FEWEST_MS, duration)))
    present = document.get("current_transition")
    chosen = None
    raw_list = document.get("transitions")
    for raw in raw_list if isinstance(raw_list, list) else []:
        settings = _settings_of(raw) if isinstance(raw, dict) else None
        if settings is None:
            continue
        made = made.choosing(settings)
        if isinstance(present, str) and raw.get("name") == present:
            chosen = settings
    if chosen is not None:
        return made.choosing(chosen)
    is_cut = isinstance(present, str) and present.casefold() in ("cut", "snijden", "schnitt")
    return made.model_copy(update={"chosen": "cut" if is_cut else "fade"})


def _settings_of(raw: Mapping[str, Any]) -> TransitionSettings | None:
    found = raw.get("settings")
    settings = found if isinstance(found, dict) else {}
    try:
        return _made(raw.get("id"), settings)
    except (ValidationError, ValueError, OverflowError):
        return None


def _made(kind: object, raw: Mapping[str, Any]) -> TransitionSettings | None:
    direction = raw.get("direction")
    if direction not in _DIRECTIONS:
        direction = "left"
    match kind:
        case "cut_transition":
            return CutTransition()
        case "fade_transition":
            return FadeTransition()
        case "slide_transition":
            return SlideTransition(direction=direction)
        case "swipe_transition":
            return SwipeTransition(direction=direction, swipe_in=raw.get("swipe_in") is True)
        case "fade_to_color_transition":
            peak = min(99, max(1, _whole(raw.get("switch_point"), 50)))
            return ColourTransition(colour=_colour(raw.get("color")), peak_percent=peak)
        case "wipe_transition":
            return _wipe(raw)
        case "obs_stinger_transition":
            path = raw.get("path")
            cut_ms = min(_MOST_MS, max(0, _whole(raw.get("transition_point"), 500)))
            return StingerTransition(path=path if isinstance(path, str) else "", cut_ms=cut_ms)
        case _:
            return None


def _wipe(raw: Mapping[str, Any]) -> LumaTransition:
    image = raw.get("luma_image")
    name = image.rpartition(".")[0] if isinstance(image, str) else ""
    softness = raw.get("luma_softness")
    share = softness if isinstance(softness, float) and 0.0 <= softness <= 1.0 else 0.1
    return LumaTransition.model_validate(
        {
            "shape": _SHAPES.get(name, "left"),
            "softness_percent": round(share * 100),
            "inverted": raw.get("luma_invert") is True,
        }
    )


def _colour(value: object) -> str:
    """OBS keeps 0xAABBGGRR."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 32:
        return "#000000"
    _, blue, green, red = value.to_bytes(4, "big")
    return f"#{red:02X}{green:02X}{blue:02X}"


def _whole(value: object, otherwise: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return otherwise
    return int(value) if abs(value) < 1e9 else otherwise
