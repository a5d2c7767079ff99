"""Stamps of 32 bits become one growing time."""

from hypothesis import given
from hypothesis import strategies as st

from shared.server.ingest.timeline import Timeline, Track


@given(
    st.integers(0, 0xFFFFFFFF),
    st.lists(st.tuples(st.sampled_from(Track), st.integers(1, 500)), max_size=60),
)
def test_a_steady_broadcast_is_never_a_jump_and_keeps_its_distances(start, steps):
    timeline, time = Timeline(), start
    first = timeline.place(Track.VIDEO, start)
    for track, step in steps:
        time += step
        placed = timeline.place(track, time & 0xFFFFFFFF)
        assert not placed.is_jump
        assert placed.dts_ms - first.dts_ms == time - start


@given(st.lists(st.tuples(st.sampled_from(Track), st.integers(0, 0xFFFFFFFF)), max_size=60))
def test_each_track_rises_between_jumps_whatever_comes(stamps):
    timeline, last = Timeline(), {}
    for track, stamp in stamps:
        placed = timeline.place(track, stamp)
        if placed.is_jump:
            last.clear()
        assert placed.dts_ms > last.get(track, placed.dts_ms - 1)
        last[track] = placed.dts_ms


def test_equal_and_slightly_older_stamps_are_lifted():
    timeline = Timeline()
    stamps = [timeline.place(Track.VIDEO, stamp).dts_ms for stamp in (100, 100, 90, 140)]
    assert stamps == [100, 101, 102, 140]


def test_a_track_may_lag_behind_the_other():
    timeline = Timeline()
    timeline.place(Track.VIDEO, 5_000)
    assert timeline.place(Track.AUDIO, 4_200).dts_ms == 4_200


def test_jumps_are_told_in_both_directions():
    timeline = Timeline()
    timeline.place(Track.VIDEO, 50_000)
    assert timeline.place(Track.VIDEO, 61_000).is_jump
    assert timeline.place(Track.VIDEO, 40_000).is_jump
    assert not timeline.place(Track.AUDIO, 40_020).is_jump
