"""Where items lie and what dragging does: as the engine fits them, and back again."""

from hypothesis import assume, given
from hypothesis import strategies as st

from studio.engine.video.geometry import place
from studio.project.geometry import (
    GRIPS,
    Grip,
    Rect,
    Size,
    cropped,
    dragged,
    item_rect,
    moved,
    resized,
    snap,
    snap_lines,
    union,
)
from studio.project.model import Bounds, Crop, SceneItem

_SIZE = Size(1280, 720)
_FITS = st.sampled_from(["contain", "cover", "stretch", "width", "height", "at_most"])


def _items() -> st.SearchStrategy[SceneItem]:
    return st.builds(
        SceneItem,
        id=st.just("i"),
        source_id=st.just("s"),
        x=st.integers(0, 400),
        y=st.integers(0, 300),
        scale=st.floats(0.1, 1.0),
        bounds=st.none()
        | st.builds(Bounds, width=st.integers(40, 900), height=st.integers(40, 700), fit=_FITS),
        crop=st.builds(Crop, left=st.integers(0, 300), bottom=st.integers(0, 200)),
    )


@given(_items())
def test_an_item_lies_where_the_engine_draws_it(item: SceneItem) -> None:
    rect = item_rect(item, _SIZE)
    drawn = place(
        item, source_width=_SIZE.width, source_height=_SIZE.height, width=7680, height=4320
    )
    assert rect is not None
    assert drawn is not None
    box = drawn.target
    for ours, theirs in (
        (rect.x, box.x),
        (rect.y, box.y),
        (rect.width, box.width),
        (rect.height, box.height),
    ):
        assert abs(ours - theirs) <= 2


@given(_items(), st.sampled_from(GRIPS), st.integers(-200, 400), st.integers(-200, 400))
def test_cropping_moves_one_side_and_keeps_the_others(
    item: SceneItem, grip: Grip, dx: int, dy: int
) -> None:
    before = item_rect(item, _SIZE)
    changed = cropped(item, _SIZE, grip, dx, dy)
    after = item_rect(changed, _SIZE)
    assert before is not None
    assert after is not None
    if grip.across <= 0:
        assert abs(before.right - after.right) <= 3
    if grip.across >= 0:
        assert abs(before.x - after.x) <= 3
    if grip.down <= 0:
        assert abs(before.bottom - after.bottom) <= 3
    if grip.down >= 0:
        assert abs(before.y - after.y) <= 3
    SceneItem.model_validate(changed.model_dump())


@given(_items(), st.sampled_from(GRIPS), st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_dragging_a_handle_holds_the_opposite_side_and_the_ratio(
    item: SceneItem, grip: Grip, dx: int, dy: int
) -> None:
    rect = item_rect(item, _SIZE)
    assert rect is not None
    assume(rect.width >= 8)
    assume(rect.height >= 8)
    wanted = dragged(rect, grip, dx, dy, keeps_ratio=grip.is_corner)
    assert wanted.width >= 8
    if grip.across < 0:
        assert abs(wanted.right - rect.right) < 0.001
    if grip.is_corner:
        assert abs(wanted.width / wanted.height - rect.width / rect.height) < 0.001
    changed = resized(item, _SIZE, wanted, keeps_ratio=grip.is_corner)
    SceneItem.model_validate(changed.model_dump())
    shown = item_rect(changed, _SIZE)
    assert shown is not None
    if wanted.width < 7000 and wanted.height < 7000:
        assert abs(shown.width - wanted.width) <= 2 + wanted.width * 0.07
        assert abs(shown.x - wanted.x) <= 2 + wanted.width * 0.04


def test_an_item_of_unknown_size_lies_nowhere() -> None:
    assert item_rect(SceneItem(source_id="s"), None) is None
    assert union([]) is None
    assert moved(SceneItem(source_id="s"), 99_999, 0).x == 15360


def test_the_nearest_line_is_met() -> None:
    columns, rows = snap_lines(Size(1920, 1080), [Rect(100, 100, 50, 50)])
    found = snap(columns, rows, mine_across=(96, 300), mine_down=(800,), reach=10)
    assert (found.dx, found.columns, found.dy, found.rows) == (4, (100,), 0.0, ())
