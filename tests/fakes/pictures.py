"""Flat pictures for scenes made in tests, and the exact colour of what was composed."""

import av
from fakes.media import rgb_of

from studio.engine.pixels import Picture, packed_view, plane_view
from studio.engine.video.compositor import Composition, Placed
from studio.project.model import SceneItem

TOLERANCE = 3.0
"""Levels of RGB that rounding in Y, U and V may cost."""

type Colour = tuple[int, int, int]


def flat(size: tuple[int, int], colour: Colour, *, alpha: int | None = None) -> av.VideoFrame:
    """Return a flat picture; with `alpha`, premultiplied."""
    red, green, blue = colour
    frame = av.VideoFrame(*size, "bgr0" if alpha is None else "bgra")
    share = 1.0 if alpha is None else alpha / 255
    packed_view(frame)[:] = (
        *(round(value * share) for value in (blue, green, red)),
        255 if alpha is None else alpha,
    )
    return frame


def placed(
    frame: av.VideoFrame, *, number: int = 1, has_alpha: bool = False, **item: object
) -> Placed:
    """Return an item with its picture; `id` names both the item and its source."""
    name = str(item.pop("id", "a"))
    made = SceneItem.model_validate({"id": name, "source_id": name, **item})
    return Placed(made, Picture(frame, number * 1000, number, has_alpha))


def at(composition: Composition, x: int, y: int) -> tuple[float, ...]:
    """Return the exact colour of a pixel; libav's own way back to RGB is two levels off."""
    return colour_at(composition.frame, x, y)


def colour_at(frame: av.VideoFrame, x: int, y: int) -> tuple[float, ...]:
    """Return the exact colour of a pixel of an I420 frame."""
    values = (plane_view(frame, i)[y // h, x // h] for i, h in enumerate((1, 2, 2)))
    return tuple(min(255.0, max(0.0, value)) for value in rgb_of(*(float(v) for v in values)))


def close(seen: tuple[float, ...], wanted: tuple[float, ...]) -> bool:
    """Return whether two colours are the same within the tolerance."""
    return all(abs(a - b) <= TOLERANCE for a, b in zip(seen, wanted, strict=True))
