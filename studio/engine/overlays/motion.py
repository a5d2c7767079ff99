"""How things on the picture move: from here to there in a moment, ending gently."""

from dataclasses import dataclass


def eased(share: float) -> float:
    """A way from 0 to 1 that ends gently (cubic)."""
    share = min(max(share, 0.0), 1.0)
    return float(1.0 - (1.0 - share) ** 3)


@dataclass(slots=True)
class Glide:
    """A number that moves to where it is sent; the first value it is given stands at once."""

    duration_s: float = 0.8
    _from: float | None = None
    _to: float = 0.0
    _since_s: float = 0.0

    def send(self, target: float, now_s: float) -> None:
        """Move to a number from now on."""
        if self._from is None:
            self._from = self._to = target
        elif target != self._to:
            self._from, self._to, self._since_s = self.at(now_s), target, now_s

    def at(self, now_s: float) -> float:
        """Where it is."""
        if self._from is None:
            return self._to
        done = eased((now_s - self._since_s) / self.duration_s)
        return self._from + (self._to - self._from) * done

    def is_moving(self, now_s: float) -> bool:
        """Whether it has not arrived."""
        return self._from not in (None, self._to) and now_s < self._since_s + self.duration_s
