"""Arranging: order, alignment, copies of items and scenes, as edits that hold."""

import pytest

from studio.project.arranging import (
    aligned,
    copy_items,
    duplicate_scene,
    filling,
    free_name,
    nest_scene,
    paste_items,
    plain,
    remove_items,
    restack,
)
from studio.project.edits import apply_edits
from studio.project.geometry import Rect
from studio.project.model import (
    Bounds,
    Canvas,
    ColourSource,
    Crop,
    Project,
    Scene,
    SceneItem,
    SceneSource,
    Source,
    empty_project,
)


def _project() -> Project:
    items = tuple(SceneItem(id=name, source_id="s") for name in "abcd")
    source = Source(id="s", name="Red", settings=ColourSource())
    return Project(
        sources=(source,),
        scenes=(Scene(id="one", name="One", items=items),),
        program_scene_id="one",
    )


@pytest.mark.parametrize(
    ("ids", "order", "wanted"),
    [
        ("a", "front", "bcda"),
        ("bd", "back", "bdac"),
        ("a", "forward", "bacd"),
        ("ab", "forward", "cabd"),
        ("cd", "forward", "abcd"),
        ("cd", "backward", "acdb"),
        ("a", "backward", "abcd"),
    ],
)
def test_items_are_restacked(ids: str, order: str, wanted: str) -> None:
    project = _project()
    edits = restack(project.program, set(ids), order)  # type: ignore[arg-type]
    after = apply_edits(project, edits) if edits else project
    assert "".join(item.id for item in after.program.items) == wanted


def test_what_is_copied_is_pasted_beside_it_and_selected() -> None:
    project = _project()
    clips = copy_items(project, project.program, {"b", "c"})
    edits, ids = paste_items(project, "one", clips)
    after = apply_edits(project, edits)
    assert tuple(item.id for item in after.program.items[4:]) == ids
    assert after.program.items[4].x == 40
    assert after.sources == project.sources


def test_a_clip_brings_its_source_into_another_collection() -> None:
    project, other = _project(), empty_project()
    clips = copy_items(project, project.program, {"a", "b"})
    edits, _ids = paste_items(other, other.program.id, clips)
    after = apply_edits(other, edits)
    assert [source.name for source in after.sources] == ["Red"]
    assert len(after.program.items) == 2


def test_sides_and_middles_meet_the_frame() -> None:
    item, rect = SceneItem(source_id="s", x=10, y=20), Rect(10, 20, 100, 50)
    frame = Rect(0, 0, 1920, 1080)
    assert aligned(item, rect, frame, "right").x == 1820
    assert aligned(item, rect, frame, "centre").x == 910
    assert aligned(item, rect, frame, "middle").y == 515
    assert aligned(item, rect, frame, "top").y == 0


def test_filling_and_plain_are_each_others_way_out() -> None:
    item = SceneItem(source_id="s", x=9, crop=Crop(left=4))
    filled = filling(item, Canvas())
    assert filled.bounds == Bounds(width=1920, height=1080)
    assert plain(filled) == plain(item)


def test_a_scene_is_copied_with_items_of_its_own() -> None:
    project = _project()
    after = apply_edits(project, [duplicate_scene(project, "one", "One")])
    assert after.scenes[1].name == "One 2"
    assert not {i.id for i in after.scenes[0].items} & {i.id for i in after.scenes[1].items}
    with pytest.raises(KeyError):
        duplicate_scene(project, "nowhere", "One")


def test_removing_and_naming() -> None:
    project = _project()
    after = apply_edits(project, remove_items("one", ["a", "d"]))
    assert [item.id for item in after.program.items] == ["b", "c"]
    assert free_name({"A", "A 2"}, "A") == "A 3"


def test_a_scene_is_put_into_another_by_one_source_for_all() -> None:
    project = _project()
    two = Scene(id="two", name="Red")
    project = project.model_copy(update={"scenes": (*project.scenes, two)})
    once = apply_edits(project, nest_scene(project, "two"))
    twice = apply_edits(once, nest_scene(once, "two"))
    assert [source.name for source in twice.sources] == ["Red", "Red 2"]
    assert twice.sources[1].settings == SceneSource(scene_id="two")
    first, second = twice.program.items[-2:]
    assert first.source_id == second.source_id == twice.sources[1].id
    assert first.bounds == Bounds(width=1920, height=1080)
    with pytest.raises(KeyError):
        nest_scene(project, "gone")
