"""How long to wait before the next try, for everything that reconnects or repeats."""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Growing waits with jitter, so that a thousand clients do not come back at one moment.

    The wait before try `n` (0 first) lies between half of `base_s * factor ** n` and all of it,
    and never above `cap_s`. `randomness` gives numbers from 0 up to 1.
    """

    base_s: float = 0.5
    factor: float = 2.0
    cap_s: float = 10.0
    randomness: Callable[[], float] = random.random

    def wait_s(self, tries: int) -> float:
        """The wait after `tries` failures in a row."""
        # The exponent is held so that a night offline cannot overflow a float.
        full = min(self.cap_s, self.base_s * self.factor ** min(tries, 60))
        return full * (0.5 + 0.5 * self.randomness())
