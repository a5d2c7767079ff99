"""One layer made ready for the canvas: its planes in I420, cut to what shows, with its alpha.

Blending is done on the planes themselves. I420 is a linear map of premultiplied RGB, so
`canvas * (1 - alpha) + layer` holds for Y, U and V alike once their offsets (16, 128) are taken
out of the layer; that is a quarter of the work of blending RGB and converting afterwards.
"""

from dataclasses import dataclass

import av
import cv2

from studio.engine.changes import ChangeConverter
from studio.engine.pixels import Picture, Plane, ToBroadcast, packed_view, plane_view
from studio.engine.video.geometry import Box, Placement

_OFFSETS = (16, 128, 128)
_SUBSAMPLED = ("yuv420p", "yuvj420p", "yuva420p")


@dataclass(slots=True)
class Patch:
    """Planes to put at `box`; `keep` says per plane how much of the canvas shines through.

    Without `keep` the patch is opaque; `opacity` then mixes it as a whole.
    """

    box: Box
    planes: tuple[Plane, Plane, Plane]
    keep: tuple[Plane, Plane, Plane] | None
    opacity: float
    whole: av.VideoFrame | None
    """The converted frame itself, when it is opaque and may serve as a canvas."""
    is_private: bool
    """`whole` was made for us: layers may be drawn onto it."""

    def draw(self, canvas: av.VideoFrame) -> None:
        """Put the patch onto an I420 frame."""
        for index, plane in enumerate(self.planes):
            half = 2 if index else 1
            box = self.box
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


class PatchMaker:
    """Makes the patches of one layer; keeps its scaler."""

    def __init__(self) -> None:
        self._to_broadcast = ToBroadcast()
        self._to_packed = ToBroadcast()
        self._changes = ChangeConverter()

    def make(self, picture: Picture, placement: Placement, *, opacity: float) -> Patch:
        """Convert and scale a picture into the patch for a placement."""
        target = placement.target
        if self._is_plain(picture, placement) and opacity >= 1.0:
            canvas, may_draw = self._changes.convert(picture.frame)
            return Patch(target, _part(canvas, target), None, 1.0, canvas, may_draw)
        frame = self._cut(picture.frame, placement.source)
        converted = self._to_broadcast.convert(
            frame, width=target.width, height=target.height, with_alpha=picture.has_alpha
        )
        shown = placement.shown
        inside = Box(shown.x - target.x, shown.y - target.y, shown.width, shown.height)
        planes = _part(converted, inside)
        if picture.has_alpha:
            alpha = plane_view(converted, 3)[inside.y : inside.bottom, inside.x : inside.right]
            planes, keep = _premultiplied(planes, alpha, opacity)
            return Patch(shown, planes, keep, 1.0, None, False)
        whole = converted if opacity >= 1.0 and shown == target else None
        return Patch(shown, planes, None, opacity, whole, converted is not picture.frame)

    def _is_plain(self, picture: Picture, placement: Placement) -> bool:
        """The picture is opaque RGB, shown whole, at its own size, at the top left."""
        frame = picture.frame
        everything = Box(0, 0, frame.width, frame.height)
        return (
            not picture.has_alpha
            and frame.format.is_rgb
            and placement.source == placement.target == placement.shown == everything
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
        part.colorspace = frame.colorspace
        part.color_range = frame.color_range
        return part


def _part(frame: av.VideoFrame, box: Box) -> tuple[Plane, Plane, Plane]:
    y, u, v = (
        plane_view(frame, index)[
            box.y // half : box.bottom // half, box.x // half : box.right // half
        ]
        for index, half in enumerate((1, 2, 2))
    )
    return y, u, v


def _premultiplied(
    planes: tuple[Plane, Plane, Plane], alpha: Plane, opacity: float
) -> tuple[tuple[Plane, Plane, Plane], tuple[Plane, Plane, Plane]]:
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
