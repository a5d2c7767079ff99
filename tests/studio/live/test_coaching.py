"""Light and sound are judged from small pictures and from peaks."""

import pytest

from studio.live.coaching import Light, Listener, Sound, judge_light

_W, _H = 32, 18


def picture(middle: int, around: int) -> bytes:
    return bytes(
        middle if _W * 0.25 <= x < _W * 0.75 and y >= _H // 4 else around
        for y in range(_H)
        for x in range(_W)
    )


@pytest.mark.parametrize(
    ("luma", "light"),
    [
        (picture(30, 20), Light.DARK),
        (picture(240, 230), Light.BRIGHT),
        (picture(70, 190), Light.BACKLIT),
        (picture(110, 112), Light.FLAT),
        (picture(160, 90), Light.GOOD),
        (b"", Light.UNKNOWN),
    ],
)
def test_light(luma: bytes, light: Light) -> None:
    assert judge_light(luma, _W) is light


def heard(*peaks: float) -> Sound:
    listener = Listener()
    for _ in range(12):
        for peak in peaks:
            listener.hear(peak)
    return listener.verdict


@pytest.mark.parametrize(
    ("peaks", "sound"),
    [
        ((-80.0, -90.0, -75.0), Sound.SILENT),
        ((-35.0, -60.0, -40.0), Sound.QUIET),
        ((-12.0, 0.0, -50.0), Sound.CLIPPING),
        ((-30.0, -28.0, -26.0), Sound.NOISY),
        ((-12.0, -55.0, -20.0), Sound.GOOD),
    ],
)
def test_sound(peaks: tuple[float, ...], sound: Sound) -> None:
    assert heard(*peaks) is sound


def test_a_new_microphone_is_judged_anew() -> None:
    listener = Listener()
    for _ in range(40):
        listener.hear(-12.0)
    listener.forget()
    assert listener.verdict is Sound.UNKNOWN
    assert listener.level_db == -96.0
