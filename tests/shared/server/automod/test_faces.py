"""Faces in pictures: counted, never judged; a row of pictures gives a hint and nothing else."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from fakes.filter_cases import portrait
from fakes.platform import MovableClock, platform
from rules.noise import ExpectLog

from shared.schemas.consent import ConsentCreate, ConsentKind
from shared.schemas.realtime import MOD_ROOM, EventType
from shared.schemas.roles import Role
from shared.schemas.streams import Audience as To
from shared.schemas.streams import SafetyHint, StreamPatch
from shared.server.ai import faces
from shared.server.ai.faces import FaceCounter
from shared.server.ai.frames import PlainHeuristics
from shared.server.automod.face_runs import CROWDED_RUN, FACELESS_RUN, FaceRuns
from shared.server.automod.pictures import PictureWatch
from shared.server.ingest.hls import HlsStore

type Pixels = npt.NDArray[np.uint8]
NO_FACE, MORE_FACES = SafetyHint.NO_FACE, SafetyHint.MORE_FACES


def room_with(people: int, *, mark: int = 0) -> Pixels:
    """A drawn room with so many drawn people side by side, as small as a thumbnail.

    `mark` is the length of a line at its edge: no two pictures of a broadcast are the same.
    """
    canvas = np.full((180, 320, 3), (150, 140, 120), np.uint8)
    canvas[:8, : 4 * mark] = 20
    person = cv2.resize(np.asarray(portrait().colour), (160, 120))
    for number in range(people):
        canvas[30:150, number * 160 : (number + 1) * 160] = person
    return canvas


def jpeg(picture: Pixels) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()


@pytest.mark.parametrize("people", [0, 1, 2])
def test_faces_are_counted_and_are_no_part_of_the_score(people: int) -> None:
    assert FaceCounter().count(room_with(people)) == people
    found = PlainHeuristics().check(jpeg(room_with(people)))
    assert found is not None
    assert dict(found.figures)["faces"] == people


def test_the_score_is_the_same_whatever_the_faces() -> None:
    class Crowd(FaceCounter):
        def count(self, picture: Pixels) -> int | None:
            return 9

    picture = jpeg(room_with(1))
    one, nine = PlainHeuristics().check(picture), PlainHeuristics(Crowd()).check(picture)
    assert one is not None
    assert nine is not None
    assert (one.score, one.notes) == (nine.score, nine.notes)


def test_a_machine_that_runs_no_model_counts_nothing_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, expect_log: ExpectLog
) -> None:
    expect_log("faces are not counted")
    monkeypatch.setattr(faces, "resource_path", lambda *parts: tmp_path.joinpath(*parts))
    check = PlainHeuristics()
    for _ in range(2):
        found = check.check(jpeg(room_with(1)))
        assert found is not None
        assert "faces" not in dict(found.figures)


def test_only_a_whole_row_of_pictures_is_a_hint_and_one_other_picture_ends_it() -> None:
    runs = FaceRuns()
    told = [runs.take("s", 0, agreed=1, is_public=True) for _ in range(FACELESS_RUN + 5)]
    assert told == [None] * (FACELESS_RUN - 1) + [(NO_FACE,)] + [None] * 5
    assert runs.take("s", 1, agreed=1, is_public=True) == ()
    crowd = [runs.take("s", 3, agreed=2, is_public=True) for _ in range(CROWDED_RUN)]
    assert crowd == [None] * (CROWDED_RUN - 1) + [(MORE_FACES,)]
    assert runs.take("s", 3, agreed=3, is_public=True) == ()  # somebody agreed meanwhile
    assert all(
        runs.take("s", 0, agreed=1, is_public=False) is None for _ in range(2 * FACELESS_RUN)
    )
    runs.forget_others([])
    assert runs.take("s", 3, agreed=1, is_public=True) is None


async def test_moderators_see_hints_that_do_nothing_by_themselves(tmp_path: Path) -> None:
    async with platform(tmp_path, clock=MovableClock(), picture_check_s=0) as home:
        luna, mora = await home.person("Luna", Role.CREATOR), await home.person("Mora", Role.MOD)
        guest = await home.person("Gus")
        stream = await home.on_air(luna)
        mods = await home.watch(mora, MOD_ROOM)
        store, watch = home.services.get(HlsStore), home.services.get(PictureWatch)
        store.open(stream.id)
        marks = iter(range(80))

        async def look(people: int, times: int) -> list[SafetyHint]:
            for _ in range(times):
                store.add_thumbnail(stream.id, jpeg(room_with(people, mark=next(marks))))
                assert await watch.look() == 1
            (shown,) = (await mora.api.moderation.streams()).items
            assert shown.safety_score == 0.0
            return shown.hints

        assert await look(2, CROWDED_RUN - 1) == []
        assert await look(2, 1) == [MORE_FACES]
        told = await mods.wait(EventType.SAFETY_SCORE)
        assert (told.data["score"], told.data["hints"]) == (0.0, ["more_faces_than_agreed"])
        agreed = ConsentCreate(kind=ConsentKind.GRANTED, scope="to be seen this evening")
        await guest.api.stage.log_consent(stream.id, agreed)
        assert await look(2, 1) == []
        withdrawn = ConsentCreate(kind=ConsentKind.WITHDRAWN, scope="to be seen this evening")
        await guest.api.stage.log_consent(stream.id, withdrawn)
        assert await look(2, CROWDED_RUN) == [MORE_FACES]
        assert await look(0, FACELESS_RUN) == [NO_FACE]
        assert (await mora.api.moderation.queue()).items == []  # and no case comes of it
        await luna.api.streams.change(stream.id, StreamPatch(audience=To.SUBSCRIBERS))
        assert await look(0, 1) == []
        (own,) = (await luna.api.streams.active()).items
        assert own.hints == []  # only where moderators list what is on air
