"""A noise gate with two thresholds: what opens it is louder than what keeps it open."""

from studio.engine.audio.filters.curves import PIECE_MS, piece_peaks, to_gain, with_gains
from studio.engine.audio.track import Samples
from studio.project.filters_audio import NoiseGateSettings

_FALL = 0.05 ** (PIECE_MS / 50)
"""The level falls by 26 dB in 50 ms, so that a low voice does not flutter."""


class NoiseGate:
    """Opens within the attack, stays open for the hold, closes within the release."""

    latency_samples = 0

    def __init__(self, settings: NoiseGateSettings) -> None:
        self._settings = settings
        self._level = 0.0
        self._is_open = False
        self._held_ms = 0.0
        self._gain = 0.0

    def configure(self, settings: NoiseGateSettings) -> None:
        """Take other thresholds and times."""
        self._settings = settings

    def process(self, block: Samples) -> Samples:
        """Return the block, or silence, or what is between."""
        settings = self._settings
        opens_at = to_gain(settings.open_db)
        closes_at = min(opens_at, to_gain(settings.close_db))
        before, gains = self._gain, []
        for peak in piece_peaks(block):
            self._level = max(peak, self._level * _FALL)
            if self._level > opens_at:
                self._is_open = True
            if self._level >= closes_at:
                self._held_ms = 0.0
            elif self._is_open:
                self._held_ms += PIECE_MS
                self._is_open = self._held_ms <= settings.hold_ms
            if self._is_open:
                self._gain = min(1.0, self._gain + PIECE_MS / settings.attack_ms)
            else:
                self._gain = max(0.0, self._gain - PIECE_MS / settings.release_ms)
            gains.append(self._gain)
        if before == 0.0 and not any(gains):
            return block * 0.0
        return with_gains(block, before, gains)
