"""What alerts sound like: three chimes made here, or a file of the creator's."""

from functools import cache

import av
import numpy as np
import numpy.typing as npt
from av.audio.resampler import AudioResampler

from shared.chosen_files import is_plain_file
from shared.errors import InvalidInput
from studio.project.overlays import AlertRule

RATE = 48_000
_LONGEST_S = 10.0
_TIMEOUT_S = 5.0
Wave = npt.NDArray[np.float32]

# Each note: when it begins (s), its frequency (Hz), how long it rings (s).
_NOTES: dict[str, tuple[tuple[float, float, float], ...]] = {
    "chime": ((0.0, 880.0, 0.5), (0.12, 1318.51, 0.7)),
    "bell": ((0.0, 659.26, 0.9), (0.0, 1318.51, 0.6), (0.18, 987.77, 1.0)),
    "sparkle": (
        (0.0, 1046.5, 0.4),
        (0.09, 1318.51, 0.4),
        (0.18, 1567.98, 0.4),
        (0.27, 2093.0, 0.9),
    ),
}


@cache
def _chime(name: str) -> Wave:
    """A few struck notes: sines that fade, with a little of their octave. `(n, 2)`, peak 1."""
    notes = _NOTES[name]
    length = int(max(start + ring for start, _, ring in notes) * RATE)
    wave = np.zeros(length)
    for start_s, hertz, ring_s in notes:
        seconds = np.arange(int(ring_s * RATE)) / RATE
        fade = np.exp(-5.5 * seconds / ring_s) * np.minimum(1.0, seconds / 0.004)
        tail = np.minimum(1.0, (ring_s - seconds) / 0.02)
        tone = np.sin(2 * np.pi * hertz * seconds) + 0.25 * np.sin(4 * np.pi * hertz * seconds)
        begin = int(start_s * RATE)
        wave[begin : begin + len(tone)] += tone * fade * tail
    wave /= np.abs(wave).max()
    return np.repeat(wave.astype(np.float32)[:, None], 2, axis=1)


def sound_of(rule: AlertRule) -> Wave | None:
    """Return `(n, 2) float32` at 48 kHz as loud as the rule says; None is silence.

    Raises:
        InvalidInput: the file cannot be played.
    """
    if rule.sound == "none":
        return None
    wave = _from_file(rule.sound_path) if rule.sound == "file" else _chime(rule.sound)
    return (wave * np.float32(10 ** (rule.volume_db / 20))).astype(np.float32)


def _from_file(path: str) -> Wave:
    """Decode ten seconds of a file at most."""
    blocks: list[Wave] = []
    count = 0
    try:
        if not is_plain_file(path):
            raise FileNotFoundError(path)
        with av.open(path, timeout=_TIMEOUT_S) as container:
            resampler = AudioResampler(format="flt", layout="stereo", rate=RATE)
            for frame in container.decode(audio=0):
                for made in resampler.resample(frame):
                    blocks.append(made.to_ndarray().reshape(-1, 2).astype(np.float32))
                    count += len(blocks[-1])
                if count >= _LONGEST_S * RATE:
                    break
    except (av.FFmpegError, OSError, ValueError, IndexError) as error:
        raise InvalidInput(
            "The sound of an alert cannot be played; choose another file.", code="ALERT_SOUND"
        ) from error
    if not blocks:
        raise InvalidInput(
            "The sound of an alert cannot be played; choose another file.", code="ALERT_SOUND"
        )
    return np.concatenate(blocks)[: int(_LONGEST_S * RATE)]
