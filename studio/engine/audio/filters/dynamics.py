"""Compressor, expander and limiter: gains that follow the level."""

import numpy as np

from studio.engine.audio.filters.curves import (
    PIECE,
    approach,
    piece_peaks,
    to_db,
    to_gain,
    with_gains,
)
from studio.engine.audio.track import BLOCK, Samples
from studio.project.filters_audio import CompressorSettings, ExpanderSettings, LimiterSettings

_EXPANDED_DB = -60.0
"""An expander lowers by so much at most."""


class Compressor:
    """Above the threshold the level rises by one dB for every `ratio` dB."""

    latency_samples = 0

    def __init__(self, settings: CompressorSettings) -> None:
        self._settings = settings
        self._envelope = 0.0
        self._gain = to_gain(settings.output_gain_db)

    def configure(self, settings: CompressorSettings) -> None:
        """Take another curve."""
        self._settings = settings

    def process(self, block: Samples) -> Samples:
        """Return the block evened out."""
        settings = self._settings
        attack, release = approach(settings.attack_ms), approach(settings.release_ms)
        slope = 1.0 - 1.0 / settings.ratio
        before, gains = self._gain, []
        for peak in piece_peaks(block):
            left = attack if peak > self._envelope else release
            self._envelope = peak + (self._envelope - peak) * left
            over_db = max(0.0, to_db(self._envelope) - settings.threshold_db)
            gains.append(to_gain(settings.output_gain_db - slope * over_db))
        self._gain = gains[-1]
        return with_gains(block, before, gains)


class Expander:
    """Below the threshold the level falls by `ratio` dB for every dB."""

    latency_samples = 0

    def __init__(self, settings: ExpanderSettings) -> None:
        self._settings = settings
        self._envelope = 0.0
        self._lowered_db = _EXPANDED_DB
        self._gain = to_gain(_EXPANDED_DB + settings.output_gain_db)

    def configure(self, settings: ExpanderSettings) -> None:
        """Take another curve."""
        self._settings = settings

    def process(self, block: Samples) -> Samples:
        """Return the block with its soft parts softer."""
        settings = self._settings
        attack, release = approach(settings.attack_ms), approach(settings.release_ms)
        fall = approach(10.0)
        before, gains = self._gain, []
        for peak in piece_peaks(block):
            self._envelope = max(peak, peak + (self._envelope - peak) * fall)
            under_db = max(0.0, settings.threshold_db - to_db(self._envelope))
            target = max(_EXPANDED_DB, (1.0 - settings.ratio) * under_db)
            left = attack if target > self._lowered_db else release
            self._lowered_db = target + (self._lowered_db - target) * left
            gains.append(to_gain(self._lowered_db + settings.output_gain_db))
        self._gain = gains[-1]
        return with_gains(block, before, gains)


class Limiter:
    """Looks one piece ahead, so that no sample ever exceeds the ceiling.

    The gain goes in straight lines between the borders of pieces; at each border it is what the
    pieces on both sides can bear, and so is everything in between.
    """

    latency_samples = PIECE

    def __init__(self, settings: LimiterSettings) -> None:
        self._settings = settings
        self._held: Samples = np.zeros((PIECE, 2), np.float32)
        self._held_gain = 1.0
        self._gain = 1.0

    def configure(self, settings: LimiterSettings) -> None:
        """Take another ceiling."""
        self._settings = settings

    def process(self, block: Samples) -> Samples:
        """Return the block that was given 0.67 ms ago, limited."""
        ceiling = to_gain(self._settings.ceiling_db) * (1 - 1e-6)
        left = approach(self._settings.release_ms)
        before, gains = self._gain, []
        for peak in piece_peaks(block):
            bears = ceiling / peak if peak > ceiling else 1.0
            gain = min(bears, 1.0 - (1.0 - self._held_gain) * left)
            gains.append(min(gain, self._held_gain))
            self._held_gain = gain
        self._gain = gains[-1]
        joined = np.concatenate((self._held, block))
        self._held = joined[BLOCK:]
        return with_gains(joined[:BLOCK], before, gains)
