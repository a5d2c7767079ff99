"""Edits of a project: all or nothing, undone exactly, whatever is asked for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.errors import AppError, InvalidInput
from studio.project.edits import (
    AddItem,
    AddScene,
    AddSource,
    Edit,
    History,
    MoveItem,
    MoveScene,
    RemoveItem,
    RemoveScene,
    RemoveSource,
    RenameProject,
    RenameScene,
    SetCanvas,
    SetProgramScene,
    UpdateItem,
    UpdateSource,
    apply_edits,
)
from studio.project.group_edits import FitGroup
from studio.project.model import (
    Canvas,
    ColourSource,
    GroupSource,
    PatternSource,
    Project,
    Scene,
    SceneItem,
    SceneSource,
    Source,
    empty_project,
)
from studio.project.stage_edits import (
    ChooseTransition,
    SetPreviewScene,
    SetSceneTransition,
    SetTransition,
    TakePreview,
)
from studio.project.transitions import FadeTransition, SlideTransition

_SOURCES = ("a", "b", "c")
_SCENES = ("one", "two", "three")
_ITEMS = ("i", "j", "k", "l")


def _source(name: str, colour: str = "#112233") -> Source:
    return Source(id=name, name=name, settings=ColourSource(colour=colour))


def _start() -> Project:
    return Project(scenes=(Scene(id="one", name="One"),), program_scene_id="one")


def _composed(
    ids: st.SearchStrategy[str],
    scenes: st.SearchStrategy[str],
    items: st.SearchStrategy[SceneItem],
) -> st.SearchStrategy[Source]:
    """Sources that show scenes and items: those that would show themselves are refused."""
    settings = st.builds(SceneSource, scene_id=scenes) | st.builds(
        GroupSource, items=st.lists(items, max_size=2).map(tuple)
    )
    return st.builds(Source, id=ids, name=st.just("Group"), settings=settings)


def _edits() -> st.SearchStrategy[Edit]:
    sources, scenes = st.sampled_from(_SOURCES), st.sampled_from(_SCENES)
    items = st.builds(
        SceneItem,
        id=st.sampled_from(_ITEMS),
        source_id=sources,
        x=st.integers(-100, 100),
        scale=st.floats(0.01, 64.0),
        rotation=st.floats(-360.0, 360.0),
        visible=st.booleans(),
        locked=st.booleans(),
    )
    owners = scenes | sources  # a scene, or the source of a group
    gestures = st.sampled_from([None, "drag 1", "drag 2"])
    return st.one_of(
        st.builds(AddSource, source=st.builds(_source, sources)),
        st.builds(
            UpdateSource,
            source=st.builds(_source, sources, st.sampled_from(["#000000", "#FFFFFF80"])),
            gesture=gestures,
        ),
        st.builds(RemoveSource, source_id=sources),
        st.builds(AddScene, scene=st.builds(Scene, id=scenes, name=st.just("New"))),
        st.builds(RenameScene, scene_id=scenes, name=st.text(min_size=1, max_size=9)),
        st.builds(RemoveScene, scene_id=scenes),
        st.builds(SetProgramScene, scene_id=scenes),
        st.builds(MoveScene, scene_id=scenes, index=st.integers(0, 5)),
        st.builds(RenameProject, name=st.text(min_size=1, max_size=9)),
        st.builds(AddItem, scene_id=owners, item=items, index=st.none() | st.integers(0, 5)),
        st.builds(UpdateItem, scene_id=owners, item=items, gesture=gestures),
        st.builds(
            MoveItem, scene_id=owners, item_id=st.sampled_from(_ITEMS), index=st.integers(0, 9)
        ),
        st.builds(RemoveItem, scene_id=owners, item_id=st.sampled_from(_ITEMS)),
        st.builds(
            FitGroup,
            source_id=sources,
            x=st.integers(-200, 200),
            y=st.integers(-200, 200),
            width=st.integers(2, 2000),
            height=st.integers(2, 2000),
            gesture=gestures,
        ),
        st.builds(SetPreviewScene, scene_id=st.none() | scenes),
        st.builds(TakePreview),
        st.builds(
            SetTransition,
            transition=st.none() | st.builds(SlideTransition, duration_ms=st.integers(50, 900)),
            duration_ms=st.none() | st.integers(50, 900),
            gesture=gestures,
        ),
        st.builds(ChooseTransition, name=st.sampled_from(["cut", "stinger"])),
        st.builds(
            SetSceneTransition,
            scene_id=scenes,
            transition=st.none() | st.builds(FadeTransition),
        ),
        st.builds(AddSource, source=_composed(sources, scenes, items)),
        st.builds(SetCanvas, canvas=st.builds(Canvas, width=st.sampled_from([640, 1920]))),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(_edits(), min_size=1, max_size=3), max_size=25))
def test_every_edit_is_whole_and_every_undo_exact(steps: list[list[Edit]]) -> None:
    history = History(_start())
    versions = [_bytes(history.project)]
    last: str | None = None
    for step in steps:
        before = history.project
        try:
            history.apply(step)
        except InvalidInput:
            assert history.project is before
            continue
        Project.model_validate(history.project.model_dump())
        gesture = _gesture(step)
        if gesture is not None and gesture == last:
            versions[-1] = _bytes(history.project)  # more of the same step
        else:
            versions.append(_bytes(history.project))
        last = gesture
    assert _bytes(history.project) == versions[-1]
    for wanted in reversed(versions[:-1]):
        assert _bytes(history.undo()) == wanted
    assert not history.can_undo
    for wanted in versions[1:]:
        assert _bytes(history.redo()) == wanted
    assert not history.can_redo
    while history.can_undo:
        history.undo()
    assert _bytes(history.project) == _bytes(_start())


def _bytes(project: Project) -> bytes:
    return project.model_dump_json(indent=1).encode()


def _gesture(step: list[Edit]) -> str | None:
    gestures = {getattr(edit, "gesture", None) for edit in step}
    return gestures.pop() if len(gestures) == 1 else None


def test_a_drag_is_one_step_however_often_it_is_sent() -> None:
    history = History(_start())
    history.apply([AddSource(source=_source("a"))])
    item = SceneItem(id="i", source_id="a")
    history.apply([AddItem(scene_id="one", item=item)])
    placed = history.project
    for x in range(1, 6):
        moved = item.model_copy(update={"x": x})
        history.apply([UpdateItem(scene_id="one", item=moved, gesture="drag 1")])
    again = item.model_copy(update={"x": 50})
    history.apply([UpdateItem(scene_id="one", item=again, gesture="drag 2")])
    assert history.undo().program.items[0].x == 5
    assert history.undo() == placed
    history.redo()
    history.apply([UpdateItem(scene_id="one", item=again, gesture="drag 1")])
    assert history.undo().program.items[0].x == 5  # undoing had ended that drag


def test_removing_a_source_removes_its_items() -> None:
    project = apply_edits(
        _start(),
        [
            AddSource(source=_source("a")),
            AddItem(scene_id="one", item=SceneItem(id="i", source_id="a")),
            RemoveSource(source_id="a"),
        ],
    )
    assert project.sources == ()
    assert project.program.items == ()


def test_the_scene_on_air_cannot_be_removed() -> None:
    with pytest.raises(InvalidInput) as refused:
        apply_edits(_start(), [RemoveScene(scene_id="one")])
    assert refused.value.code == "SCENE_ON_AIR"


@pytest.mark.parametrize(
    "edit",
    [
        RemoveSource(source_id="x"),
        UpdateSource(source=_source("x")),
        RenameScene(scene_id="x", name="New"),
        SetProgramScene(scene_id="x"),
        RemoveItem(scene_id="one", item_id="x"),
        MoveItem(scene_id="one", item_id="x", index=0),
    ],
)
def test_what_is_gone_cannot_be_edited(edit: Edit) -> None:
    with pytest.raises(AppError) as refused:
        apply_edits(_start(), [edit])
    assert refused.value.code == "NOT_FOUND"


def test_an_edit_that_breaks_the_document_is_refused_with_all_that_came_with_it() -> None:
    history = History(_start())
    with pytest.raises(InvalidInput):
        history.apply(
            [
                AddSource(source=_source("a")),
                AddItem(scene_id="one", item=SceneItem(id="i", source_id="nobody")),
            ]
        )
    assert history.project == _start()


def test_history_is_bounded() -> None:
    history = History(_start(), limit=5)
    for number in range(20):
        history.apply([RenameScene(scene_id="one", name=f"{number}")])
    undone = 0
    while history.can_undo:
        history.undo()
        undone += 1
    assert undone == 5


def test_a_new_edit_forgets_what_was_undone() -> None:
    history = History(empty_project())
    history.apply([AddSource(source=Source(id="p", name="P", settings=PatternSource()))])
    history.undo()
    history.apply([AddSource(source=_source("a"))])
    assert not history.can_redo


def _nested() -> Project:
    inner = SceneItem(id="i", source_id="a")
    return Project(
        sources=(
            _source("a"),
            Source(id="group", name="Group", settings=GroupSource(items=(inner,))),
            Source(id="inset", name="Two", settings=SceneSource(scene_id="two")),
        ),
        scenes=(
            Scene(id="one", name="One", items=(SceneItem(id="n", source_id="inset"),)),
            Scene(id="two", name="Two", items=(SceneItem(id="g", source_id="group"),)),
        ),
        program_scene_id="one",
    )


def test_a_scene_never_shows_itself() -> None:
    project = _nested()
    with pytest.raises(InvalidInput):
        apply_edits(
            project,
            (AddItem(scene_id="two", item=SceneItem(id="x", source_id="inset")),),
        )


def test_what_shows_a_removed_scene_or_source_goes_with_it() -> None:
    project = apply_edits(_nested(), (SetPreviewScene(scene_id="two"),))
    after = apply_edits(project, (RemoveScene(scene_id="two"),))
    assert not after.scenes[0].items
    assert (after.preview_scene_id, len(after.sources)) == ("one", 2)
    group = apply_edits(project, (RemoveSource(source_id="a"),)).source("group").settings
    assert isinstance(group, GroupSource)
    assert not group.items


def test_taking_the_preview_exchanges_the_scenes_and_only_in_studio_mode() -> None:
    project = _nested()
    assert apply_edits(project, (TakePreview(),)) == project
    taken = apply_edits(project, (SetPreviewScene(scene_id="two"), TakePreview()))
    assert (taken.program_scene_id, taken.preview_scene_id) == ("two", "one")
    assert taken.edited.id == "one"


def test_a_transition_keeps_its_settings_while_another_is_chosen() -> None:
    slide = SlideTransition(direction="up", duration_ms=700)
    project = apply_edits(_start(), (SetTransition(transition=slide),))
    other = apply_edits(project, (ChooseTransition(name="cut"), SetTransition(duration_ms=900)))
    assert (other.transitions.present.kind, other.transitions.duration_ms) == ("cut", 900)
    again = apply_edits(other, (ChooseTransition(name="slide"),))
    assert again.transitions.present == slide
