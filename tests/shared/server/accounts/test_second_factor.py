"""Second factors and lockout: a code is taken once, wrong passwords make sign-in wait longer."""

import base64
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fakes.people import PASSWORD, Person, Town, town
from fakes.platform import MovableClock
from fakes.server import local_server, quick_settings

from shared.schemas.roles import Role
from shared.server.accounts import totp
from shared.server.accounts.lockout import FREE_TRIES, LONGEST_PAUSE_S, pause_s
from shared.server.db.upgrade import FILE_NAME

LOGIN = "/api/v1/auth/login"
RFC_SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("at_s", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_of_the_rfc(at_s: int, code: str) -> None:
    assert totp.code_at(RFC_SECRET, at_s // 30) == code
    assert totp.matching_step(RFC_SECRET, code, at_s + 29, after=0) == at_s // 30
    assert totp.matching_step(RFC_SECRET, code, at_s + 61, after=0) is None
    assert totp.matching_step(RFC_SECRET, code, at_s, after=at_s // 30) is None


def test_pauses_grow_to_a_limit() -> None:
    assert pause_s(FREE_TRIES - 1) == 0
    pauses = [pause_s(FREE_TRIES + more) for more in range(40)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[1], pauses[-1]) == (30, 60, LONGEST_PAUSE_S)


def _code(secret: str, clock: MovableClock) -> str:
    raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return totp.code_at(raw, int(clock.now().timestamp()) // 30)


async def _login(people: Town, person: Person, **fields: Any) -> tuple[int, dict[str, Any]]:
    body = {"email": person.email, "password": PASSWORD} | fields
    answer = await people.http.post(LOGIN, json=body)
    people.http.cookies.clear()
    return answer.status_code, answer.json()


async def test_a_second_factor_from_beginning_to_end(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        member = await people.person()
        wrong = {"password": "not the password"}
        assert (await member.refused("POST", "/auth/2fa/enable", wrong))[0] == 401
        assert await member.refused("POST", "/auth/2fa/verify", {"code": "123456"}) == (
            409,
            "CONFLICT",
        )
        setup = await member.post("/auth/2fa/enable", {"password": PASSWORD})
        assert setup["address"].startswith("otpauth://totp/Teezu:")
        assert (await _login(people, member))[0] == 200  # not on before the first code
        assert (await member.refused("POST", "/auth/2fa/verify", {"code": "000000"}))[0] == 401

        first = _code(setup["secret"], clock)
        codes = (await member.post("/auth/2fa/verify", {"code": first}))["codes"]
        assert len(set(codes)) == 10
        assert (await member.get("/auth/me"))["two_factor"] is True
        status, body = await _login(people, member)
        assert (status, body["code"]) == (401, "TWO_FACTOR_REQUIRED")
        assert (await _login(people, member, code=first))[0] == 401  # taken already
        clock.move(seconds=30)
        assert (await _login(people, member, code=_code(setup["secret"], clock)))[0] == 200
        assert (await _login(people, member, code=codes[0].lower()))[0] == 200
        assert (await _login(people, member, code=codes[0]))[0] == 401

        stored = sqlite3.connect(tmp_path / "d" / FILE_NAME)
        dump = "\n".join(stored.iterdump())
        stored.close()
        assert setup["secret"] not in dump
        assert codes[1] not in dump

        off = {"password": PASSWORD, "code": codes[1]}
        await member.post("/auth/2fa/disable", off)
        assert (await _login(people, member))[0] == 200


async def test_one_persons_recovery_code_is_nobody_elses(people: Town) -> None:
    clock = people.local.server.core.clock
    one, two = await people.person(), await people.person()
    codes = {}
    for person in (one, two):
        setup = await person.post("/auth/2fa/enable", {"password": PASSWORD})
        raw = base64.b32decode(setup["secret"] + "=" * (-len(setup["secret"]) % 8))
        code = totp.code_at(raw, int(clock.now().timestamp()) // 30)
        codes[person.id] = (await person.post("/auth/2fa/verify", {"code": code}))["codes"]
    assert (await _login(people, one, code=codes[two.id][0]))[0] == 401
    assert (await _login(people, two, code=codes[two.id][0]))[0] == 200


async def test_wrong_passwords_lock_for_longer_and_longer(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        member = await people.person()
        for _ in range(FREE_TRIES):
            status, body = await _login(people, member, password="wrong one")
            assert (status, body["code"]) == (401, "INVALID_CREDENTIALS")
        status, body = await _login(people, member)  # right, but too late
        assert (status, body["code"]) == (403, "ACCOUNT_LOCKED")
        assert 0 < body["retryAfter"] <= 31
        assert (await member.call("GET", "/auth/me")).status_code == 200
        clock.move(seconds=31)
        assert (await _login(people, member, password="wrong one"))[0] == 401
        clock.move(seconds=31)
        assert (await _login(people, member))[1]["code"] == "ACCOUNT_LOCKED"
        clock.move(seconds=30)
        assert (await _login(people, member))[0] == 200
        assert (await _login(people, member, password="wrong one"))[0] == 401
        assert (await _login(people, member))[0] == 200  # counted anew
        # An address nobody has is treated the same.
        for _ in range(FREE_TRIES):
            await _login(people, member, email="nobody@example.com")
        assert (await _login(people, member, email="nobody@example.com"))[1]["code"] == (
            "ACCOUNT_LOCKED"
        )


async def test_a_stolen_session_is_no_place_to_guess_the_password(people: Town) -> None:
    member = await people.person()
    guess = {"current": "not the password", "new": "a long enough password"}
    for _ in range(FREE_TRIES):
        assert (await member.refused("POST", "/auth/password", guess))[1] == "INVALID_CREDENTIALS"
    right = {"current": PASSWORD, "new": "a long enough password"}
    assert (await member.refused("POST", "/auth/password", right))[1] == "ACCOUNT_LOCKED"
    enable = {"password": PASSWORD}
    assert (await member.refused("POST", "/auth/2fa/enable", enable))[1] == "ACCOUNT_LOCKED"


async def test_followers_are_for_their_creator(people: Town) -> None:
    creator, admin = await people.person(Role.CREATOR), await people.person(Role.ADMIN)
    fans = [await people.person() for _ in range(3)]
    for fan in fans:
        await fan.post(f"/users/{creator.id}/follow")
    path = f"/users/{creator.id}/followers"
    first = await creator.get(path, params={"limit": 2})
    second = await creator.get(path, params={"limit": 2, "cursor": first["next_cursor"]})
    found = [row["id"] for row in (*first["items"], *second["items"])]
    assert found == [fan.id for fan in reversed(fans)]
    assert second["next_cursor"] is None
    assert len((await admin.get(path))["items"]) == 3
    assert (await fans[0].refused("GET", path))[0] == 403


async def test_a_new_password_of_too_many_bytes_is_refused(people: Town) -> None:
    member = await people.person()
    body = {"current": PASSWORD, "new": "é" * 40}
    assert await member.refused("POST", "/auth/password", body) == (422, "INVALID_INPUT")
