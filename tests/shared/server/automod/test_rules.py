"""What the words of a message call for: hidden spellings are found, ordinary talk passes."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.schemas.automod import AutomodRule
from shared.server.automod.rules import Fate, judge
from shared.server.simulator.texts import message

R = AutomodRule


@pytest.mark.parametrize(
    ("text", "fate", "rule"),
    [
        ("you are a bitch", Fate.HOLD, R.INSULT),
        ("you are a b i t c h", Fate.HOLD, R.INSULT),
        ("you are a b1tch", Fate.HOLD, R.INSULT),
        ("you are a bïtch", Fate.HOLD, R.INSULT),
        ("you are a b\u0456tch", Fate.HOLD, R.INSULT),
        ("what a biiiitch", Fate.HOLD, R.INSULT),
        ("vieze rothoer", Fate.HOLD, R.INSULT),
        ("kankerlijertje", Fate.HOLD, R.INSULT),
        ("wat een KLOOTZAK", Fate.HOLD, R.INSULT),
        ("ik weet waar je woont", Fate.DENY, R.THREAT),
        ("I know where you live", Fate.DENY, R.THREAT),
        ("I am 16 years old", Fate.HOLD, R.MINORS),
        ("come to https://example.com now", Fate.HOLD, R.LINK),
        ("look at example dot com", Fate.HOLD, R.LINK),
        ("call 06 1234 5678 tonight", Fate.HOLD, R.CONTACT),
        ("THIS IS REALLY VERY LOUD", Fate.DENY, R.CAPS),
        ("noooooooooooooooooooo", Fate.DENY, R.FLOOD),
    ],
)
def test_what_is_found(text: str, fate: Fate, rule: AutomodRule) -> None:
    found = judge(text)
    assert (found.fate, found.rule) == (fate, rule)


@pytest.mark.parametrize(
    "text",
    [
        "good evening everyone",
        "HELLO",
        "what a lovely dress, 10 out of 10",
        "wat een mooie avond",
        "de lulletjes rozenwater van vroeger",
        "Scunthorpe is a nice town",
        "class starts at nine",
        "what is your phone number?",
        "I love cocktails and shiitake",
    ],
)
def test_ordinary_talk_passes(text: str) -> None:
    assert judge(text).fate is Fate.ALLOW


def test_what_simulated_viewers_say_passes() -> None:
    rng = Random(7)
    assert all(judge(message(rng)).fate is Fate.ALLOW for _ in range(500))


def test_behind_the_shield_links_are_refused() -> None:
    assert judge("see www.example.com", is_shielded=True).fate is Fate.DENY


@given(st.text(max_size=500))
def test_every_text_has_a_fate_and_the_same_one_each_time(text: str) -> None:
    assert judge(text) == judge(text)
    assert judge(text).weight >= 0
