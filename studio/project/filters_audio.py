"""Settings of the filters for sound; each entry of the tuple is a kind and its settings model."""

from typing import Literal

from pydantic import Field
from pydantic.config import JsonDict

from studio.project.filters import FilterSettings

_DB: JsonDict = {"unit": "dB"}
_MS: JsonDict = {"unit": "ms"}


class GainSettings(FilterSettings):
    """Louder or softer, before the filters that follow."""

    gain_db: float = Field(default=0.0, ge=-30.0, le=30.0, title="Gain", json_schema_extra=_DB)


class NoiseGateSettings(FilterSettings):
    """Silence while nobody speaks: opens above one level, closes below another."""

    open_db: float = Field(
        default=-26.0, ge=-96.0, le=0.0, title="Opens above", json_schema_extra=_DB
    )
    close_db: float = Field(
        default=-32.0, ge=-96.0, le=0.0, title="Closes below", json_schema_extra=_DB
    )
    attack_ms: int = Field(default=25, ge=1, le=10_000, title="Attack", json_schema_extra=_MS)
    hold_ms: int = Field(default=200, ge=0, le=10_000, title="Hold", json_schema_extra=_MS)
    release_ms: int = Field(default=150, ge=1, le=10_000, title="Release", json_schema_extra=_MS)


class NoiseSuppressionSettings(FilterSettings):
    """Takes steady noise away: fans, hum, the street."""

    method: Literal["automatic", "spectral"] = Field(default="automatic", title="Method")
    """Automatic is a model of speech (RNNoise) where it is installed, else the spectral way."""
    strength_db: float = Field(
        default=-30.0, ge=-60.0, le=0.0, title="Strength", json_schema_extra=_DB
    )
    """How far noise is lowered at most."""


class CompressorSettings(FilterSettings):
    """Evens out loud and soft."""

    ratio: float = Field(
        default=4.0, ge=1.0, le=32.0, title="Ratio", json_schema_extra={"unit": ":1"}
    )
    threshold_db: float = Field(
        default=-18.0, ge=-60.0, le=0.0, title="Threshold", json_schema_extra=_DB
    )
    attack_ms: float = Field(default=6.0, ge=0.1, le=500.0, title="Attack", json_schema_extra=_MS)
    release_ms: float = Field(
        default=60.0, ge=1.0, le=1000.0, title="Release", json_schema_extra=_MS
    )
    output_gain_db: float = Field(
        default=0.0, ge=-32.0, le=32.0, title="Output gain", json_schema_extra=_DB
    )


class LimiterSettings(FilterSettings):
    """Nothing gets louder than the ceiling."""

    ceiling_db: float = Field(
        default=-6.0, ge=-60.0, le=0.0, title="Ceiling", json_schema_extra=_DB
    )
    release_ms: int = Field(default=60, ge=1, le=1000, title="Release", json_schema_extra=_MS)


class ExpanderSettings(FilterSettings):
    """What is soft gets softer still: a gentle gate."""

    ratio: float = Field(
        default=2.0, ge=1.0, le=20.0, title="Ratio", json_schema_extra={"unit": ":1"}
    )
    threshold_db: float = Field(
        default=-40.0, ge=-60.0, le=0.0, title="Threshold", json_schema_extra=_DB
    )
    attack_ms: float = Field(default=10.0, ge=0.1, le=500.0, title="Attack", json_schema_extra=_MS)
    release_ms: float = Field(
        default=50.0, ge=1.0, le=1000.0, title="Release", json_schema_extra=_MS
    )
    output_gain_db: float = Field(
        default=0.0, ge=-32.0, le=32.0, title="Output gain", json_schema_extra=_DB
    )


class EqualizerSettings(FilterSettings):
    """Three bands; every one is neutral at first."""

    low_db: float = Field(default=0.0, ge=-20.0, le=20.0, title="Low", json_schema_extra=_DB)
    middle_db: float = Field(default=0.0, ge=-20.0, le=20.0, title="Middle", json_schema_extra=_DB)
    high_db: float = Field(default=0.0, ge=-20.0, le=20.0, title="High", json_schema_extra=_DB)


class VoiceChangerSettings(FilterSettings):
    """Another voice: the pitch, and how large the speaker seems."""

    preset: Literal["own", "deeper", "higher", "giant", "tiny", "robot"] = Field(
        default="own", title="Voice"
    )
    """Anything but "own" takes the place of the two values below."""
    pitch_semitones: float = Field(
        default=0.0, ge=-12.0, le=12.0, title="Pitch", json_schema_extra={"unit": "st"}
    )
    formant_semitones: float = Field(
        default=0.0, ge=-12.0, le=12.0, title="Timbre", json_schema_extra={"unit": "st"}
    )


AUDIO_FILTER_SETTINGS: tuple[tuple[str, type[FilterSettings]], ...] = (
    ("gain", GainSettings),
    ("noise_gate", NoiseGateSettings),
    ("noise_suppression", NoiseSuppressionSettings),
    ("compressor", CompressorSettings),
    ("limiter", LimiterSettings),
    ("expander", ExpanderSettings),
    ("equalizer", EqualizerSettings),
    ("voice_changer", VoiceChangerSettings),
)
