"""The words on "Undo": what each step did, through undo and redo, also of others."""

from studio.project.edits import (
    AddItem,
    AddScene,
    AddSource,
    Edit,
    History,
    MoveItem,
    RemoveItem,
    UpdateItem,
    UpdateSource,
)
from studio.project.geometry import Rect, Size
from studio.project.group_edits import FitGroup
from studio.project.grouping import group_items, ungroup_item
from studio.project.model import (
    Bounds,
    ColourSource,
    Crop,
    GroupSource,
    Scene,
    SceneItem,
    Source,
    empty_project,
)
from studio.project.stage_edits import (
    ChooseTransition,
    SetPreviewScene,
    SetSceneTransition,
    TakePreview,
)
from studio.project.steps import StepKind, StepNames
from studio.project.transitions import CutTransition


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
        ({"rotation": 15.0}, StepKind.TURN),
        ({"flip_down": True}, StepKind.TURN),
        ({"opacity": 0.5}, StepKind.LOOK),
        ({"blend": "screen"}, StepKind.LOOK),
    ):
        item = item.model_copy(update=update)
        steps.append((UpdateItem(scene_id=main, item=item), kind))
    muted = source.model_copy(update={"muted": True})
    steps += [
        (UpdateSource(source=muted), StepKind.CHANGE_SOUND),
        (AddScene(scene=Scene(id="two", name="Two")), StepKind.ADD_SCENE),
        (SetPreviewScene(scene_id="two"), StepKind.STUDIO_MODE),
        (TakePreview(), StepKind.SWITCH_SCENE),
        (ChooseTransition(name="slide"), StepKind.TRANSITION),
        (
            SetSceneTransition(scene_id="two", transition=CutTransition()),
            StepKind.TRANSITION,
        ),
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


def test_a_group_is_named_for_what_it_is() -> None:
    first = SceneItem(id="i", source_id="s")
    second = SceneItem(id="j", source_id="s", x=500)
    source = Source(id="s", name="Red", settings=ColourSource(width=100, height=100))
    history, names = History(empty_project()), StepNames()
    main = history.project.program.id
    history.apply(
        [
            AddSource(source=source),
            AddItem(scene_id=main, item=first),
            AddItem(scene_id=main, item=second),
        ]
    )
    names.saw(history.project)
    placed = {"i": Rect(0, 0, 100, 100), "j": Rect(500, 0, 100, 100)}
    edits, _ = group_items(history.project, history.project.program, placed, "Group")
    names.saw(history.apply(edits))
    assert names.undo is StepKind.GROUP
    project = history.project
    edits, _ = ungroup_item(
        project, project.program, project.program.items[0], sizes={"s": Size(100, 100)}
    )
    names.saw(history.apply(edits))
    assert names.undo is StepKind.UNGROUP


def test_a_step_inside_a_group_is_named_by_what_it_did_there() -> None:
    inner = (SceneItem(id="a", source_id="s"), SceneItem(id="b", source_id="s", x=9))
    group = Source(id="g", name="Group", settings=GroupSource(items=inner))
    project = empty_project()
    project = project.model_copy(
        update={"sources": (Source(id="s", name="Red", settings=ColourSource()), group)}
    )
    history, names = History(project), StepNames()
    names.saw(project)
    hidden = inner[1].model_copy(update={"visible": False})
    steps: tuple[tuple[Edit, StepKind], ...] = (
        (UpdateItem(scene_id="g", item=hidden), StepKind.SHOW),
        (MoveItem(scene_id="g", item_id="a", index=1), StepKind.ORDER_ITEMS),
        (FitGroup(source_id="g", x=4, y=0, width=80, height=40), StepKind.MOVE),
        (RemoveItem(scene_id="g", item_id="a"), StepKind.REMOVE_ITEM),
    )
    for edit, kind in steps:
        names.saw(history.apply((edit,)))
        assert names.undo is kind
