"""What simulated viewers will do and when, as pure code: the same seed gives the same evening."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from shared.schemas.moods import Mood
from shared.server.simulator.texts import message, tip_words

_VOTES_PER_MESSAGE = 0.2
_TIP_AMOUNTS = (5, 10, 15, 20, 25, 50, 100)
_TIP_WEIGHTS = (30, 25, 15, 12, 10, 6, 2)


@dataclass(frozen=True, slots=True)
class Chat:
    """A viewer says something."""

    at_s: float
    viewer: int
    text: str


@dataclass(frozen=True, slots=True)
class Vote:
    """A viewer votes for a mood."""

    at_s: float
    viewer: int
    mood: Mood


@dataclass(frozen=True, slots=True)
class GiveTip:
    """A viewer tips."""

    at_s: float
    viewer: int
    tokens: int
    text: str


type Act = Chat | Vote | GiveTip


@dataclass(frozen=True, slots=True)
class Rates:
    """How busy the room is, and for how long."""

    viewers: int
    messages_per_s: float
    tips_per_min: float
    duration_s: float


def acts(rates: Rates, seed: int) -> Iterator[Act]:
    """Everything that happens, in order of time, made as it is asked for."""
    rng = Random(seed)  # noqa: S311 - an evening that can be repeated, not a secret
    chats = (
        Chat(at, rng.randrange(rates.viewers), message(rng))
        for at in _moments(rates.messages_per_s, rates.duration_s, rng)
    )
    votes = (
        Vote(at, rng.randrange(rates.viewers), rng.choice(list(Mood)))
        for at in _moments(rates.messages_per_s * _VOTES_PER_MESSAGE, rates.duration_s, rng)
    )
    tips = (
        GiveTip(
            at,
            rng.randrange(rates.viewers),
            rng.choices(_TIP_AMOUNTS, _TIP_WEIGHTS)[0],
            tip_words(rng),
        )
        for at in _moments(rates.tips_per_min / 60, rates.duration_s, rng)
    )
    streams: list[Iterator[Act]] = [chats, votes, tips]
    yield from heapq.merge(*streams, key=lambda act: act.at_s)


def _moments(per_s: float, duration_s: float, rng: Random) -> Iterator[float]:
    """As many moments as the rate asks for, one at random in each of as many equal spans."""
    count = round(per_s * duration_s)
    for index in range(count):
        yield (index + rng.random()) * duration_s / count
