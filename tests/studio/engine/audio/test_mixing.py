"""The mix of a block: faders without clicks, tracks, monitoring, offsets, silence in a panic."""

from dataclasses import replace

import numpy as np
import pytest

from studio.engine.audio.chain import FilterChain
from studio.engine.audio.mixing import MIX_DELAY_NS, MixDesk, Strip
from studio.engine.audio.track import BLOCK, SAMPLE_RATE, AudioTrack, Samples
from studio.project.filters import Filter

_NS = 1_000_000_000
_START_NS = 50 * _NS


def _at(block: int) -> int:
    return _START_NS + block * BLOCK * _NS // SAMPLE_RATE


def _steady(level: float, *, right: float | None = None, seconds: float = 2.0) -> AudioTrack:
    """A track that holds one value for so long."""
    track = AudioTrack()
    samples = np.full((int(seconds * SAMPLE_RATE), 2), level, np.float32)
    if right is not None:
        samples[:, 1] = right
    track.write(samples, heard_ns=_START_NS)
    return track


class _Board:
    """Strips that a test changes, and the panic switch."""

    def __init__(self, *strips: Strip) -> None:
        self.strips = strips
        self.is_silenced = False
        self.desk = MixDesk(strips=lambda: self.strips, is_silenced=lambda: self.is_silenced)

    def change(self, **values: object) -> None:
        self.strips = (replace(self.strips[0], **values),)

    def program(self, block: int) -> Samples:
        return self.desk.mix(_at(block)).program


def _largest_step(*blocks: Samples) -> float:
    return float(np.abs(np.diff(np.concatenate(blocks), axis=0)).max())


@pytest.mark.parametrize(
    "change", [{"gain": 0.0}, {"is_muted": True}, {"is_on_air": False}, {"balance": 1.0}]
)
def test_whatever_is_moved_fades_over_one_block(change: dict[str, object]) -> None:
    board = _Board(Strip(_steady(0.5), 1.0, 0))
    before = board.program(0)
    board.change(**change)
    during, after = board.program(1), board.program(2)
    assert np.allclose(before[:, 0], 0.5)
    assert np.allclose(after[:, 0], 0.0, atol=1e-6)
    assert _largest_step(before, during, after) < 0.5 / BLOCK * 1.01


def test_a_source_that_leaves_fades_out() -> None:
    board = _Board(Strip(_steady(0.5), 1.0, 0))
    before = board.program(0)
    board.strips = ()
    during = board.program(1)
    assert _largest_step(before, during) < 0.5 / BLOCK * 1.01
    assert not board.program(2).any()


def test_a_source_that_comes_is_heard_from_its_first_sample() -> None:
    board = _Board(Strip(_steady(0.5), 1.0, 0))
    assert np.allclose(board.program(0), 0.5)


def test_the_balance_turns_the_other_side_down() -> None:
    board = _Board(Strip(_steady(0.5), 1.0, 0, balance=-0.5))
    assert np.allclose(board.program(0), (0.5, 0.25))


def test_mono_is_heard_in_the_middle() -> None:
    board = _Board(Strip(_steady(0.8, right=0.2), 1.0, 0, is_mono=True))
    assert np.allclose(board.program(0), 0.5)


def test_each_track_has_its_own_sources() -> None:
    voice = Strip(_steady(0.25), 1.0, 0, tracks=0b000011)
    music = Strip(_steady(0.5), 1.0, 0, tracks=0b000101)
    mixed = _Board(voice, music).desk.mix(_at(0), (0, 1, 2, 3))
    assert [float(mixed.tracks[n][0, 0]) for n in (0, 1, 2, 3)] == [0.75, 0.25, 0.5, 0.0]


def test_the_creator_hears_only_what_is_monitored() -> None:
    alone = Strip(_steady(0.25), 1.0, 0, is_on_air=False, is_monitored=True)
    both = Strip(_steady(0.5), 1.0, 0, is_monitored=True)
    rest = Strip(_steady(0.125), 1.0, 0)
    mixed = _Board(alone, both, rest).desk.mix(_at(0))
    assert mixed.monitor is not None
    assert np.allclose(mixed.monitor, 0.75)
    assert np.allclose(mixed.program, 0.625)
    assert _Board(rest).desk.mix(_at(0)).monitor is None


def test_a_panic_leaves_the_creators_own_ears_alone() -> None:
    board = _Board(Strip(_steady(0.5), 1.0, 0, is_monitored=True))
    board.is_silenced = True
    mixed = board.desk.mix(_at(0), (0, 1))
    assert not any(block.any() for block in mixed.tracks.values())
    assert mixed.monitor is not None
    assert np.allclose(mixed.monitor, 0.5)


def test_what_was_heard_in_a_panic_is_not_heard_afterwards() -> None:
    """Sound that is delayed by 300 ms would come out after the reveal."""
    track = AudioTrack()
    count = 40 * BLOCK
    track.write(np.full((count, 2), 0.5, np.float32), heard_ns=_START_NS)
    board = _Board(Strip(track, 1.0, 300_000_000))
    board.program(20)
    board.is_silenced = True
    board.program(21)
    board.is_silenced = False
    revealed_ns = _at(22) + MIX_DELAY_NS
    is_heard = {block: bool(board.program(block).any()) for block in range(22, 40)}
    assert is_heard[39]
    assert not any(is_heard[block] for block in is_heard if _at(block) - 300_000_000 < revealed_ns)


@pytest.mark.parametrize("offset_ms", [-900, -20, 0, 950, 7000, 20_000])
def test_an_offset_moves_the_sound_exactly(offset_ms: int) -> None:
    """A click every second that is heard at full seconds comes out at full seconds plus offset."""
    track = AudioTrack()
    board = _Board(Strip(track, 1.0, offset_ms * 1_000_000))
    piece = np.zeros((SAMPLE_RATE, 2), np.float32)
    piece[0] = 1.0
    came: list[int] = []
    written = 0
    for number in range(24 * SAMPLE_RATE // BLOCK):
        ahead = number * BLOCK + 2 * SAMPLE_RATE
        while written < ahead:
            track.write(piece, heard_ns=_START_NS + written * _NS // SAMPLE_RATE)
            written += SAMPLE_RATE
        mixed = board.program(number)[:, 0]
        if mixed.max() > 0.5:
            came.append(number * BLOCK + int(mixed.argmax()))
    assert came
    expected = offset_ms * SAMPLE_RATE // 1000
    assert all(min((c - expected) % SAMPLE_RATE, (expected - c) % SAMPLE_RATE) <= 2 for c in came)
    assert came[0] >= expected - 2


def test_sound_that_shall_come_earlier_is_mixed_later() -> None:
    board = _Board(Strip(_steady(0.5), 1.0, -950_000_000), Strip(_steady(0.5), 1.0, 0))
    assert board.desk.delay_ns() == 950_000_000
    board.strips = board.strips[1:]
    assert board.desk.delay_ns() == 0


def test_filters_that_hold_sound_back_do_not_make_it_late() -> None:
    chain = FilterChain()
    chain.set_filters([Filter(kind="voice_changer"), Filter(kind="limiter")])
    track = AudioTrack()
    sound = np.zeros((2 * SAMPLE_RATE, 2), np.float32)
    sound[24_000::24_000] = 0.25
    track.write(sound, heard_ns=_START_NS)
    board = _Board(Strip(track, 1.0, 0, chain=chain))
    assert board.desk.delay_ns() == (1536 + 32) * _NS // SAMPLE_RATE
    mixed = [board.desk.mix(_at(number)) for number in range(80)]
    heard = np.concatenate([one.program[:, 0] for one in mixed])
    assert np.flatnonzero(heard > 0.2).tolist() == [24_000, 48_000, 72_000]
    assert mixed[-1].lag_ms == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("jump_ms", [-60, 30, 80])
def test_a_broadcast_that_begins_is_in_step_at_once(jump_ms: int) -> None:
    """Going live begins a new grid of blocks some ms off the one that the meters ran on."""
    track = AudioTrack()
    clicks = np.zeros((SAMPLE_RATE, 2), np.float32)
    clicks[::2400] = 1.0
    track.write(clicks, heard_ns=_START_NS)
    board = _Board(Strip(track, 1.0, 0))
    for block in range(8):
        board.program(block)
    begins_ns = _at(8) + jump_ms * 1_000_000
    for number in range(6):
        start_ns = begins_ns + number * BLOCK * _NS // SAMPLE_RATE
        mixed = board.desk.mix(start_ns)
        assert mixed.lag_ms == pytest.approx(0.0, abs=0.05)
        first = (start_ns - _START_NS) * SAMPLE_RATE / _NS
        for at in np.flatnonzero(mixed.program[:, 0] > 0.5):
            assert (first + at) % 2400 == pytest.approx(0, abs=1.5) or (
                first + at
            ) % 2400 == pytest.approx(2400, abs=1.5)


def test_rubbish_of_a_driver_is_left_out() -> None:
    track = AudioTrack()
    track.write(np.full((BLOCK * 2, 2), np.nan, np.float32), heard_ns=_START_NS)
    board = _Board(Strip(track, 1.0, 0), Strip(_steady(0.25), 1.0, 0))
    assert np.allclose(board.program(0), 0.25)


def test_levels_are_after_the_fader_and_before_the_mute() -> None:
    strip = Strip(_steady(0.5, right=0.25), 0.5, 0, source_id="voice", is_muted=True)
    board = _Board(strip)
    assert not board.program(0).any()
    ((name, level),) = board.desk.levels()
    assert name == "voice"
    assert level.peak_db == pytest.approx((-12.04, -18.06), abs=0.01)


def test_when_a_source_was_heard_last_is_known() -> None:
    track = AudioTrack()
    track.write(np.full((BLOCK, 2), 0.5, np.float32), heard_ns=_START_NS)
    track.write(np.zeros((4 * BLOCK, 2), np.float32), heard_ns=_at(1))
    board = _Board(Strip(track, 1.0, 0, source_id="voice"))
    for block in range(3):
        board.program(block)
    assert board.desk.heard_ns() == {"voice": _at(0)}
