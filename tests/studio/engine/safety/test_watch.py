"""Warnings a creator on air needs: each when it is true, in time, and gone when it is over."""

import av
import numpy as np
import pytest

from studio.engine.pixels import black_frame, new_frame, packed_view, plane_view
from studio.engine.safety.watch import Sight, Watch, is_black, print_of

_S = 1_000_000_000


def _codes(watch: Watch, at_s: float, *sights: Sight, is_black: bool | None = False) -> list[str]:
    return [each.code for each in watch.step(round(at_s * _S), sights, is_black=is_black)]


def _camera(picture: int | None, *, kind: str = "camera", is_running: bool = True) -> Sight:
    return Sight("c", "Camera", kind, is_running, picture)


@pytest.mark.parametrize(("kind", "code"), [("camera", "CAMERA_STILL"), ("screen", "SCREEN_STILL")])
def test_a_picture_that_stands_still_for_ten_seconds_is_told(kind: str, code: str) -> None:
    watch = Watch()
    for second in range(10):
        assert _codes(watch, second, _camera(7, kind=kind)) == []
    assert _codes(watch, 10, _camera(7, kind=kind)) == [code]
    assert _codes(watch, 11, _camera(8, kind=kind)) == []
    assert _codes(watch, 20, _camera(8, kind=kind)) == []
    assert _codes(watch, 21, _camera(8, kind=kind)) == [code]


def test_pictures_that_need_not_move_are_not_watched() -> None:
    watch = Watch()
    image = Sight("i", "Poster", "image", True, 7)
    gone = Sight("c", "Camera", "camera", False, 7)
    for second in (0, 30, 60):
        assert _codes(watch, second, image, gone, _camera(None)) == []


def test_a_microphone_that_was_never_heard_is_told_within_two_seconds() -> None:
    watch = Watch()
    silent = Sight("m", "Mic", "microphone", is_heard=True)
    assert _codes(watch, 0, silent) == []
    assert _codes(watch, 1, silent) == []
    assert _codes(watch, 2, silent) == ["MICROPHONE_SILENT"]


def test_a_microphone_may_pause_but_not_for_long() -> None:
    watch = Watch()
    voice = Sight("m", "Mic", "microphone", is_heard=True, heard_ns=3 * _S)
    for second in (0, 3, 5, 7):
        assert _codes(watch, second, voice) == []
    assert _codes(watch, 8, voice) == ["MICROPHONE_SILENT"]
    again = Sight("m", "Mic", "microphone", is_heard=True, heard_ns=9 * _S)
    assert _codes(watch, 9, again) == []


def test_a_muted_microphone_is_meant_to_be_silent() -> None:
    watch = Watch()
    muted = Sight("m", "Mic", "microphone", is_heard=False)
    assert _codes(watch, 0, muted) == []
    assert _codes(watch, 60, muted) == []
    # and is given its time when it is unmuted
    assert _codes(watch, 61, Sight("m", "Mic", "microphone", is_heard=True)) == []


def test_black_is_told_within_two_seconds_and_never_for_a_slate() -> None:
    watch = Watch()
    assert _codes(watch, 0, is_black=True) == []
    assert _codes(watch, 1, is_black=True) == []
    assert _codes(watch, 2, is_black=True) == ["PICTURE_BLACK"]
    assert _codes(watch, 3, is_black=None) == []
    assert _codes(watch, 4, is_black=True) == []
    assert _codes(watch, 5, is_black=False) == []


def test_every_warning_is_a_sentence_with_a_remedy() -> None:
    watch = Watch()
    silent = Sight("m", "Mic", "microphone", is_heard=True)
    watch.step(0, [silent, _camera(1)], is_black=True)
    told = watch.step(10 * _S, [silent, _camera(1)], is_black=True)
    assert [each.code for each in told] == ["PICTURE_BLACK", "CAMERA_STILL", "MICROPHONE_SILENT"]
    assert all("; " in each.message and each.message.endswith(".") for each in told)


def test_black_is_known_from_dark_and_from_detail() -> None:
    assert is_black(black_frame(640, 360))
    dark = black_frame(640, 360)
    plane_view(dark, 0)[:] = 40
    assert not is_black(dark)
    starry = black_frame(640, 360)
    plane_view(starry, 0)[::7, ::5] = 235
    assert not is_black(starry)


def test_a_print_changes_with_noise_and_not_without() -> None:
    frame = new_frame(640, 360)
    for plane in range(3):
        plane_view(frame, plane)[:] = 90
    before = print_of(frame)
    assert print_of(frame) == before
    noise = np.random.default_rng(7).integers(0, 3, (360, 640), dtype=np.uint8)
    plane_view(frame, 0)[:] = 90 + noise
    assert print_of(frame) != before


def test_packed_pictures_have_a_print_too() -> None:
    frame = av.VideoFrame(64, 48, "bgra")
    packed_view(frame)[:] = 10
    before = print_of(frame)
    packed_view(frame)[:, :, 1] = 11
    assert print_of(frame) != before


def test_before_the_show_black_is_told_as_what_viewers_would_see() -> None:
    watch = Watch()
    watch.step(0, (), is_black=True, is_on_air=False)
    early = watch.step(2 * _S, (), is_black=True, is_on_air=False)
    assert early[0].message.startswith("Viewers would see black")
    on_air = watch.step(3 * _S, (), is_black=True)
    assert on_air[0].message.startswith("Viewers see black")


def test_before_the_show_a_screen_may_stand_still_but_a_camera_may_not() -> None:
    for kind, codes in (("screen", []), ("camera", ["CAMERA_STILL"])):
        watch = Watch()
        for second in (0, 11):
            sights = (_camera(7, kind=kind),)
            told = watch.step(second * _S, sights, is_black=False, is_on_air=False)
        assert [each.code for each in told] == codes
