"""Every filter for sound, in one tuple; a new one is a file here and an entry below."""

from studio.engine.audio.filters.base import AudioFilter, AudioFilterKind
from studio.engine.audio.filters.gain import Gain
from studio.project.filters_audio import GainSettings

AUDIO_FILTERS: tuple[AudioFilterKind, ...] = (AudioFilterKind("gain", GainSettings, Gain),)


def kind_of(kind: str) -> AudioFilterKind:
    """Return the registry entry of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    for entry in AUDIO_FILTERS:
        if entry.kind == kind:
            return entry
    raise KeyError(kind)


__all__ = ["AUDIO_FILTERS", "AudioFilter", "AudioFilterKind", "kind_of"]
