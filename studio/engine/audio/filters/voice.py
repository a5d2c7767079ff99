"""Another voice: pitch and timbre changed apart from each other, by a phase vocoder.

The spectrum is parted into its smooth envelope (the throat) and the rest (the cords) by the
cepstrum; the rest is moved for the pitch (S. Bernsee, "Pitch shifting using the Fourier
transform", 1999), the envelope is stretched for the timbre.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from studio.engine.audio.track import BLOCK, SAMPLE_RATE, Samples
from studio.project.filters_audio import VoiceChangerSettings

_SIZE: Final = 2048
_HOP: Final = _SIZE // 4
_BINS: Final = _SIZE // 2 + 1
_WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SIZE) / _SIZE)).astype(np.float32)
_OVERLAP_GAIN: Final = 1 / 1.5
_EXPECTED = (2 * np.pi * _HOP * np.arange(_BINS) / _SIZE).astype(np.float32)
_THROAT: Final = round(SAMPLE_RATE / 700)
"""Ripples of the spectrum wider than 700 Hz are the throat's."""
_NOTHING: Final = 1e-9
_LOUDER_AT_MOST: Final = 8.0
_LEVEL_SMOOTHING: Final = 0.85
"""The other voice is made as loud as the own one, over some 150 ms."""

_FADE = np.linspace(0.0, 1.0, BLOCK, dtype=np.float32)
_PLACES = np.arange(_BINS, dtype=np.float32)
_TURN = np.float32(2 * np.pi)
_TO_THE_MIDDLE = np.where(np.arange(_BINS) % 2, -1.0, 1.0).astype(np.float32)
"""Phases that put a click into the middle of the window."""

PRESETS: Final[dict[str, tuple[float, float]]] = {
    "deeper": (-4.0, -2.0),
    "higher": (5.0, 2.0),
    "giant": (-8.0, -6.0),
    "tiny": (8.0, 7.0),
    "robot": (0.0, 0.0),
}
"""Semitones of pitch and of timbre."""

Floats = npt.NDArray[np.float32]


class VoiceChanger:
    """Changes a voice, mixed to one channel; it comes out 32 ms later."""

    latency_samples = _SIZE - _HOP

    def __init__(self, settings: VoiceChangerSettings) -> None:
        self._settings = settings
        self._held: Floats = np.zeros((_SIZE - _HOP, 2), np.float32)
        self._overlap: Floats = np.zeros(_SIZE - _HOP, np.float32)
        self._phases: Floats = np.zeros(_BINS, np.float32)
        self._turned: Floats = np.zeros(_BINS, np.float32)
        self._powers = (0.0, 0.0)
        self._gain = 1.0

    def configure(self, settings: VoiceChangerSettings) -> None:
        """Take another voice."""
        self._settings = settings

    def process(self, block: Samples) -> Samples:
        """Return the block that was given 32 ms ago, in the other voice."""
        joined = np.concatenate((self._held, block))
        self._held = joined[BLOCK:]
        settings = self._settings
        pitch, timbre = PRESETS.get(
            settings.preset, (settings.pitch_semitones, settings.formant_semitones)
        )
        is_robot = settings.preset == "robot"
        if pitch == 0.0 and timbre == 0.0 and not is_robot:
            self._overlap[:] = 0.0
            return joined[:BLOCK].copy()
        voice = joined.mean(axis=1)
        out = np.zeros(BLOCK + _SIZE - _HOP, np.float32)
        out[: _SIZE - _HOP] = self._overlap
        for start in range(0, BLOCK, _HOP):
            spectrum = np.fft.rfft(voice[start : start + _SIZE] * _WINDOW)
            changed = (
                (np.abs(spectrum) * _TO_THE_MIDDLE).astype(np.complex64)
                if is_robot
                else self._changed(spectrum, 2 ** (pitch / 12), 2 ** (timbre / 12))
            )
            out[start : start + _SIZE] += np.fft.irfft(changed) * _WINDOW * _OVERLAP_GAIN
        self._overlap = out[BLOCK:]
        made = self._as_loud(out[:BLOCK], voice[:BLOCK])
        return np.repeat(made[:, None], 2, axis=1)

    def _as_loud(self, made: Floats, given: Floats) -> Floats:
        """Return the other voice as loud as the own one."""
        left = _LEVEL_SMOOTHING
        wanted = left * self._powers[0] + (1 - left) * float(np.dot(given, given))
        has = left * self._powers[1] + (1 - left) * float(np.dot(made, made))
        self._powers = (wanted, has)
        gain = min(_LOUDER_AT_MOST, ((wanted + _NOTHING) / (has + _NOTHING)) ** 0.5)
        before, self._gain = self._gain, gain
        louder: Floats = made * (np.float32(before) + np.float32(gain - before) * _FADE)
        return louder

    def _changed(
        self, spectrum: npt.NDArray[np.complex64], pitch: float, timbre: float
    ) -> npt.NDArray[np.complex64]:
        sizes: Floats = np.abs(spectrum).astype(np.float32) + np.float32(_NOTHING)
        phases: Floats = np.angle(spectrum).astype(np.float32)
        turned = phases - self._phases - _EXPECTED
        self._phases = phases
        turned -= _TURN * np.round(turned / _TURN)
        rates = (_EXPECTED + turned) * np.float32(pitch)
        throat = _envelope(sizes)
        places = np.rint(_PLACES * np.float32(pitch)).astype(np.intp)
        kept = places < _BINS
        cords = np.bincount(places[kept], (sizes / throat)[kept], minlength=_BINS)
        loudest = np.zeros(_BINS, np.float32)
        loudest[places[kept]] = rates[kept]
        self._turned = np.mod(self._turned + loudest, _TURN)
        moved = np.interp(_PLACES / np.float32(timbre), _PLACES, throat)
        loud = (cords * moved).astype(np.float32)
        made = np.empty(_BINS, np.complex64)
        made.real, made.imag = loud * np.cos(self._turned), loud * np.sin(self._turned)
        return made


def _envelope(sizes: Floats) -> Floats:
    """Return the smooth part of a spectrum, by its cepstrum."""
    cepstrum = np.fft.irfft(np.log(sizes))
    cepstrum[_THROAT : _SIZE - _THROAT + 1] = 0.0
    smooth: Floats = np.exp(np.fft.rfft(cepstrum).real)
    return smooth
