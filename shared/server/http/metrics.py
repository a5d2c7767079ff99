"""Figures for Prometheus: requests by route, their time, and gauges asked when scraped."""

from collections import defaultdict
from collections.abc import Callable

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

type Labels = tuple[tuple[str, str], ...]


def _text(labels: Labels) -> str:
    if not labels:
        return ""
    pairs = ",".join(
        f'{name}="{value.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"'
        for name, value in labels
    )
    return "{" + pairs + "}"


class Metrics:
    """All figures of this process. Labels are few and bounded: routes, never ids."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self._times: dict[Labels, list[int]] = {}
        self._time_sums: dict[Labels, float] = defaultdict(float)
        self._gauges: dict[str, dict[Labels, Callable[[], float]]] = defaultdict(dict)

    def count(self, name: str, labels: Labels = (), by: float = 1.0) -> None:
        """Raise a counter."""
        self._counts[name][labels] += by

    def gauge(self, name: str, read: Callable[[], float], labels: Labels = ()) -> None:
        """Ask `read` whenever the figures are scraped."""
        self._gauges[name][labels] = read

    def declare(self, name: str) -> None:
        """Show a counter without labels from the start: a rate needs its first value."""
        self._counts[name][()] += 0.0

    def total(self, name: str, only: Callable[[dict[str, str]], bool] | None = None) -> float:
        """A figure over all its labels, or over those that `only` accepts."""
        series = dict(self._counts.get(name, {}))
        series |= {labels: read() for labels, read in self._gauges.get(name, {}).items()}
        return sum(value for labels, value in series.items() if only is None or only(dict(labels)))

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Note one answered request."""
        self.count(
            "teezu_http_requests_total",
            (("method", method), ("route", route), ("status", str(status))),
        )
        key = (("route", route),)
        counts = self._times.setdefault(key, [0] * (len(BUCKETS_S) + 1))
        for index, bound in enumerate(BUCKETS_S):
            if seconds <= bound:
                counts[index] += 1
        counts[-1] += 1
        self._time_sums[key] += seconds

    def render(self) -> str:
        """Everything in the Prometheus text format 0.0.4."""
        lines: list[str] = []
        for name, series in sorted(self._counts.items()):
            lines.append(f"# TYPE {name} counter")
            lines += [f"{name}{_text(labels)} {value:.12g}" for labels, value in series.items()]
        name = "teezu_http_request_seconds"
        lines.append(f"# TYPE {name} histogram")
        for labels, counts in self._times.items():
            for bound, count in zip((*map(str, BUCKETS_S), "+Inf"), counts, strict=True):
                lines.append(f"{name}_bucket{_text((*labels, ('le', bound)))} {count}")
            lines.append(f"{name}_sum{_text(labels)} {self._time_sums[labels]:.6f}")
            lines.append(f"{name}_count{_text(labels)} {counts[-1]}")
        for name, readings in sorted(self._gauges.items()):
            kind = "counter" if name.endswith("_total") else "gauge"
            lines.append(f"# TYPE {name} {kind}")
            lines += [f"{name}{_text(labels)} {read():.12g}" for labels, read in readings.items()]
        return "\n".join(lines) + "\n"
