"""The sound of scenes: what only one of two has fades at equal power, what both have goes on."""

import numpy as np
import pytest

from studio.engine.audio.crossing import CUT_NS, SceneSound
from studio.engine.audio.mixing import MixDesk, Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack, Samples

_NS = 1_000_000_000
_START_NS = 50 * _NS
_FADE_NS = 400_000_000


def _block_at(number: int) -> int:
    return _START_NS + number * BLOCK * _NS // SAMPLE_RATE


def _shares(sound: SceneSound, source_id: str, blocks: int = 40) -> Samples:
    """What is heard of a source, sample by sample from the start on."""
    return np.concatenate(
        [
            np.broadcast_to(
                np.asarray(sound.share(source_id, _block_at(number)), np.float32), (BLOCK, 1)
            )
            for number in range(blocks)
        ]
    )[:, 0]


def _sample(after_ns: int) -> int:
    return after_ns * SAMPLE_RATE // _NS


@pytest.fixture
def sound() -> SceneSound:
    """The first scene, with what only it has and what the next has, too."""
    made = SceneSound()
    made.aim({"old", "both"}, at_ns=0)
    return made


def test_the_first_scene_is_heard_at_once_and_what_is_only_looked_at_never(
    sound: SceneSound,
) -> None:
    assert sound.share("old", _START_NS) == sound.share("both", _START_NS) == 1.0
    assert sound.share("in preview", _START_NS) == 0.0


def test_a_transition_fades_at_equal_power_and_does_not_dip_what_both_have(
    sound: SceneSound,
) -> None:
    sound.aim({"new", "both"}, at_ns=_START_NS, length_ns=_FADE_NS)
    old, new, both = (_shares(sound, name) for name in ("old", "new", "both"))
    assert np.all(both == 1.0)
    assert np.allclose(old**2 + new**2, 1.0, atol=1e-4)
    middle, end = _sample(_FADE_NS // 2), _sample(_FADE_NS)
    assert old[middle] == pytest.approx(0.7071, abs=1e-3)
    assert np.all(np.diff(new) >= 0)
    assert np.all(np.diff(old) <= 0)
    assert np.all(new[end + 1 :] == 1.0)
    assert np.all(old[end + 1 :] == 0.0)
    assert not np.any(new[: _sample(1_000_000)] > 0.01)


def test_a_cut_is_over_within_milliseconds_and_has_no_step(sound: SceneSound) -> None:
    sound.aim({"new"}, at_ns=_START_NS)
    old = _shares(sound, "old", blocks=2)
    assert np.all(old[_sample(CUT_NS) + 1 :] == 0.0)
    assert np.abs(np.diff(old)).max() < 0.01


def test_another_switch_on_the_way_turns_round_where_it_is(sound: SceneSound) -> None:
    sound.aim({"new", "both"}, at_ns=_START_NS, length_ns=_FADE_NS)
    sound.aim({"old", "both"}, at_ns=_START_NS + _FADE_NS // 2, length_ns=_FADE_NS)
    old, new = _shares(sound, "old"), _shares(sound, "new")
    assert np.abs(np.diff(old)).max() < 0.001
    assert np.abs(np.diff(new)).max() < 0.001
    assert old.min() == pytest.approx(0.7071, abs=1e-3)
    assert old[-1] == 1.0
    assert new[-1] == 0.0


def test_an_edit_on_the_way_leaves_the_fade_as_it_was(sound: SceneSound) -> None:
    sound.aim({"new", "both"}, at_ns=_START_NS, length_ns=_FADE_NS)
    before = _shares(sound, "new")
    sound.aim({"new", "both"}, at_ns=_START_NS + 10_000_000)
    assert np.array_equal(_shares(sound, "new"), before)


def test_an_item_takes_the_time_of_its_own_transition(sound: SceneSound) -> None:
    sound.aim({"both"}, at_ns=_START_NS, lengths_ns={"old": _FADE_NS})
    old = _shares(sound, "old")
    assert old[_sample(_FADE_NS // 2)] == pytest.approx(0.7071, abs=1e-3)


def test_the_mix_does_what_the_scene_lets_through() -> None:
    sound = SceneSound()
    sound.aim({"old"}, at_ns=0)
    strips = []
    for name in ("old", "new", "voice"):
        track = AudioTrack()
        track.write(np.full((2 * SAMPLE_RATE, 2), 0.2, np.float32), heard_ns=_START_NS)
        share = None if name == "voice" else lambda at_ns, one=name: sound.share(one, at_ns)
        strips.append(Strip(track, 1.0, 0, source_id=name, is_monitored=True, share=share))
    desk = MixDesk(strips=lambda: (*strips, *sound.strips()), is_silenced=lambda: False)
    began_ns = _block_at(4)
    blocks = []
    for number in range(40):
        if number == 4:
            sound.aim({"new"}, at_ns=began_ns, length_ns=_FADE_NS)
        blocks.append(desk.mix(_block_at(number)))
    heard = np.concatenate([block.program for block in blocks])[:, 0]
    assert np.allclose(heard[: 4 * BLOCK], 0.4, atol=1e-5)
    assert heard.max() == pytest.approx(0.2 + 0.2 * 2**0.5, abs=1e-3)
    assert np.allclose(heard[-BLOCK:], 0.4, atol=1e-5)
    assert np.abs(np.diff(heard)).max() < 0.001
    monitored = [block.monitor for block in blocks if block.monitor is not None]
    assert np.allclose(np.concatenate(monitored)[:, 0], heard, atol=1e-5)


def test_a_transition_of_its_own_sound_is_heard_until_it_is_over() -> None:
    sound = SceneSound()
    sound.aim({"old"}, at_ns=0)
    track = AudioTrack()
    sound.play(track, 0.5, at_ns=_START_NS, length_ns=_FADE_NS)
    assert [(strip.track, strip.gain) for strip in sound.strips()] == [(track, 0.5)]
    sound.aim({"new"}, at_ns=_START_NS + 10 * _NS)
    assert sound.strips() == ()
