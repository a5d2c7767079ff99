"""Trains the toxicity model: `python -m shared.server.ai.toxicity_training`, for its keepers.

Logistic regression by stochastic gradient descent in plain Python: seconds, no network, and the
same weights for the same corpus. Run it after a change of `toxicity_corpus` and judge the result
by `tests/shared/server/ai/test_toxicity.py`, whose sentences the corpus does not hold.
"""

import base64
import math
import random
import sys
import zlib
from pathlib import Path

from shared.server.ai.toxicity import BUCKETS, features
from shared.server.ai.toxicity_corpus import sentences

SEED = 20261120
_EPOCHS = 10
_RATE = 0.6
_SHRINK = 2e-5
_WIDTH = 88
TARGET = Path(__file__).with_name("_toxicity_weights.py")


def train(seed: int = SEED) -> tuple[list[float], float]:
    """The weight of each bucket, and the bias."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    examples = [(sorted(features(text)), is_toxic) for text, is_toxic in sentences(seed)]
    weights, bias = [0.0] * BUCKETS, 0.0
    for epoch in range(_EPOCHS):
        chance.shuffle(examples)
        rate = _RATE / (1 + epoch)
        for found, is_toxic in examples:
            if not found:
                continue
            share = 1 / math.sqrt(len(found))
            total = bias + share * sum(weights[bucket] for bucket in found)
            error = float(is_toxic) - 1.0 / (1.0 + math.exp(-total))
            bias += 0.1 * rate * error
            step = rate * error * share
            for bucket in found:
                weights[bucket] += step - _SHRINK * weights[bucket]
    return weights, bias


def module(weights: list[float], bias: float) -> str:
    """The weights as the source of the module that `toxicity` reads."""
    scale = max(abs(weight) for weight in weights) / 127
    packed = bytes(round(weight / scale) & 0xFF for weight in weights)
    text = base64.b85encode(zlib.compress(packed, 9)).decode()
    lines = [text[at : at + _WIDTH] for at in range(0, len(text), _WIDTH)]
    quoted = "\n".join(f'    "{line}",' for line in lines)
    return (
        '"""The weights of `toxicity`, written by `toxicity_training`; not edited by hand."""\n\n'
        f"BIAS = {bias:.6f}\nSCALE = {scale:.9f}\nWEIGHTS = (\n{quoted}\n)\n"
        '"""Signed bytes, one a bucket, compressed, as base 85."""\n'
    )


def main() -> int:
    """Write the weights."""
    TARGET.write_text(module(*train()), encoding="utf-8")
    sys.stdout.write(f"{TARGET.name} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
