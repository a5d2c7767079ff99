"""Inside groups: edits of their items, and a group's picture that reaches as far as they do."""

import pytest

from shared.errors import InvalidInput
from studio.project.edits import AddItem, History, MoveItem, RemoveItem, UpdateItem, apply_edits
from studio.project.geometry import Size, around, item_rect
from studio.project.group_edits import FitGroup
from studio.project.inside import entered, fit_group, holder_of, lie_of, size_of_holder
from studio.project.model import (
    Bounds,
    ColourSource,
    Crop,
    GroupSource,
    Project,
    Scene,
    SceneItem,
    Source,
)

_GROUP = Size(400, 200)
_PLACES = [
    {},
    {"x": 300, "y": 120, "scale": 1.5},
    {"x": 300, "y": 120, "rotation": 30.0},
    {"x": -40, "y": 60, "flip_across": True, "rotation": -75.0, "scale": 0.5},
    {"x": 10, "y": 20, "flip_down": True, "bounds": Bounds(width=800, height=100, fit="stretch")},
    {"x": 10, "y": 20, "bounds": Bounds(width=800, height=800), "rotation": 90.0},
]


def _project(**place: object) -> Project:
    """A group of two on the scene: one at its top left, one at its bottom right."""
    inner = (
        SceneItem(id="left", source_id="red"),
        SceneItem(id="right", source_id="blue", x=300, y=150),
    )
    plain = [
        Source(id=name, name=name, settings=ColourSource(width=100, height=50))
        for name in ("red", "blue")
    ]
    settings = GroupSource(width=400, height=200, items=inner)
    group = Source(id="group", name="Group", settings=settings)
    item = SceneItem.model_validate({"id": "g", "source_id": "group", **place})
    scene = Scene(id="one", name="One", items=(item,))
    return Project(sources=(*plain, group), scenes=(scene,), program_scene_id="one")


def _group(project: Project) -> GroupSource:
    settings = project.source("group").settings
    assert isinstance(settings, GroupSource)
    return settings


def _on_canvas(project: Project, item_id: str) -> tuple[float, ...]:
    """Where the corners of an item in the group are on the canvas."""
    group = _group(project)
    item = next(one for one in group.items if one.id == item_id)
    rect = item_rect(item, Size(100, 50))
    assert rect is not None
    lie = lie_of(project.program.items[0], Size(group.width, group.height))
    return (*lie.at(rect.x, rect.y), *lie.at(rect.right, rect.bottom))


def test_items_of_a_group_are_changed_ordered_added_and_taken_away_and_all_of_it_back() -> None:
    history = History(_project())
    first = history.project
    moved = _group(first).items[0].model_copy(update={"x": 40, "visible": False})
    for edit in (
        UpdateItem(scene_id="group", item=moved),
        MoveItem(scene_id="group", item_id="left", index=1),
        AddItem(scene_id="group", item=SceneItem(id="new", source_id="red"), index=0),
        RemoveItem(scene_id="group", item_id="right"),
    ):
        history.apply((edit,))
    assert [(one.id, one.x, one.visible) for one in _group(history.project).items] == [
        ("new", 0, True),
        ("left", 40, False),
    ]
    assert history.project.program == first.program
    while history.can_undo:
        history.undo()
    assert history.project == first


def test_a_group_cannot_be_put_into_itself() -> None:
    edit = AddItem(scene_id="group", item=SceneItem(id="new", source_id="group"))
    with pytest.raises(InvalidInput):
        apply_edits(_project(), (edit,))


@pytest.mark.parametrize("place", _PLACES)
def test_a_group_grows_with_its_items_and_nothing_seems_to_move(place: dict[str, object]) -> None:
    project = _project(**place)
    away = _group(project).items[1].model_copy(update={"x": 500, "y": -80})
    project = apply_edits(project, (UpdateItem(scene_id="group", item=away),))
    before = [_on_canvas(project, name) for name in ("left", "right")]

    def outline(item: SceneItem) -> object:
        rect = item_rect(item, Size(100, 50))
        return None if rect is None else around(rect, item.rotation)

    edits = fit_group(project, "group", _group(project).items, outline)  # type: ignore[arg-type]
    project = apply_edits(project, edits)
    assert (_group(project).width, _group(project).height) == (600, 130)
    for was, name in zip(before, ("left", "right"), strict=True):
        assert _on_canvas(project, name) == pytest.approx(was, abs=1.5)
    assert fit_group(project, "group", _group(project).items, outline) == ()  # type: ignore[arg-type]


def test_a_group_that_is_cropped_somewhere_keeps_its_frame() -> None:
    project = _project(crop=Crop(left=20))
    away = _group(project).items[1].model_copy(update={"x": 500})
    edits = fit_group(project, "group", (away,), lambda item: item_rect(item, Size(100, 50)))
    assert edits == ()


def test_the_frame_of_a_group_that_has_gone_is_refused() -> None:
    with pytest.raises(InvalidInput):
        apply_edits(_project(), (FitGroup(source_id="red", x=0, y=0, width=8, height=8),))


@pytest.mark.parametrize("place", _PLACES)
def test_a_point_goes_to_the_canvas_and_back(place: dict[str, object]) -> None:
    lie = lie_of(_project(**place).program.items[0], _GROUP)
    assert lie.back(*lie.at(37.0, 111.0)) == pytest.approx((37.0, 111.0))


def test_groups_in_groups_are_found_by_their_path_as_far_as_it_leads() -> None:
    project = _project(x=100, scale=2.0)
    inside = project.source("group")
    outer = GroupSource(items=(SceneItem(id="deep", source_id="group", x=10, y=20, scale=0.5),))
    item = SceneItem(id="o", source_id="outer", x=5)
    project = project.model_copy(
        update={
            "sources": (*project.sources, Source(id="outer", name="Outer", settings=outer)),
            "scenes": (Scene(id="one", name="One", items=(item,)),),
        }
    )
    found = entered(project, ("o", "deep", "left"))
    assert [one.scene.id for one in found] == ["outer", "group"]
    assert found[-1].lie.at(100, 50) == pytest.approx((65.0, 45.0))
    assert found[-1].lie.scale == pytest.approx(0.5)
    assert inside.id == holder_of(project, "left").id
    assert size_of_holder(project, holder_of(project, "left")) == _GROUP
    assert size_of_holder(project, project.program) == Size(1920, 1080)
    with pytest.raises(KeyError):
        holder_of(project, "gone")
