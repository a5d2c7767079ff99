"""What is checked is what is reached: a name is resolved once a request, and never twice."""

import asyncio
import socket
from typing import Any

import httpx
import pytest

from shared.api.outbound import PinnedTransport
from shared.errors import Unavailable

PUBLIC, INSIDE = "93.184.216.34", "10.0.0.7"


class Noted(httpx.AsyncBaseTransport):
    """Connects to nobody, and notes to whom it should have."""

    def __init__(self) -> None:
        self.reached: list[tuple[str, str, str]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        sni = str(request.extensions["sni_hostname"])
        self.reached.append((request.url.host, request.headers["host"], sni))
        return httpx.Response(302, headers={"Location": f"https://{INSIDE}/"}, request=request)


def _resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Names lead to these addresses, one list for each question; the questions asked."""
    asked: list[str] = []
    left = list(answers)

    async def getaddrinfo(host: str, port: int, **kind: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, kind["type"], 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)
    return asked


async def _client(inner: Noted) -> httpx.AsyncClient:
    transport = PinnedTransport("https://model.example/v1")
    await transport._inner.aclose()
    transport._inner = inner  # type: ignore[assignment]
    return httpx.AsyncClient(transport=transport, follow_redirects=False, trust_env=False)


async def test_a_name_that_leads_elsewhere_the_second_time_is_not_followed_there() -> None:
    inner = Noted()
    with pytest.MonkeyPatch.context() as patched:
        asked = _resolver(patched, [PUBLIC], [INSIDE])
        async with await _client(inner) as http:
            answer = await http.get("https://model.example/v1")
            assert answer.status_code == 302  # and its Location is not followed
            assert inner.reached == [(PUBLIC, "model.example", "model.example")]
            assert asked == ["model.example"]
            with pytest.raises(Unavailable):
                await http.get("https://model.example/v1")
    assert len(inner.reached) == 1
    assert asked == ["model.example"] * 2


async def test_of_several_addresses_only_one_that_is_allowed_is_reached() -> None:
    inner = Noted()
    with pytest.MonkeyPatch.context() as patched:
        _resolver(patched, [INSIDE, "64:ff9b::a00:7", PUBLIC])
        async with await _client(inner) as http:
            await http.get("https://model.example/v1")
    assert [host for host, _, _ in inner.reached] == [PUBLIC]
