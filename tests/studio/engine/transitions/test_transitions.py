"""Every transition: begins with the first picture, ends with the second, and keeps to the rules."""

from collections.abc import Iterator
from contextlib import closing
from fractions import Fraction
from pathlib import Path
from typing import get_args

import av
import numpy as np
import pytest
from fakes.films import write_stinger
from fakes.media import write_flash_clip
from fakes.pictures import close, colour_at, flat, placed
from tools.waiting import until

from shared.errors import InvalidInput
from studio.engine.pixels import plane_view
from studio.engine.transitions import TRANSITIONS, Moment, Transition, TransitionKind
from studio.engine.transitions.luma import luma_shape
from studio.engine.transitions.stinger import Stinger
from studio.engine.video.compositor import Compositor
from studio.project.transitions import (
    TRANSITION_SETTINGS,
    ColourTransition,
    LumaShape,
    LumaTransition,
    SlideTransition,
    StingerTransition,
    SwipeTransition,
    Transitions,
)

_SIZE = (160, 90)
_RED, _BLUE = (210, 30, 40), (20, 40, 220)
_LENGTH_NS = 400_000_000
_A_SAMPLE = Fraction(1, 48_000)


def _picture(colour: tuple[int, int, int]) -> av.VideoFrame:
    return Compositor(*_SIZE).compose([placed(flat(_SIZE, colour))]).frame


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of 400 ms that covers all from 133 to 267 ms."""
    path = tmp_path_factory.mktemp("stinger") / "stinger.mov"
    write_stinger(path, _SIZE)
    return path


def _made(kind: TransitionKind, film: Path) -> Transition:
    if kind.kind == "stinger":
        return Stinger(StingerTransition(path=str(film), cut_ms=200), *_SIZE, patience_s=20.0)
    return kind.make(kind.settings(), *_SIZE)


def _at(progress: float) -> Moment:
    return Moment(progress, int(progress * _LENGTH_NS))


@pytest.mark.parametrize("kind", TRANSITIONS, ids=lambda kind: kind.kind)
class TestEvery:
    """What holds for each transition."""

    @pytest.fixture
    def transition(self, kind: TransitionKind, film: Path) -> Iterator[Transition]:
        with closing(_made(kind, film)) as made:
            yield made

    def test_is_known_to_the_document(self, kind: TransitionKind) -> None:
        assert TRANSITION_SETTINGS[kind.kind] is kind.settings
        assert Transitions().of(kind.kind) == kind.settings()

    def test_leads_from_the_first_picture_to_the_second(
        self, kind: TransitionKind, transition: Transition
    ) -> None:
        first, second = _picture(_RED), _picture(_BLUE)
        if kind.kind != "cut":
            begun = transition.mix(first, second, _at(0.0))
            assert close(colour_at(begun, 40, 40), _RED)
        ended = transition.mix(first, second, _at(0.9999))
        shares = [close(colour_at(ended, x, 40), _BLUE) for x in (100, 120, 150)]
        assert all(shares)

    def test_writes_into_neither_and_never_again(
        self, kind: TransitionKind, transition: Transition
    ) -> None:
        first, second = _picture(_RED), _picture(_BLUE)
        before = [plane_view(one, 0).copy() for one in (first, second)]
        made = [transition.mix(first, second, _at(step / 8)) for step in range(9)]
        copies = [plane_view(one, 0).copy() for one in made]
        transition.mix(first, second, _at(0.99))
        for one, copy in zip((first, second), before, strict=True):
            assert np.array_equal(plane_view(one, 0), copy)
        for one, copy in zip(made, copies, strict=True):
            assert np.array_equal(plane_view(one, 0), copy)
            assert (one.width, one.height, one.format.name) == (*_SIZE, "yuv420p")
            assert (one.colorspace, one.color_range) == (1, 1)

    def test_between_equal_pictures_shows_that_picture(
        self, kind: TransitionKind, transition: Transition
    ) -> None:
        if kind.kind in ("fade_to_colour", "stinger"):
            return
        for step in range(9):
            made = transition.mix(_picture(_RED), _picture(_RED), _at(step / 8))
            for x, y in ((2, 2), (80, 45), (157, 87)):
                assert close(colour_at(made, x, y), _RED)


def test_every_kind_in_the_document_has_a_transition() -> None:
    assert [kind.kind for kind in TRANSITIONS] == list(TRANSITION_SETTINGS)


def _mix(made: Transition, progress: float) -> av.VideoFrame:
    return made.mix(_picture(_RED), _picture(_BLUE), _at(progress))


@pytest.mark.parametrize(
    ("direction", "is_second"),
    [("left", (150, 45)), ("right", (10, 45)), ("up", (80, 85)), ("down", (80, 5))],
)
def test_the_new_picture_slides_and_swipes_in_from_the_other_side(
    direction: str, is_second: tuple[int, int]
) -> None:
    other = (_SIZE[0] - 1 - is_second[0], _SIZE[1] - 1 - is_second[1])
    for settings in (
        SlideTransition.model_validate({"direction": direction}),
        SwipeTransition.model_validate({"direction": direction}),
    ):
        kind = next(one for one in TRANSITIONS if one.kind == settings.kind)
        made = _mix(kind.make(settings, *_SIZE), 0.4)
        assert close(colour_at(made, *is_second), _BLUE)
        assert close(colour_at(made, *other), _RED)


def test_a_colour_comes_between() -> None:
    kind = next(one for one in TRANSITIONS if one.kind == "fade_to_colour")
    made = kind.make(ColourTransition(colour="#F0E020", peak_percent=25), *_SIZE)
    assert close(colour_at(_mix(made, 0.25), 80, 45), (240, 224, 32))
    assert close(colour_at(_mix(made, 0.125), 80, 45), (225, 127, 36))


@pytest.mark.parametrize("shape", get_args(LumaShape))
def test_a_wipe_spreads_steadily_over_the_picture(shape: LumaShape) -> None:
    luma = luma_shape(shape, *_SIZE)
    assert luma.shape == (_SIZE[1], _SIZE[0])
    assert (int(luma.min()), int(luma.max())) <= (8, 255)
    kind = next(one for one in TRANSITIONS if one.kind == "luma_wipe")
    made = kind.make(LumaTransition(shape=shape), *_SIZE)
    shares = [(plane_view(_mix(made, step / 6), 2) < 150).mean() for step in range(7)]
    assert shares == sorted(shares)
    assert shares[0] < 0.05
    assert 0.2 < shares[3] < 0.9
    assert shares[6] > 0.95


def test_a_wipe_takes_a_picture_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "grey.png"
    grey = av.VideoFrame.from_ndarray(
        np.repeat(np.array([[0, 255]], np.uint8), 20, axis=1).repeat(20, axis=0), format="gray"
    )
    _write_png(path, grey)
    kind = next(one for one in TRANSITIONS if one.kind == "luma_wipe")
    made = kind.make(LumaTransition(path=str(path), softness_percent=0), *_SIZE)
    half = _mix(made, 0.5)
    assert close(colour_at(half, 20, 45), _BLUE)
    assert close(colour_at(half, 140, 45), _RED)
    turned = kind.make(LumaTransition(path=str(path), softness_percent=0, inverted=True), *_SIZE)
    assert close(colour_at(_mix(turned, 0.5), 140, 45), _BLUE)


def _write_png(path: Path, grey: av.VideoFrame) -> None:
    with av.open(str(path), "w", format="image2") as output:
        stream = output.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = grey.width, grey.height, "gray"
        output.mux(stream.encode(grey))
        output.mux(stream.encode(None))


@pytest.mark.parametrize("content", [None, b"", b"no picture at all"])
@pytest.mark.parametrize("name", ["luma_wipe", "stinger"])
def test_a_file_that_cannot_be_used_is_said_in_a_sentence(
    name: str, content: bytes | None, tmp_path: Path
) -> None:
    path = tmp_path / "broken.png"
    if content is not None:
        path.write_bytes(content)
    kind = next(one for one in TRANSITIONS if one.kind == name)
    with pytest.raises(InvalidInput) as raised:
        kind.make(kind.settings(path=str(path)), *_SIZE)
    assert "broken.png" in raised.value.message


def test_a_stinger_without_a_film_asks_for_one() -> None:
    with pytest.raises(InvalidInput):
        Stinger(StingerTransition(), *_SIZE)


def test_a_stinger_plays_over_the_cut(film: Path) -> None:
    settings = StingerTransition(path=str(film), cut_ms=200)
    with closing(Stinger(settings, *_SIZE, patience_s=20.0)) as made:
        assert made.length_ns == 400_000_000
        assert close(colour_at(_mix(made, 0.1), 40, 45), _RED)
        assert close(colour_at(_mix(made, 0.45), 40, 45), (10, 200, 60))
        assert close(colour_at(_mix(made, 0.55), 140, 45), (10, 200, 60))
        late = _mix(made, 0.9)
        assert close(colour_at(late, 40, 45), (15, 120, 140))
        assert close(colour_at(late, 140, 45), _BLUE)


def test_a_stinger_without_transparency_covers_all_and_a_cut_one_lets_the_scene_through(
    tmp_path: Path,
) -> None:
    path = tmp_path / "opaque.mkv"
    write_flash_clip(path, seconds=1, size=_SIZE)
    with closing(
        Stinger(StingerTransition(path=str(path), cut_ms=500), *_SIZE, patience_s=20.0)
    ) as made:
        begun = made.mix(_picture(_RED), _picture(_BLUE), Moment(0.0, 0))
        assert close(colour_at(begun, 40, 45), (255, 255, 255))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with closing(
        Stinger(StingerTransition(path=str(path), cut_ms=100), *_SIZE, patience_s=20.0)
    ) as cut:
        ended = cut.mix(_picture(_RED), _picture(_BLUE), Moment(0.99, 10**12))
        assert close(colour_at(ended, 40, 45), _BLUE)


@pytest.mark.parametrize("codec", ["libvpx-vp9", "libvpx"])
def test_a_stinger_in_webm_keeps_its_transparency(codec: str, tmp_path: Path) -> None:
    path = tmp_path / "stinger.webm"
    with av.open(str(path), "w") as output:
        stream = output.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = *_SIZE, "yuva420p"
        stream.options = {"auto-alt-ref": "0", "deadline": "realtime", "cpu-used": "8"}
        for index in range(4):
            pixels = np.zeros((_SIZE[1], _SIZE[0], 4), np.uint8)
            pixels[:, : _SIZE[0] // 2] = (0, 255, 0, 255)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgba").reformat(format="yuva420p")
            frame.pts, frame.time_base = index, Fraction(1, 10)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    with closing(
        Stinger(StingerTransition(path=str(path), cut_ms=0), *_SIZE, patience_s=20.0)
    ) as made:
        shown = _mix(made, 0.5)
        green = colour_at(shown, 40, 45)
        assert green[1] > 200
        assert max(green[0], green[2]) < 60
        assert close(colour_at(shown, 140, 45), _BLUE)


async def test_a_stinger_has_the_sound_of_its_film_from_its_beginning_on(tmp_path: Path) -> None:
    path = tmp_path / "loud.mov"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("png", rate=10)
        stream.width, stream.height, stream.pix_fmt = *_SIZE, "rgba"
        voice = output.add_stream("pcm_s16le", rate=48_000, layout="stereo")
        for index in range(10):
            blank = np.zeros((_SIZE[1], _SIZE[0], 4), np.uint8)
            frame = av.VideoFrame.from_ndarray(blank, format="rgba")
            frame.pts, frame.time_base = index, Fraction(1, 10)
            output.mux(stream.encode(frame))
            level = 16_384 if index < 5 else -8192
            sound = av.AudioFrame.from_ndarray(
                np.full((1, 2 * 4800), level, np.int16), format="s16", layout="stereo"
            )
            sound.sample_rate, sound.pts, sound.time_base = 48_000, index * 4800, _A_SAMPLE
            output.mux(voice.encode(sound))
        output.mux(stream.encode(None))
        output.mux(voice.encode(None))
    settings = StingerTransition(path=str(path), gain_db=-6.0)
    began_ns = 9_000_000_000
    with closing(Stinger(settings, *_SIZE, patience_s=20.0)) as made:
        assert made.sound is not None
        track, gain = made.sound
        assert gain == pytest.approx(0.501, abs=0.001)
        assert track.buffered_until_ns() == 0
        made.begin(began_ns)
        end_ns = began_ns + 1_200_000_000
        await until(lambda: track.buffered_until_ns() >= end_ns, "the film's sound")
        for after_ns, level in ((200_000_000, 0.5), (800_000_000, -0.25), (1_100_000_000, 0.0)):
            track.jump()
            block = track.read(began_ns + after_ns)
            assert block is not None
            assert np.allclose(block, level, atol=0.01)


def test_a_stinger_without_sound_has_none(film: Path) -> None:
    with closing(Stinger(StingerTransition(path=str(film)), *_SIZE, patience_s=20.0)) as made:
        assert made.sound is None
