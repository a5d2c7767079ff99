"""Sources at work show what their filters make of them."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from shared.errors import AppError
from studio.engine.pixels import plane_view
from studio.engine.protocol import SourceState
from studio.engine.scenes import Scenes
from studio.engine.schedule import TickSchedule
from studio.engine.stage import Stage
from studio.project.edits import apply_edits
from studio.project.filters import Filter
from studio.project.filters_edits import AddFilter, UpdateFilter
from studio.project.model import (
    Canvas,
    ColourSource,
    GroupSource,
    Project,
    Scene,
    SceneItem,
    Source,
)

_BOUND_S = 30.0


class _Rig:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self.states: list[SourceState] = []
        self.problems: list[AppError] = []
        self.stage = Stage(
            TickSchedule(30, time.monotonic_ns()),
            on_source_change=self._on_change,
            on_problem=self.problems.append,
        )

    def _on_change(self, state: SourceState) -> None:
        with self._changed:
            self.states.append(state)
            self._changed.notify_all()

    def apply(self, project: Project) -> None:
        self.stage.let_go(self.stage.apply(project, {"a"}))

    def blue(self) -> int | None:
        picture_at = self.stage.picture_of("a")
        picture = None if picture_at is None else picture_at(0)
        return picture and int(picture.frame.to_ndarray(format="bgr24")[0, 0, 0])

    def wait(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so; pictures are looked for as a tick does."""
        end_s = time.monotonic() + _BOUND_S
        with self._changed:
            while not is_so() and time.monotonic() < end_s:
                self._changed.wait(0.01)
        assert is_so()


@pytest.fixture
def rig() -> Iterator[_Rig]:
    """A stage, closed with the test."""
    rig = _Rig()
    yield rig
    rig.stage.close()


def _project() -> Project:
    source = Source(id="a", name="A", settings=ColourSource(colour="#102030", width=64, height=48))
    scene = Scene(id="one", name="One", items=(SceneItem(id="i", source_id="a"),))
    return Project(sources=(source,), scenes=(scene,), program_scene_id="one")


def test_filters_change_what_is_shown_and_what_is_said_of_it(rig: _Rig) -> None:
    project = _project()
    rig.apply(project)
    rig.wait(lambda: rig.blue() == 0x30)
    brighter = Filter(id="b", kind="colour_correction", settings={"add": "#000040"})
    crop = Filter(id="c", kind="crop_pad", settings={"left": 32})
    project = apply_edits(
        project, [AddFilter(source_id="a", filter=one) for one in (brighter, crop)]
    )
    rig.apply(project)
    rig.wait(lambda: rig.blue() == 0x70)
    assert rig.stage.states()[0].width == 32
    rig.wait(lambda: any(state.width == 32 for state in rig.states))
    off = brighter.model_copy(update={"enabled": False})
    rig.apply(apply_edits(project, [UpdateFilter(source_id="a", filter=off)]))
    rig.wait(lambda: rig.blue() == 0x30)


def test_a_filter_that_cannot_work_is_told_with_its_source_going_on(rig: _Rig) -> None:
    lost = Filter(id="l", kind="lut", settings={"path": "/nowhere/look.cube"})
    rig.apply(apply_edits(_project(), [AddFilter(source_id="a", filter=lost)]))
    rig.wait(lambda: rig.blue() == 0x30)
    rig.wait(lambda: bool(rig.stage.states()[0].filter_problems))
    assert rig.stage.states()[0].phase == "running"
    assert [error.code for error in rig.problems] == ["FILE_MISSING"]


class _Composed:
    """A show's scenes over a stage, as a broadcast puts them together."""

    def __init__(self, rig: _Rig, project: Project) -> None:
        self._rig = rig
        self.scenes = Scenes(project, on_problem=rig.problems.append)

    def apply(self, project: Project) -> None:
        shown = self.scenes.plan(project, {})
        leaving = self._rig.stage.apply(project, shown)
        self.scenes.show(self._rig.stage.picture_of, self._rig.stage.behind_filters)
        self._rig.stage.let_go(leaving)

    def luma(self, x: int) -> int:
        composed = self.scenes.program.compose(time.monotonic_ns())
        return int(plane_view(composed.frame, 0)[24, x])


def test_a_group_has_filters_of_its_own(rig: _Rig) -> None:
    inner = SceneItem(id="i", source_id="a")
    group = Source(id="g", name="G", settings=GroupSource(width=64, height=48, items=(inner,)))
    white = Source(id="a", name="A", settings=ColourSource(colour="#FFFFFF", width=64, height=48))
    scene = Scene(id="one", name="One", items=(SceneItem(id="o", source_id="g"),))
    project = Project(
        canvas=Canvas(width=64, height=48),
        sources=(white, group),
        scenes=(scene,),
        program_scene_id="one",
    )
    composed = _Composed(rig, project)
    composed.apply(project)
    rig.wait(lambda: composed.luma(10) == 235)
    crop = Filter(id="c", kind="crop_pad", settings={"right": 32})
    dark = Filter(id="d", kind="colour_correction", settings={"multiply": "#808080"})
    changed = apply_edits(project, [AddFilter(source_id="g", filter=one) for one in (crop, dark)])
    composed.apply(changed)
    rig.wait(lambda: abs(composed.luma(10) - 126) <= 1 and composed.luma(50) == 16)
    composed.apply(project)
    rig.wait(lambda: composed.luma(10) == composed.luma(50) == 235)
    names = [thread.name for thread in threading.enumerate()]
    assert not any(name.startswith("filters-") for name in names)
    composed.scenes.close()
