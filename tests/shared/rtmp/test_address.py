"""Ingest addresses as people paste them."""

import pytest

from shared.errors import InvalidInput
from shared.rtmp import RtmpAddress


@pytest.mark.parametrize(
    ("url", "key", "expected"),
    [
        ("rtmp://h/live/abc", None, ("rtmp", "h", 1935, "live", "abc")),
        ("rtmps://h/live/abc", None, ("rtmps", "h", 443, "live", "abc")),
        (" rtmp://h:99/a/b/c?x=1 ", None, ("rtmp", "h", 99, "a/b", "c?x=1")),
        ("rtmp://[::1]:99/live", "abc", ("rtmp", "::1", 99, "live", "abc")),
        ("rtmp://h/app/", " k ", ("rtmp", "h", 1935, "app", "k")),
    ],
)
def test_addresses_are_taken_apart(url, key, expected):
    found = RtmpAddress.parse(url, stream_key=key)
    assert (found.scheme, found.host, found.port, found.app, found.stream_key) == expected


@pytest.mark.parametrize(
    "url", ["", "http://h/live/abc", "rtmp:///live/abc", "rtmp://h", "rtmp://h/onlyapp",
            "rtmp://h:port/live/abc", "rtmp://[::1/live/abc"],
)  # fmt: skip
def test_what_is_no_address_is_answered_with_advice(url):
    with pytest.raises(InvalidInput) as caught:
        RtmpAddress.parse(url)
    assert caught.value.code == "RTMP_ADDRESS"


def test_the_key_shows_neither_in_repr_nor_in_the_connect_address():
    found = RtmpAddress.parse("rtmp://[::1]:99/live/topsecret")
    assert "topsecret" not in repr(found)
    assert found.tc_url == "rtmp://[::1]:99/live"
    assert RtmpAddress.parse("rtmps://h/live/x").tc_url == "rtmps://h/live"
