"""The mood strip: exact weights, exact decay."""

import math
from pathlib import Path

import pytest
from fakes.people import town
from fakes.platform import MovableClock
from fakes.server import local_server, quick_settings
from hypothesis import given
from hypothesis import strategies as st

from shared.schemas.moods import Mood
from shared.schemas.roles import Role
from shared.server.show.mood import decayed, strip, tip_weight, tone

WEIGHTS = st.dictionaries(st.sampled_from(Mood), st.floats(0.01, 1000), max_size=8)


@given(WEIGHTS)
def test_shares_cover_all_eight_and_sum_to_one(weights: dict[Mood, float]) -> None:
    now = MovableClock().now()
    shares = strip(weights, now).shares
    assert list(shares) == list(Mood)
    assert sum(shares.values()) == pytest.approx(1.0 if weights else 0.0)


@given(WEIGHTS, st.floats(0, 300), st.floats(0, 300))
def test_decay_in_two_steps_is_decay_in_one(
    weights: dict[Mood, float], one: float, two: float
) -> None:
    assert decayed(decayed(weights, one), two) == pytest.approx(decayed(weights, one + two))


def test_weights_halve_every_minute() -> None:
    assert decayed({Mood.WILD: 8.0}, 60) == {Mood.WILD: 4.0}
    assert decayed({Mood.WILD: 8.0}, 180) == {Mood.WILD: 1.0}
    assert decayed({Mood.WILD: 8.0}, 3600 * 24) == {}


def test_a_tip_weighs_by_its_logarithm() -> None:
    assert tip_weight(1) == 1.0
    assert tip_weight(1023) == 10.0


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("What a cosy room", Mood.CHILL),
        ("haha, so funny!", Mood.PLAYFUL),
        ("Wat een feest", Mood.WILD),
        ("hotel", None),
        ("", None),
    ],
)
def test_tone(text: str, mood: Mood | None) -> None:
    assert tone(text) is mood


async def test_votes_tips_and_words_weigh_as_the_contract_says(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        creator, one = await people.person(Role.CREATOR), await people.person(tokens=1000)
        two = await people.person(tokens=1000)
        path = f"/streams/{await people.stream(creator, mood='romantic')}"
        assert (await one.get(f"{path}/mood"))["dominant"] is None
        await one.post(f"{path}/mood-vote", {"mood": "wild"})
        clock.move(seconds=60)
        await one.post(f"{path}/tip", {"tokens": 7})  # for wild, by the vote: log2(8) = 3
        await two.post(f"{path}/tip", {"tokens": 3})  # for the room's own mood: log2(4) = 2
        await two.post(f"{path}/chat", {"text": "so cosy here"})
        found = await one.get(f"{path}/mood")
        total = 0.5 + 3 + 2 + 0.25
        expected = {"wild": 3.5 / total, "romantic": 2 / total, "chill": 0.25 / total}
        for mood, share in found["shares"].items():
            assert math.isclose(share, expected.get(mood, 0.0), abs_tol=1e-9), mood
        assert found["dominant"] == "wild"
