"""The filters of a show: in threads of their own, with nothing unfiltered getting out."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import av
import numpy as np
import pytest

from shared.errors import AppError
from studio.engine.filters import FILTERS, FilterClock, FilterFrame, FilterKind, FilterRack
from studio.engine.filters.base import PlainFilter
from studio.engine.filters.convert import ToFilter, to_picture
from studio.engine.pixels import Picture, ToBroadcast, new_frame, packed_view, plane_view
from studio.engine.protocol import SourceState
from studio.project.filters import Filter
from studio.project.filters_video import BlurSettings
from studio.project.model import ColourSource, Source

_BOUND_S = 30.0


class _Waiting(PlainFilter):
    """Turns the picture around, once it may."""

    gate = threading.Event()

    def __init__(self, settings: BlurSettings, clock: FilterClock) -> None:
        self._settings = settings

    def apply(self, frame: FilterFrame) -> FilterFrame:
        assert _Waiting.gate.wait(_BOUND_S)
        return frame.with_colour(255 - frame.colour)


def _source(*filters: Filter, name: str = "a") -> Source:
    return Source(id=name, name="A", settings=ColourSource(), filters=filters)


def _picture(number: int, *, level: int = 10, width: int = 64) -> Picture:
    frame = av.VideoFrame(width, 48, "bgr0")
    packed_view(frame)[:] = (level, level, level, 0)
    return Picture(frame, number * 1000, number, has_alpha=False)


class _Rig:
    """A rack, and a way to wait for what its threads make."""

    def __init__(self, kinds: tuple[FilterKind, ...]) -> None:
        self.changes: list[str] = []
        self._changed = threading.Condition()
        self.problems: list[AppError] = []
        self.rack = FilterRack(
            kinds,
            period_ns=33_333_333,
            on_change=self._on_change,
            on_problem=self.problems.append,
        )

    def _on_change(self, source_id: str) -> None:
        with self._changed:
            self.changes.append(source_id)
            self._changed.notify_all()

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; the rack has no event for every picture."""
        end_s = time.monotonic() + _BOUND_S
        with self._changed:
            while not is_so() and time.monotonic() < end_s:
                self._changed.wait(0.005)
        assert is_so()


@contextmanager
def _racked(*kinds: FilterKind) -> Iterator[_Rig]:
    rig = _Rig(kinds or FILTERS)
    try:
        yield rig
    finally:
        _Waiting.gate.set()
        rig.rack.close()


@pytest.fixture(autouse=True)
def _gate() -> None:
    _Waiting.gate = threading.Event()
    _Waiting.gate.set()


_WAITING = FilterKind("blur", BlurSettings, _Waiting)
_BLUR = Filter(id="f", kind="blur")


def _level(picture: Picture | None) -> int | None:
    return None if picture is None else int(picture.frame.to_ndarray(format="bgr24")[0, 0, 0])


def test_a_source_without_filters_is_shown_as_it_is() -> None:
    with _racked() as rig:
        off = _BLUR.model_copy(update={"enabled": False})
        rig.rack.apply([_source(), _source(off, name="b")])
        picture = _picture(1)
        assert rig.rack.shown("a", picture) is picture
        assert rig.rack.shown("b", picture) is picture
        assert not [t for t in threading.enumerate() if t.name.startswith("filters-")]


def test_a_new_source_is_not_seen_before_its_filters_did_their_work() -> None:
    with _racked(_WAITING) as rig:
        _Waiting.gate.clear()
        rig.rack.apply([_source(_BLUR)])
        picture = _picture(1, level=10)
        assert rig.rack.shown("a", picture) is None
        _Waiting.gate.set()
        rig.wait(lambda: _level(rig.rack.shown("a", picture)) == 245)
        shown = rig.rack.shown("a", picture)
        assert shown is not None
        assert shown.number < 0
        assert shown.captured_ns == picture.captured_ns


def test_a_slow_filter_holds_nothing_up_and_works_on_the_newest() -> None:
    with _racked(_WAITING) as rig:
        rig.rack.apply([_source()])
        plain = _picture(1, level=1)
        assert rig.rack.shown("a", plain) is plain
        _Waiting.gate.clear()
        rig.rack.apply([_source(_BLUR)])
        for number in range(2, 50):
            # It was seen plain before, so it may be until the first one is ready.
            newest = _picture(number, level=number)
            assert rig.rack.shown("a", newest) is newest
        _Waiting.gate.set()
        rig.wait(lambda: _level(rig.rack.shown("a", newest)) == 255 - 49)


def test_pictures_before_and_behind_filters_never_share_a_number() -> None:
    with _racked(_WAITING) as rig:
        picture = _picture(1)
        numbers = []
        for filters in ((_BLUR,), (), (_BLUR,), ()):
            rig.rack.apply([_source(*filters)])
            wanted = 245 if filters else 10
            rig.wait(lambda wanted=wanted: _level(rig.rack.shown("a", picture)) == wanted)
            shown = rig.rack.shown("a", picture)
            assert shown is not None
            numbers.append(shown.number)
        assert numbers == [-1, 1, -2, 1]


def test_size_and_problems_are_in_the_state() -> None:
    with _racked() as rig:
        crop = Filter(id="c", kind="crop_pad", settings={"left": 20})
        lost = Filter(id="l", kind="lut", settings={"path": "/nowhere/look.cube"})
        rig.rack.apply([_source(crop, lost)])
        picture = _picture(1)
        rig.wait(lambda: rig.rack.shown("a", picture) is not None)
        state = SourceState(source_id="a", phase="running", width=64, height=48)
        rig.wait(lambda: bool(rig.rack.completed(state).filter_problems))
        full = rig.rack.completed(state)
        assert (full.width, full.height) == (44, 48)
        assert [(one.filter_id, one.code) for one in full.filter_problems] == [
            ("l", "FILE_MISSING")
        ]
        assert "a" in rig.changes
        assert [error.code for error in rig.problems] == ["FILE_MISSING"]
        rig.rack.apply([_source(crop)])
        rig.wait(lambda: not rig.rack.completed(state).filter_problems)


def test_what_moves_by_itself_goes_on_while_its_source_stands_still() -> None:
    with _racked() as rig:
        scroll = Filter(id="s", kind="scroll", settings={"x_px_per_s": 2000})
        rig.rack.apply([_source(scroll)])
        picture = _picture(1)
        packed_view(picture.frame)[:, :9] = 255
        seen: set[bytes] = set()

        def has_moved() -> bool:
            shown = rig.rack.shown("a", picture)
            if shown is not None:
                seen.add(shown.frame.to_ndarray().tobytes())
            return len(seen) >= 3

        rig.wait(has_moved)


def test_its_threads_end() -> None:
    with _racked() as rig:
        rig.rack.apply([_source(_BLUR)])
        rig.rack.apply([])
        assert not [t for t in threading.enumerate() if t.name.startswith("filters-")]
        rig.rack.apply([_source(_BLUR)])
    assert not [t for t in threading.enumerate() if t.name.startswith("filters-")]


@pytest.mark.parametrize("form", ["yuv420p", "bgr0", "rgb24", "nv12"])
def test_colours_survive_the_way_there_and_back(form: str) -> None:
    """Broadcast video of a flat colour, through a filter that does nothing to it."""
    picture = _flat(form)
    with _racked() as rig:
        rig.rack.apply([_source(Filter(id="c", kind="crop_pad", settings={"left": 2}))])
        rig.wait(lambda: rig.rack.shown("a", picture) is not None)
        shown = rig.rack.shown("a", picture)
        assert shown is not None
        assert not shown.has_alpha
        pixels = shown.frame.to_ndarray(format="bgr24")
    assert np.abs(pixels.astype(int) - (40, 90, 200)).max() <= 3


@pytest.mark.parametrize("form", ["yuv420p", "bgr0"])
def test_greys_stay_grey_on_air(form: str) -> None:
    level = 128
    if form == "yuv420p":
        frame = new_frame(64, 48)
        for index, value in enumerate((126, 128, 128)):
            plane_view(frame, index)[:] = value
    else:
        frame = av.VideoFrame(64, 48, form)
        packed_view(frame)[:] = (level, level, level, 0)
    made = to_picture(ToFilter().convert(Picture(frame, 1, 1, has_alpha=False)), number=2)
    on_air = ToBroadcast().convert(made.frame, width=64, height=48)
    levels = [int(plane_view(on_air, index)[20, 20]) for index in range(3)]
    assert levels == [126, 128, 128]


def _flat(form: str) -> Picture:
    frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), (40, 90, 200), np.uint8), "bgr24")
    if form in ("yuv420p", "nv12"):
        made = new_frame(64, 48)
        # BT.709, limited range, of red 200, green 90, blue 40.
        for index, level in enumerate((110, 95, 178)):
            plane_view(made, index)[:] = level
        frame = made.reformat(format=form)
        frame.colorspace, frame.color_range = made.colorspace, made.color_range
    else:
        frame = frame.reformat(format=form)
    return Picture(frame, 1, 1, has_alpha=False)


def test_transparency_survives_the_way_there_and_back() -> None:
    frame = av.VideoFrame(64, 48, "bgra")
    packed_view(frame)[:] = (20, 40, 100, 128)  # premultiplied
    with _racked() as rig:
        rig.rack.apply([_source(Filter(id="c", kind="crop_pad", settings={"left": 1}))])
        picture = Picture(frame, 1, 1, has_alpha=True)
        rig.wait(lambda: rig.rack.shown("a", picture) is not None)
        shown = rig.rack.shown("a", picture)
        assert shown is not None
        assert shown.has_alpha
        assert (shown.frame.width, shown.frame.height) == (64, 48)  # 63 grew to an even size
        assert np.abs(shown.frame.to_ndarray().astype(int) - (20, 40, 100, 128)).max() <= 1
