"""The filters of a source: nothing is computed twice, nothing that fails ends the show."""

from collections.abc import Callable

import numpy as np
from fakes.filter_cases import DrivenClock, picture

from shared.errors import AppError, InvalidInput
from studio.engine.filters import FILTERS, FilterChain, FilterClock, FilterFrame, FilterKind
from studio.engine.filters.base import PlainFilter, VideoFilter
from studio.project.filters import Filter
from studio.project.filters_video import BlurSettings, SharpenSettings


class _Counting(PlainFilter):
    """Counts what it does; fails at a radius of 13, as a defect would at 14."""

    made: list["_Counting"] = []

    def __init__(self, settings: BlurSettings, clock: FilterClock) -> None:
        self.settings = settings
        self.applied = 0
        self.taken_over: VideoFilter | None = None
        self.is_closed = False
        _Counting.made.append(self)

    def apply(self, frame: FilterFrame) -> FilterFrame:
        self.applied += 1
        if self.settings.radius_px == 13:
            raise InvalidInput("It is missing; choose another.", code="FILE_MISSING")
        if self.settings.radius_px == 14:
            raise ZeroDivisionError
        return frame.with_colour(255 - frame.colour)

    def take_over(self, previous: VideoFilter) -> None:
        self.taken_over = previous

    def close(self) -> None:
        self.is_closed = True


class _Rig:
    """A chain whose blur counts, and what it complained about."""

    def __init__(self, *, hides: bool = False) -> None:
        _Counting.made = []
        self.clock = DrivenClock()
        self.problems: list[tuple[str, AppError]] = []
        kinds = (
            FilterKind("blur", BlurSettings, _Counting, hides=hides),
            *(kind for kind in FILTERS if kind.kind != "blur"),
        )
        self.chain = FilterChain(
            kinds,
            self.clock.filter_clock(),
            on_problem=lambda entry, error: self.problems.append((entry.id, error)),
        )

    @property
    def made(self) -> list[_Counting]:
        return _Counting.made


def _blur(name: str, radius: int = 1, *, enabled: bool = True) -> Filter:
    return Filter(id=name, kind="blur", enabled=enabled, settings={"radius_px": radius})


def test_without_filters_the_frame_itself_comes_out() -> None:
    frame = picture()
    rig = _Rig()
    assert rig.chain.apply(frame) is frame
    rig.chain.set_filters((_blur("off", enabled=False),))
    assert rig.chain.apply(frame) is frame
    assert rig.made == []


def test_an_unchanged_frame_costs_nothing() -> None:
    rig, frame = _Rig(), picture()
    rig.chain.set_filters((_blur("a"), _blur("b")))
    first = rig.chain.apply(frame)
    assert rig.chain.apply(frame) is first
    assert [one.applied for one in rig.made] == [1, 1]
    rig.chain.apply(picture())
    assert [one.applied for one in rig.made] == [2, 2]


def test_other_settings_cost_only_what_comes_after_them() -> None:
    rig, frame = _Rig(), picture()
    rig.chain.set_filters((_blur("a"), _blur("b")))
    rig.chain.apply(frame)
    rig.chain.set_filters((_blur("a"), _blur("b", 2)))
    rig.chain.apply(frame)
    first, before, after = rig.made
    assert (first.applied, before.applied, after.applied) == (1, 1, 1)
    assert after.taken_over is before
    assert not first.is_closed


def test_order_matters_and_what_is_removed_is_closed() -> None:
    rig, frame = _Rig(), picture()
    crop = Filter(id="c", kind="crop_pad", settings={"left": 8})
    pad = Filter(id="p", kind="crop_pad", settings={"left": -8})
    rig.chain.set_filters((crop, pad))
    first = rig.chain.apply(frame)
    rig.chain.set_filters((pad, crop, _blur("a")))
    rig.chain.set_filters((pad, crop))
    second = rig.chain.apply(frame)
    assert first.alpha is not None
    assert second.alpha is not None
    assert (first.alpha[:, :8] == 0).all()
    assert (second.alpha == 255).all()
    assert rig.made[0].is_closed
    rig.chain.close()
    assert rig.chain.apply(frame) is frame


def test_a_filter_that_fails_is_switched_off_and_told_once() -> None:
    rig, frame = _Rig(), picture()
    rig.chain.set_filters((_blur("a", 13), _blur("b")))
    for _ in range(3):
        shown = rig.chain.apply(picture())
    assert [(name, error.code) for name, error in rig.problems] == [("a", "FILE_MISSING")]
    assert rig.made[0].applied == 1
    assert rig.made[0].is_closed
    assert np.array_equal(shown.colour, 255 - frame.colour)  # the other one goes on
    rig.chain.set_filters((_blur("a", 2), _blur("b")))
    rig.chain.apply(frame)
    assert rig.made[-1].applied == 1  # other settings are tried


def test_a_defect_is_told_without_its_details(expect_log: Callable[[str], None]) -> None:
    expect_log("the filter blur failed")
    rig = _Rig()
    rig.chain.set_filters((_blur("a", 14),))
    frame = picture()
    assert np.array_equal(rig.chain.apply(frame).colour, frame.colour)
    assert [error.code for _, error in rig.problems] == ["FILTER_FAILED"]


def test_what_should_hide_something_never_lets_it_through() -> None:
    rig, frame = _Rig(hides=True), picture()
    rig.chain.set_filters((_blur("a", 13),))
    shown = rig.chain.apply(frame)
    # Not the plain picture but one without any detail.
    assert shown.colour.shape == frame.colour.shape
    assert np.abs(np.diff(shown.colour.astype(int), axis=1)).max() < 50
    assert np.abs(np.diff(frame.colour.astype(int), axis=1)).max() > 200
    assert rig.problems


def test_bad_settings_and_unknown_kinds_are_told_and_passed_over() -> None:
    rig, frame = _Rig(), picture()
    rig.chain.set_filters(
        (
            Filter(id="a", kind="sharpen", settings={"amount": "much"}),
            Filter(id="b", kind="from_the_future"),
            Filter(id="c", kind="lut", settings={"path": "/nowhere/look.cube"}),
        )
    )
    assert rig.chain.apply(frame) is frame
    codes = [error.code for _, error in rig.problems]
    assert codes == ["FILTER_SETTINGS", "FILTER_UNKNOWN", "FILE_MISSING"]


def test_what_moves_by_itself_is_computed_again_and_what_stands_before_it_is_not() -> None:
    rig, frame = _Rig(), picture()
    scroll = Filter(id="s", kind="scroll", settings={"x_px_per_s": 100})
    rig.chain.set_filters((_blur("a"), scroll))
    first = rig.chain.apply(frame)
    wakes_ns = rig.chain.wakes_at_ns()
    assert wakes_ns is not None
    assert rig.chain.apply(frame) is first
    rig.clock.now = wakes_ns + 20_000_000
    second = rig.chain.apply(frame)
    assert not np.array_equal(first.colour, second.colour)
    assert rig.made[0].applied == 1


def test_a_still_chain_never_wakes() -> None:
    rig = _Rig()
    rig.chain.set_filters((_blur("a"), Filter(id="b", kind="sharpen", settings={})))
    rig.chain.apply(picture())
    assert SharpenSettings().amount > 0
    assert rig.chain.wakes_at_ns() is None
