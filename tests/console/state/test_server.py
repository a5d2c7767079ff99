"""The server's figures: added up from what it tells, as rates between two readings."""

from console.state.server import figures_of, read_scrape

TEXT = """
# TYPE teezu_http_requests_total counter
teezu_http_requests_total{method="GET",route="/a",status="200"} 90
teezu_http_requests_total{method="GET",route="/b",status="503"} 10
teezu_http_request_seconds_bucket{route="/a",le="0.005"} 1
teezu_http_request_seconds_sum{route="/a"} 2.5
teezu_http_request_seconds_count{route="/a"} 100
teezu_sockets 12
teezu_publishers 3
teezu_resident_bytes 104857600
a line of another kind
teezu_sockets broken
"""


def test_two_readings_give_rates() -> None:
    first = read_scrape(TEXT, at_s=10.0)
    later = TEXT.replace(" 90", " 139").replace(" 10\n", " 11\n").replace(" 2.5", " 3.5")
    second = read_scrape(later.replace('count{route="/a"} 100', 'count{route="/a"} 150'), at_s=20.0)
    found = figures_of(first, second)
    assert (found.sockets, found.publishers, found.memory_bytes) == (12, 3, 104_857_600)
    assert (found.requests_per_s, found.answer_ms, found.error_share) == (5.0, 20.0, 0.02)


def test_one_reading_or_a_new_start_gives_no_rates() -> None:
    first = read_scrape(TEXT, at_s=10.0)
    for before in (None, read_scrape(TEXT.replace(" 90", " 900"), at_s=5.0), first):
        found = figures_of(before, first)
        assert (found.sockets, found.requests_per_s, found.answer_ms) == (12, None, None)
    quiet = figures_of(first, read_scrape(TEXT, at_s=11.0))
    assert (quiet.requests_per_s, quiet.answer_ms, quiet.error_share) == (0.0, None, 0.0)
