"""RTMP's 32-bit millisecond stamps as one growing time per broadcast, for the repackager."""

import enum
from dataclasses import dataclass
from typing import Final

BACKWARD_JUMP_MS: Final = 2_000
FORWARD_JUMP_MS: Final = 10_000
_WRAP: Final = 1 << 32


class Track(enum.Enum):
    """The two kinds of media of a broadcast."""

    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class Placed:
    """A stamp's place in the broadcast, and whether the timeline broke just before it."""

    dts_ms: int
    is_jump: bool


class Timeline:
    """Unwraps stamps and notices jumps; both tracks share one reference.

    Small steps back within a track are lifted to one millisecond after its last stamp, because
    MP4 wants a rising dts; a step back of more than 2 s or forward of more than 10 s against
    the other stamps is a jump, after which the owner should begin anew.
    """

    def __init__(self) -> None:
        self._reference: int | None = None
        self._last: dict[Track, int] = {}

    def place(self, track: Track, stamp: int) -> Placed:
        """Where a 32-bit stamp lies; call in the order of arrival."""
        reference = self._reference
        if reference is None:
            self._reference = self._last[track] = stamp
            return Placed(stamp, is_jump=False)
        near = reference + (stamp - reference + _WRAP // 2) % _WRAP - _WRAP // 2
        if not reference - BACKWARD_JUMP_MS <= near <= reference + FORWARD_JUMP_MS:
            # Times begin again here; keeping them positive leaves room for later steps back.
            self._last.clear()
            self._reference = self._last[track] = stamp
            return Placed(stamp, is_jump=True)
        last = self._last.get(track)
        placed = near if last is None else max(near, last + 1)
        self._last[track] = placed
        self._reference = max(reference, placed)
        return Placed(placed, is_jump=False)
