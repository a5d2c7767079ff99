"""Adding, placing and showing sources as edits of the scene document."""

import pytest

from studio.desk.placing import (
    add_source,
    bring_to_front,
    entries_of,
    has_picture,
    place_item,
    remove_source,
    reusable_of,
    reuse_source,
    show_source,
)
from studio.docks.sources import Place, SourceChoice, SourceKind
from studio.engine.protocol import SourceState
from studio.project.edits import apply_edits
from studio.project.geometry import Rect
from studio.project.grouping import group_items
from studio.project.inside import group_scene
from studio.project.model import Project, Scene, SceneItem, empty_project


def with_sources(*choices: SourceChoice) -> Project:
    project = empty_project()
    for choice in choices:
        project = apply_edits(project, add_source(project, choice))
    return project


def box(item: SceneItem) -> tuple[int, int, int, int]:
    assert item.bounds is not None
    return item.x, item.y, item.bounds.width, item.bounds.height


_SCREEN = SourceChoice(SourceKind.SCREEN, "", "Screen")
_CAMERA = SourceChoice(SourceKind.CAMERA, "/dev/video0", "Brio")


def test_the_first_picture_fills_the_canvas_and_the_next_stand_bottom_right() -> None:
    first, second = with_sources(_SCREEN, _CAMERA).program.items
    assert box(first) == (0, 0, 1920, 1080)
    x, y, width, height = box(second)
    assert x + width <= 1920
    assert y + height <= 1080
    assert x > 960
    assert y > 540


@pytest.mark.parametrize("kind", SourceKind)
def test_every_kind_makes_a_document_that_holds(kind: SourceKind) -> None:
    value = "Welcome" if kind is SourceKind.TEXT else "/dev/video0"
    project = with_sources(SourceChoice(kind, value))
    assert project.sources[0].settings.kind == kind.value
    assert project.sources[0].name
    is_sound = kind in {SourceKind.MICROPHONE, SourceKind.DESKTOP_SOUND}
    assert has_picture(project) is not is_sound
    assert [entry.item_id is None for entry in entries_of(project, ())] == [is_sound]


def test_names_are_told_apart() -> None:
    project = with_sources(_SCREEN, _SCREEN, _SCREEN)
    assert [source.name for source in project.sources] == ["Screen", "Screen 2", "Screen 3"]
    named = with_sources(SourceChoice(SourceKind.FILE, "/films/evening.mp4"))
    assert named.sources[0].name == "evening.mp4"


@pytest.mark.parametrize("place", Place)
def test_every_place_is_on_the_canvas(place: Place) -> None:
    project = with_sources(_SCREEN)
    item_id = project.program.items[0].id
    placed = apply_edits(project, place_item(project, item_id, place))
    x, y, width, height = box(placed.program.items[0])
    assert x >= 0
    assert y >= 0
    assert x + width <= 1920
    assert y + height <= 1080


def test_hiding_keeps_the_item_and_muting_the_source() -> None:
    project = with_sources(_SCREEN, SourceChoice(SourceKind.MICROPHONE, "", "Yeti"))
    picture, sound = entries_of(project, ())
    project = apply_edits(project, show_source(project, picture, is_on=False))
    project = apply_edits(project, show_source(project, sound, is_on=False))
    assert not has_picture(project)
    assert project.sources[1].muted
    assert [entry.is_on for entry in entries_of(project, ())] == [False, False]


def test_the_topmost_picture_comes_first_and_can_be_changed() -> None:
    project = with_sources(_SCREEN, _CAMERA)
    assert [entry.name for entry in entries_of(project, ())] == ["Brio", "Screen"]
    bottom = project.program.items[0].id
    project = apply_edits(project, bring_to_front(project, bottom))
    assert [entry.name for entry in entries_of(project, ())] == ["Screen", "Brio"]


def test_what_is_in_a_group_is_listed_hidden_placed_and_ordered_there() -> None:
    project = with_sources(_SCREEN, _CAMERA)
    placed = {item.id: Rect(0, 0, 640, 360) for item in project.program.items}
    edits, _ = group_items(project, project.program, placed, "Corner")
    project = apply_edits(project, edits)
    group = project.sources[-1]
    assert [entry.is_group for entry in entries_of(project, ())] == [True]
    top, bottom = entries_of(project, (), group_id=group.id)
    assert (top.name, bottom.name) == ("Brio", "Screen")
    assert bottom.item_id is not None
    project = apply_edits(project, show_source(project, top, is_on=False))
    project = apply_edits(project, place_item(project, bottom.item_id, Place.FULL))
    project = apply_edits(project, bring_to_front(project, bottom.item_id))
    below, above = group_scene(project, group.id).items
    assert not below.visible
    assert box(above) == (0, 0, 640, 360)


def test_removing_takes_the_item_along() -> None:
    project = with_sources(_SCREEN)
    project = apply_edits(project, remove_source(project.sources[0].id))
    assert project.sources == ()
    assert entries_of(project, ()) == ()


def test_what_has_gone_meanwhile_is_told() -> None:
    with pytest.raises(KeyError):
        place_item(empty_project(), "gone", Place.FULL)
    with pytest.raises(KeyError):
        bring_to_front(empty_project(), "gone")


def test_trouble_of_a_source_is_its_sentence() -> None:
    project = with_sources(_CAMERA)
    state = SourceState(
        source_id=project.sources[0].id, phase="failed", message="The camera has gone."
    )
    assert entries_of(project, (state,))[0].problem == "The camera has gone."
    well = state.model_copy(update={"phase": "running"})
    assert entries_of(project, (well,))[0].problem == ""


def test_a_source_of_another_scene_is_offered_and_shown_here_as_well() -> None:
    project = with_sources(SourceChoice(SourceKind.PATTERN, "", "Bars"))
    assert reusable_of(project) == ()
    other = Scene(id="other", name="Other")
    project = project.model_copy(
        update={"scenes": (*project.scenes, other), "program_scene_id": "other"}
    )
    (entry,) = reusable_of(project)
    assert entry.name == "Bars"
    after = apply_edits(project, reuse_source(project, entry.source_id))
    assert [item.source_id for item in after.edited.items] == [entry.source_id]
    assert len(after.sources) == len(project.sources)
    assert reusable_of(after) == ()
