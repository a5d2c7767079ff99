"""Pictures of broadcasts: what the plain check measures, and what of it counts."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from fakes.platform import MovableClock, platform

from shared.errors import InvalidInput
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.schemas.roles import Role
from shared.server.ai.frames import FrameFindings, PlainHeuristics, load_check
from shared.server.automod.pictures import LOOKS_AT, PictureWatch
from shared.server.ingest.hls import HlsStore

SKIN_BGR = (120, 150, 205)
WALL_BGR = (150, 90, 40)


def picture(share: float, *, speckled: bool = False) -> bytes:
    """A wall with a patch of skin colour that covers this share of it."""
    canvas = np.full((180, 320, 3), WALL_BGR, np.uint8)
    canvas[:, : int(320 * share)] = SKIN_BGR
    if speckled:
        canvas = np.full((180, 320, 3), WALL_BGR, np.uint8)
        canvas[::4, ::4] = SKIN_BGR
    return cv2.imencode(".jpg", canvas)[1].tobytes()


class EverythingIsFine:
    """A check that an operator brings along."""

    name = "always-zero"

    def check(self, jpeg: bytes) -> FrameFindings | None:
        return FrameFindings(0.0)


def test_the_default_measures_skin_in_one_piece() -> None:
    check = PlainHeuristics()
    none, half, most = (check.check(picture(share)) for share in (0.0, 0.5, 0.8))
    assert none is not None
    assert half is not None
    assert most is not None
    assert none.score == 0.0
    assert 0.3 < half.score < 0.6
    assert most.score == 1.0
    assert "skin" in most.notes
    scattered = check.check(picture(0.0, speckled=True))
    assert scattered is not None
    assert scattered.score == 0.0


def test_it_tells_dark_pictures_and_refuses_what_is_none() -> None:
    check = PlainHeuristics()
    black = cv2.imencode(".jpg", np.zeros((90, 160, 3), np.uint8))[1].tobytes()
    found = check.check(black)
    assert found is not None
    assert {"dark", "blurred"} <= set(found.notes)
    for nothing in (b"", b"no picture at all", b"\xff\xd8\xff" + bytes(100), bytes(2_000_000)):
        assert check.check(nothing) is None


def test_an_operator_may_bring_another_check() -> None:
    assert load_check("").name == PlainHeuristics.name
    assert load_check(f"{__name__}:EverythingIsFine").name == "always-zero"
    for wrong in ("no.such.module:check", "json:loads", "json:nothing", "json", ":"):
        with pytest.raises(InvalidInput):
            load_check(wrong)


async def test_what_pictures_show_adds_up_to_a_case(tmp_path: Path) -> None:
    async with platform(tmp_path, clock=MovableClock(), picture_check_s=0) as home:
        luna, mora = await home.person("Luna", Role.CREATOR), await home.person("Mora", Role.MOD)
        stream = await home.on_air(luna)
        mods = await home.watch(mora, MOD_ROOM)
        store, watch = home.services.get(HlsStore), home.services.get(PictureWatch)
        store.open(stream.id)
        store.open("00000000-no-such-stream")
        store.add_thumbnail("00000000-no-such-stream", picture(0.9))
        for number in range(10):
            store.add_thumbnail(stream.id, picture(0.8 + number / 100))
            assert await watch.look() >= 1
        assert await watch.look() == 0  # nothing new to see
        found = watch.latest(stream.id)
        assert found is not None
        assert found.score >= LOOKS_AT
        score = await mods.wait(EventType.SAFETY_SCORE, 10)
        assert (score.data["score"], score.data["is_escalated"]) == (60.0, True)
        (case,) = (await mora.api.moderation.queue()).items
        assert case.subject_id == stream.id
