"""What a filter of the picture is, and the picture it works on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from studio.project.filters import FilterSettings

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class FilterFrame:
    """A picture on its way through the filters. Nobody writes into its arrays.

    `colour` is `(h, w, 3) uint8 BGR`, full range, not multiplied by alpha; `alpha` is
    `(h, w) uint8`, None when all of it is opaque. Two frames are the same only if they are one.
    """

    colour: Pixels
    alpha: Pixels | None
    captured_ns: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.colour.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.colour.shape[0])

    def with_colour(self, colour: Pixels) -> "FilterFrame":
        """Return the frame with other colours."""
        return replace(self, colour=colour)

    def with_alpha(self, alpha: Pixels | None) -> "FilterFrame":
        """Return the frame with another transparency."""
        return replace(self, alpha=alpha)


@dataclass(frozen=True, slots=True)
class FilterClock:
    """The time a filter may ask for: now on the monotonic clock, and the length of a tick."""

    now_ns: Callable[[], int]
    period_ns: int


class VideoFilter(Protocol):
    """One filter at work, for one set of settings; used by one thread."""

    def apply(self, frame: FilterFrame) -> FilterFrame:
        """Return the changed picture, or the same one; the one given is left as it is.

        The same frame is given again only after `wakes_at_ns`.

        Raises:
            AppError: it cannot work, for example for want of a file.
        """
        ...

    def wakes_at_ns(self) -> int | None:
        """When it would make something else of the same frame; None for never."""
        ...

    def take_over(self, previous: "VideoFilter") -> None:
        """Go on from the filter with the settings before, which is not used any more."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


class PlainFilter:
    """What most filters have in common: no time of their own and nothing to let go of."""

    def wakes_at_ns(self) -> int | None:
        """Never."""
        return None

    def take_over(self, previous: VideoFilter) -> None:
        """There is nothing to take over."""

    def close(self) -> None:
        """There is nothing to let go of."""


@dataclass(frozen=True, slots=True)
class FilterKind:
    """A registry entry: which settings it serves and how to make the filter of them.

    A kind that `hides` something from the viewers, such as the room behind a person, does not let
    the plain picture through when it fails: the whole picture is blurred then.
    """

    kind: str
    settings: type[FilterSettings]
    make: Callable[[Any, FilterClock], VideoFilter]
    hides: bool = False


def as_pixels(array: Any) -> Pixels:
    """Return what OpenCV made, which is typed as any kind of array, as bytes; never a copy."""
    return np.asarray(array, dtype=np.uint8)
