"""What a filter for sound is: stateful, one for each source, fed block after block by the mixer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from studio.engine.audio.track import Samples
from studio.project.filters import FilterSettings


class AudioFilter(Protocol):
    """One filter of one source; `process` belongs to the sound thread."""

    @property
    def latency_samples(self) -> int:
        """How much later sound comes out than it goes in."""
        ...

    def configure(self, settings: Any) -> None:
        """Take other settings; from any thread, heard from the next block on."""
        ...

    def process(self, block: Samples) -> Samples:
        """Return the block changed, `(1024, 2) float32`, as a new array or the same."""
        ...


@dataclass(frozen=True, slots=True)
class AudioFilterKind:
    """A registry entry: a kind, its settings, and how to make a filter, off the sound thread."""

    kind: str
    settings: type[FilterSettings]
    make: Callable[[Any], AudioFilter]
