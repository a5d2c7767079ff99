"""One layer made ready for the canvas: its planes in I420, cut to what shows, with its alpha.

Blending is done on the planes themselves. I420 is a linear map of premultiplied RGB, so
`canvas * (1 - alpha) + layer` holds for Y, U and V alike once their offsets (16, 128) are taken
out of the layer; that is a quarter of the work of blending RGB and converting afterwards.
"""

from dataclasses import dataclass
from typing import cast

import av
import cv2
import numpy as np

from studio.engine.changes import ChangeConverter
from studio.engine.pixels import (
    Picture,
    Plane,
    ToBroadcast,
    packed_view,
    plane_view,
    source_colours,
)
from studio.engine.video.blending import Light, light_of
from studio.engine.video.geometry import Box, Placement
from studio.engine.video.shrinking import scaled_planes, shrunk
from studio.engine.video.turning import turned
from studio.project.model import SceneItem

_OFFSETS = (16, 128, 128)
_SUBSAMPLED = ("yuv420p", "yuvj420p", "yuva420p")

type Planes = tuple[Plane, Plane, Plane]


@dataclass(slots=True)
class Patch:
    """Planes to put at `box`; `keep` says per plane how much of the canvas shines through.

    Without `keep` the patch is opaque; `opacity` then mixes it as a whole. With `light` it is
    blended as light, and nothing else of it counts.
    """

    box: Box
    planes: Planes
    keep: Planes | None = None
    opacity: float = 1.0
    whole: av.VideoFrame | None = None
    """The converted frame itself, when it is opaque and may serve as a canvas."""
    is_private: bool = False
    """`whole` was made for us: layers may be drawn onto it."""
    light: Light | None = None

    @property
    def is_opaque(self) -> bool:
        """Nothing of the canvas shines through."""
        return self.keep is None and self.opacity >= 1.0 and self.light is None

    def draw(self, canvas: av.VideoFrame) -> None:
        """Put the patch onto an I420 frame, with or without alpha."""
        if self.light is not None:
            self.light.draw(canvas, self.box)
            return
        box = self.box
        for index, plane in enumerate(self.planes):
            half = 2 if index else 1
            part = plane_view(canvas, index)[
                box.y // half : box.bottom // half, box.x // half : box.right // half
            ]
            if self.keep is not None:
                cv2.multiply(part, self.keep[index], dst=part, scale=1 / 255)
                cv2.add(part, plane, dst=part)
            elif self.opacity < 1.0:
                cv2.addWeighted(part, 1.0 - self.opacity, plane, self.opacity, 0.0, dst=part)
            else:
                part[:] = plane
        if canvas.format.name == "yuva420p":
            self._draw_alpha(plane_view(canvas, 3)[box.y : box.bottom, box.x : box.right])

    def _draw_alpha(self, part: Plane) -> None:
        if self.keep is not None:
            cv2.multiply(part, self.keep[0], dst=part, scale=1 / 255)
            cv2.add(part, cv2.bitwise_not(self.keep[0]), dst=part)
        else:
            cv2.convertScaleAbs(
                part, dst=part, alpha=max(0.0, 1.0 - self.opacity), beta=255 * self.opacity
            )


class PatchMaker:
    """Makes the patches of one layer; keeps its scaler."""

    def __init__(self) -> None:
        self._to_broadcast = ToBroadcast()
        self._to_packed = ToBroadcast()
        self._changes = ChangeConverter()

    def make(self, picture: Picture, placement: Placement, item: SceneItem) -> Patch:
        """Convert, scale, flip and turn a picture into the patch for a placement."""
        target = placement.target
        if self._is_plain(picture, placement, item):
            canvas, may_draw = self._changes.convert(picture.frame)
            return Patch(target, _part(canvas, target), whole=canvas, is_private=may_draw)
        frame = self._cut(picture.frame, placement.source)
        converted = self._scaled(frame, target, has_alpha=picture.has_alpha)
        if placement.turn is None:
            return self._upright(picture, placement, item, converted)
        planes = _part(converted, Box(0, 0, target.width, target.height))
        alpha = plane_view(converted, 3) if picture.has_alpha else np.full_like(planes[0], 255)
        flipped = _flipped((*planes, alpha), item)
        y, u, v, a = turned(flipped, shown=placement.shown, turn=placement.turn)
        return _mixing(placement.shown, (y, u, v), a, item)

    def _scaled(self, frame: av.VideoFrame, target: Box, *, has_alpha: bool) -> av.VideoFrame:
        """Return the frame in our format at the target's size."""
        width, height = target.width, target.height
        matrix, _ = source_colours(frame)
        small = shrunk(frame, width=width, height=height)
        if small is not frame and matrix is not None:
            # How many lines a picture has says what its colours are; keep that in what is small.
            small.colorspace = matrix
        if not has_alpha:
            ready = scaled_planes(small, width=width, height=height)
            if ready is not None:
                return ready
        return self._to_broadcast.convert(small, width=width, height=height, with_alpha=has_alpha)

    def _upright(
        self, picture: Picture, placement: Placement, item: SceneItem, converted: av.VideoFrame
    ) -> Patch:
        target, shown = placement.target, placement.shown
        inside = Box(shown.x - target.x, shown.y - target.y, shown.width, shown.height)
        is_flipped = item.flip_across or item.flip_down
        if is_flipped:
            inside = _mirrored(inside, target, item)
        y, u, v = _part(converted, inside)
        rows: tuple[Plane, ...] = (y, u, v)
        if picture.has_alpha:
            rows = (
                *rows,
                plane_view(converted, 3)[inside.y : inside.bottom, inside.x : inside.right],
            )
        if is_flipped:
            rows = _flipped(rows, item)
        planes = cast(Planes, rows[:3])
        if picture.has_alpha or item.blend != "normal":
            return _mixing(shown, planes, rows[3] if picture.has_alpha else None, item)
        is_whole = item.opacity >= 1.0 and shown == target and not is_flipped
        return Patch(
            shown,
            planes,
            opacity=item.opacity,
            whole=converted if is_whole else None,
            is_private=converted is not picture.frame,
        )

    def _is_plain(self, picture: Picture, placement: Placement, item: SceneItem) -> bool:
        """The picture is opaque RGB, shown whole, at its own size, at the top left."""
        frame = picture.frame
        everything = Box(0, 0, frame.width, frame.height)
        return (
            not picture.has_alpha
            and frame.format.is_rgb
            and placement.source == placement.target == placement.shown == everything
            and placement.turn is None
            and item.opacity >= 1.0
            and item.blend == "normal"
            and not (item.flip_across or item.flip_down)
        )

    def _cut(self, frame: av.VideoFrame, source: Box) -> av.VideoFrame:
        if source == Box(0, 0, frame.width, frame.height):
            return frame
        name = frame.format.name
        if name in ("bgra", "bgr0", "rgba", "rgb0"):
            part = av.VideoFrame(source.width, source.height, name)
            packed_view(part)[:] = packed_view(frame)[
                source.y : source.bottom, source.x : source.right
            ]
        else:
            if name not in _SUBSAMPLED:
                frame = self._to_packed.convert(frame, width=frame.width, height=frame.height)
            even = Box(
                source.x // 2 * 2,
                source.y // 2 * 2,
                max(2, source.width // 2 * 2),
                max(2, source.height // 2 * 2),
            )
            part = av.VideoFrame(even.width, even.height, frame.format.name)
            for index, plane in enumerate(_part(frame, even)):
                plane_view(part, index)[:] = plane
            if frame.format.name == "yuva420p":
                plane_view(part, 3)[:] = plane_view(frame, 3)[
                    even.y : even.bottom, even.x : even.right
                ]
        part.colorspace = frame.colorspace
        part.color_range = frame.color_range
        return part


def _mirrored(inside: Box, target: Box, item: SceneItem) -> Box:
    """The part of the unflipped picture that a part of the flipped one shows."""
    x = target.width - inside.right if item.flip_across else inside.x
    y = target.height - inside.bottom if item.flip_down else inside.y
    return Box(x, y, inside.width, inside.height)


def _flipped(planes: tuple[Plane, ...], item: SceneItem) -> tuple[Plane, ...]:
    if not (item.flip_across or item.flip_down):
        return planes
    code = -1 if item.flip_across and item.flip_down else int(item.flip_across)
    return tuple(cast(Plane, cv2.flip(plane, code)) for plane in planes)


def _mixing(box: Box, planes: Planes, alpha: Plane | None, item: SceneItem) -> Patch:
    """The patch of planes that do not simply cover the canvas."""
    if item.blend != "normal":
        light = light_of(planes, alpha, opacity=item.opacity, mode=item.blend)
        return Patch(box, planes, light=light)
    assert alpha is not None  # noqa: S101 - what is blended normally comes here for its alpha
    ready, keep = _premultiplied(planes, alpha, item.opacity)
    return Patch(box, ready, keep=keep)


def _part(frame: av.VideoFrame, box: Box) -> Planes:
    y, u, v = (
        plane_view(frame, index)[
            box.y // half : box.bottom // half, box.x // half : box.right // half
        ]
        for index, half in enumerate((1, 2, 2))
    )
    return y, u, v


def _premultiplied(planes: Planes, alpha: Plane, opacity: float) -> tuple[Planes, Planes]:
    """Take the offsets out of premultiplied planes and return them with the canvas's share."""
    if opacity < 1.0:
        alpha = cv2.convertScaleAbs(alpha, alpha=opacity)  # type: ignore[assignment]
    keep = cv2.bitwise_not(alpha)
    height, width = keep.shape[:2]
    keep_half = cv2.resize(keep, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    keeps = (keep, keep_half, keep_half)
    ready = tuple(
        # layer - offset * keep / 255; with opacity, the layer shrinks towards its offset first
        cv2.addWeighted(plane, opacity, share, -offset / 255, offset * (1.0 - opacity))
        for plane, share, offset in zip(planes, keeps, _OFFSETS, strict=True)
    )
    return ready, keeps  # type: ignore[return-value]
