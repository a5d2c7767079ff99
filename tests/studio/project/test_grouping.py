"""Groups: what is put together shows where it was, and so does what is taken apart."""

import math

from hypothesis import given
from hypothesis import strategies as st

from studio.project.edits import apply_edits
from studio.project.geometry import Rect, Size, around, item_rect
from studio.project.grouping import group_items, ungroup_item
from studio.project.model import (
    Bounds,
    ColourSource,
    GroupSource,
    Project,
    Scene,
    SceneItem,
    Source,
)

_SIZE = Size(200, 100)


def _items() -> st.SearchStrategy[SceneItem]:
    return st.builds(
        SceneItem,
        source_id=st.just("s"),
        x=st.integers(0, 900),
        y=st.integers(0, 500),
        scale=st.floats(0.3, 2.0),
        rotation=st.sampled_from([0.0, 30.0, 90.0, -45.0]),
        bounds=st.none() | st.builds(Bounds, width=st.just(300), height=st.just(300)),
    )


def _project(items: tuple[SceneItem, ...], *more: Source) -> Project:
    source = Source(id="s", name="S", settings=ColourSource(width=200, height=100))
    scene = Scene(id="one", name="One", items=items)
    return Project(sources=(source, *more), scenes=(scene,), program_scene_id="one")


def _outline(item: SceneItem) -> Rect:
    rect = item_rect(item, _SIZE)
    assert rect is not None
    return around(rect, item.rotation)


@given(st.lists(_items(), min_size=3, max_size=5))
def test_grouping_and_taking_apart_leaves_everything_where_it_was(items: list[SceneItem]) -> None:
    project = _project(tuple(items))
    chosen = {item.id: _outline(item) for item in items[1:]}
    edits, group_id = group_items(project, project.program, chosen, "Group")
    grouped = apply_edits(project, edits)
    assert [item.id for item in grouped.program.items] == [items[0].id, group_id]
    group = grouped.program.items[1]
    settings = grouped.source(group.source_id).settings
    assert isinstance(settings, GroupSource)
    for inner, item in zip(settings.items, items[1:], strict=True):
        assert (inner.x + group.x, inner.y + group.y) == (item.x, item.y)
    apart, ids = ungroup_item(grouped, grouped.program, group, sizes={"s": _SIZE})
    after = apply_edits(grouped, apart)
    assert [item.id for item in after.program.items] == [items[0].id, *ids]
    assert len(after.sources) == 1
    for item, was in zip(after.program.items[1:], items[1:], strict=True):
        here, there = _outline(item), _outline(was)
        assert math.isclose(here.x, there.x, abs_tol=1.5)
        assert math.isclose(here.y, there.y, abs_tol=1.5)
        assert math.isclose(here.width, there.width, abs_tol=2.5)


def test_what_the_whole_group_had_goes_to_its_items() -> None:
    item = SceneItem(id="i", source_id="s", x=0, y=0, rotation=10.0)
    group = Source(id="g", name="G", settings=GroupSource(width=400, height=200, items=(item,)))
    outer = SceneItem(
        id="o", source_id="g", x=100, y=100, scale=2.0, rotation=90.0, flip_across=True, opacity=0.5
    )
    project = _project((outer, SceneItem(id="again", source_id="g")), group)
    edits, ids = ungroup_item(project, project.program, outer, sizes={"s": _SIZE})
    after = apply_edits(project, edits)
    assert len(after.sources) == 2  # the group shows elsewhere, too
    inner = next(one for one in after.program.items if one.id == ids[0])
    assert (inner.scale, inner.opacity, inner.flip_across) == (2.0, 0.5, True)
    assert inner.rotation == 80.0
    # 100, 50 in the group lies 200 right and 100 above its middle once mirrored; then a quarter.
    rect = item_rect(inner, _SIZE)
    assert rect is not None
    assert tuple(round(value) for value in rect.middle) == (600, 500)
