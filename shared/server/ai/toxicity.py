"""How toxic a message reads: a small linear model of ours, offline, English and Dutch.

It was trained by `toxicity_training` on sentences composed from our own word lists, so it knows
the patterns of belittling, rejecting and wishing harm, in spite of typing errors and inflections.
It has not read real chat, does not understand irony or quotation, and is no more than a reason to
let a person look: what it finds is held for a moderator, never denied.
"""

import base64
import math
import zlib
from functools import cache
from itertools import pairwise

from shared.server.ai._toxicity_weights import BIAS, SCALE, WEIGHTS
from shared.server.ai.text import words

BUCKETS = 16384
MODEL_VERSION = f"toxicity-{zlib.crc32(''.join(WEIGHTS).encode()):08x}"
"""Names the weights: the same name gives the same scores."""
_MOST_WORDS = 80
_GRAMS = (3, 4, 5)


def features(text: str) -> set[int]:
    """The hashed words, pairs of words and pieces of words of a text."""
    found = words(text)[:_MOST_WORDS]
    named = {f"w {word}" for word in found}
    named |= {f"p {first} {second}" for first, second in pairwise(found)}
    for word in found:
        framed = f"<{word[:32]}>"
        for size in _GRAMS:
            named |= {f"c {framed[at : at + size]}" for at in range(len(framed) - size + 1)}
    return {zlib.crc32(name.encode()) % BUCKETS for name in named}


def toxicity(text: str) -> float:
    """From 0 (nothing toxic about it) to 1 (reads as an attack on somebody)."""
    found = features(text)
    if not found:
        return 0.0
    weights = unpacked()
    # The same scaling as in training: long texts are not toxic for their length.
    total = BIAS + SCALE * sum(weights[bucket] for bucket in found) / math.sqrt(len(found))
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


@cache
def unpacked() -> tuple[int, ...]:
    """Each bucket's weight as a signed byte."""
    raw = zlib.decompress(base64.b85decode("".join(WEIGHTS)))
    return tuple(value - 256 if value > 127 else value for value in raw)
