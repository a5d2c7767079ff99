"""Rate limits: buckets fill, leak evenly, and answer 429 with when to come back."""

import asyncio
from functools import partial
from pathlib import Path

import httpx
import pytest
from fakes.people import PASSWORD, town
from fakes.redis import running_redis
from fakes.server import local_server, quick_settings

from shared.server import app
from shared.server.http.errors import Refused
from shared.server.http.limits import Limits
from shared.server.http.shared_limits import SharedLimits


class _Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """No bucket of a server leaks, however long this machine takes for a request."""
    monkeypatch.setattr(app, "Limits", partial(Limits, monotonic=_Time()))


def test_a_bucket_holds_a_minutes_worth_and_leaks_evenly() -> None:
    time = _Time()
    limits = Limits(monotonic=time)
    verdicts = [limits.take("k", 6) for _ in range(7)]
    assert [v.allowed for v in verdicts] == [True] * 6 + [False]
    assert [v.remaining for v in verdicts] == [5, 4, 3, 2, 1, 0, 0]
    assert verdicts[-1].retry_after_s == pytest.approx(10)
    time.now += 9.9
    assert not limits.take("k", 6).allowed
    time.now += 0.2
    assert limits.take("k", 6).allowed
    assert not limits.take("k", 6).allowed
    assert limits.take("other", 6).allowed


def test_a_refusal_says_when_to_come_back() -> None:
    limits = Limits(monotonic=_Time())
    limits.check("k", 1)
    with pytest.raises(Refused) as caught:
        limits.check("k", 1)
    assert caught.value.retry_after_s == 60
    assert caught.value.status == 429


def test_limits_that_are_off_allow_all() -> None:
    limits = Limits(enforced=False)
    assert all(limits.take("k", 1).allowed for _ in range(100))


async def test_a_session_that_asks_too_often_is_told_to_wait(
    stopped_clock: None, tmp_path: Path
) -> None:
    settings = quick_settings(tmp_path / "d", limits="standard", requests_per_minute=20)
    async with local_server(settings) as local, town(local) as people:
        member, other = await people.person(), await people.person()
        answers = [await member.call("GET", "/auth/me") for _ in range(25)]
        assert [a.status_code for a in answers].count(200) == 20
        late = answers[-1]
        assert late.status_code == 429
        assert late.json()["code"] == "RATE_LIMITED"
        assert late.json()["retryAfter"] == int(late.headers["retry-after"]) >= 1
        assert late.headers["x-ratelimit-remaining"] == "0"
        assert late.headers["x-ratelimit-limit"] == "20"
        assert (await other.call("GET", "/auth/me")).status_code == 200


async def test_an_address_cannot_escape_with_ever_new_sessions(
    stopped_clock: None, tmp_path: Path
) -> None:
    settings = quick_settings(tmp_path / "d", limits="standard", address_requests_per_minute=30)
    async with local_server(settings) as local, httpx.AsyncClient(base_url=local.url) as http:
        statuses = [
            (await http.get("/health", headers={"Authorization": f"Bearer {n}"})).status_code
            for n in range(40)
        ]
    assert statuses.count(200) == 30
    assert statuses[-1] == 429


async def test_ten_logins_a_minute_for_one_account(stopped_clock: None, tmp_path: Path) -> None:
    settings = quick_settings(tmp_path / "d", limits="standard")
    async with local_server(settings) as local, town(local) as people:
        member = await people.person()

        async def login(email: str, password: str) -> int:
            body = {"email": email, "password": password}
            return (await people.http.post("/api/v1/auth/login", json=body)).status_code

        assert [await login(member.email, "wrong") for _ in range(10)] == [401] * 10
        assert await login(member.email, PASSWORD) == 429
        assert await login(member.email.upper(), PASSWORD) == 429
        assert await login("other@example.com", "wrong") == 401


async def test_what_one_process_admits_fills_the_others_bucket() -> None:
    time = _Time()
    one, two = Limits(monotonic=time), Limits(monotonic=time)
    with running_redis() as url:
        tasks = [asyncio.create_task(SharedLimits(url, each).run()) for each in (one, two)]
        try:
            for _ in range(20):
                assert one.take("k", 20).allowed
            assert not one.take("k", 20).allowed
            # The other hears of it as soon as it says something itself.
            async with asyncio.timeout(30):
                while two.take("k", 20).allowed:
                    time.now += 3.1  # so that its own bucket never fills
                    await asyncio.sleep(0.05)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
