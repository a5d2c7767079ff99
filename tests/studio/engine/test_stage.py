"""Sources at work show what their filters make of them."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from shared.errors import AppError
from studio.engine.protocol import SourceState
from studio.engine.schedule import TickSchedule
from studio.engine.stage import Stage
from studio.project.edits import apply_edits
from studio.project.filters import Filter
from studio.project.filters_edits import AddFilter, UpdateFilter
from studio.project.model import ColourSource, Project, Scene, SceneItem, Source

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
