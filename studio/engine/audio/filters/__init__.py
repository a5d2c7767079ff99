"""Every filter for sound, in one tuple; a new one is a file here and an entry below."""

from studio.engine.audio.filters.base import AudioFilter, AudioFilterKind
from studio.engine.audio.filters.dynamics import Compressor, Expander, Limiter
from studio.engine.audio.filters.equalizer import Equalizer
from studio.engine.audio.filters.gain import Gain
from studio.engine.audio.filters.gate import NoiseGate
from studio.engine.audio.filters.suppression import NoiseSuppression
from studio.engine.audio.filters.voice import VoiceChanger
from studio.project.filters_audio import (
    CompressorSettings,
    EqualizerSettings,
    ExpanderSettings,
    GainSettings,
    LimiterSettings,
    NoiseGateSettings,
    NoiseSuppressionSettings,
    VoiceChangerSettings,
)

AUDIO_FILTERS: tuple[AudioFilterKind, ...] = (
    AudioFilterKind("gain", GainSettings, Gain),
    AudioFilterKind("noise_gate", NoiseGateSettings, NoiseGate),
    AudioFilterKind("noise_suppression", NoiseSuppressionSettings, NoiseSuppression),
    AudioFilterKind("compressor", CompressorSettings, Compressor),
    AudioFilterKind("limiter", LimiterSettings, Limiter),
    AudioFilterKind("expander", ExpanderSettings, Expander),
    AudioFilterKind("equalizer", EqualizerSettings, Equalizer),
    AudioFilterKind("voice_changer", VoiceChangerSettings, VoiceChanger),
)


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
