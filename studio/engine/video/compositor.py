"""Composes a scene into I420 frames, drawing only what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import av

from studio.engine.pixels import Picture, black_frame, plane_view, tag
from studio.engine.video.geometry import Box, place
from studio.engine.video.patch import Patch, PatchMaker
from studio.project.model import SceneItem


@dataclass(frozen=True, slots=True)
class Placed:
    """An item and the newest picture of its source."""

    item: SceneItem
    picture: Picture


@dataclass(frozen=True, slots=True)
class Composition:
    """A finished frame; `number` rises when its content does. Nobody writes into `frame`."""

    frame: av.VideoFrame
    number: int
    captured_ns: int
    """When the lowest moving picture in it was captured."""

    @property
    def has_alpha(self) -> bool:
        """Something of what lies below it shows; never so on air."""
        return bool(self.frame.format.name == "yuva420p")


_Key = tuple[SceneItem, int]


@dataclass(slots=True)
class _Layer:
    """One item's scaler, and the patch it made last."""

    maker: PatchMaker
    key: _Key | None = None
    patch: Patch | None = None


class Compositor:
    """Used by the video thread only. A scene of which nothing changed gives the same frame again.

    The layers below the lowest one that moves are kept composed; a picture that fills the canvas
    is converted straight into the frame that goes to the encoder.
    """

    def __init__(
        self, width: int, height: int, *, zoom: float = 1.0, is_clear: bool = False
    ) -> None:
        """Compose pictures of this size: `zoom` of the canvas that items are placed on.

        Where nothing lies a picture is black, or clear with `is_clear`.
        """
        self.width = width
        self.height = height
        self._zoom = zoom
        self._is_clear = is_clear
        self._canvas = Box(0, 0, width, height)
        self._layers: dict[str, _Layer] = {}
        self._last_keys: tuple[_Key, ...] | None = None
        self._last: Composition | None = None
        self._below: av.VideoFrame | None = None
        self._below_keys: tuple[_Key, ...] = ()
        self._number = 0

    def compose(self, placed: Sequence[Placed]) -> Composition:
        """Return the scene as it is now; `placed` runs from the bottom to the top."""
        keys = tuple((entry.item, entry.picture.number) for entry in placed)
        if self._last is not None and keys == self._last_keys:
            return self._last
        self._forget(placed)
        patches = [(key, patch) for entry in placed for key, patch in self._patch(entry)]
        patches = self._uncovered(patches)
        frame = self._draw(patches)
        self._number += 1
        captured = [entry.picture.captured_ns for entry in placed]
        self._last = Composition(frame, self._number, captured[0] if captured else 0)
        self._last_keys = keys
        return self._last

    def _forget(self, placed: Sequence[Placed]) -> None:
        if len(self._layers) > len(placed):
            shown = {entry.item.id for entry in placed}
            self._layers = {key: value for key, value in self._layers.items() if key in shown}

    def _patch(self, entry: Placed) -> list[tuple[_Key, Patch]]:
        """Return the item's patch, made anew when picture or place changed; none off canvas."""
        layer = self._layers.setdefault(entry.item.id, _Layer(PatchMaker()))
        key = (entry.item, entry.picture.number)
        if layer.key != key:
            frame = entry.picture.frame
            placement = place(
                entry.item,
                source_width=frame.width,
                source_height=frame.height,
                width=self.width,
                height=self.height,
                zoom=self._zoom,
            )
            layer.patch = (
                layer.maker.make(entry.picture, placement, entry.item)
                if placement is not None and entry.item.opacity > 0.0
                else None
            )
            layer.key = key
        return [] if layer.patch is None else [(key, layer.patch)]

    def _uncovered(self, patches: list[tuple[_Key, Patch]]) -> list[tuple[_Key, Patch]]:
        """Drop what lies below an opaque picture that fills the canvas."""
        for index in range(len(patches) - 1, 0, -1):
            if self._fills(patches[index][1]):
                return patches[index:]
        return patches

    def _fills(self, patch: Patch) -> bool:
        return patch.is_opaque and patch.box == self._canvas

    def _draw(self, patches: list[tuple[_Key, Patch]]) -> av.VideoFrame:
        before = {key[0].id: key for key in self._last_keys or ()}
        still = 0
        while still < len(patches) and before.get(patches[still][0][0].id) == patches[still][0]:
            still += 1
        if still == 0:
            return self._draw_from_bottom(patches)
        keys = tuple(key for key, _ in patches[:still])
        if self._below is None or self._below_keys != keys:
            self._below = self._draw_from_bottom(patches[:still])
            self._below_keys = keys
        if still == len(patches):
            return self._below
        frame = copied(self._below)
        for _, patch in patches[still:]:
            patch.draw(frame)
        return frame

    def _draw_from_bottom(self, patches: list[tuple[_Key, Patch]]) -> av.VideoFrame:
        if patches and self._fills(patches[0][1]) and patches[0][1].whole is not None:
            bottom = patches[0][1]
            base = bottom.whole
            assert base is not None  # noqa: S101 - checked above, for the type checker
            if len(patches) == 1:
                return base
            if not bottom.is_private:
                base = copied(base)
            else:
                # The frame is drawn over now; the layer may not hand it out again.
                self._layers[patches[0][0][0].id].key = None
            rest = patches[1:]
        else:
            is_clear = self._is_clear and not (patches and self._fills(patches[0][1]))
            base = (clear_frame if is_clear else black_frame)(self.width, self.height)
            rest = patches
        for _, patch in rest:
            patch.draw(base)
        return base


def copied(frame: av.VideoFrame) -> av.VideoFrame:
    """Return a copy of an I420 frame, with or without alpha, that may be drawn onto."""
    fresh = av.VideoFrame(frame.width, frame.height, frame.format.name)
    tag(fresh)
    for index in range(len(frame.planes)):
        plane_view(fresh, index)[:] = plane_view(frame, index)
    return fresh


def clear_frame(width: int, height: int) -> av.VideoFrame:
    """Return a frame with alpha in which nothing lies."""
    frame = av.VideoFrame(width, height, "yuva420p")
    tag(frame)
    for index, value in enumerate((16, 128, 128, 0)):
        plane_view(frame, index)[:] = value
    return frame
