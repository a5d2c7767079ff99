"""Meters for those who look at them: collected in the sound thread, told in the event loop."""

import asyncio
import contextlib
from collections.abc import Callable

from studio.engine.audio.levels import SILENT_DB, Level
from studio.engine.audio.mixer import Mixer, MixLevels
from studio.engine.protocol import MetersEvent, MonitorPhase, StripLevel

_BLOCKS_AN_EVENT = 2
"""Of 21.3 ms each: 23 events a second; peaks between are kept."""


class MeterFeed:
    """Tells the subscribed clients how loud everything is; belongs to the event loop."""

    def __init__(
        self,
        send: Callable[[MetersEvent, frozenset[int]], None],
        *,
        monitor: Callable[[], MonitorPhase] = lambda: "off",
    ) -> None:
        self._send = send
        self._monitor = monitor
        self._loop = asyncio.get_running_loop()
        self._clients: frozenset[int] = frozenset()
        self._mixer: Mixer | None = None
        self._blocks: list[MixLevels] = []

    def subscribe(self, client: int) -> None:
        """Tell this client, too."""
        self._clients |= {client}
        self._listen()

    def unsubscribe(self, client: int) -> None:
        """Tell this client no more."""
        self._clients -= {client}
        self._listen()

    def use(self, mixer: Mixer | None) -> None:
        """Another show has begun, or the show has ended."""
        if self._mixer is not None:
            self._mixer.listen(None)
        self._mixer = mixer
        self._listen()

    def _listen(self) -> None:
        if self._mixer is not None:
            self._mixer.listen(self._hear if self._clients else None)

    def _hear(self, levels: MixLevels) -> None:
        """In the sound thread."""
        self._blocks.append(levels)
        if len(self._blocks) < _BLOCKS_AN_EVENT:
            return
        blocks, self._blocks = self._blocks, []
        with contextlib.suppress(RuntimeError):  # the loop is closed: the engine ends
            self._loop.call_soon_threadsafe(self._tell, blocks)

    def _tell(self, blocks: list[MixLevels]) -> None:
        if self._clients:
            self._send(meters_event(blocks, self._monitor()), self._clients)


def meters_event(blocks: list[MixLevels], monitor: MonitorPhase = "off") -> MetersEvent:
    """Return the event for some blocks: the highest peaks, the latest of all else."""
    latest = blocks[-1]
    peaks: dict[str, tuple[float, float]] = {}
    for block in blocks:
        for source_id, level in block.strips:
            peaks[source_id] = _higher(peaks.get(source_id, (SILENT_DB, SILENT_DB)), level)
    mix = (SILENT_DB, SILENT_DB)
    for block in blocks:
        mix = _higher(mix, block.mix)
    return MetersEvent(
        strips=tuple(
            StripLevel(
                source_id=source_id,
                peak_db=_rounded(peaks[source_id]),
                magnitude_db=_rounded(level.magnitude_db),
            )
            for source_id, level in latest.strips
            if source_id
        ),
        peak_db=_rounded(mix),
        true_peak_db=round(max(block.true_peak_db for block in blocks), 1),
        momentary_lufs=round(latest.loudness.momentary, 1),
        short_term_lufs=round(latest.loudness.short_term, 1),
        integrated_lufs=round(latest.loudness.integrated, 1),
        monitor=monitor,
    )


def _higher(peaks: tuple[float, float], level: Level) -> tuple[float, float]:
    return max(peaks[0], level.peak_db[0]), max(peaks[1], level.peak_db[1])


def _rounded(pair: tuple[float, float]) -> tuple[float, float]:
    return round(pair[0], 1), round(pair[1], 1)
