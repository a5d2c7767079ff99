"""The words on "Undo": what each step did, through undo and redo, also of others."""

from studio.project.edits import (
    AddItem,
    AddScene,
    AddSource,
    Edit,
    History,
    RemoveItem,
    SetProgramScene,
    UpdateItem,
    UpdateSource,
)
from studio.project.model import Bounds, ColourSource, Crop, Scene, SceneItem, Source, empty_project
from studio.project.steps import StepKind, StepNames


def test_every_step_is_named_and_undone_by_its_name() -> None:
    history, names = History(empty_project()), StepNames()
    names.saw(history.project)
    main = history.project.program.id
    source = Source(id="s", name="Red", settings=ColourSource())
    item = SceneItem(id="i", source_id="s")
    steps: list[tuple[Edit, StepKind]] = [
        (AddSource(source=source), StepKind.ADD_SOURCE),
        (AddItem(scene_id=main, item=item), StepKind.ADD_ITEM),
    ]
    for update, kind in (
        ({"x": 5}, StepKind.MOVE),
        ({"bounds": Bounds(width=9, height=9)}, StepKind.RESIZE),
        ({"crop": Crop(left=3)}, StepKind.CROP),
        ({"visible": False}, StepKind.SHOW),
        ({"locked": True}, StepKind.LOCK),
    ):
        item = item.model_copy(update=update)
        steps.append((UpdateItem(scene_id=main, item=item), kind))
    muted = source.model_copy(update={"muted": True})
    steps += [
        (UpdateSource(source=muted), StepKind.CHANGE_SOURCE),
        (AddScene(scene=Scene(id="two", name="Two")), StepKind.ADD_SCENE),
        (SetProgramScene(scene_id="two"), StepKind.SWITCH_SCENE),
        (RemoveItem(scene_id=main, item_id="i"), StepKind.REMOVE_ITEM),
    ]
    for edit, kind in steps:
        names.saw(history.apply([edit]))
        assert (names.undo, names.redo) == (kind, None)
    for _edit, kind in reversed(steps):
        assert names.undo is kind
        names.saw(history.undo())
        assert names.redo is kind
    assert names.undo is None
    for _edit, kind in steps:
        names.saw(history.redo())
        assert names.undo is kind


def test_a_gesture_is_one_step() -> None:
    names, project = StepNames(), empty_project()
    names.saw(project)
    for number in range(3):
        named = project.model_copy(update={"name": f"{number}"})
        names.saw(named, is_same_step=number > 0)
    names.saw(project)
    assert names.undo is None
    assert names.redo is StepKind.CHANGE
