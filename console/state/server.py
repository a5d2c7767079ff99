"""The server's own figures, read from what it offers to Prometheus, and what moved in between."""

import re
from dataclasses import dataclass

_LINE = re.compile(r"^([a-z_]+)(\{[^}]*\})? (\S+)$")


@dataclass(frozen=True, slots=True)
class Scrape:
    """What one reading added up to; `at_s` is the monotonic time of it."""

    at_s: float
    requests: float = 0.0
    errors: float = 0.0
    seconds: float = 0.0
    answered: float = 0.0
    sockets: float = 0.0
    publishers: float = 0.0
    memory_bytes: float = 0.0


@dataclass(frozen=True, slots=True)
class ServerFigures:
    """The server now: rates since the reading before, None while there is only one."""

    sockets: int
    publishers: int
    memory_bytes: int
    requests_per_s: float | None = None
    answer_ms: float | None = None
    error_share: float | None = None


def read_scrape(text: str, *, at_s: float) -> Scrape:
    """Add up the lines that matter here; others, and damaged ones, are passed over."""
    sums: dict[str, float] = {}
    errors = 0.0
    for line in text.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        name, labels, value = found[1], found[2] or "", found[3]
        try:
            number = float(value)
        except ValueError:
            continue
        sums[name] = sums.get(name, 0.0) + number
        if name == "teezu_http_requests_total" and 'status="5' in labels:
            errors += number
    return Scrape(
        at_s=at_s,
        requests=sums.get("teezu_http_requests_total", 0.0),
        errors=errors,
        seconds=sums.get("teezu_http_request_seconds_sum", 0.0),
        answered=sums.get("teezu_http_request_seconds_count", 0.0),
        sockets=sums.get("teezu_sockets", 0.0),
        publishers=sums.get("teezu_publishers", 0.0),
        memory_bytes=sums.get("teezu_resident_bytes", 0.0),
    )


def figures_of(before: Scrape | None, now: Scrape) -> ServerFigures:
    """What two readings tell; a server that started again in between has only one."""
    figures = ServerFigures(
        sockets=int(now.sockets),
        publishers=int(now.publishers),
        memory_bytes=int(now.memory_bytes),
    )
    if before is None or now.requests < before.requests or now.at_s <= before.at_s:
        return figures
    requests = now.requests - before.requests
    answered = now.answered - before.answered
    return ServerFigures(
        sockets=figures.sockets,
        publishers=figures.publishers,
        memory_bytes=figures.memory_bytes,
        requests_per_s=requests / (now.at_s - before.at_s),
        answer_ms=1000 * (now.seconds - before.seconds) / answered if answered else None,
        error_share=(now.errors - before.errors) / requests if requests else 0.0,
    )
