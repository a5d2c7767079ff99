"""Scenes at work: which sources run, what leaves when, and what windows look at; a driven clock."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.pictures import at, close, flat
from tools.waiting import until

from shared.errors import AppError
from shared.ring import RingReader
from studio.engine.audio.crossing import SceneSound
from studio.engine.pixels import Picture
from studio.engine.scene_looks import Look
from studio.engine.scenes import Scenes
from studio.engine.video.looks import Looks
from studio.engine.video.scene_view import PictureAt
from studio.project.edits import (
    AddItem,
    Edit,
    RemoveScene,
    SetProgramScene,
    UpdateItem,
    apply_edits,
)
from studio.project.model import (
    Canvas,
    ColourSource,
    GroupSource,
    Project,
    Scene,
    SceneItem,
    SceneSource,
    Source,
)
from studio.project.multiview import multiview_cells
from studio.project.stage_edits import ChooseTransition, SetPreviewScene, SetSceneTransition
from studio.project.transitions import (
    CutTransition,
    ItemTransition,
    StingerTransition,
    SwipeTransition,
    Transitions,
)

_SIZE = (160, 90)
_COLOURS = {"red": (200, 20, 20), "green": (20, 200, 20), "blue": (20, 20, 200)}
_MS = 1_000_000


def _item(name: str, source_id: str, **more: object) -> SceneItem:
    return SceneItem.model_validate({"id": name, "source_id": source_id, **more})


def _project() -> Project:
    plain = [
        Source(id=name, name=name, settings=ColourSource(width=160, height=90)) for name in _COLOURS
    ]
    group = GroupSource(width=80, height=40, items=(_item("in", "green"),))
    return Project(
        canvas=Canvas(width=160, height=90),
        sources=(
            *plain,
            Source(id="group", name="Group", settings=group),
            Source(id="inset", name="Inset", settings=SceneSource(scene_id="two")),
        ),
        scenes=(
            Scene(id="one", name="One", items=(_item("a", "red"),)),
            Scene(id="two", name="Two", items=(_item("b", "blue"), _item("g", "group", x=20))),
            Scene(id="three", name="Three", items=(_item("n", "inset"),)),
        ),
        program_scene_id="one",
        transitions=Transitions(duration_ms=400),
    )


class _Desk:
    """A document on scenes whose sources are flat colours."""

    def __init__(self) -> None:
        self.now_ms = 1000
        self.project = _project()
        self.problems: list[AppError] = []
        self.looks: dict[tuple[str, str], Look] = {}
        self.sound = SceneSound()
        self.scenes = Scenes(
            self.project,
            on_problem=self.problems.append,
            sound=self.sound,
            monotonic_ns=lambda: self.now_ms * _MS,
        )
        self.running: frozenset[str] = frozenset()
        self.apply()

    def apply(self, *edits: Edit) -> None:
        self.project = apply_edits(self.project, edits)
        self.running = self.scenes.plan(self.project, self.looks)
        self.scenes.show(self._picture_of)

    def _picture_of(self, source_id: str) -> PictureAt | None:
        if source_id not in self.running or source_id not in _COLOURS:
            return None
        picture = Picture(flat(_SIZE, _COLOURS[source_id]), 0, 1, False)
        return lambda _now_ns: picture

    def heard(self, source_id: str) -> float:
        """What share of a source's sound is on air now."""
        return float(np.asarray(self.sound.share(source_id, self.now_ms * _MS)).flat[0])

    def seen(self, x: int = 150, y: int = 80) -> tuple[float, ...]:
        return at(self.scenes.program.compose(self.now_ms * _MS), x, y)


def _pixels(ring: RingReader) -> bytes:
    frame = ring.latest()
    return b"" if frame is None else frame.pixels[:3]


def _shows(ring: RingReader, name: str) -> bool:
    pixel = _pixels(ring)
    return bool(pixel) and close(tuple(float(v) for v in pixel[::-1]), _COLOURS[name])


@pytest.fixture
def desk() -> Iterator[_Desk]:
    made = _Desk()
    made.seen()
    yield made
    made.scenes.close()


def _between(first: str, second: str, share: float) -> tuple[float, ...]:
    return tuple(
        a * (1 - share) + b * share for a, b in zip(_COLOURS[first], _COLOURS[second], strict=True)
    )


def test_a_switch_takes_the_transition_and_lets_the_old_scene_go_after_it(desk: _Desk) -> None:
    assert desk.running == {"red"}
    desk.apply(SetProgramScene(scene_id="two"))
    assert desk.running == {"red", "blue", "group", "green"}
    assert close(desk.seen(), _COLOURS["red"])
    desk.now_ms += 200
    assert close(desk.seen(), _between("red", "blue", 0.5))
    desk.apply()  # an edit on the way does not disturb it
    assert desk.running == {"red", "blue", "group", "green"}
    assert close(desk.seen(), _between("red", "blue", 0.5))
    desk.now_ms += 200
    assert close(desk.seen(), _COLOURS["blue"])
    assert desk.scenes.has_leftovers
    desk.apply()
    assert desk.running == {"blue", "group", "green"}
    assert not desk.scenes.has_leftovers


def test_sounds_cross_over_with_the_pictures_and_those_in_both_scenes_go_on(desk: _Desk) -> None:
    desk.apply(AddItem(scene_id="one", item=_item("also", "blue")))
    assert (desk.heard("red"), desk.heard("green")) == (1.0, 0.0)
    desk.apply(SetProgramScene(scene_id="two"))
    desk.now_ms += 40
    desk.seen()  # the tick at which the picture begins to change
    desk.now_ms += 200
    half = pytest.approx(0.7071, abs=1e-3)
    assert desk.heard("red") == half
    assert desk.heard("green") == half
    assert desk.heard("blue") == 1.0
    desk.now_ms += 200
    assert (desk.heard("red"), desk.heard("green")) == (0.0, 1.0)


def test_what_is_hidden_falls_silent_in_its_own_time_and_a_cut_at_once(desk: _Desk) -> None:
    slow = _item("a", "red", hiding=ItemTransition(duration_ms=200))
    desk.apply(UpdateItem(scene_id="one", item=slow))
    desk.apply(UpdateItem(scene_id="one", item=slow.model_copy(update={"visible": False})))
    desk.now_ms += 100
    assert desk.heard("red") == pytest.approx(0.7071, abs=1e-3)
    desk.now_ms += 100
    assert desk.heard("red") == 0.0
    desk.scenes.take_once(CutTransition())
    desk.apply(SetProgramScene(scene_id="three"))
    desk.seen()
    desk.now_ms += 6
    assert desk.heard("blue") == desk.heard("green") == 1.0  # in a scene in the scene


def test_a_scene_has_its_own_way_and_an_order_may_have_another(desk: _Desk) -> None:
    swipe = SwipeTransition(direction="left", duration_ms=100)
    desk.apply(SetSceneTransition(scene_id="two", transition=swipe))
    desk.apply(SetProgramScene(scene_id="two"))
    desk.seen()
    desk.now_ms += 50
    assert close(desk.seen(150), _COLOURS["blue"])
    assert close(desk.seen(10), _COLOURS["red"])
    desk.now_ms += 50
    desk.seen()
    desk.scenes.take_once(CutTransition())
    desk.apply(SetProgramScene(scene_id="one"))
    assert close(desk.seen(), _COLOURS["red"])
    desk.apply(ChooseTransition(name="cut"), SetProgramScene(scene_id="three"))
    assert close(desk.seen(), _COLOURS["blue"])
    assert close(desk.seen(30, 10), _COLOURS["green"])


def test_a_transition_that_cannot_be_made_is_a_cut_and_is_said(desk: _Desk) -> None:
    desk.scenes.take_once(StingerTransition(path="gone.webm"))
    desk.apply(SetProgramScene(scene_id="two"))
    assert close(desk.seen(), _COLOURS["blue"])
    assert [error.code for error in desk.problems] == ["FILE_MISSING"]


def test_switching_there_and_back_ends_where_it_should(desk: _Desk) -> None:
    desk.apply(SetProgramScene(scene_id="two"))
    desk.seen()
    desk.now_ms += 100
    desk.seen()
    desk.apply(SetProgramScene(scene_id="one"))
    between = desk.seen()
    assert close(between, _between("red", "blue", 0.25))
    for _ in range(5):
        desk.now_ms += 100
        desk.seen()
    assert close(desk.seen(), _COLOURS["red"])
    desk.apply()
    assert desk.running == {"red"}


def test_the_scene_that_left_may_be_removed_on_the_way(desk: _Desk) -> None:
    desk.apply(SetProgramScene(scene_id="two"))
    desk.seen()
    desk.apply(RemoveScene(scene_id="one"))
    desk.now_ms += 200
    desk.seen()
    desk.now_ms += 400
    assert close(desk.seen(), _COLOURS["blue"])


def test_a_hidden_item_goes_in_its_own_way_and_then_stops(desk: _Desk) -> None:
    way = ItemTransition(kind="fade", duration_ms=200)
    item = _item("a", "red", hiding=way, showing=way)
    desk.apply(UpdateItem(scene_id="one", item=item))
    hidden = item.model_copy(update={"visible": False})
    desk.apply(UpdateItem(scene_id="one", item=hidden))
    assert desk.running == {"red"}
    desk.now_ms += 100
    assert close(desk.seen(), (100, 10, 10))
    desk.now_ms += 100
    assert close(desk.seen(), (0, 0, 0))
    assert desk.scenes.has_leftovers
    desk.apply()
    assert desk.running == frozenset()
    desk.apply(UpdateItem(scene_id="one", item=item))
    desk.now_ms += 100
    assert close(desk.seen(), (100, 10, 10))


def test_another_canvas_is_taken_at_once(desk: _Desk) -> None:
    desk.project = desk.project.model_copy(update={"canvas": Canvas(width=320, height=180)})
    desk.apply()
    assert desk.scenes.program.compose(0).frame.width == 320


def test_what_a_window_looks_at_runs_without_being_on_air(desk: _Desk) -> None:
    desk.looks = {("preview", "scene"): Look("two", 0.5), ("x", "scene"): Look("gone", 1.0)}
    desk.apply(SetPreviewScene(scene_id="two"))
    assert desk.running == {"red", "blue", "group", "green"}
    (view,) = desk.scenes.looked.values()
    small = view.compose(0)
    assert (small.frame.width, small.frame.height) == (80, 44)
    assert close(at(small, 70, 40), _COLOURS["blue"])
    assert close(at(small, 15, 5), _COLOURS["green"])
    assert close(desk.seen(), _COLOURS["red"])
    desk.apply()
    assert next(iter(desk.scenes.looked.values())) is view


async def test_views_are_drawn_into_rings_while_they_are_leased(
    desk: _Desk, tmp_path: Path
) -> None:
    looks = Looks(tmp_path)
    try:
        assert looks.subscribe(1, "multiview", width=160, height=90, fps=30)
        assert not looks.subscribe(1, "multiview", width=160, height=90, fps=30)
        desk.apply(SetPreviewScene(scene_id="two"))
        desk.looks = dict(looks.planned(desk.project))
        desk.apply()
        looks.use(desk.scenes.looked)
        with RingReader(looks.path("multiview")) as ring:
            await until(lambda: any(_pixels(ring)), "a picture with colours in it")
            frame = ring.latest()
            assert frame is not None
        cells = multiview_cells(desk.project)
        assert [cell.name for cell in cells] == ["preview", "program", "one", "two", "three"]
        wanted = ("blue", "red", "red", "blue", "blue")
        for cell, name in zip(cells, wanted, strict=True):
            x, y = int((cell.x + cell.share * 0.9) * 160), int((cell.y + cell.share * 0.8) * 90)
            pixel = frame.pixels[(y * frame.width + x) * 4 :][:3]
            assert close(tuple(float(v) for v in pixel[::-1]), _COLOURS[name])
        looks.subscribe(2, "preview", width=160, height=90, fps=30)
        for scene_id, name in (("two", "blue"), ("one", "red")):  # each the first of its scene
            desk.apply(SetPreviewScene(scene_id=scene_id))
            desk.looks = dict(looks.planned(desk.project))
            desk.apply()
            looks.use(desk.scenes.looked)
            with RingReader(looks.path("preview")) as ring:
                await until(lambda seen=ring, to=name: _shows(seen, to), f"the preview: {name}")
        looks.unsubscribe(2)
        looks.unsubscribe(1)
        assert not looks.is_wanted
        assert looks.has_leftovers
        assert looks.planned(desk.project) == {}
        assert not looks.path("multiview").exists()
    finally:
        looks.close()
