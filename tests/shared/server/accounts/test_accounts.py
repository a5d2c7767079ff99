"""Signing up, in and out: adults only, nothing told of who has an account, sessions that end."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from fakes.people import PASSWORD, Town, town
from fakes.platform import MovableClock
from fakes.server import local_server, quick_settings

from shared.schemas.roles import ROLE_PERMISSIONS, Role
from shared.server.accounts.passwords import Passwords
from shared.server.accounts.service import AccountService, age_on
from shared.server.db.upgrade import FILE_NAME

SIGNUP = {
    "email": "New.Person@Example.com",
    "password": PASSWORD,
    "display_name": "New Person",
    "birth_date": "1990-01-01",
}


@pytest.mark.parametrize(
    ("birth", "today", "age"),
    [
        (date(2008, 11, 20), date(2026, 11, 19), 17),
        (date(2008, 11, 20), date(2026, 11, 20), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age(birth: date, today: date, age: int) -> None:
    assert age_on(birth, today) == age


async def test_signup_signs_in_and_says_what_one_may(people: Town) -> None:
    response = await people.http.post("/api/v1/auth/signup", json=SIGNUP)
    assert response.status_code == 201
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    user = response.json()["user"]
    assert user["email"] == "new.person@example.com"
    assert set(user["permissions"]) == set(ROLE_PERMISSIONS[Role.MEMBER])
    me = await people.http.get("/api/v1/auth/me")  # by the cookie
    assert me.json() == user


async def test_nobody_under_18_and_no_second_account_for_an_address(people: Town) -> None:
    young = SIGNUP | {"birth_date": "2015-01-01"}
    assert (await people.http.post("/api/v1/auth/signup", json=young)).status_code == 403
    assert (await people.http.post("/api/v1/auth/signup", json=SIGNUP)).status_code == 201
    taken = await people.http.post(
        "/api/v1/auth/signup", json=SIGNUP | {"email": "new.person@example.COM"}
    )
    assert taken.status_code == 409
    assert "exist" not in taken.json()["message"]


async def test_a_wrong_password_and_no_account_answer_alike(people: Town) -> None:
    member = await people.person()
    login = "/api/v1/auth/login"
    wrong = await people.http.post(login, json={"email": member.email, "password": "nope"})
    nobody = await people.http.post(login, json={"email": "x@example.com", "password": "nope"})
    assert wrong.status_code == nobody.status_code == 401
    drop = {"requestId": ""}
    assert wrong.json() | drop == nobody.json() | drop


async def test_a_password_longer_than_bcrypt_reads_is_never_right() -> None:
    passwords = Passwords(cost=4, threads=1)
    hashed = await passwords.hash("x" * 72)
    assert await passwords.verify("x" * 72, hashed)
    assert not await passwords.verify("x" * 73, hashed)
    assert not await passwords.verify("x" * 72, None)
    passwords.close()


async def test_secrets_are_not_in_the_database(people: Town, tmp_path: Path) -> None:
    member = await people.person()
    file = tmp_path / "data" / FILE_NAME
    connection = sqlite3.connect(file)
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert member.email in dump
    assert member.session not in dump
    assert PASSWORD not in dump


async def test_logout_ends_one_session_and_a_new_password_all(people: Town) -> None:
    member = await people.person()
    body = {"email": member.email, "password": PASSWORD}
    other = (await people.http.post("/api/v1/auth/login", json=body)).json()["session"]
    people.http.cookies.clear()
    assert len((await member.get("/auth/sessions"))["items"]) == 2

    new = {"current": PASSWORD, "new": "another long sentence"}
    assert (await member.refused("POST", "/auth/password", new | {"current": "bad"}))[0] == 401
    grant = await member.post("/auth/password", new)
    people.http.cookies.clear()
    for old in (member.session, other):
        member.session = old
        assert (await member.call("GET", "/auth/me")).status_code == 401
    member.session = grant["session"]
    assert (await member.call("GET", "/auth/me")).status_code == 200
    await member.post("/auth/logout")
    assert (await member.call("GET", "/auth/me")).status_code == 401


async def test_one_ends_ones_own_sessions_only(people: Town) -> None:
    one, two = await people.person(), await people.person()
    session_id = (await two.get("/auth/sessions"))["items"][0]["id"]
    assert (await one.refused("DELETE", f"/auth/sessions/{session_id}"))[0] == 404
    assert (await two.call("DELETE", f"/auth/sessions/{session_id}")).status_code == 200
    assert (await two.call("GET", "/auth/me")).status_code == 401


async def test_a_session_lives_by_use_but_not_for_ever(tmp_path: Path) -> None:
    clock = MovableClock()
    async with (
        local_server(quick_settings(tmp_path / "d"), clock=clock) as local,
        town(local) as people,
    ):
        idle, used = await people.person(), await people.person()
        for _ in range(35):
            clock.move(hours=20)
            assert (await used.call("GET", "/auth/me")).status_code == 200
        assert (await idle.call("GET", "/auth/me")).status_code == 401
        clock.move(hours=20)  # the 30 days are over
        assert (await used.call("GET", "/auth/me")).status_code == 401


async def test_profiles_and_following(people: Town) -> None:
    creator, fan = await people.person(Role.CREATOR), await people.person()
    patch = {"bio": "Piano at night", "tags": ["piano"]}
    assert (await fan.refused("PATCH", f"/users/{creator.id}/profile", patch))[0] == 403
    changed = (await creator.call("PATCH", f"/users/{creator.id}/profile", patch)).json()
    assert (changed["bio"], changed["tags"]) == ("Piano at night", ["piano"])
    for _ in range(2):
        await fan.post(f"/users/{creator.id}/follow")
    assert (await fan.get(f"/users/{creator.id}/profile"))["followers"] == 1
    assert (await fan.refused("POST", f"/users/{fan.id}/follow"))[0] == 404
    await fan.call("DELETE", f"/users/{creator.id}/follow")
    assert (await fan.get(f"/users/{creator.id}/profile"))["followers"] == 0


async def test_a_ban_ends_every_session_at_once(people: Town) -> None:
    member = await people.person()
    server = people.local.server
    async with server.core.db.write() as tx:
        await server.services.get(AccountService).ban(tx, member.id)
    assert (await member.call("GET", "/auth/me")).status_code == 401
    body = {"email": member.email, "password": PASSWORD}
    refused = await people.http.post("/api/v1/auth/login", json=body)
    assert refused.json()["code"] == "ACCOUNT_BANNED"
