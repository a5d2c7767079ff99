"""What every filter for sound must do, whatever it is."""

import json
from typing import Any, get_args

import numpy as np
import pytest
from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from studio.engine.audio.filters import AUDIO_FILTERS, AudioFilterKind, kind_of, suppression
from studio.engine.audio.track import BLOCK, Samples
from studio.project.filters import Filter, FilterSettings
from studio.project.filters_audio import AUDIO_FILTER_SETTINGS
from studio.project.filters_kinds import settings_of, with_settings

_every = pytest.mark.parametrize("kind", AUDIO_FILTERS, ids=lambda kind: kind.kind)


@pytest.fixture(autouse=True)
def no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this machine happens to have installed changes nothing here."""
    monkeypatch.setattr(suppression, "find_rnnoise", lambda: None)


def _noise(level: float, blocks: int, seed: int = 1) -> Samples:
    chance = np.random.default_rng(seed)
    return (chance.uniform(-level, level, (blocks * BLOCK, 2))).astype(np.float32)


def _run(kind: AudioFilterKind, settings: FilterSettings, sound: Samples) -> list[Samples]:
    worker = kind.make(settings)
    return [worker.process(sound[at : at + BLOCK].copy()) for at in range(0, len(sound), BLOCK)]


def _extremes(info: FieldInfo) -> list[Any]:
    if choices := get_args(info.annotation):
        return list(choices)
    low = next((one.ge for one in info.metadata if isinstance(one, Ge)), None)
    high = next((one.le for one in info.metadata if isinstance(one, Le)), None)
    return [low, high]


def _all_settings(kind: AudioFilterKind) -> list[FilterSettings]:
    """The first values, all lowest, all highest, and each value alone at its ends."""
    ends = {name: _extremes(info) for name, info in kind.settings.model_fields.items()}
    found = [
        kind.settings(),
        kind.settings(**{name: values[0] for name, values in ends.items()}),
        kind.settings(**{name: values[-1] for name, values in ends.items()}),
    ]
    found += [kind.settings(**{name: one}) for name, values in ends.items() for one in values]
    return found


def test_every_kind_that_the_document_knows_is_made_here() -> None:
    assert [(k.kind, k.settings) for k in AUDIO_FILTERS] == list(AUDIO_FILTER_SETTINGS)
    with pytest.raises(KeyError):
        kind_of("no_such_filter")


@_every
def test_shape_and_type_are_kept_and_nothing_is_not_a_number(kind: AudioFilterKind) -> None:
    sound = np.concatenate((_noise(0.0, 1), _noise(1.0, 2), _noise(0.001, 1)))
    for settings in _all_settings(kind):
        for block in _run(kind, settings, sound):
            assert block.shape == (BLOCK, 2)
            assert block.dtype == np.float32
            assert np.isfinite(block).all(), settings


@_every
def test_silence_stays_silence(kind: AudioFilterKind) -> None:
    for settings in _all_settings(kind):
        for block in _run(kind, settings, np.zeros((4 * BLOCK, 2), np.float32)):
            assert np.abs(block).max() < 1e-6, settings


@_every
def test_far_too_loud_and_hardly_there_are_survived(kind: AudioFilterKind) -> None:
    for level in (1e4, 1e-30):
        for block in _run(kind, kind.settings(), _noise(level, 3)):
            assert np.isfinite(block).all()


@_every
def test_the_same_sound_gives_the_same(kind: AudioFilterKind) -> None:
    sound = _noise(0.3, 6)
    first, second = (_run(kind, kind.settings(), sound) for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


@_every
def test_settings_change_while_it_runs(kind: AudioFilterKind) -> None:
    worker = kind.make(kind.settings())
    for settings in _all_settings(kind):
        worker.configure(settings)
        assert np.isfinite(worker.process(_noise(0.5, 1))).all()


@_every
def test_a_filter_says_how_late_it_is(kind: AudioFilterKind) -> None:
    """A loud burst after silence comes out no earlier than said, and not a block later."""
    neutral: dict[str, Any] = {"noise_gate": {"attack_ms": 1}}.get(kind.kind, {})
    worker = kind.make(kind.settings(**neutral))
    sound = np.zeros((8 * BLOCK, 2), np.float32)
    turns = 2 * np.pi * 997 / 48_000 * np.arange(4 * BLOCK)
    sound[4 * BLOCK :] = (0.5 * np.sin(turns))[:, None]
    came = np.concatenate([worker.process(sound[at : at + BLOCK]) for at in range(0, 8192, BLOCK)])
    first = int(np.argmax(np.abs(came[:, 0]) > 0.02))
    late = first - 4 * BLOCK
    assert worker.latency_samples - 16 <= late < worker.latency_samples + BLOCK


@_every
def test_settings_survive_the_document(kind: AudioFilterKind) -> None:
    for settings in _all_settings(kind):
        kept = with_settings(Filter(kind=kind.kind), settings)
        again = Filter.model_validate(json.loads(kept.model_dump_json()))
        assert settings_of(again) == settings


@_every
def test_every_setting_has_a_title_for_the_form(kind: AudioFilterKind) -> None:
    assert all(info.title for info in kind.settings.model_fields.values())
