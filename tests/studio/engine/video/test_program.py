"""What goes on air while scenes change: by the ticks' own time, without a break."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from fakes.pictures import at, close, flat

from studio.engine.pixels import Picture
from studio.engine.transitions import Transition, transition_kind
from studio.engine.video.coming import Coming
from studio.engine.video.program import Program, Switch
from studio.engine.video.scene_view import NestedView, SceneView, Shown
from studio.project.model import Bounds, SceneItem
from studio.project.transitions import FadeTransition, ItemTransition

_SIZE = (160, 90)
_RED, _GREEN, _BLUE = (200, 20, 20), (20, 200, 20), (20, 20, 200)
_MS = 1_000_000
_TICK_NS = 40 * _MS


def _shown(
    colour: tuple[int, int, int],
    size: tuple[int, int] = _SIZE,
    *,
    since_ns: int | None = None,
    **item: object,
) -> Shown:
    picture = Picture(flat(size, colour), 0, 1, False)
    made = SceneItem.model_validate({"id": "-".join(map(str, colour)), "source_id": "s", **item})
    return Shown(Coming(made, since_ns), lambda _now_ns: picture)


def _view(*shown: Shown) -> SceneView:
    view = SceneView(*_SIZE)
    view.show(shown)
    return view


def _fade() -> Transition:
    return transition_kind("fade").make(FadeTransition(), *_SIZE)


@pytest.fixture
def program() -> Iterator[Program]:
    with closing(Program(_view(_shown(_RED)))) as made:
        yield made


def _red(program: Program, now_ns: int) -> float:
    return at(program.compose(now_ns), 80, 45)[0]


def test_a_switch_without_a_transition_is_at_once(program: Program) -> None:
    assert close(at(program.compose(0), 80, 45), _RED)
    program.switch(Switch(_view(_shown(_GREEN))))
    assert close(at(program.compose(_TICK_NS), 80, 45), _GREEN)
    assert not program.is_changing


def test_a_fade_goes_by_the_time_of_the_ticks(program: Program) -> None:
    program.compose(0)
    program.switch(Switch(_view(_shown(_GREEN)), _fade(), 400 * _MS))
    began = 7 * _TICK_NS
    seen = [at(program.compose(began + step * 100 * _MS), 80, 45) for step in range(5)]
    for step, colour in enumerate(seen):
        share = step / 4
        wanted = tuple(a * (1 - share) + b * share for a, b in zip(_RED, _GREEN, strict=True))
        assert close(colour, wanted)
    assert not program.is_changing
    # A tick that never came is not made up for.
    program.switch(Switch(_view(_shown(_BLUE)), _fade(), 400 * _MS))
    program.compose(0)
    assert close(at(program.compose(300 * _MS), 80, 45), (20, 65, 155))


def test_a_switch_during_a_transition_starts_from_the_picture_on_air(program: Program) -> None:
    program.compose(0)
    program.switch(Switch(_view(_shown(_GREEN)), _fade(), 400 * _MS))
    program.compose(0)
    between = at(program.compose(200 * _MS), 80, 45)
    program.switch(Switch(_view(_shown(_BLUE)), _fade(), 400 * _MS))
    assert close(at(program.compose(240 * _MS), 80, 45), between)
    half = at(program.compose(440 * _MS), 80, 45)
    assert close(half, tuple((a + b) / 2 for a, b in zip(between, _BLUE, strict=True)))
    assert close(at(program.compose(640 * _MS), 80, 45), _BLUE)


def test_what_moves_moves_on_during_a_transition(program: Program) -> None:
    colours = iter(range(0, 250, 25))
    view = SceneView(*_SIZE)
    numbers = iter(range(1, 20))

    def picture_at(_now_ns: int) -> Picture:
        return Picture(flat(_SIZE, (0, next(colours), 0)), 0, next(numbers), False)

    view.show((Shown(Coming(SceneItem(id="m", source_id="s")), picture_at),))
    program.compose(0)
    program.switch(Switch(view, _fade(), 400 * _MS))
    greens = [at(program.compose(step * 100 * _MS), 80, 45)[1] for step in range(4)]
    assert greens == sorted(greens)
    assert greens[3] > greens[1] + 25


def test_numbers_rise_with_the_picture_and_only_then(program: Program) -> None:
    first = program.compose(0)
    assert program.compose(_TICK_NS) is first
    program.switch(Switch(_view(_shown(_GREEN)), _fade(), 80 * _MS))
    numbers = [program.compose(step * _TICK_NS).number for step in range(2, 6)]
    assert numbers == sorted(numbers)
    assert numbers[0] > first.number
    assert program.compose(6 * _TICK_NS).number == numbers[-1]


def test_an_order_that_is_replaced_is_closed_and_the_last_one_counts(program: Program) -> None:
    closed: list[str] = []

    class Told:
        length_ns = None
        sound = None

        def __init__(self, name: str) -> None:
            self.name = name

        def mix(self, first: object, second: object, moment: object) -> object:
            return first

        def close(self) -> None:
            closed.append(self.name)

    program.compose(0)
    first, second = Told("first"), Told("second")
    program.switch(Switch(_view(_shown(_GREEN)), first, _TICK_NS))  # type: ignore[arg-type]
    program.switch(Switch(_view(_shown(_BLUE)), second, _TICK_NS))  # type: ignore[arg-type]
    assert closed == ["first"]
    program.compose(0)
    assert closed == ["first"]
    program.compose(_TICK_NS)
    assert program.has_leftovers
    program.let_go()
    assert closed == ["first", "second"]
    assert close(at(program.compose(2 * _TICK_NS), 80, 45), _BLUE)


def test_another_canvas_is_cut_to(program: Program) -> None:
    program.compose(0)
    larger = SceneView(320, 180)
    program.switch(Switch(larger, _fade(), 400 * _MS))
    assert program.compose(0).frame.width == 320


@pytest.mark.parametrize("kind", ["fade", "slide", "scale"])
def test_an_item_comes_and_goes_in_its_own_way(kind: str) -> None:
    way = ItemTransition.model_validate({"kind": kind, "duration_ms": 400, "direction": "left"})
    item = {"x": 40, "y": 20, "showing": way, "hiding": way}
    back = _shown(_BLUE)
    for visible, begins in ((True, 0.0), (False, 1.0)):
        small = _shown(_RED, (60, 40), since_ns=1000 * _MS, visible=visible, **item)
        view = _view(back, small)
        assert close(at(view.compose(1000 * _MS), 70, 40), _RED if begins else _BLUE)
        assert close(at(view.compose(1400 * _MS), 70, 40), _BLUE if begins else _RED)
        half = view.compose(1200 * _MS)
        if kind == "fade":
            assert close(at(half, 70, 40), (110, 20, 110))
        elif kind == "scale":
            assert close(at(half, 70, 40), _RED)
            assert close(at(half, 44, 24), _BLUE)
        else:  # coming from the right, going to the left: half way either way
            moved = 100 if visible else 20
            assert close(at(half, moved + 8, 40), _RED)
            assert close(at(half, 70 if not visible else 60, 40), _BLUE)


def test_a_growing_item_in_bounds_grows_from_its_middle() -> None:
    way = ItemTransition(kind="scale", duration_ms=400)
    bounds = Bounds(width=80, height=40, fit="stretch")
    view = _view(_shown(_RED, x=40, y=20, bounds=bounds, showing=way, since_ns=0))
    half = view.compose(200 * _MS)
    assert close(at(half, 80, 40), _RED)
    assert close(at(half, 50, 25), (0, 0, 0))


def test_a_nested_scene_shows_what_is_in_it_and_its_ground_is_clear() -> None:
    inner = NestedView(*_SIZE)
    inner.show((_shown(_RED, (40, 40), x=20, y=20),))
    outer = SceneItem(id="outer", source_id="scene", x=40, rotation=90.0)
    view = _view(_shown(_BLUE), Shown(Coming(outer), inner.picture_at))
    shown = view.compose(0)
    assert view.compose(_TICK_NS) is shown
    # (40, 40) of 160x90, turned clockwise around (80, 45), then 40 to the right
    assert close(at(shown, 125, 8), _RED)
    assert close(at(shown, 60, 80), _BLUE)


def test_a_hidden_item_without_a_way_is_not_there() -> None:
    view = _view(_shown(_RED, visible=False))
    assert close(at(view.compose(0), 80, 45), (0, 0, 0))
